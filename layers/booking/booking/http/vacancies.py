"""The query for vacant rooms."""

from dataclasses import dataclass

from booking.domain.configuration import Configuration
from booking.domain.errors import Fault, InvalidRequest, NotFound
from booking.domain.interval import Interval
from booking.domain.meeting import LONGEST_SECONDS
from booking.http.api import Request
from booking.http.forms import Query, format_instant
from booking.storage import slots
from booking.storage.table import Table


@dataclass(frozen=True)
class Vacancy:
    """`ignoring` is the slot that the room is for: what it holds itself is free for it."""

    location: str
    time: Interval
    ignoring: tuple[str, ...] = ()


def vacancy_of(request: Request, configuration: Configuration, table: Table) -> Vacancy:
    """Where and when a room is wanted. Raises InvalidRequest, NotFound (no such slot of this caller)."""
    query = Query(request.query, configuration.organisation.time_zone)
    location = query.identifier("location", required=True) or ""
    slot_id = query.identifier("timeSlotId")
    start = query.instant("startDate", required=not slot_id)
    end = query.instant("endDate", required=not slot_id)
    query.check()
    if slot_id:
        slot = slots.get(table, slot_id)
        if slot is None or not request.caller.owns_slot(slot):
            raise NotFound("time slot", slot_id)
        return Vacancy(location, slot.interval, (slot_id,))
    if start is None or end is None or not 0 < end - start <= LONGEST_SECONDS:
        sent = None if end is None else format_instant(end)
        raise InvalidRequest([Fault("query.endDate", sent, "after startDate, by at most 24 hours")])
    return Vacancy(location, Interval(start, end))
