"""Which rooms of a location are free."""

from collections.abc import Collection, Mapping

from booking.domain.agenda import NOTHING, Agenda, Resource, room
from booking.domain.configuration import Configuration, Room
from booking.domain.errors import NotFound
from booking.domain.interval import Interval


def rooms_at(configuration: Configuration, location: str) -> list[Room]:
    """The bookable rooms there, the smallest first. Raises NotFound for a location that nothing is known of."""
    rooms = [each for each in configuration.rooms.values() if each.location == location]
    if not rooms and location not in configuration.locations:
        raise NotFound("location", location)
    return sorted((each for each in rooms if each.bookable), key=lambda each: (each.capacity, each.id))


def vacant(
    rooms: Collection[Room],
    time: Interval,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> list[Room]:
    """The rooms that are free at that time. Slots whose ids are in `ignoring` do not count."""
    return [each for each in rooms if not agendas.get(room(each.id), NOTHING).clash(time, now, ignoring=ignoring)]
