"""The audit trail: who changed which meeting or configuration document, when, and which of its fields.

It is written from the table's stream, so that it has a change if and only if the change was made. It holds ids, names
of fields and times, never what they say, so it outlives the erasure of personal data.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from booking.domain.events import TrailEntry, meeting_event
from booking.storage.meetings import meeting_of
from booking.storage.table import Action, Item, Table, decode, encode
from booking.storage.walks import FIRST, LAST, Page, Place

CONFIGURATION = "CONFIG"

BOOKKEEPING = frozenset({"version", "modifiedBy", "dateModified", "sequence", "owner"})
"""Attributes that every change changes, or that are none of the API's fields."""
NAMES = {"start": "startDate", "end": "endDate"}
"""The API's names of fields that are named otherwise in the table."""


def of_meeting(id: str) -> str:
    return f"MEETING#{id}"


def record(table: Table, records: Iterable[Mapping[str, Any]]) -> None:
    """Writes what these stream records (at most 100) changed; the same records again change nothing."""
    actions = {key: action for each in records for key, action in _actions(each["dynamodb"])}
    if actions:
        table.transact(list(actions.values()))


def page(table: Table, of: str, start: Place | None, limit: int) -> Page[TrailEntry]:
    """The changes of one meeting, or of the configuration, the first one first."""
    first = start[1] if start else FIRST
    if first > LAST:
        return Page([], None)
    items, is_cut = table.query_page(
        limit,
        KeyConditionExpression="pk = :of AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues=encode({":of": _partition(of), ":first": first, ":last": LAST}),
    )
    entries = [
        TrailEntry(
            version=int(item["sk"]),
            at=item["at"],
            by=item["by"],
            action=item["action"],
            fields=tuple(item.get("fields", ())),
            kind=item.get("kind"),
            id=item.get("id"),
        )
        for item in items
    ]
    return Page(entries, ("", _position(entries[-1].version + 1)) if is_cut else None)


def _actions(images: Mapping[str, Any]) -> Iterable[tuple[tuple[str, int], Action]]:
    if "NewImage" not in images:
        return
    old = decode(images["OldImage"]) if "OldImage" in images else None
    new = decode(images["NewImage"])
    if new["sk"] == "MEETING":
        meeting = meeting_of(new)
        event = meeting_event(meeting_of(old) if old else None, meeting)
        entry = TrailEntry(
            meeting.version, meeting.modified_at, new["modifiedBy"], event.type, _changed(old or {}, new)
        )
        yield _put(of_meeting(meeting.id), entry)
    elif new["pk"] == CONFIGURATION and "modifiedBy" in new:
        at = int(images["ApproximateCreationDateTime"])
        entry = TrailEntry(new["version"], at, new["modifiedBy"], new["action"], kind=new["kind"], id=new["id"])
        yield _put(CONFIGURATION, entry)


def _changed(old: Item, new: Item) -> tuple[str, ...]:
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    fields = (name for name in names - BOOKKEEPING if not name.startswith(("gsi", "pk", "sk")))
    return tuple(sorted(NAMES.get(name, name) for name in fields))


def _put(of: str, entry: TrailEntry) -> tuple[tuple[str, int], Action]:
    item = {
        "pk": _partition(of),
        "sk": _position(entry.version),
        "at": entry.at,
        "by": entry.by,
        "action": entry.action,
        "fields": list(entry.fields) or None,
        "kind": entry.kind,
        "id": entry.id,
    }
    return (of, entry.version), {"Put": {"Item": encode(item)}}


def _partition(of: str) -> str:
    return f"TRAIL#{of}"


def _position(version: int) -> str:
    return f"{version:012}"
