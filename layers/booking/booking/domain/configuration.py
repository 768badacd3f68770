"""What an organisation has configured: the values that the rules read. See the API's configuration documents.

Local dates are `date`, times of day are minutes after midnight (0..1440, 1440 ends a day), durations are
seconds, instants are Unix seconds. What an empty collection means, each class says.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from booking.domain.errors import NotFound
from booking.domain.interval import SECONDS_PER_DAY, Interval


class MeetingType(StrEnum):
    PHYSICAL = "Physical"
    ONLINE = "Online"
    TELEPHONE = "Telephone"
    OFF_SITE = "OffSite"


ALL_MEETING_TYPES = frozenset(MeetingType)


class EmployeeType(StrEnum):
    """How a candidate was found: named, by the location, or by a service group."""

    EXPLICIT = "Explicit"
    LOCAL = "Local"
    SERVICE_GROUP = "ServiceGroup"


class RoomPolicy(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class PriorityRule(Struct, frozen=True):
    """One rank of the candidates; `label` narrows ServiceGroup to the groups that carry it."""

    type: EmployeeType
    label: str | None = None


DEFAULT_PRIORITY_RULES = (
    PriorityRule(EmployeeType.EXPLICIT),
    PriorityRule(EmployeeType.LOCAL),
    PriorityRule(EmployeeType.SERVICE_GROUP),
)


class DateRange(Struct, frozen=True):
    """Whole local days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Buffers(NamedTuple):
    """How many seconds a meeting wants free before and after it."""

    before: int
    after: int


class Organisation(Struct, frozen=True):
    """The one settings document. `buffer_before`, `buffer_after` None: `buffer`."""

    name: str = ""
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Copenhagen"))
    opening_time: int = 0
    closing_time: int = 1440
    slot_interval: int = 30 * 60
    default_meeting_duration: int = 60 * 60
    default_look_forward: int = 7 * SECONDS_PER_DAY
    booking_horizon_days: int = 90
    buffer: int = 0
    buffer_before: int | None = None
    buffer_after: int | None = None
    working_time_buffer: int = 0
    max_meeting_time_per_day: int | None = None
    max_meetings_per_day: int | None = None
    closing_days: tuple[DateRange, ...] = ()
    reservation_lifetime: int = 5 * 60
    firm_slot_lifetime: int = 30 * 60
    max_holds: int = 3
    max_upcoming_meetings: int | None = None
    overlap_for_customer: bool = True
    waitlist_hold: int = 30 * 60
    longest_meeting: int = 4 * 3600
    bookable_from: int = 0
    cancel_notice: int | None = None
    change_notice: int | None = None
    partner_consent: bool = False
    retention_days: int | None = None
    priority_rules: tuple[PriorityRule, ...] = DEFAULT_PRIORITY_RULES
    ical_title: str = ""
    ical_description: str = ""
    organizer_name: str = ""
    organizer_email: str = ""
    locales: tuple[str, ...] = ()
    localized_ical_title: Mapping[str, str] = field(default_factory=dict)
    localized_ical_description: Mapping[str, str] = field(default_factory=dict)


class Location(Struct, frozen=True):
    """A branch. A location that is not configured counts as one with an optional room."""

    id: str
    name: str = ""
    address: str = ""
    room_policy: RoomPolicy = RoomPolicy.OPTIONAL
    localized_name: Mapping[str, str] = field(default_factory=dict)


class CustomerType(Struct, frozen=True):
    id: str
    name: str = ""
    localized_name: Mapping[str, str] = field(default_factory=dict)


class MeetingTopic(Struct, frozen=True):
    """`customer_type_ids` empty: open to all; `meeting_types` empty in the document: all four.

    None for a limit, a notice or a buffer: the organisation's. More than one of `seats`: a group meeting.
    """

    id: str
    name: str = ""
    available_to_customers: bool = True
    customer_type_ids: frozenset[str] = frozenset()
    meeting_types: frozenset[MeetingType] = ALL_MEETING_TYPES
    duration: int | None = None
    buffer_before: int | None = None
    buffer_after: int | None = None
    longest_meeting: int | None = None
    bookable_from: int | None = None
    cancel_notice: int | None = None
    change_notice: int | None = None
    max_upcoming_meetings: int | None = None
    seats: int = 1
    localized_name: Mapping[str, str] = field(default_factory=dict)


class Window(Struct, frozen=True):
    """A stretch of one weekday, [start, end) in local minutes. `meeting_types` empty in the document: all four."""

    start: int
    end: int
    location: str | None = None
    meeting_types: frozenset[MeetingType] = ALL_MEETING_TYPES


class Skills(Struct, frozen=True):
    """Exactly what is listed; an employee without a Skills value covers everything."""

    topic_ids: frozenset[str] = frozenset()
    customer_type_ids: frozenset[str] = frozenset()


class WorkingElsewhere(Struct, frozen=True):
    days: DateRange
    location: str


class Weeks(StrEnum):
    """Which ISO weeks, by their number."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"


class PlanDates(Struct, frozen=True):
    """The local dates of a plan, both ends included. None: no end."""

    first: date | None = None
    last: date | None = None
    weeks: Weeks = Weeks.ALL

    def __contains__(self, day: date) -> bool:
        if (self.first and day < self.first) or (self.last and self.last < day):
            return False
        return self.weeks is Weeks.ALL or (day.isocalendar().week % 2 == 1) is (self.weeks is Weeks.ODD)


class WeekPlan(Struct, frozen=True):
    """What an employee's week is like on some dates. `workdays[0]` is Monday."""

    dates: PlanDates
    workdays: tuple[tuple[Window, ...], ...]


class Employee(Struct, frozen=True):
    """`workdays[0]` is Monday. On the dates of `week_plans` the first plan that has the date counts instead.

    `absences` holds the blocking ones only.
    """

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    locations: tuple[str, ...] = ()
    can_be_booked: bool = True
    only_explicitly_available: bool = False
    max_meeting_time_per_day: int | None = None
    max_meetings_per_day: int | None = None
    skills: Skills | None = None
    workdays: tuple[tuple[Window, ...], ...] = ((), (), (), (), (), (), ())
    week_plans: tuple[WeekPlan, ...] = ()
    extra_availability: tuple[Interval, ...] = ()
    absences: tuple[Interval, ...] = ()
    working_elsewhere: tuple[WorkingElsewhere, ...] = ()
    time_zone: ZoneInfo | None = None

    @property
    def every_window(self) -> Iterator[Window]:
        """Those of the usual week and of every plan, in the order of the weekdays."""
        for workdays in (self.workdays, *(plan.workdays for plan in self.week_plans)):
            for windows in workdays:
                yield from windows

    def windows_on(self, day: date) -> tuple[Window, ...]:
        plan = next((plan for plan in self.week_plans if day in plan.dates), None)
        return (plan.workdays if plan else self.workdays)[day.weekday()]


class Room(Struct, frozen=True):
    id: str
    name: str = ""
    location: str = ""
    capacity: int = 1
    features: tuple[str, ...] = ()
    bookable: bool = True


class CompetenceGroup(Struct, frozen=True):
    """Topics and customer types empty: any. Members of sub-groups (at most five levels) count as members."""

    id: str
    name: str = ""
    employee_ids: frozenset[str] = frozenset()
    topic_ids: frozenset[str] = frozenset()
    customer_type_ids: frozenset[str] = frozenset()
    sub_group_ids: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()


class ServiceGroup(Struct, frozen=True):
    """Trigger lists empty: any. `meeting_types` empty: offers nothing. `locations` empty: never Physical."""

    id: str
    name: str = ""
    employee_ids: frozenset[str] = frozenset()
    competence_group_ids: frozenset[str] = frozenset()
    trigger_topic_ids: frozenset[str] = frozenset()
    trigger_customer_type_ids: frozenset[str] = frozenset()
    trigger_customer_locations: frozenset[str] = frozenset()
    meeting_types: frozenset[MeetingType] = frozenset()
    locations: frozenset[str] = frozenset()
    max_meeting_time_per_day: int | None = None
    labels: frozenset[str] = frozenset()


class Configuration(Struct, frozen=True, dict=True):
    """Everything that is configured, at one version. The mappings are by id.

    `limits_changed_at`: the second of the last change of a document that limits the meetings of a customer.
    """

    version: int = 0
    organisation: Organisation = field(default_factory=Organisation)
    locations: Mapping[str, Location] = field(default_factory=dict)
    customer_types: Mapping[str, CustomerType] = field(default_factory=dict)
    meeting_topics: Mapping[str, MeetingTopic] = field(default_factory=dict)
    employees: Mapping[str, Employee] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    competence_groups: Mapping[str, CompetenceGroup] = field(default_factory=dict)
    service_groups: Mapping[str, ServiceGroup] = field(default_factory=dict)
    former_employee_ids: frozenset[str] = frozenset()
    limits_changed_at: int = 0

    @property
    def all_employee_ids(self) -> list[str]:
        """The ids of all employees who have or had meetings, sorted."""
        return sorted(self.employees.keys() | self.former_employee_ids)

    def buffers(self, topic_id: str | None) -> Buffers:
        """What a meeting about the topic wants: the topic's own buffers, else the organisation's."""
        return self._buffers_by_topic.get(topic_id or "", self._buffers_without_topic)

    def seats(self, topic_id: str | None) -> int:
        """How many customers a meeting about the topic is for. 1 without a topic, and for a topic since deleted."""
        topic = self.meeting_topics.get(topic_id or "")
        return topic.seats if topic else 1

    def is_group_topic(self, topic_id: str | None) -> bool:
        return self.seats(topic_id) > 1

    @cached_property
    def largest_buffer(self) -> int:
        """The most seconds that any meeting wants before or after it."""
        return max(map(max, (self._buffers_without_topic, *self._buffers_by_topic.values())))

    def longest_meeting(self, topic_id: str | None) -> int:
        """The longest meeting that customers may book, in seconds.

        The topic's own limit, else the organisation's, but never less than the default duration of a meeting.
        """
        topic = self.meeting_topics.get(topic_id or "")
        if topic and topic.longest_meeting is not None:
            return topic.longest_meeting
        usual = (topic and topic.duration) or self.organisation.default_meeting_duration
        return max(self.organisation.longest_meeting, usual)

    def bookable_from(self, topic_id: str | None) -> int:
        """How many seconds after now the first meeting may start that customers book; calendar time."""
        topic = self.meeting_topics.get(topic_id or "")
        return self.organisation.bookable_from if topic is None or topic.bookable_from is None else topic.bookable_from

    def cancel_notice(self, topic_id: str | None) -> int | None:
        """Until how many seconds before its start customers may cancel a meeting; None: until it ends."""
        topic = self.meeting_topics.get(topic_id or "")
        return self.organisation.cancel_notice if topic is None or topic.cancel_notice is None else topic.cancel_notice

    def change_notice(self, topic_id: str | None) -> int | None:
        """The same for moving it to another time."""
        topic = self.meeting_topics.get(topic_id or "")
        return self.organisation.change_notice if topic is None or topic.change_notice is None else topic.change_notice

    def limiting_topic(self, topic_id: str | None) -> str | None:
        """The topic, if it has a limit of its own for the meetings to come of a customer. None: the organisation's."""
        topic = self.meeting_topics.get(topic_id or "")
        return None if topic is None or topic.max_upcoming_meetings is None else topic.id

    def max_upcoming_meetings(self, topic_id: str | None) -> int | None:
        """How many meetings to come a customer may have that count towards the limit of this topic's; None: any."""
        own = self.limiting_topic(topic_id)
        return self.meeting_topics[own].max_upcoming_meetings if own else self.organisation.max_upcoming_meetings

    @cached_property
    def limits_customers(self) -> bool:
        """Whether the meetings of one customer are limited at all."""
        this, topics = self.organisation, self.meeting_topics.values()
        numbers = (this.max_upcoming_meetings, *(topic.max_upcoming_meetings for topic in topics))
        return not this.overlap_for_customer or any(number is not None for number in numbers)

    def require_employee(self, id: str) -> Employee:
        """Raises NotFound, as the four below do."""
        return _required(self.employees, "employee", id)

    def require_room(self, id: str) -> Room:
        return _required(self.rooms, "room", id)

    def require_meeting_topic(self, id: str) -> MeetingTopic:
        return _required(self.meeting_topics, "meeting topic", id)

    def require_customer_type(self, id: str) -> CustomerType:
        return _required(self.customer_types, "customer type", id)

    def location(self, id: str) -> Location:
        """The configured location, or the default one for an id that nobody configured."""
        return self.locations.get(id) or Location(id)

    def zone_of(self, employee: Employee) -> ZoneInfo:
        """The zone that the employee's local time is in."""
        return employee.time_zone or self.organisation.time_zone

    def competence_groups_of(self, employee_id: str) -> Sequence[CompetenceGroup]:
        """The competence groups that the employee is a member of, directly or through sub-groups."""
        return self._competence_groups_by_employee.get(employee_id, ())

    def service_groups_of(self, employee_id: str) -> Sequence[ServiceGroup]:
        """The service groups that the employee is a member of, directly or through competence groups."""
        return self._service_groups_by_employee.get(employee_id, ())

    def competence_group_members(self, group: CompetenceGroup) -> frozenset[str]:
        """The employees of the group and of all groups below it."""
        seen, waiting = {group.id}, [group]
        members: set[str] = set()
        while waiting:
            current = waiting.pop()
            members |= current.employee_ids
            below = current.sub_group_ids - seen
            seen |= below
            waiting += [self.competence_groups[id] for id in below if id in self.competence_groups]
        return frozenset(members)

    @cached_property
    def service_group_members(self) -> Mapping[str, frozenset[str]]:
        """The employees of each service group, including those of its competence groups, by group id."""
        groups = self.competence_groups
        members = {id: self.competence_group_members(group) for id, group in groups.items()}
        return {
            group.id: group.employee_ids.union(*(members[id] for id in group.competence_group_ids if id in groups))
            for group in self.service_groups.values()
        }

    # Computed once for each version of the configuration: warm containers keep it.

    @cached_property
    def _buffers_without_topic(self) -> Buffers:
        this = self.organisation
        return Buffers(_first(this.buffer_before, this.buffer), _first(this.buffer_after, this.buffer))

    @cached_property
    def _buffers_by_topic(self) -> Mapping[str, Buffers]:
        before, after = self._buffers_without_topic
        return {
            id: Buffers(_first(topic.buffer_before, before), _first(topic.buffer_after, after))
            for id, topic in self.meeting_topics.items()
        }

    @cached_property
    def _competence_groups_by_employee(self) -> Mapping[str, Sequence[CompetenceGroup]]:
        by_employee: dict[str, list[CompetenceGroup]] = {}
        for group in self.competence_groups.values():
            for id in self.competence_group_members(group):
                by_employee.setdefault(id, []).append(group)
        return by_employee

    @cached_property
    def _service_groups_by_employee(self) -> Mapping[str, Sequence[ServiceGroup]]:
        by_employee: dict[str, list[ServiceGroup]] = {}
        for group in self.service_groups.values():
            for id in self.service_group_members[group.id]:
                by_employee.setdefault(id, []).append(group)
        return by_employee


def _first(own: int | None, general: int) -> int:
    return general if own is None else own


def _required[T](kind_by_id: Mapping[str, T], kind: str, id: str) -> T:
    try:
        return kind_by_id[id]
    except KeyError:
        raise NotFound(kind, id) from None
