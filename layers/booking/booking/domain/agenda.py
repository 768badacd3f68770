"""One resource's agenda: who holds what, until when, and whether an interval can be taken."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from booking.domain.configuration import MeetingType
from booking.domain.interval import Interval


class ResourceKind(StrEnum):
    EMPLOYEE = "EMPLOYEE"
    ROOM = "ROOM"


class Resource(NamedTuple):
    """An employee or a room: what has an agenda."""

    kind: ResourceKind
    id: str


def employee(id: str) -> Resource:
    return Resource(ResourceKind.EMPLOYEE, id)


def room(id: str) -> Resource:
    return Resource(ResourceKind.ROOM, id)


def has_lapsed(until: int, now: int) -> bool:
    """Whether a hold that lapses at `until` has lapsed at `now`. It no longer counts from that second on."""
    return now >= until


class Seat(NamedTuple):
    """What one customer of a group meeting shares with the others, besides the time and the topic.

    It names the employee, because the room's agenda has the seats too and may be read a moment later.
    """

    employee_id: str
    meeting_type: MeetingType
    room_id: str | None = None


class Entry(NamedTuple):
    """A slot's time on one agenda. `until` is the instant a hold lapses at; None once it is booked.

    `topic_id` is what the slot was reserved for, which says how much time it wants free around it. A slot with a `seat`
    is one customer's seat in a group meeting; several may have the same time.
    """

    start: int
    end: int
    slot_id: str
    until: int | None = None
    topic_id: str | None = None
    seat: Seat | None = None

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    def is_live(self, now: int) -> bool:
        return self.until is None or not has_lapsed(self.until, now)


class Agenda(Struct, frozen=True):
    """What is known of one resource's time in the weeks that were read.

    `entries` are holds and booked slots, at most one per slot; `imported` are busy times of another calendar.
    """

    entries: tuple[Entry, ...] = ()
    imported: tuple[Interval, ...] = ()

    def live(self, now: int, ignoring: Collection[str] = ()) -> Iterator[Entry]:
        """The entries that count at `now`, without those of the slots in `ignoring`."""
        for entry in self.entries:
            if (entry.until is None or not has_lapsed(entry.until, now)) and entry.slot_id not in ignoring:
                yield entry

    def busy(self, now: int, ignoring: Collection[str] = ()) -> list[Interval]:
        """Every interval that blocks at `now`, in no particular order."""
        return [entry.interval for entry in self.live(now, ignoring)] + list(self.imported)

    def explained_busy(self, now: int, ignoring: Collection[str] = ()) -> "Iterator[Clash]":
        """The same with their causes."""
        for entry in self.live(now, ignoring):
            yield Clash(entry.interval, Cause.MEETING if entry.until is None else Cause.HOLD, entry.topic_id)
        for busy in self.imported:
            yield Clash(busy, Cause.IMPORT)

    def clash(self, wanted: Interval, now: int, ignoring: Collection[str] = ()) -> Interval | None:
        """The first busy interval that overlaps `wanted`, if there is one."""
        return min((busy for busy in self.busy(now, ignoring) if busy.overlaps(wanted)), default=None)


class Cause(StrEnum):
    """What makes a resource busy."""

    MEETING = "Meeting"
    HOLD = "Hold"
    IMPORT = "Import"

    @property
    def words(self) -> str:
        return {Cause.MEETING: "booked", Cause.HOLD: "held", Cause.IMPORT: "busy in an imported calendar"}[self]


class Clash(NamedTuple):
    """A busy time and its cause. `topic_id` is what a slot was reserved for."""

    interval: Interval
    cause: Cause
    topic_id: str | None = None


NOTHING = Agenda()
