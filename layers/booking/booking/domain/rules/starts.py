"""Rule 9: meetings start on the interval grid, counted from midnight of the host's local time.

A search takes its starts from the same grid: `booking.domain.local_days.Calendar.grid`.
"""

from bisect import bisect_left

from booking.domain.refusal import Reason, Refusal, day_and_clock
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    grid, start = case.host.grid, case.interval.start
    at = bisect_left(grid, start)
    if at < len(grid) and grid[at] == start:
        return None
    minutes = case.configuration.organisation.slot_interval // 60
    when = day_and_clock(start, case.host.zone)
    words = f"meetings start every {minutes} minutes from midnight, {when} is none of these"
    return Refusal(Reason.OFF_GRID, words, {"slotIntervalMinutes": minutes})
