"""The days of a search, and sets of start times within one day, kept as the bits of one integer."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from booking.domain.interval import Interval
from booking.domain.local_days import Calendar

type Starts = int
"""A set of start times of one day. Bit n stands for the day's n-th start."""


class Day(Struct, frozen=True, eq=False):
    """A stretch of time that lies within one local date of every zone concerned: mostly just that date.

    `starts` are all instants in it at which a meeting may start in one of the zones, sorted.
    """

    number: int
    start: int
    end: int
    starts: list[int]

    @property
    def everything(self) -> Starts:
        return (1 << len(self.starts)) - 1

    def between(self, first: int, last: int) -> Starts:
        """The starts from `first` to `last`, both included."""
        low, high = bisect_left(self.starts, first), bisect_right(self.starts, last)
        return (1 << high) - (1 << low) if low < high else 0

    def each(self, starts: Starts) -> Iterator[tuple[int, Starts]]:
        """Each of those starts, as an instant and by itself, in order."""
        while starts:
            lowest = starts & -starts
            yield self.starts[lowest.bit_length() - 1], lowest
            starts ^= lowest


def days_of(calendars: Iterable[Calendar]) -> list[Day]:
    """Cuts the calendars' common span into days. Days without a start time are left out."""
    calendars = list(calendars)
    if not calendars:
        return []
    cuts = sorted({cut for each in calendars for day in each.days for cut in (day.start, day.end)})
    grid = calendars[0].grid if len(calendars) == 1 else sorted({start for each in calendars for start in each.grid})
    days: list[Day] = []
    low = 0
    for start, end in pairwise(cuts):
        high = bisect_left(grid, end, low)
        if low < high:
            days.append(Day(len(days), start, end, grid[low:high]))
        low = high
    return days


def whole_meetings(day: Day, stretches: Iterable[Interval], duration: int) -> Starts:
    """The starts at which a whole meeting lies in one of the stretches."""
    starts = 0
    for start, end in stretches:
        starts |= day.between(start, end - duration)
    return starts
