"""The busy times of rooms."""

from bisect import bisect_left
from collections.abc import Collection, Mapping

from booking.domain.agenda import NOTHING, Agenda, Clash, Resource, room
from booking.domain.interval import Interval, merge


class RoomTimes:
    """The busy times of rooms. Rooms have no buffer. Slots whose ids are in `ignoring` do not count."""

    def __init__(self, agendas: Mapping[Resource, Agenda], now: int, ignoring: Collection[str] = ()) -> None:
        self._agendas, self._now, self._ignoring = agendas, now, ignoring
        self._busy: dict[str, list[Interval]] = {}

    def clash(self, room_id: str, wanted: Interval) -> Interval | None:
        """The last busy time of the room that overlaps `wanted`."""
        busy = self._busy_of(room_id)
        before = bisect_left(busy, (wanted.end,)) - 1
        return busy[before] if before >= 0 and busy[before].end > wanted.start else None

    def busy_between(self, room_id: str, start: int, end: int) -> list[Interval]:
        """The busy times of the room that may overlap [start, end)."""
        busy = self._busy_of(room_id)
        return busy[max(bisect_left(busy, (start,)) - 1, 0) : bisect_left(busy, (end,))]

    def _busy_of(self, room_id: str) -> list[Interval]:
        """Sorted and disjoint."""
        busy = self._busy.get(room_id)
        if busy is None:
            agenda = self._agendas.get(room(room_id), NOTHING)
            busy = self._busy[room_id] = merge(agenda.busy(self._now, self._ignoring))
        return busy

    def explained_clash(self, room_id: str, wanted: Interval) -> Clash | None:
        """The first busy time of the room that overlaps `wanted`, with its cause."""
        agenda = self._agendas.get(room(room_id), NOTHING)
        busy = agenda.explained_busy(self._now, self._ignoring)
        return min((each for each in busy if each.interval.overlaps(wanted)), key=lambda each: each[:2], default=None)
