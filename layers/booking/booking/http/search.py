"""Reads the query of a search for time slots into a Search."""

from copy import replace

from booking.commands.claims import subject_of
from booking.commands.consent import require_consent
from booking.domain.caller import Caller
from booking.domain.configuration import ALL_MEETING_TYPES, Configuration
from booking.domain.errors import Fault, Forbidden, InvalidRequest, MeetingCancelled, NotFound
from booking.domain.instants import format_instant
from booking.domain.interval import Interval
from booking.domain.meeting import LONGEST_SECONDS, Meeting, MeetingStatus, SlotStatus
from booking.domain.notice import require_movable
from booking.domain.requests import Search
from booking.domain.search import agendas_for_search
from booking.http.contract.time_slots import ExplainQuery, SearchParameters, SearchQuery
from booking.http.forms import format_duration
from booking.http.requests import Request
from booking.storage import keys, meetings, slots
from booking.storage.table import Item, Table


def search_of(request: Request, configuration: Configuration, table: Table, now: int) -> Search:
    """The search, with the organisation's defaults filled in. It calls the database only if something is to be moved.

    Raises InvalidRequest with every fault, Forbidden for what only staff may ask, NotFound for an unknown topic (its
    duration is a default) and for a meeting that is not the caller's, NotLinked, MeetingCancelled.
    """
    query = request.query(SearchQuery, configuration.organisation.time_zone)
    search = _search(query, request.caller, configuration, now)
    return _moving(search, query, request.caller, configuration, table, now)


def explained_search_of(request: Request, configuration: Configuration, table: Table, now: int) -> tuple[Search, int]:
    """The search, and the `start` to explain. A query without a time to search searches just that start."""
    query = request.query(ExplainQuery, configuration.organisation.time_zone)
    search = _search(query, request.caller, configuration, now)
    if query.start_date is None and query.end_date is None and query.look_forward_time is None:
        search = replace(search, window=Interval(query.start, query.start + search.duration))
    return _moving(search, query, request.caller, configuration, table, now), query.start


def _moving(
    search: Search, query: SearchQuery, caller: Caller, configuration: Configuration, table: Table, now: int
) -> Search:
    """The search without what the caller would give back, as in a reservation with the same fields.

    If one meeting is to be moved, its topic and customer type apply unless the query names others.
    """
    ids = tuple(dict.fromkeys(id for id in (query.existing_meeting_id, *query.ignore_meeting_ids) if id))
    token_key = keys.token(caller.owner, keys.token_hash(query.token)) if query.token else None
    wanted = [keys.meeting(id) for id in ids] + ([token_key] if token_key else [])
    items = {item["pk"]: item for item in table.get_many(wanted, consistent=True)}
    found = [_own_meeting(items.get(keys.meeting(id)["pk"]), caller, id) for id in ids]
    require_consent(table, configuration, caller, *(meeting.customer_id for meeting in found))
    ignored = {meeting.time_slot_id for meeting in found if meeting.status is not MeetingStatus.CANCELLED}
    if token_key and token_key["pk"] in items:
        held = slots.get(table, slots.slot_id_of_token(items[token_key["pk"]]))
        if held and held.status_at(now) is SlotStatus.RESERVED:
            ignored.add(held.id)
    search = replace(search, ignored_slot_ids=frozenset(ignored), ignored_meeting_ids=frozenset(ids))
    if not query.existing_meeting_id and len(found) != 1:
        return search
    moved = found[0]
    if moved.status is MeetingStatus.CANCELLED:
        raise MeetingCancelled("A cancelled meeting cannot be moved.", meetingId=moved.id)
    require_movable(moved, caller, configuration, now)
    topic_id, customer_type_id = subject_of(moved, configuration)
    return replace(
        search,
        topic_id=search.topic_id or topic_id,
        customer_type_id=search.customer_type_id or customer_type_id,
        is_agreed=True,
    )


def _own_meeting(item: Item | None, caller: Caller, id: str) -> Meeting:
    meeting = meetings.meeting_of(item) if item else None
    if meeting is None or not caller.owns_meeting(meeting):
        raise NotFound("meeting", id)
    return meeting


def waited_search_of(asked: SearchParameters, caller: Caller, configuration: Configuration, now: int) -> Search:
    """The search of a body that asks for the waitlist. It calls no database.

    Raises InvalidRequest with every fault, also for a search that is too large; Forbidden, and NotFound for an id that
    is not configured.
    """
    search = _parameters(asked, caller, configuration, now, where="body")
    agendas_for_search(search, configuration, now)
    return search


def _search(query: SearchQuery, caller: Caller, configuration: Configuration, now: int) -> Search:
    if query.all_employees and not caller.is_staff:
        raise Forbidden("Only employees may set allEmployees to true.")
    search = _parameters(query, caller, configuration, now, where="query")
    return replace(search, all_employees=bool(query.all_employees))


def _parameters(query: SearchParameters, caller: Caller, configuration: Configuration, now: int, where: str) -> Search:
    organisation = configuration.organisation
    start, end = query.start_date, query.end_date
    look_forward, duration = query.look_forward_time, query.meeting_duration
    if query.is_customer_initiated is False and not caller.is_staff:
        raise Forbidden("Only employees may set isCustomerInitiated to false.")
    if duration is None:
        duration = topic_duration(configuration, query.topic_id) or organisation.default_meeting_duration
    first = now if start is None else start
    if look_forward is None:
        look_forward = organisation.default_look_forward
    last = first + look_forward if end is None else end
    faults = []
    if last <= first and end is None:
        faults.append(Fault(f"{where}.lookForwardTime", format_duration(look_forward), "more than 0"))
    elif last <= first:
        faults.append(Fault(f"{where}.endDate", format_instant(last), "after startDate"))
    if not 0 < duration <= LONGEST_SECONDS:
        faults.append(Fault(f"{where}.meetingDuration", format_duration(duration), "more than 0 and at most 24 hours"))
    is_customer_initiated = not caller.is_staff if query.is_customer_initiated is None else query.is_customer_initiated
    longest = configuration.longest_meeting(query.topic_id)
    if not faults and is_customer_initiated and duration > longest:
        faults.append(
            Fault(
                f"{where}.meetingDuration",
                format_duration(duration),
                f"at most {format_duration(longest)} for customers",
            )
        )
    if faults:
        raise InvalidRequest(faults)
    return Search(
        require_employee_participation=query.require_employee_participation,
        window=Interval(first, last),
        duration=duration,
        explicit_employee_ids=query.explicit_employee_ids,
        employee_types=frozenset(query.employee_types) or None,
        topic_id=query.topic_id,
        customer_type_id=query.customer_type_id,
        meeting_types=frozenset(query.meeting_types) or ALL_MEETING_TYPES,
        require_room=bool(query.require_room),
        specific_rooms=query.specific_rooms,
        customer_location=query.customer_location,
        meeting_location=query.meeting_location,
        is_customer_initiated=is_customer_initiated,
    )


def topic_duration(configuration: Configuration, topic_id: str | None) -> int | None:
    return configuration.require_meeting_topic(topic_id).duration if topic_id else None
