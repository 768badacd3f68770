"""The query of a search for time slots, read into a Search."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from booking.domain.configuration import ALL_MEETING_TYPES, Configuration, EmployeeType, MeetingType
from booking.domain.errors import Fault, Forbidden, InvalidRequest
from booking.domain.interval import Interval
from booking.domain.meeting import LONGEST_SECONDS
from booking.domain.requests import Search
from booking.http.api import Request
from booking.http.forms import CUSTOMER_TYPE, TOPIC, Query, format_duration, format_instant


def search_of(request: Request, configuration: Configuration, now: int) -> Search:
    """What is asked, with the organisation's defaults filled in.

    Raises InvalidRequest with every fault, NotFound for an unknown topic (its duration is a default), Forbidden
    for what only staff may ask.
    """
    organisation, caller = configuration.organisation, request.caller
    query = Query(request.query, _zone_of_dates(request, organisation.time_zone))
    require_participation = query.boolean("requireEmployeeParticipation", required=True)
    start = query.instant("startDate")
    end = query.instant("endDate")
    look_forward = query.duration("lookForwardTime")
    duration = query.duration("meetingDuration")
    topic_id = query.identifier(*TOPIC)
    customer_type_id = query.identifier(*CUSTOMER_TYPE)
    customer_location = query.identifier("customerLocation")
    meeting_location = query.identifier("meetingLocation")
    explicit = query.identifiers("explicitEmployeeIds")
    rooms = query.identifiers("specificRooms")
    employee_types = query.enumerations("employeeTypes", EmployeeType)
    meeting_types = query.enumerations("meetingTypes", MeetingType)
    require_room = query.boolean("requireRoom")
    is_customer_initiated = query.boolean("isCustomerInitiated")
    all_employees = query.boolean("allEmployees")
    query.check()

    if (is_customer_initiated is False or all_employees) and not caller.is_staff:
        raise Forbidden("Only employees may search past the rules for customers.")
    if duration is None:
        duration = topic_duration(configuration, topic_id) or organisation.default_meeting_duration
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
        require_employee_participation=bool(require_participation),
        window=Interval(first, last),
        duration=duration,
        explicit_employee_ids=tuple(explicit),
        employee_types=frozenset(employee_types) or None,
        topic_id=topic_id,
        customer_type_id=customer_type_id,
        meeting_types=frozenset(meeting_types) or ALL_MEETING_TYPES,
        require_room=bool(require_room),
        specific_rooms=tuple(rooms),
        customer_location=customer_location,
        meeting_location=meeting_location,
        is_customer_initiated=not caller.is_staff if is_customer_initiated is None else is_customer_initiated,
        all_employees=bool(all_employees),
    )


def explained_search_of(request: Request, configuration: Configuration, now: int) -> tuple[Search, int]:
    """The same, and the `start` that is to be explained. Without a time to search, it is what is searched."""
    search = search_of(request, configuration, now)
    query = Query(request.query, _zone_of_dates(request, configuration.organisation.time_zone))
    start = query.instant("start", required=True)
    query.check()
    start = now if start is None else start  # for the types: it is required
    if not {"startDate", "endDate", "lookForwardTime"} & set(request.query):
        search = replace(search, window=Interval(start, start + search.duration))
    return search, start


def topic_duration(configuration: Configuration, topic_id: str | None) -> int | None:
    return configuration.require_meeting_topic(topic_id).duration if topic_id else None


def _zone_of_dates(request: Request, default: ZoneInfo) -> ZoneInfo:
    """`timeZone` says only how dates without an offset are read."""
    query = Query(request.query, default)
    zone = query.time_zone("timeZone")
    query.check()
    return zone or default
