"""Rule 7, in meetings: the day's number of meetings and this one must not exceed the most. Customers only."""

from booking.domain.configuration import Configuration, Employee
from booking.domain.employee_time import EmployeeTime
from booking.domain.refusal import Reason, Refusal
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    if has_room(case.time, case.interval.start):
        return None
    most, meetings = case.time.most_meetings, case.time.meetings(case.interval.start)
    facts = {"maxMeetingsPerDay": most or 0, "meetings": meetings}
    return Refusal(Reason.MEETINGS_PER_DAY, f"{meetings} meetings that day, at most {most}", facts)


def has_room(time: EmployeeTime, instant: int) -> bool:
    """The search form: whether one more meeting may start on the local date of the instant."""
    return time.most_meetings is None or time.meetings(instant) < time.most_meetings


def most_of(employee: Employee, configuration: Configuration) -> int | None:
    """The employee's own limit, else the organisation's."""
    own = employee.max_meetings_per_day
    return configuration.organisation.max_meetings_per_day if own is None else own
