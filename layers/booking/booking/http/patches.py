"""JSON Patch (RFC 6902) for the part of a resource that may be changed."""

import copy
import json
from collections.abc import Collection, Mapping
from typing import Any

import jsonpatch
from jsonpointer import JsonPointer, JsonPointerException
from msgspec import Struct
from msgspec.structs import fields

from booking.domain.errors import Fault, InvalidRequest, Stale
from booking.domain.meeting import SlotStatus
from booking.http.contract.meetings import PatchedMeeting
from booking.http.contract.operation import MAX_BODY_BYTES
from booking.http.contract.patches import PATCH_MEDIA_TYPES, PATCH_VERBS
from booking.http.forms import parse_enumeration, shown
from booking.http.problems import UnsupportedMediaType
from booking.http.requests import Request

OPERATIONS_AT_MOST = 100

MEETING_FIELDS = tuple(field.encode_name for field in fields(PatchedMeeting))

ACCEPTED = "an operation of JSON Patch (RFC 6902) that can be applied"


class Patch(Struct, frozen=True):
    """The operations of a patch. All their paths are in fields that may be changed."""

    operations: tuple[Mapping[str, Any], ...]

    def apply(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The changed document. Raises InvalidRequest, and Stale when a `test` finds another value."""
        changed: Any = copy.deepcopy(dict(document))
        for number, operation in enumerate(self.operations):
            try:
                changed = jsonpatch.JsonPatch([operation]).apply(changed, in_place=True)
            except jsonpatch.JsonPatchTestFailed:
                raise Stale("A test operation of the patch found another value.", operation=number) from None
            except (jsonpatch.JsonPatchException, JsonPointerException):
                raise InvalidRequest([Fault(f"body[{number}]", shown(operation.get("path")), ACCEPTED)]) from None
            # A value that is copied into itself again and again doubles each time.
            if operation["op"] == "copy" and len(json.dumps(changed)) > MAX_BODY_BYTES:
                raise InvalidRequest([Fault(f"body[{number}]", "copy", "a smaller result")])
        return dict(changed)


def status_of(request: Request) -> SlotStatus:
    """The status that a time slot's patch asks for: it may replace /status, with Booked or Released.

    Errors as in `patch_of`.
    """
    patch = patch_of(request, ("status",))
    faults = [
        Fault(f"body[{number}].op", shown(operation["op"]), "replace")
        for number, operation in enumerate(patch.operations)
        if operation["op"] != "replace"
    ]
    if faults:
        raise InvalidRequest(faults)
    asked = patch.apply({"status": None})["status"]
    try:
        status = parse_enumeration(asked, SlotStatus)
    except ValueError:
        status = None
    if status not in (SlotStatus.BOOKED, SlotStatus.RELEASED):
        raise InvalidRequest([Fault("body[0].value", shown(asked), "Booked or Released")])
    return status


def patch_of(request: Request, changeable: Collection[str]) -> Patch:
    """The request's patch, which may touch only these top-level fields.

    Raises InvalidRequest with every fault, UnsupportedMediaType.
    """
    media_type = (request.headers.get("content-type") or PATCH_MEDIA_TYPES[0]).partition(";")[0].strip().lower()
    if media_type not in PATCH_MEDIA_TYPES:
        raise UnsupportedMediaType("The body must be a JSON Patch.", accepted=list(PATCH_MEDIA_TYPES))
    operations = request.json_value()
    if not isinstance(operations, list) or not 1 <= len(operations) <= OPERATIONS_AT_MOST:
        accepted = f"a list of 1 to {OPERATIONS_AT_MOST} operations (RFC 6902)"
        raise InvalidRequest([Fault("body", shown(operations), accepted)])
    faults = [
        Fault(f"body[{number}]{where}", shown(sent), accepted)
        for number, operation in enumerate(operations)
        for where, sent, accepted in _faults(operation, changeable)
    ]
    if faults:
        raise InvalidRequest(faults)
    return Patch(tuple(operations))


def _faults(operation: Any, changeable: Collection[str]) -> list[tuple[str, object, str]]:
    if not isinstance(operation, dict):
        return [("", operation, ACCEPTED)]
    faults: list[tuple[str, object, str]] = []
    op = operation.get("op")
    if op not in PATCH_VERBS:
        faults.append((".op", op, "one of " + ", ".join(PATCH_VERBS)))
    if op in ("add", "replace", "test") and "value" not in operation:
        faults.append((".value", None, "a value; null is one"))
    for name in ("path", "from") if op in ("move", "copy") else ("path",):
        if _field(operation.get(name)) not in changeable:
            accepted = "a JSON Pointer to " + ", ".join(f"/{field}" for field in changeable)
            faults.append((f".{name}", operation.get(name), accepted))
    return faults


def _field(pointer: object) -> str | None:
    """The top-level field of a JSON Pointer. None for the whole document, and for a text that is not a JSON Pointer."""
    if not isinstance(pointer, str):
        return None
    try:
        parts = JsonPointer(pointer).parts
    except JsonPointerException:
        return None
    return str(parts[0]) if parts else None
