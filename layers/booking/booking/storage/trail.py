"""The audit trail: who changed which meeting or configuration document, when, and which of its fields.

It is written from the table's stream, so that it has a change if and only if the change was made. It holds ids, names
of fields and times, never what they say, so it outlives the erasure of personal data.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from booking.domain.events import TrailEntry, meeting_event
from booking.storage.meetings import meeting_of
from booking.storage.table import Item, Table, decode, encode
from booking.storage.walks import FIRST, LAST, Page, Place

CONFIGURATION = "CONFIG"
PAGE = 200

BOOKKEEPING = frozenset({"version", "modifiedBy", "dateModified", "sequence", "owner"})
"""Attributes that every change changes, or that are not fields of the API."""
NAMES = {"start": "startDate", "end": "endDate"}
"""Fields that have another name in the API than in the table."""


def of_meeting(id: str) -> str:
    return f"MEETING#{id}"


def record(table: Table, record: Mapping[str, Any]) -> None:
    """Writes what this stream record changed; the same record again changes nothing."""
    entry = _entry(record["dynamodb"])
    if entry:
        table.put(entry)


def page(table: Table, of: str, start: Place | None, limit: int) -> Page[TrailEntry]:
    """The changes of one meeting or of the configuration, the oldest first."""
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


def all_of(table: Table, of: str) -> Iterator[TrailEntry]:
    """Every change, the first one first."""
    place: Place | None = None
    while True:
        found = page(table, of, place, PAGE)
        yield from found.items
        place = found.next
        if place is None:
            return


def _entry(images: Mapping[str, Any]) -> Item | None:
    if "NewImage" not in images:
        return None
    old = decode(images["OldImage"]) if "OldImage" in images else None
    new = decode(images["NewImage"])
    if new["sk"] == "MEETING":
        meeting = meeting_of(new)
        event = meeting_event(meeting_of(old) if old else None, meeting)
        entry = TrailEntry(
            meeting.version, meeting.modified_at, new["modifiedBy"], event.type, _changed(old or {}, new)
        )
        return _item(of_meeting(meeting.id), entry)
    if new["pk"] == CONFIGURATION and "modifiedBy" in new:
        at = int(images["ApproximateCreationDateTime"])
        entry = TrailEntry(new["version"], at, new["modifiedBy"], new["action"], kind=new["kind"], id=new["id"])
        return _item(CONFIGURATION, entry)
    return None


def _changed(old: Item, new: Item) -> tuple[str, ...]:
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    fields = (name for name in names - BOOKKEEPING if not name.startswith(("gsi", "pk", "sk")))
    return tuple(sorted(NAMES.get(name, name) for name in fields))


def _item(of: str, entry: TrailEntry) -> Item:
    return {
        "pk": _partition(of),
        "sk": _position(entry.version),
        "at": entry.at,
        "by": entry.by,
        "action": entry.action,
        "fields": list(entry.fields) or None,
        "kind": entry.kind,
        "id": entry.id,
    }


def _partition(of: str) -> str:
    return f"TRAIL#{of}"


def _position(version: int) -> str:
    return f"{version:012}"
