"""Rule 9: meetings start on a grid of `slotInterval`, counted from midnight in the host's local time."""

from bisect import bisect_left

from booking.domain.day_starts import Day, Starts
from booking.domain.local_days import Calendar
from booking.domain.refusal import Reason, Refusal, day_and_clock
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    grid, start = case.host.grid, case.interval.start
    at = bisect_left(grid, start)
    if at < len(grid) and grid[at] == start:
        return None
    minutes = case.configuration.organisation.slot_interval // 60
    when = day_and_clock(start, case.host.zone)
    words = f"meetings start every {minutes} minutes from midnight; {when} is not one of these times"
    return Refusal(Reason.OFF_GRID, words, {"slotIntervalMinutes": minutes})


def grid_starts(day: Day, host: Calendar) -> Starts:
    """The search form: the starts of the day that are on the host's grid."""
    grid = host.grid
    of_the_host = grid[bisect_left(grid, day.start) : bisect_left(grid, day.end)]
    if len(of_the_host) == len(day.starts):
        return day.everything
    found = 0
    for start in of_the_host:
        found |= day.between(start, start)
    return found
