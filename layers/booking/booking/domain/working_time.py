"""When an employee works: weekly windows, extra windows, closing days and absences, as instants.

Local time is the employee's own zone if it has one, else the organisation's: its windows, the opening hours, the
closing days, the dates of the daily cap and the grid of starts are all read in it.

A wall-clock time becomes the first instant of that local date whose clock shows it or later. So a time that occurs
twice is the first of the two, and one that daylight saving skips is the instant at which the clocks jump.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain.configuration import ALL_MEETING_TYPES, DateRange, Employee, MeetingType, Organisation, Window
from booking.domain.interval import Interval, intersect, merge, subtract

SECONDS_PER_DAY = 86400

EXTRA_MEETING_TYPES = frozenset({MeetingType.ONLINE, MeetingType.TELEPHONE})


class Setting(NamedTuple):
    """What working time must allow: a meeting type (None: any work) and, if `is_bound`, being at one place.

    A place is None where neither the window nor the employee names a location.
    """

    meeting_type: MeetingType | None
    is_bound: bool = False
    place: str | None = None


ANY_WORK = Setting(None)

type Week = tuple[tuple[tuple[int, int], ...], ...]
"""For each weekday from Monday: disjoint, sorted stretches in seconds of wall-clock time after midnight."""


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

    def day_start(self, instant: int) -> int:
        """The start of the local date of an instant that lies in these days."""
        return self.day_starts[bisect_right(self.day_starts, instant) - 1]

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


def place_of(window: Window, employee: Employee) -> str | None:
    """Where the employee is during a window: its location, else the first that the employee is registered at."""
    return window.location or (employee.locations[0] if employee.locations else None)


def places_of(employee: Employee) -> list[str | None]:
    """Every place that the employee ever works at, in order of weekday."""
    usual = (place_of(window, employee) for windows in employee.workdays for window in windows)
    elsewhere = (elsewhere.location for elsewhere in employee.working_elsewhere)
    return list(dict.fromkeys((*usual, *elsewhere)))


def week_of(employee: Employee, setting: Setting, organisation: Organisation, *, is_clipped: bool) -> Week:
    """The weekly windows that allow the setting; clipped to the opening hours where those bind."""
    opening, closing = (organisation.opening_time, organisation.closing_time) if is_clipped else (0, 1440)
    meeting_type, is_bound, place = setting
    week = []
    for windows in employee.workdays:
        stretches = [
            (max(window.start, opening) * 60, min(window.end, closing) * 60)
            for window in windows
            if window.start < closing
            and opening < window.end
            and (
                window.meeting_types is ALL_MEETING_TYPES
                or meeting_type is None
                or meeting_type in window.meeting_types
            )
            and (not is_bound or place_of(window, employee) == place)
        ]
        if len(stretches) > 1:
            stretches = [(start, end) for start, end in merge(Interval(*each) for each in stretches)]
        week.append(tuple(stretches))
    return tuple(week)


def stretches_of_days(days: Iterable[LocalDay], week: Week) -> list[Interval]:
    """The week's windows on these days as instants, sorted; what touches, also at midnight, is one."""
    stretches: list[Interval] = []
    last = None
    for day in days:
        for start, end in week[day.date.weekday()]:
            start, end = day.instant(start), day.instant(end)
            if start == end:  # it lies in the hour that the clock skips
                continue
            if start == last:
                stretches[-1] = Interval(stretches[-1].start, end)
            else:
                stretches.append(Interval(start, end))
            last = end
    return stretches


def working_time(
    employee: Employee,
    setting: Setting,
    organisation: Organisation,
    days: list[LocalDay],
    *,
    is_clipped: bool,
    week: Week | None = None,
) -> list[Interval]:
    """The instants of `days` at which the employee works in that setting, sorted and disjoint, absences taken out.

    On days of working elsewhere every window stands at that other place, so that Physical leaves the usual one.
    Extra windows are for Online and Telephone only, are not clipped, and stand at no place. `days` leaves the closing
    days out. `week`: `week_of` the same arguments, where the caller has it.
    """
    if week is None:
        week = week_of(employee, setting, organisation, is_clipped=is_clipped)
    elsewhere = employee.working_elsewhere if setting.is_bound else ()
    if elsewhere:
        stretches = _stretches_elsewhere(employee, setting, organisation, days, week, is_clipped=is_clipped)
    else:
        stretches = stretches_of_days(days, week)
    if employee.extra_availability and allows_extra(setting):
        stretches = merge([*stretches, *intersect(employee.extra_availability, _whole(days))])
    if employee.absences:
        stretches = subtract(stretches, employee.absences)
    return stretches


def allows_extra(setting: Setting) -> bool:
    return not setting.is_bound and (setting.meeting_type is None or setting.meeting_type in EXTRA_MEETING_TYPES)


def _stretches_elsewhere(
    employee: Employee,
    setting: Setting,
    organisation: Organisation,
    days: list[LocalDay],
    usual: Week,
    *,
    is_clipped: bool,
) -> list[Interval]:
    anywhere = week_of(employee, Setting(setting.meeting_type), organisation, is_clipped=is_clipped)
    stretches: list[Interval] = []
    for day in days:
        place = next((each.location for each in employee.working_elsewhere if day.date in each.days), None)
        if place is None:
            stretches += stretches_of_days([day], usual)
        elif place == setting.place:
            stretches += stretches_of_days([day], anywhere)
    return merge(stretches)


def _whole(days: Iterable[LocalDay]) -> Iterator[Interval]:
    return (Interval(day.start, day.end) for day in days)


def earliest_start(employee: Employee, organisation: Organisation, now: int, zone: ZoneInfo) -> int | None:
    """The instant by which the employee has worked the organisation's lead time since `now`.

    None if that is not before the booking horizon. Being busy is work too: only hours off do not count.
    """
    missing = organisation.working_time_buffer
    if missing == 0:
        return now
    first = local_day_of(zone, now).date.toordinal()
    week = week_of(employee, ANY_WORK, organisation, is_clipped=True)
    for ordinal in range(first, first + organisation.booking_horizon_days + 2):
        day = local_day(zone, ordinal)
        if is_closed(organisation.closing_days, day.date):
            continue
        for start, end in working_time(employee, ANY_WORK, organisation, [day], is_clipped=True, week=week):
            worked = end - max(start, now)
            if worked >= missing:
                return end - worked + missing
            missing -= max(worked, 0)
    return None
