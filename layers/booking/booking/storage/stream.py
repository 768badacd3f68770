"""The table's stream: each write of a slot, a meeting or the waitlist, with what was there before.

A record is there if and only if the write happened, and those of one item come in the order of its writes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from booking.domain.meeting import Meeting, Slot
from booking.domain.waitlist import WaitlistEntry
from booking.storage.meetings import meeting_of
from booking.storage.slots import slot_of
from booking.storage.table import Item, decode
from booking.storage.waitlist import entry_of

type Changing = Meeting | Slot | WaitlistEntry

READERS: Mapping[str, Callable[[Item], Changing]] = {"MEETING": meeting_of, "SLOT": slot_of, "WAITLIST": entry_of}


class Change(Struct, frozen=True):
    """`old` is None for a new one. `id` is the same each time that the record is read; `by` is the writer's owner.

    `at` is the second of the write, in Unix seconds.
    """

    id: str
    sequence_number: str
    at: int
    by: str
    old: Changing | None
    new: Changing

    @property
    def key(self) -> tuple[type, str]:
        """The key of the item that changed."""
        return type(self.new), self.new.id


def change_of(record: Mapping[str, Any]) -> Change | None:
    """None for a record of another kind of item, and for an item that TTL has removed."""
    images = record["dynamodb"]
    if "NewImage" not in images:
        return None
    new = decode(images["NewImage"])
    of = READERS.get(new["sk"])
    if of is None:
        return None
    return Change(
        id=record["eventID"],
        sequence_number=images["SequenceNumber"],
        at=int(images["ApproximateCreationDateTime"]),
        by=new["modifiedBy"],
        old=of(decode(images["OldImage"])) if "OldImage" in images else None,
        new=of(new),
    )
