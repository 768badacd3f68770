"""What an organisation has configured: the values that the rules read. See the API's configuration documents.

Local dates are `date`, times of day are minutes after midnight (0..1440, 1440 ends a day), durations are
seconds, instants are Unix seconds. Empty collections mean what each field says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.domain.errors import NotFound
from booking.domain.interval import Interval


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


@dataclass(frozen=True)
class PriorityRule:
    """One rank of the candidates; `label` narrows ServiceGroup to the groups that carry it."""

    type: EmployeeType
    label: str | None = None


DEFAULT_PRIORITY_RULES = (
    PriorityRule(EmployeeType.EXPLICIT),
    PriorityRule(EmployeeType.LOCAL),
    PriorityRule(EmployeeType.SERVICE_GROUP),
)


@dataclass(frozen=True)
class DateRange:
    """Whole local days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Organisation:
    """The one settings document."""

    name: str = ""
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Copenhagen"))
    opening_time: int = 0
    closing_time: int = 1440
    slot_interval: int = 30 * 60
    default_meeting_duration: int = 60 * 60
    default_look_forward: int = 7 * 86400
    booking_horizon_days: int = 90
    buffer: int = 0
    working_time_buffer: int = 0
    max_meeting_time_per_day: int | None = None
    closing_days: tuple[DateRange, ...] = ()
    reservation_lifetime: int = 5 * 60
    retention_days: int | None = None
    priority_rules: tuple[PriorityRule, ...] = DEFAULT_PRIORITY_RULES
    ical_title: str = ""
    ical_description: str = ""
    organizer_name: str = ""
    organizer_email: str = ""


@dataclass(frozen=True)
class Location:
    """A branch. A location that is not configured counts as one with an optional room."""

    id: str
    name: str = ""
    address: str = ""
    room_policy: RoomPolicy = RoomPolicy.OPTIONAL


@dataclass(frozen=True)
class CustomerType:
    id: str
    name: str = ""


@dataclass(frozen=True)
class MeetingTopic:
    """`customer_type_ids` empty: open to all; `meeting_types` empty in the document: all four."""

    id: str
    name: str = ""
    available_to_customers: bool = True
    customer_type_ids: frozenset[str] = frozenset()
    meeting_types: frozenset[MeetingType] = ALL_MEETING_TYPES
    duration: int | None = None


@dataclass(frozen=True)
class Window:
    """A stretch of one weekday, [start, end) in local minutes. `meeting_types` empty in the document: all four."""

    start: int
    end: int
    location: str | None = None
    meeting_types: frozenset[MeetingType] = ALL_MEETING_TYPES


@dataclass(frozen=True)
class Skills:
    """Exactly what is listed; an employee without a Skills value covers everything."""

    topic_ids: frozenset[str] = frozenset()
    customer_type_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class WorkingElsewhere:
    days: DateRange
    location: str


@dataclass(frozen=True)
class Employee:
    """`workdays[0]` is Monday. `absences` holds the blocking ones only."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    locations: tuple[str, ...] = ()
    can_be_booked: bool = True
    only_explicitly_available: bool = False
    max_meeting_time_per_day: int | None = None
    skills: Skills | None = None
    workdays: tuple[tuple[Window, ...], ...] = ((), (), (), (), (), (), ())
    extra_availability: tuple[Interval, ...] = ()
    absences: tuple[Interval, ...] = ()
    working_elsewhere: tuple[WorkingElsewhere, ...] = ()
    time_zone: ZoneInfo | None = None


@dataclass(frozen=True)
class Room:
    id: str
    name: str = ""
    location: str = ""
    capacity: int = 1
    features: tuple[str, ...] = ()
    bookable: bool = True


@dataclass(frozen=True)
class CompetenceGroup:
    """Topics and customer types empty: any. Members of sub-groups (at most five levels) count as members."""

    id: str
    name: str = ""
    employee_ids: frozenset[str] = frozenset()
    topic_ids: frozenset[str] = frozenset()
    customer_type_ids: frozenset[str] = frozenset()
    sub_group_ids: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ServiceGroup:
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


@dataclass(frozen=True)
class Configuration:
    """Everything configured, at one version; the mappings are by id."""

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

    @property
    def all_employee_ids(self) -> list[str]:
        """Of everybody who has or had meetings, sorted."""
        return sorted(self.employees.keys() | self.former_employee_ids)

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


def _required[T](kind_by_id: Mapping[str, T], kind: str, id: str) -> T:
    try:
        return kind_by_id[id]
    except KeyError:
        raise NotFound(kind, id) from None
