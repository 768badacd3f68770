"""Configuration items: one partition of documents, each stored as the JSON that the API gives, under one version.

Every change raises the version in its own transaction, on the condition that the version is still the one that
the change was decided on. So a reference that was checked cannot be gone when the document that makes it is
stored, and a warm container re-reads the configuration only when its version has moved.
"""

import json
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from booking.domain.configuration import Configuration, Organisation
from booking.domain.documents import Documents, Kind, Leaving, Stored
from booking.domain.errors import Outdated
from booking.storage import keys
from booking.storage.table import Action, Item, Table, encode

IS_FIRST_CHANGE = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # nothing at all was configured differently since it was read


def read(table: Table) -> Documents:
    """All documents. It takes one Query for each megabyte."""
    version = 0
    by_kind: dict[Kind, dict[str, Stored]] = {}
    leaving: dict[tuple[Kind, str], Leaving] = {}
    former: set[str] = set()
    longest_horizon = Organisation().booking_horizon_days
    for item in table.query(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=encode({":pk": keys.CONFIGURATION_PARTITION}),
        ConsistentRead=True,
    ):
        if item["sk"] == keys.CONFIGURATION_VERSION["sk"]:
            version = item["version"]
            continue
        kind, _, id = item["sk"].partition("#")
        if kind == keys.FORMER_EMPLOYEE:
            former.add(id)
            continue
        stored = Stored(msgspec.json.decode(item["document"]), item["version"], item.get("changedAt", 0))
        if kind == Kind.ORGANISATION:
            days = stored.document.get("bookingHorizonDays", 0)
            longest_horizon = max(longest_horizon, days, item.get("longestHorizonDays", 0))
        if "leavingSince" in item:
            leaving[Kind(kind), id] = Leaving(stored, item["leavingSince"])
        else:
            by_kind.setdefault(Kind(kind), {})[id] = stored
    return Documents(version, by_kind, leaving, frozenset(former), longest_horizon)


def require_newest(configuration: Configuration, items: Iterable[Item]) -> None:
    """Checks that `configuration` is the newest: its version is the one among `items`, or 0 if there is none.

    Raises Outdated.
    """
    newest = next((item["version"] for item in items if item["sk"] == keys.CONFIGURATION_VERSION["sk"]), 0)
    if newest != configuration.version:
        raise Outdated


def put(
    kind: Kind, id: str, stored: Stored, *, leaving_since: int | None = None, longest_horizon_days: int | None = None
) -> Action:
    """Stores the document; with `leaving_since` as one whose deletion has begun.

    With the organisation stands what its booking horizon was when it was longest.
    """
    text = json.dumps(stored.document, ensure_ascii=False, separators=(",", ":"))
    item = {
        **keys.configuration(kind, id),
        "version": stored.version,
        "document": text,
        "changedAt": stored.changed_at or None,
        "leavingSince": leaving_since,
        "longestHorizonDays": longest_horizon_days,
    }
    return {"Put": {"Item": encode(item)}}


def delete(kind: Kind, id: str) -> Action:
    return {"Delete": {"Key": encode(keys.configuration(kind, id))}}


def note_former_employee(id: str) -> Action:
    """Keeps the id of a deleted employee, so that lists by employee still have the past meetings."""
    return {"Put": {"Item": encode(keys.former_employee(id))}}


class Change(Struct, frozen=True):
    """What a new version changed, and who changed it. The audit trail records it."""

    by: str
    action: str
    kind: Kind
    id: str


def raise_version(read: int, change: Change | None = None) -> Action:
    """Makes the version `read + 1`, unless it is no longer `read`. Without a `change` the audit trail has no entry."""
    said = {}
    if change:
        said = {"modifiedBy": change.by, "action": change.action, "kind": change.kind.value, "id": change.id}
    request: Action = {"Item": encode({**keys.CONFIGURATION_VERSION, "version": read + 1, **said})}
    if read:
        request |= {"ConditionExpression": IS_UNCHANGED, "ExpressionAttributeValues": encode({":read": read})}
    else:
        request |= {"ConditionExpression": IS_FIRST_CHANGE}
    return {"Put": request}
