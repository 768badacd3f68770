"""The query of a search for time slots, read into a Search."""

from dataclasses import replace

from booking.domain.caller import Caller
from booking.domain.configuration import ALL_MEETING_TYPES, Configuration
from booking.domain.errors import Fault, Forbidden, InvalidRequest
from booking.domain.interval import Interval
from booking.domain.meeting import LONGEST_SECONDS
from booking.domain.requests import Search
from booking.http.contract.time_slots import ExplainQuery, SearchQuery
from booking.http.forms import format_duration, format_instant
from booking.http.requests import Request


def search_of(request: Request, configuration: Configuration, now: int) -> Search:
    """What is asked, with the organisation's defaults filled in.

    Raises InvalidRequest with every fault, NotFound for an unknown topic (its duration is a default), Forbidden
    for what only staff may ask.
    """
    return _search(request.query(SearchQuery, configuration.organisation.time_zone), request.caller, configuration, now)


def explained_search_of(request: Request, configuration: Configuration, now: int) -> tuple[Search, int]:
    """The same, and the `start` that is to be explained. Without a time to search, it is what is searched."""
    sent = request.query(ExplainQuery, configuration.organisation.time_zone)
    search = _search(sent, request.caller, configuration, now)
    if sent.start_date is None and sent.end_date is None and sent.look_forward_time is None:
        search = replace(search, window=Interval(sent.start, sent.start + search.duration))
    return search, sent.start


def _search(sent: SearchQuery, caller: Caller, configuration: Configuration, now: int) -> Search:
    organisation = configuration.organisation
    start, end, look_forward, duration = sent.start_date, sent.end_date, sent.look_forward_time, sent.meeting_duration
    if (sent.is_customer_initiated is False or sent.all_employees) and not caller.is_staff:
        raise Forbidden("Only employees may search past the rules for customers.")
    if duration is None:
        duration = topic_duration(configuration, sent.topic_id) or organisation.default_meeting_duration
    first = now if start is None else start
    if look_forward is None:
        look_forward = organisation.default_look_forward
    last = first + look_forward if end is None else end
    faults = []
    if last <= first and end is None:
        faults.append(Fault("query.lookForwardTime", format_duration(look_forward), "more than 0"))
    elif last <= first:
        faults.append(Fault("query.endDate", format_instant(last), "after startDate"))
    if not 0 < duration <= LONGEST_SECONDS:
        faults.append(Fault("query.meetingDuration", format_duration(duration), "more than 0 and at most 24 hours"))
    if faults:
        raise InvalidRequest(faults)
    return Search(
        require_employee_participation=sent.require_employee_participation,
        window=Interval(first, last),
        duration=duration,
        explicit_employee_ids=sent.explicit_employee_ids,
        employee_types=frozenset(sent.employee_types) or None,
        topic_id=sent.topic_id,
        customer_type_id=sent.customer_type_id,
        meeting_types=frozenset(sent.meeting_types) or ALL_MEETING_TYPES,
        require_room=bool(sent.require_room),
        specific_rooms=sent.specific_rooms,
        customer_location=sent.customer_location,
        meeting_location=sent.meeting_location,
        is_customer_initiated=not caller.is_staff if sent.is_customer_initiated is None else sent.is_customer_initiated,
        all_employees=bool(sent.all_employees),
    )


def topic_duration(configuration: Configuration, topic_id: str | None) -> int | None:
    return configuration.require_meeting_topic(topic_id).duration if topic_id else None
