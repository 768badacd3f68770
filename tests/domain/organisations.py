"""Random organisations, agendas and searches, in the weeks in which clocks change."""

from collections.abc import Mapping
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from booking.domain.agenda import Agenda, Entry, Resource, Seat, employee, room
from booking.domain.configuration import (
    ALL_MEETING_TYPES,
    CompetenceGroup,
    Configuration,
    CustomerType,
    DateRange,
    Employee,
    EmployeeType,
    Location,
    MeetingTopic,
    MeetingType,
    Organisation,
    PlanDates,
    PriorityRule,
    Room,
    RoomPolicy,
    ServiceGroup,
    Skills,
    WeekPlan,
    Weeks,
    Window,
    WorkingElsewhere,
)
from booking.domain.interval import Interval
from booking.domain.requests import Search

MINUTE, HOUR, DAY = 60, 3600, 86400

# Each zone with the local dates on (or, in Nuuk, on the eve of) which its clocks change; two have no change.
CHANGES = [
    ("Europe/Copenhagen", date(2026, 3, 29)),
    ("Europe/Copenhagen", date(2026, 10, 25)),
    ("America/Nuuk", date(2026, 3, 28)),
    ("America/Nuuk", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Kathmandu", date(2026, 3, 29)),
    ("UTC", date(2026, 10, 25)),
]
OTHER_ZONES = ["Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]

EMPLOYEES = ["anna", "bo", "cy", "dan"]
LOCATIONS = ["Aarhus", "City"]
TOPICS = ["loan", "pension"]
CUSTOMER_TYPES = ["business", "private"]
GROUPS = ["all-round", "finance", "mortgage"]
ROOMS = ["attic", "cellar", "hall"]


@dataclass(frozen=True)
class Example:
    """`around`: the time that all of it lies in, days apart from the edges."""

    configuration: Configuration
    agendas: Mapping[Resource, Agenda]
    search: Search
    now: int
    around: tuple[int, int]


def sets[T](values: list[T]) -> st.SearchStrategy[frozenset[T]]:
    return st.frozensets(st.sampled_from(values))


def seldom[T](usual: T, strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Most examples must get past most rules, or none would be offered anything."""
    return st.integers(0, 4).flatmap(lambda n: strategy if n == 4 else st.just(usual))


MEETING_TYPES = seldom(ALL_MEETING_TYPES, sets(list(MeetingType)).filter(bool))
NONE_LISTED = frozenset[str]()
OWN_BUFFER = seldom(None, st.sampled_from([0, 10, 20, 60]).map(lambda minutes: minutes * MINUTE))


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """The windows of one weekday: any quarters, night hours as well, touching ones as well."""
    quarters = st.integers(0, 96) | st.integers(4, 16)  # the second: around the hour that clocks skip or repeat
    edges = sorted(draw(st.lists(quarters, min_size=2, max_size=6, unique=True)))
    if draw(st.booleans()):
        edges = [0, 96] if len(edges) < 4 else [0, edges[1], edges[2], 96]
    if draw(st.booleans()) and len(edges) >= 3:
        pairs = list(pairwise(edges))
    else:
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return tuple(
        Window(start * 15, end * 15, draw(st.sampled_from([None, *LOCATIONS])), draw(MEETING_TYPES))
        for start, end in pairs
    )


@st.composite
def intervals(draw: st.DrawFn, start: int, end: int, longest: int = 8 * HOUR) -> Interval:
    first = draw(st.integers(start // 300, end // 300)) * 300
    return Interval(first, first + draw(st.integers(1, longest // 300)) * 300)


@st.composite
def date_ranges(draw: st.DrawFn, around: date) -> DateRange:
    first = around + timedelta(days=draw(st.integers(-2, 2)))
    return DateRange(first, first + timedelta(days=draw(st.integers(0, 1))))


@st.composite
def week_plans(draw: st.DrawFn, around: date) -> WeekPlan:
    first = draw(st.none() | st.integers(-3, 2).map(lambda days: around + timedelta(days=days)))
    last = draw(st.none() | st.integers(0, 9).map(lambda days: (first or around) + timedelta(days=days)))
    week = draw(st.lists(windows(), min_size=1, max_size=2))
    workdays = tuple(week[weekday % len(week)] for weekday in range(7))
    return WeekPlan(PlanDates(first, last, draw(st.sampled_from(list(Weeks)))), workdays)


@st.composite
def employees(draw: st.DrawFn, id: str, change: date, start: int, end: int) -> Employee:
    week = draw(st.lists(windows(), min_size=1, max_size=3))
    rarely = seldom(False, st.just(True))
    return Employee(
        id,
        locations=tuple(draw(st.lists(st.sampled_from(LOCATIONS), unique=True, max_size=2))),
        can_be_booked=not draw(rarely),
        only_explicitly_available=draw(rarely),
        max_meeting_time_per_day=draw(st.sampled_from([None, None, 2 * HOUR, 4 * HOUR])),
        max_meetings_per_day=draw(st.sampled_from([None, None, 1, 3])),
        skills=draw(st.sampled_from([None, None, Skills(), Skills(frozenset(TOPICS), frozenset(CUSTOMER_TYPES))])),
        workdays=tuple(week[weekday % len(week)] for weekday in range(7)),
        week_plans=draw(seldom((), st.lists(week_plans(change), max_size=3).map(tuple))),
        extra_availability=tuple(draw(st.lists(intervals(start, end), max_size=2))),
        absences=tuple(draw(st.lists(intervals(start, end), max_size=2))) if draw(rarely) else (),
        working_elsewhere=tuple(
            draw(st.lists(st.builds(WorkingElsewhere, date_ranges(change), st.sampled_from(LOCATIONS)), max_size=1))
        ),
        time_zone=ZoneInfo(draw(st.sampled_from(OTHER_ZONES))) if draw(rarely) else None,
    )


@st.composite
def agendas(draw: st.DrawFn, name: str, start: int, end: int, now: int) -> Agenda:
    nearby = intervals(start, end, longest=3 * HOUR)
    of_that_week = intervals(start - 3 * DAY, end + 2 * DAY, longest=3 * HOUR)
    times = draw(st.lists(nearby, max_size=5)) + draw(st.lists(of_that_week, max_size=2))
    entries = tuple(
        Entry(
            time.start,
            time.end,
            f"{name}-{number}",
            draw(st.sampled_from([None, None, now, now + 1])),
            draw(st.sampled_from([None, *TOPICS, "a deleted topic"])),
        )
        for number, time in enumerate(times)
    )
    return Agenda(entries, tuple(draw(st.lists(intervals(start, end, longest=3 * HOUR), max_size=2))))


@st.composite
def service_groups(draw: st.DrawFn, id: str) -> ServiceGroup:
    return ServiceGroup(
        id,
        employee_ids=draw(sets(EMPLOYEES)),
        competence_group_ids=draw(sets(GROUPS)),
        trigger_topic_ids=draw(seldom(NONE_LISTED, sets(TOPICS))),
        trigger_customer_type_ids=draw(seldom(NONE_LISTED, sets(CUSTOMER_TYPES))),
        trigger_customer_locations=draw(seldom(NONE_LISTED, sets(LOCATIONS))),
        meeting_types=draw(sets(list(MeetingType))),
        locations=draw(sets(LOCATIONS)),
        max_meeting_time_per_day=draw(st.sampled_from([None, HOUR, 3 * HOUR])),
        labels=draw(sets(["VIP"])),
    )


@st.composite
def configurations(draw: st.DrawFn, zone: ZoneInfo, change: date, start: int, end: int) -> Configuration:
    opening, closing = draw(st.sampled_from([(0, 1440), (0, 1440), (8 * 60, 18 * 60), (90, 22 * 60 + 45)]))
    organisation = Organisation(
        time_zone=zone,
        opening_time=opening,
        closing_time=closing,
        slot_interval=draw(st.sampled_from([15, 20, 30, 45, 60, 100])) * MINUTE,
        booking_horizon_days=draw(seldom(90, st.sampled_from([1, 3]))),
        buffer=draw(st.sampled_from([0, 0, 10, 15, 45])) * MINUTE,
        buffer_before=draw(OWN_BUFFER),
        buffer_after=draw(OWN_BUFFER),
        working_time_buffer=draw(st.sampled_from([0, 0, 60, 125, 600])) * MINUTE,
        max_meeting_time_per_day=draw(st.sampled_from([None, None, 3 * HOUR])),
        max_meetings_per_day=draw(st.sampled_from([None, None, 2])),
        closing_days=draw(seldom((), st.tuples(date_ranges(change)))),
        default_meeting_duration=draw(st.sampled_from([30, 60])) * MINUTE,
        longest_meeting=draw(seldom(4 * HOUR, st.sampled_from([45 * MINUTE, 90 * MINUTE]))),
        bookable_from=draw(seldom(0, st.sampled_from([90 * MINUTE, 26 * HOUR]))),
        priority_rules=tuple(
            draw(
                st.lists(
                    st.sampled_from(
                        [
                            PriorityRule(EmployeeType.EXPLICIT),
                            PriorityRule(EmployeeType.LOCAL),
                            PriorityRule(EmployeeType.SERVICE_GROUP),
                            PriorityRule(EmployeeType.SERVICE_GROUP, "VIP"),
                        ]
                    ),
                    unique=True,
                )
            )
        ),
    )
    staff = EMPLOYEES[: draw(st.integers(1, 4))]
    groups = {
        "finance": draw(st.sampled_from([NONE_LISTED, frozenset({"mortgage"}), frozenset({"mortgage", "all-round"})])),
        "mortgage": draw(st.sampled_from([NONE_LISTED, frozenset({"all-round"})])),
        "all-round": NONE_LISTED,
    }
    return Configuration(
        organisation=organisation,
        locations={
            id: Location(id, room_policy=draw(st.sampled_from(list(RoomPolicy)))) for id in draw(sets(LOCATIONS))
        },
        customer_types={id: CustomerType(id) for id in CUSTOMER_TYPES},
        meeting_topics={
            id: MeetingTopic(
                id,
                available_to_customers=draw(seldom(True, st.just(False))),
                customer_type_ids=draw(seldom(NONE_LISTED, sets(CUSTOMER_TYPES))),
                meeting_types=draw(MEETING_TYPES),
                duration=draw(st.sampled_from([None, None, 60 * MINUTE, 120 * MINUTE])),
                buffer_before=draw(OWN_BUFFER),
                buffer_after=draw(OWN_BUFFER),
                longest_meeting=draw(seldom(None, st.sampled_from([30 * MINUTE, 3 * HOUR]))),
                bookable_from=draw(seldom(None, st.sampled_from([0, 5 * HOUR]))),
                seats=draw(st.sampled_from([1, 1, 2, 3, 8])),
            )
            for id in TOPICS
        },
        employees={id: draw(employees(id, change, start, end)) for id in staff},
        rooms={
            id: Room(
                id,
                location=draw(st.sampled_from(LOCATIONS)),
                capacity=draw(st.integers(1, 4)),
                bookable=draw(st.sampled_from([True, True, True, False])),
            )
            for id in draw(sets(ROOMS))
        },
        competence_groups={
            id: CompetenceGroup(
                id,
                employee_ids=draw(sets(staff)),
                topic_ids=draw(sets(TOPICS)),
                customer_type_ids=draw(sets(CUSTOMER_TYPES)),
                sub_group_ids=below,
            )
            for id, below in groups.items()
        },
        service_groups={id: draw(service_groups(id)) for id in draw(sets(["east", "west"]))},
    )


@st.composite
def searches(draw: st.DrawFn, configuration: Configuration, start: int) -> Search:
    first = start + draw(st.integers(0, 36 * 60)) * MINUTE + draw(st.sampled_from([0, 0, 1]))
    staff, rooms = sorted(configuration.employees), sorted(configuration.rooms)
    slots = [f"{id}-{number}" for id in (*staff, *rooms, "group-0", "group-1") for number in (0, 1)]
    rarely = seldom(False, st.just(True))
    where = seldom(None, st.sampled_from(LOCATIONS))
    return Search(
        require_employee_participation=draw(st.booleans()),
        window=Interval(first, first + draw(st.integers(3 * 60, 30 * 60)) * MINUTE),
        duration=draw(st.sampled_from([15, 30, 45, 60, 90, 150])) * MINUTE,
        explicit_employee_ids=tuple(draw(st.lists(st.sampled_from(staff), unique=True, max_size=3))),
        employee_types=draw(seldom(None, sets(list(EmployeeType)).filter(bool))),
        topic_id=draw(st.sampled_from([None, *TOPICS])),
        customer_type_id=draw(st.sampled_from([None, *CUSTOMER_TYPES])),
        meeting_types=draw(MEETING_TYPES),
        require_room=draw(rarely),
        specific_rooms=draw(seldom((), st.lists(st.sampled_from(rooms), unique=True, max_size=2).map(tuple)))
        if rooms
        else (),
        customer_location=draw(where),
        meeting_location=draw(where),
        is_customer_initiated=draw(st.sampled_from([True, True, False])),
        ignored_slot_ids=draw(seldom(NONE_LISTED, sets(slots))),
        is_agreed=draw(rarely),
    )


@st.composite
def group_meetings(
    draw: st.DrawFn,
    name: str,
    configuration: Configuration,
    search: Search,
    known: Mapping[Resource, Agenda],
    now: int,
) -> Mapping[Resource, Agenda]:
    """The agendas with one more group meeting, in a room that is otherwise free then, or in none."""
    host = employee(draw(st.sampled_from(sorted(configuration.employees))))
    room_id = draw(st.sampled_from([None, None, *sorted(configuration.rooms)]))
    first = -(-search.window.start // (15 * MINUTE)) * 15 * MINUTE
    start = first + draw(st.integers(-2, 24 * 4)) * 15 * MINUTE
    length = draw(seldom(search.duration, st.sampled_from([30 * MINUTE, 60 * MINUTE])))
    seat = Seat(host.id, draw(st.sampled_from(sorted(search.meeting_types) or list(MeetingType))), room_id)
    entries = tuple(
        Entry(
            start,
            start + length,
            f"{name}-{number}",
            draw(st.sampled_from([None, None, now, now + 1])),
            draw(seldom(search.topic_id, st.sampled_from(TOPICS))),
            seat,
        )
        for number in range(draw(st.integers(1, 3)))
    )
    changed = {host: replace(known.get(host, Agenda()), entries=(*known.get(host, Agenda()).entries, *entries))}
    if room_id is not None:
        taken, time = known.get(room(room_id), Agenda()), Interval(start, start + length)
        others = tuple(each for each in taken.entries if not each.interval.overlaps(time))
        imported = tuple(each for each in taken.imported if not each.overlaps(time))
        changed[room(room_id)] = Agenda((*others, *entries), imported)
    return changed


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """A search of up to 30 hours that begins on the day before the clocks change, or on that day."""
    name, change = draw(st.sampled_from(CHANGES))
    eve = int(datetime(change.year, change.month, change.day, tzinfo=UTC).timestamp()) - DAY
    start, end = eve, eve + 3 * DAY
    configuration = draw(configurations(ZoneInfo(name), change, start, end))
    now = start + draw(st.sampled_from([-2 * DAY, -DAY, -2 * HOUR, 10 * HOUR])) + draw(st.integers(0, 59)) * MINUTE
    resources = [employee(id) for id in sorted(configuration.employees)]
    resources += [room(id) for id in sorted(configuration.rooms)]
    known = {resource: draw(agendas(resource.id, start, end, now)) for resource in resources if draw(st.booleans())}
    search = draw(searches(configuration, start))
    for number in range(draw(st.integers(0, 3)) if search.topic_id else 0):
        known |= draw(group_meetings(f"group-{number}", configuration, search, known, now))
    return Example(configuration, known, search, now, (eve - 4 * DAY, eve + 6 * DAY))
