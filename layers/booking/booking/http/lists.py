"""Reads the queries of the paged lists: which partitions to read, and which items to keep.

The partitions depend on the caller. In addition every item is checked against the caller.
"""

from collections.abc import Callable

from msgspec import Struct

from booking.commands.release_time_slots import Whose
from booking.domain.caller import Caller, Scope
from booking.domain.configuration import Configuration
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.instants import format_instant
from booking.domain.meeting import LONGEST_SECONDS, Meeting, Slot
from booking.http.contract.meetings import MeetingsQuery
from booking.http.contract.time_slots import ReleaseTimeSlotsQuery, TimeSlotsQuery
from booking.http.requests import Request
from booking.storage import meetings, slots
from booking.storage.walks import Place, Walk

SETTLED_SECONDS = 30
"""How old a change is when every list has it: no write takes longer than its function may run, and then its index
follows. Lists by date of change go no further, so that none is missed by who reads on from the last one seen."""


class List[T](Struct, frozen=True):
    """Which items to read, from where, and which to `keep`. `customer_id`: whose they are, if the request
    names one customer. `until` is where a list by date of change ends."""

    walk: Walk
    start: Place | None
    limit: int
    keep: Callable[[T], bool]
    time_slot_id: str | None = None
    customer_id: str | None = None
    until: int | None = None


def meeting_list_of(request: Request, configuration: Configuration, now: int) -> List[Meeting]:
    """GET /bookme/meetings: those that take time between startDate and endDate, if they are given.

    Raises InvalidRequest, Forbidden for another customer's id.
    """
    caller = request.caller
    query = request.query(MeetingsQuery, configuration.organisation.time_zone)
    time_slot_id, employee_id, named_customer = query.time_slot_id, query.employee_id, query.customer_id
    first, last = query.start_date, query.end_date
    first_change, last_change = query.start_date_modified, query.end_date_modified
    _require_order(first, last, "endDate")
    _require_order(first_change, last_change, "endDateModified")
    caller.customer_id(named_customer)

    until = None
    if first_change is not None or last_change is not None:
        until = now - SETTLED_SECONDS
        until = until if last_change is None else min(until, last_change)

    def keep(meeting: Meeting) -> bool:
        return (
            caller.owns_meeting(meeting)
            and time_slot_id in (None, meeting.time_slot_id)
            and (employee_id is None or employee_id in (meeting.employee_id, *meeting.additional_employees))
            and (named_customer in (None, meeting.customer_id) or _is_own(caller, named_customer, meeting))
            and _overlaps(meeting, first, last)
            and _is_in(meeting.modified_at, first_change, until)
        )

    starts, changes = (_earliest_start(first), last), (first_change, until)
    walk = _meeting_walk(caller, configuration, named_customer, employee_id, starts, changes)
    return List(walk, query.cursor, query.limit, keep, time_slot_id, named_customer, until)


def _is_own(caller: Caller, named_customer: str | None, meeting: Meeting) -> bool:
    """A customer has two names, the user name and the token's subject. Either finds the meetings of both."""
    return caller.is_customer(named_customer) and caller.is_customer(meeting.customer_id)


def _meeting_walk(
    caller: Caller,
    configuration: Configuration,
    customer_id: str | None,
    employee_id: str | None,
    starts: tuple[int | None, int | None],
    changes: tuple[int | None, int | None],
) -> Walk:
    """The smallest set of partitions with everything that the caller may see and asks for."""
    by_change = changes != (None, None)
    if not caller.is_staff and Scope.PARTNER not in caller.scopes:
        return meetings.of_customers([id for id in (caller.username, caller.subject) if id], *starts)
    if customer_id and not (by_change and not caller.is_staff):
        return meetings.of_customers([customer_id], *starts)
    if not caller.is_staff:
        return meetings.made_by(caller.owner, *changes)
    if by_change:
        return meetings.changed(*changes)
    if employee_id:
        return meetings.with_employee(employee_id, *starts)
    return meetings.of_employees(configuration.all_employee_ids, *starts)


def time_slot_list_of(request: Request, configuration: Configuration, now: int) -> List[Slot]:
    """GET /bookme/time-slots: those that take time between startDate and endDate, if they are given.

    Raises InvalidRequest.
    """
    query = request.query(TimeSlotsQuery, configuration.organisation.time_zone)
    employee_id, room_id, statuses = query.employee_id, query.room_id, query.status
    first, last = query.start_date, query.end_date
    _require_order(first, last, "endDate")

    def keep(slot: Slot) -> bool:
        return (
            (employee_id is None or employee_id in slot.employee_ids)
            and (not statuses or slot.status_at(now) in statuses)
            and _overlaps(slot, first, last)
        )

    starts = _earliest_start(first), last
    if room_id:
        walk = slots.of_room(room_id, *starts)
    elif employee_id:
        walk = slots.with_employee(employee_id, *starts)
    else:
        walk = slots.of_employees(configuration.all_employee_ids, *starts)
    return List(walk, query.cursor, query.limit, keep)


def whose_holds_of(query: ReleaseTimeSlotsQuery) -> Whose:
    """DELETE /bookme/time-slots. Raises InvalidRequest unless it names exactly one of owner and customerId."""
    if (query.owner is None) == (query.customer_id is None):
        raise InvalidRequest([Fault("query.owner", query.owner, "an owner or a customerId, not both")])
    return Whose(query.owner, query.customer_id)


def _require_order(first: int | None, last: int | None, name: str) -> None:
    if first is not None and last is not None and last <= first:
        raise InvalidRequest([Fault(f"query.{name}", format_instant(last), "later than its start")])


def _earliest_start(first: int | None) -> int | None:
    """The start before which every slot has ended by `first`."""
    return None if first is None else first - LONGEST_SECONDS


def _overlaps(what: Meeting | Slot, first: int | None, last: int | None) -> bool:
    return (first is None or first < what.end) and (last is None or what.start < last)


def _is_in(instant: int, first: int | None, last: int | None) -> bool:
    return (first is None or first <= instant) and (last is None or instant < last)
