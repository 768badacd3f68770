"""Reads the query for vacant rooms."""

from msgspec import Struct

from booking.domain.configuration import Configuration, Room
from booking.domain.errors import Fault, InvalidRequest, NotFound
from booking.domain.instants import format_instant
from booking.domain.interval import Interval
from booking.domain.meeting import LONGEST_SECONDS
from booking.http.contract.calendars import RoomVacanciesQuery, VacantRoom
from booking.http.contract.reading import REQUIRED
from booking.http.requests import Request
from booking.storage import slots
from booking.storage.table import Table


class Vacancy(Struct, frozen=True):
    """`ignoring` is the slot that the room is for. A room that the slot itself holds counts as free."""

    location: str
    time: Interval
    ignoring: tuple[str, ...] = ()


def vacancy_of(request: Request, configuration: Configuration, table: Table) -> Vacancy:
    """Where and when a room is wanted. Raises InvalidRequest, NotFound (no such slot of this caller)."""
    query = request.query(RoomVacanciesQuery, configuration.organisation.time_zone)
    location, slot_id, start, end = query.location, query.time_slot_id, query.start_date, query.end_date
    if slot_id:
        slot = slots.get(table, slot_id)
        if slot is None or not request.caller.owns_slot(slot):
            raise NotFound("time slot", slot_id)
        return Vacancy(location, slot.interval, (slot_id,))
    missing = {"startDate": start, "endDate": end}
    if faults := [Fault(f"query.{name}", None, REQUIRED) for name, value in missing.items() if value is None]:
        raise InvalidRequest(faults)
    if start is None or end is None or not 0 < end - start <= LONGEST_SECONDS:
        sent = None if end is None else format_instant(end)
        raise InvalidRequest([Fault("query.endDate", sent, "after startDate, by at most 24 hours")])
    return Vacancy(location, Interval(start, end))


def vacant_room(room: Room) -> VacantRoom:
    return VacantRoom(
        id=room.id, name=room.name, location=room.location, capacity=room.capacity, features=tuple(room.features)
    )
