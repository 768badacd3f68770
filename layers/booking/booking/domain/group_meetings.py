"""Group meetings: a topic with seats is one meeting of one employee, in one room or none, with several customers.

Each customer has a slot and a meeting of their own. The slots of a group meeting are those on the employee's agenda
with the same start and end, topic, meeting type and room. The first one takes the time like any other slot. The next
ones need a seat only: for them the others' slots do not count as busy.
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

from booking.domain.agenda import NOTHING, Agenda, Resource, Seat, employee, room
from booking.domain.configuration import Configuration
from booking.domain.interval import Interval
from booking.domain.requests import Search, SlotRequest

MOST_SEATS = 50
"""The most seats of a topic. Each is an entry of some 100 bytes in the week's item of the employee, and of the room."""


class GroupMeeting(Struct, frozen=True):
    """A group meeting in which somebody has a seat.

    `slot_ids`: the slots of its seats, held or booked. `taken`: how many seats are taken, by the employee's agenda.
    """

    interval: Interval
    seat: Seat
    slot_ids: frozenset[str]
    taken: int

    def seats_left(self, topic_id: str | None, configuration: Configuration) -> int:
        return max(seats_of(topic_id, self.seat.room_id, configuration) - self.taken, 0)


def seats_of(topic_id: str | None, room_id: str | None, configuration: Configuration) -> int:
    """For how many customers a meeting about the topic is. The employee takes one of the places that a room has.

    At least one, because a room that is too small is better than none.
    """
    seats = configuration.seats(topic_id)
    this = configuration.rooms.get(room_id or "")
    return seats if this is None else max(min(seats, this.capacity - 1), 1)


def joined_by(
    wanted: SlotRequest,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> GroupMeeting | None:
    """The group meeting in which the request would have a seat. None if nobody has one yet.

    The agendas of the employee and the room are not read at one instant, so one may have a slot that the other has not.
    """
    if wanted.meeting_type is None or len(wanted.employee_ids) > 1 or not configuration.is_group_topic(wanted.topic_id):
        return None
    host = employee(wanted.employee_ids[0])
    seat = Seat(host.id, wanted.meeting_type, wanted.room_id)
    places = (host, room(wanted.room_id)) if wanted.room_id else (host,)
    on_host, *on_room = (
        {
            each.slot_id
            for each in agendas.get(place, NOTHING).live(now, ignoring)
            if (each.interval, each.topic_id, each.seat) == (wanted.interval, wanted.topic_id, seat)
        }
        for place in places
    )
    slot_ids = frozenset(on_host.union(*on_room))
    return GroupMeeting(wanted.interval, seat, slot_ids, len(on_host)) if slot_ids else None


def all_of(
    employee_id: str, search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int
) -> list[GroupMeeting]:
    """The employee's group meetings that the search could join: about its topic and of its duration, at any time."""
    if not configuration.is_group_topic(search.topic_id):
        return []
    found: dict[tuple[Interval, Seat], set[str]] = {}
    for each in agendas.get(employee(employee_id), NOTHING).live(now, search.ignored_slot_ids):
        if each.seat and each.topic_id == search.topic_id and each.end - each.start == search.duration:
            found.setdefault((each.interval, each.seat), set()).add(each.slot_id)
    return [GroupMeeting(interval, seat, frozenset(ids), len(ids)) for (interval, seat), ids in found.items()]
