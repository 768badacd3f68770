"""Rule 5: live holds, booked slots and imported busy times block, with the buffer before and after."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from booking.domain.employee_time import EmployeeTime
from booking.domain.interval import Interval
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


def free_starts(
    time: EmployeeTime, working: Iterable[Interval], duration: int, buffer: int, grid: list[int]
) -> list[int]:
    """The same for a search: every start on the grid at which the whole meeting lies in free working time, sorted."""
    busy, count = time.busy, len(time.busy)
    starts: list[int] = []
    done = 0  # all that is busy before this index is over, with its buffer, before the stretch at hand
    for free_from, free_until in working:
        if free_until - free_from < duration:
            continue
        while done < count and busy[done][1] + buffer <= free_from:
            done += 1
        for at in range(done, count):
            busy_from, busy_until = busy[at]
            blocked_from, blocked_until = busy_from - buffer, busy_until + buffer
            if blocked_from >= free_until:
                break
            if blocked_from - free_from >= duration:
                starts += grid[bisect_left(grid, free_from) : bisect_right(grid, blocked_from - duration)]
            if blocked_until > free_from:
                free_from = blocked_until
        if free_until - free_from >= duration:
            starts += grid[bisect_left(grid, free_from) : bisect_right(grid, free_until - duration)]
    return starts
