"""Local dates as instants: days, the grid of start times, closing days.

Local time is the employee's own zone if it has one, else the organisation's: its windows, the opening hours, the
closing days, the dates of the daily cap and the grid of starts are all read in it.

A wall-clock time becomes the first instant of that local date whose clock shows it or later. So a time that occurs
twice is the first of the two, and one that daylight saving skips is the instant at which the clocks jump.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain.configuration import DateRange, Organisation
from booking.domain.interval import SECONDS_PER_DAY, Interval


class LocalDay(NamedTuple):
    """One local date and the instants [start, end) that belong to it."""

    zone: ZoneInfo
    date: date
    start: int
    end: int

    def instant(self, seconds: int) -> int:
        """The instant of a wall-clock time, given in seconds after midnight (0..86400)."""
        if self.end - self.start == SECONDS_PER_DAY:
            return self.start + seconds
        return _first_instant(self.zone, self.date, seconds)

    def grid(self, interval: int) -> Iterable[int]:
        """The instants of this date at multiples of `interval` seconds of wall-clock time, each clock time once."""
        if self.end - self.start == SECONDS_PER_DAY:
            return range(self.start, self.end, interval)
        clock_times = range(0, SECONDS_PER_DAY, interval)
        starts = ((seconds, _first_instant(self.zone, self.date, seconds)) for seconds in clock_times)
        return [start for seconds, start in starts if self._shows(start, seconds)]

    def _shows(self, instant: int, seconds: int) -> bool:
        """False for a clock time that daylight saving skips."""
        local = datetime.fromtimestamp(instant, self.zone)
        midnight = datetime.combine(self.date, datetime.min.time())
        return local.replace(tzinfo=None) == midnight + timedelta(seconds=seconds)


@lru_cache(maxsize=8192)
def local_day(zone: ZoneInfo, ordinal: int) -> LocalDay:
    """The day of a proleptic Gregorian ordinal."""
    day = date.fromordinal(ordinal)
    return LocalDay(zone, day, _first_instant(zone, day, 0), _first_instant(zone, day, SECONDS_PER_DAY))


def local_day_of(zone: ZoneInfo, instant: int) -> LocalDay:
    return local_day(zone, datetime.fromtimestamp(instant, zone).toordinal())


def _first_instant(zone: ZoneInfo, day: date, seconds: int) -> int:
    wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
    first = int(wall.replace(tzinfo=zone).timestamp())
    second = int(wall.replace(tzinfo=zone, fold=1).timestamp())
    if first <= second:
        return first
    # The clocks skip this time: the two readings enclose the instant at which they jump.
    before = _offset(zone, second)
    jump = bisect_left(range(second, first), True, key=lambda instant: _offset(zone, instant) != before)
    return second + jump


def _offset(zone: ZoneInfo, instant: int) -> timedelta | None:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()


class Calendar:
    """The local days of one zone that a span touches, and which of them the organisation is open on."""

    def __init__(self, zone: ZoneInfo, organisation: Organisation, span: Interval) -> None:
        first = local_day_of(zone, span.start).date.toordinal()
        last = local_day_of(zone, span.end - 1).date.toordinal()
        self.zone = zone
        self.days = [local_day(zone, ordinal) for ordinal in range(first, last + 1)]
        self.open_days = [day for day in self.days if not is_closed(organisation.closing_days, day.date)]
        self.day_starts = [day.start for day in self.days]
        self._slot_interval = organisation.slot_interval

    def day(self, instant: int) -> LocalDay:
        """The local date of an instant that lies in these days."""
        return self.days[self.day_number(instant)]

    def day_number(self, instant: int) -> int:
        return bisect_right(self.day_starts, instant) - 1

    def week(self, day: LocalDay) -> Interval:
        """The ISO week of a day, from Monday to Sunday in local time."""
        monday = day.date.toordinal() - day.date.weekday()
        return Interval(local_day(self.zone, monday).start, local_day(self.zone, monday + 7).start)

    @cached_property
    def grid(self) -> list[int]:
        """Every instant of these days that a meeting may start at, sorted."""
        return [start for day in self.days for start in day.grid(self._slot_interval)]

    @cached_property
    def closed(self) -> list[Interval]:
        is_open = set(self.open_days)
        return [Interval(day.start, day.end) for day in self.days if day not in is_open]


def is_closed(closing_days: Iterable[DateRange], day: date) -> bool:
    return any(day in days for days in closing_days)
