"""Rule 8: which rooms a meeting may have, whether it must have one, and which of them are free."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from booking.domain.agenda import NOTHING, Agenda, Resource, room
from booking.domain.configuration import Configuration, MeetingType, Room, RoomPolicy
from booking.domain.interval import Interval, merge


@dataclass(frozen=True)
class RoomNeed:
    """`rooms` in the order in which they are named. Not required: one is named if it is free."""

    is_required: bool
    rooms: tuple[Room, ...]


NO_ROOM_NEEDED = RoomNeed(False, ())


def policy_at(place: str | None, configuration: Configuration) -> RoomPolicy:
    return configuration.location(place).room_policy if place else RoomPolicy.OPTIONAL


def room_need(
    configuration: Configuration,
    meeting_type: MeetingType,
    place: str | None,
    *,
    is_demanded: bool,
    specific_rooms: Collection[str],
    people: int,
) -> RoomNeed:
    """What a meeting of `people` at `place` needs. A demanded room is needed for every meeting type.

    The smallest room that seats them comes first, ties by id; rooms that are too small come last, because how many
    people a customer brings along is not known and a cramped room is better than none.
    """
    policy = policy_at(place, configuration)
    if not is_demanded and (meeting_type is not MeetingType.PHYSICAL or policy is RoomPolicy.NONE):
        return NO_ROOM_NEEDED
    fitting = [
        each
        for each in configuration.rooms.values()
        if each.bookable and place and each.location == place and (not specific_rooms or each.id in specific_rooms)
    ]
    fitting.sort(key=lambda each: (each.capacity < people, each.capacity, each.id))
    is_required = is_demanded or policy is RoomPolicy.REQUIRED
    return RoomNeed(is_required, tuple(fitting)) if is_required or fitting else NO_ROOM_NEEDED


class RoomTimes:
    """Which rooms are busy when. No buffer: that is for people."""

    def __init__(self, agendas: Mapping[Resource, Agenda], now: int, ignoring: Collection[str] = ()) -> None:
        self._agendas, self._now, self._ignoring = agendas, now, ignoring
        self._busy: dict[str, list[Interval]] = {}

    def clash(self, room_id: str, wanted: Interval) -> Interval | None:
        """The last stretch of the room's busy time that overlaps `wanted`."""
        busy = self._busy.get(room_id)
        if busy is None:
            agenda = self._agendas.get(room(room_id), NOTHING)
            busy = self._busy[room_id] = merge(agenda.busy(self._now, self._ignoring))
        before = bisect_left(busy, (wanted.end,)) - 1
        return busy[before] if before >= 0 and busy[before].end > wanted.start else None

    def first_free(self, need: RoomNeed, wanted: Interval) -> str | None:
        return next((each.id for each in need.rooms if self.clash(each.id, wanted) is None), None)
