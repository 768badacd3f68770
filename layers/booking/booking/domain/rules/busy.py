"""Rule 5: live holds, booked slots and imported busy times block, and the larger of two meetings' buffers is kept free.

A meeting wants what its topic says, else what the organisation says. An imported busy time wants nothing itself.
"""

from booking.domain.configuration import Configuration
from booking.domain.day_starts import Day, Starts
from booking.domain.employee_time import EmployeeTime
from booking.domain.refusal import Reason, Refusal, clock
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    found = case.time.clash(case.interval, case.configuration.buffers(case.request.topic_id))
    if found is None:
        return None
    clash, pause = found
    (start, end), zone = clash.interval, case.time.calendar.zone
    words = f"{clash.cause.words} {clock(start, zone)}–{clock(end, zone)}"
    if pause:
        words += f" plus {pause // 60} minutes buffer"
    facts = {"busyFrom": start, "busyUntil": end, "bufferMinutes": pause // 60}
    return Refusal(Reason.BUSY, words, facts)


def blocked_starts(
    day: Day, time: EmployeeTime, duration: int, topic_id: str | None, configuration: Configuration
) -> Starts:
    """The search form: the starts of the day at which the employee is busy during a meeting of that duration."""
    before, after = configuration.buffers(topic_id)
    reach = configuration.largest_buffer
    starts = 0
    for busy_from, busy_until, its_before, its_after in time.busy_between(
        day.start - reach, day.end + duration + reach
    ):
        first = busy_from - max(after, its_before) - duration + 1
        starts |= day.between(first, busy_until + max(before, its_after) - 1)
    return starts
