"""Rule 6: a customer's meeting starts no sooner than the lead time, counted in the employee's own working minutes."""

from booking.domain.day_starts import Day, Starts
from booking.domain.employee_time import EmployeeTime
from booking.domain.refusal import Reason, Refusal, day_and_clock
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    earliest = case.time.earliest
    if earliest is not None and earliest <= case.interval.start:
        return None
    minutes = case.configuration.organisation.working_time_buffer // 60
    words = f"lead time {minutes} working minutes"
    if earliest is None:
        return Refusal(Reason.LEAD_TIME, words, {"leadMinutes": minutes})
    words += f", until {day_and_clock(earliest, case.time.calendar.zone)}"
    return Refusal(Reason.LEAD_TIME, words, {"leadMinutes": minutes, "earliestStart": earliest})


def starts_after(day: Day, time: EmployeeTime) -> Starts:
    """The search form: the starts of the day after the lead time."""
    if time.earliest is None or day.end <= time.earliest:
        return 0
    return day.everything if time.earliest <= day.start else day.between(time.earliest, day.end)
