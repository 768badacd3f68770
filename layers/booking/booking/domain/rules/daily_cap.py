"""Rule 7: the day's meetings and this one must not exceed the cap. Customers only."""

from booking.domain.configuration import Configuration, Employee
from booking.domain.employee_time import EmployeeTime
from booking.domain.refusal import Reason, Refusal
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    time, length = case.time, case.interval.end - case.interval.start
    used = time.load(case.interval.start)
    if time.cap is None or used + length <= time.cap:
        return None
    facts = {"capMinutes": time.cap // 60, "usedMinutes": used // 60, "meetingMinutes": length // 60}
    words = f"daily cap {time.cap // 60} minutes, {used // 60} used, {length // 60} requested"
    return Refusal(Reason.DAILY_CAP, words, facts)


def has_room(time: EmployeeTime, instant: int, duration: int) -> bool:
    """The search form: whether the cap allows a meeting of that duration on the instant's local date."""
    return time.cap is None or time.load(instant) + duration <= time.cap


def cap_of(employee: Employee, configuration: Configuration) -> int | None:
    """The employee's own cap, else the highest of its service groups', else the organisation's; in seconds.

    All groups that the employee is a member of count, triggered or not: the cap guards the employee's day, which
    fills up the same whichever way a customer came.
    """
    if employee.max_meeting_time_per_day is not None:
        return employee.max_meeting_time_per_day
    of_groups = [
        group.max_meeting_time_per_day
        for group in configuration.service_groups_of(employee.id)
        if group.max_meeting_time_per_day is not None
    ]
    return max(of_groups) if of_groups else configuration.organisation.max_meeting_time_per_day
