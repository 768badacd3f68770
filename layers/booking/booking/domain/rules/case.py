"""What a rule decides on: a meeting at one time, and a case of it: one employee, one type, one place."""

from msgspec import Struct

from booking.domain.configuration import Configuration, Employee, EmployeeType, MeetingType, ServiceGroup
from booking.domain.employee_time import EmployeeTime
from booking.domain.group_meetings import GroupMeeting
from booking.domain.interval import Interval
from booking.domain.local_days import Calendar
from booking.domain.requests import Search, SlotRequest
from booking.domain.room_times import RoomTimes
from booking.domain.working_time import Setting


class Source(Struct, frozen=True):
    """One way in which a candidate was found. `group` is the service group, for that type."""

    type: EmployeeType
    rank: int
    group: ServiceGroup | None = None

    def offers(self, meeting_type: MeetingType, place: str | None) -> bool:
        """A service group offers what its service level lists, and Physical at its own locations only."""
        if self.group is None:
            return True
        if meeting_type is MeetingType.PHYSICAL and place not in self.group.locations:
            return False
        return meeting_type in self.group.meeting_types


class Candidate(Struct, frozen=True):
    """An employee who is considered, and how the employee was found."""

    employee: Employee
    sources: tuple[Source, ...]

    @property
    def is_explicit(self) -> bool:
        return any(source.type is EmployeeType.EXPLICIT for source in self.sources)

    def rank(self, meeting_type: MeetingType, place: str | None) -> int | None:
        """The best of its sources' ranks for such a meeting, 0 first; None if none of them offers it."""
        return min((source.rank for source in self.sources if source.offers(meeting_type, place)), default=None)


class Question(Struct, frozen=True):
    """A meeting at one time, regardless of who would hold it. The rules about the request itself decide on it."""

    request: Search | SlotRequest
    interval: Interval
    configuration: Configuration
    now: int


class Case(Question, frozen=True):
    """What each rule allows or refuses: that meeting, held by one employee in one way.

    `candidate` None: the search does not consider this employee. `setting` None: the employee cannot hold such a
    meeting at all, because no place or no type fits. `host` is the calendar of whoever hosts the meeting: its grid has
    the starts. `is_chosen`: the search offers just this; a reservation chooses for itself. `group`: the group meeting
    in which this would be one more seat; `time` and `rooms` leave out its other seats.
    """

    time: EmployeeTime
    candidate: Candidate | None
    setting: Setting | None
    host: Calendar
    rooms: RoomTimes
    is_chosen: bool = True
    group: GroupMeeting | None = None

    @property
    def employee(self) -> Employee:
        return self.time.employee
