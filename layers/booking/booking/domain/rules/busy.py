"""Rule 5: live holds, booked slots and imported busy times block, with the buffer before and after."""

from booking.domain.day_starts import Day, Starts
from booking.domain.employee_time import EmployeeTime
from booking.domain.refusal import Reason, Refusal, clock
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    buffer = case.configuration.organisation.buffer
    clash = case.time.clash(case.interval.padded(buffer))
    if clash is None:
        return None
    (start, end), zone = clash.interval, case.time.calendar.zone
    words = f"{clash.cause.words} {clock(start, zone)}–{clock(end, zone)}"
    if buffer:
        words += f" plus {buffer // 60} minutes buffer"
    facts = {"busyFrom": start, "busyUntil": end, "bufferMinutes": buffer // 60}
    return Refusal(Reason.BUSY, words, facts)


def blocked_starts(day: Day, time: EmployeeTime, duration: int, buffer: int) -> Starts:
    """The search form: the starts of the day at which the employee is busy during a meeting of that duration."""
    starts = 0
    for busy_from, busy_until in time.busy_between(day.start - buffer, day.end + duration + buffer):
        starts |= day.between(busy_from - buffer - duration + 1, busy_until + buffer - 1)
    return starts
