"""A change as a JSON Patch (RFC 6902)."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from booking.http.contract.values import Fields, says

PATCH_MEDIA_TYPES = ("application/json-patch+json", "application/json")


PATCH_VERBS = ("add", "remove", "replace", "move", "copy", "test")


class PatchOperation(Fields, rename={"from_": "from"}):
    """One operation of a JSON Patch (RFC 6902)."""

    op: Annotated[str, says("The operation.", "replace"), Meta(extra_json_schema={"enum": list(PATCH_VERBS)})]
    path: Annotated[str, says("A JSON Pointer to the field.", "/status")]
    value: Annotated[Any, says("The new value, for add, replace and test.", "Booked")] | UnsetType = UNSET
    from_: Annotated[str, says("Where move and copy take the value from.", "/title")] | UnsetType = UNSET
