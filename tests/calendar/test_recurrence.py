"""Busy times of generated recurrence rules, compared with a second reading of RFC 5545 (3.3.10) in other words.

The other reading expands nothing: it looks at every moment of the time in question and asks whether the rule means it.
It shares no code with ours and uses no library, so it is slow, and the series are short.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.busy_calendar import read_busy_calendar
from booking.domain.interval import Interval

ZONES = [ZoneInfo(name) for name in ("Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "UTC")]
WINDOWS = [(date(2026, 3, 20), 20), (date(2026, 10, 20), 20), (date(2025, 12, 20), 30), (date(2028, 2, 20), 20)]
"""Around changes of the clock, the end of a year, and a leap day."""

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"]
DAYS_BACK = {"YEARLY": 2200, "MONTHLY": 700, "WEEKLY": 200, "DAILY": 200, "HOURLY": 40, "MINUTELY": 2}
"""How long before the window a series may start."""


@dataclass(frozen=True)
class Series:
    """An event that repeats, as a calendar says it."""

    start: datetime
    """On the wall clock."""
    minutes: int
    frequency: str
    interval: int
    week_start: str = "MO"
    count: int | None = None
    until: datetime | None = None
    by: dict[str, list[int]] = field(default_factory=dict)
    by_day: list[tuple[int, str]] = field(default_factory=list)
    """Such as (-1, "FR"); (0, "FR") is every Friday."""
    positions: list[int] = field(default_factory=list)
    excluded: list[int] = field(default_factory=list)
    """Which starts, counted in the order of their times from 0, an EXDATE names."""

    @property
    def rule(self) -> str:
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}", f"WKST={self.week_start}"]
        parts += [f"{name}={','.join(map(str, values))}" for name, values in self.by.items()]
        if self.by_day:
            parts.append("BYDAY=" + ",".join(f"{n or ''}{day}" for n, day in self.by_day))
        if self.positions:
            parts.append("BYSETPOS=" + ",".join(map(str, self.positions)))
        if self.count:
            parts.append(f"COUNT={self.count}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%dT%H%M%S}")
        return ";".join(parts)


def meant(series: Series, last: datetime) -> list[datetime]:
    """The starts up to `last` that the series means, on the wall clock."""
    found: list[datetime] = []
    for _, moments in groupby(_moments(series, last), key=lambda each: period(series, each)):
        together = list(moments)
        if series.positions:
            places = {n - 1 if n > 0 else len(together) + n for n in series.positions}
            together = [each for n, each in enumerate(together) if n in places]
        found += [each for each in together if each >= series.start]
    if series.until:
        found = [each for each in found if each <= series.until]
    return found[: series.count] if series.count else found


def _moments(series: Series, last: datetime) -> Iterator[datetime]:
    """All moments that fit, from the beginning of the first period on, to the end of the last one."""
    day = series.start.date()
    day = {"YEARLY": date(day.year, 1, 1), "MONTHLY": day.replace(day=1)}.get(series.frequency, day - timedelta(days=7))
    beyond = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7}.get(series.frequency, 1)
    while day <= last.date() + timedelta(days=beyond):
        if fits_day(series, day):
            for time in _times(series):
                moment = datetime.combine(day, time.time())
                if in_turn(series, moment):
                    yield moment
        day += timedelta(days=1)


def _times(series: Series) -> Iterator[datetime]:
    each_hour = series.frequency in ("HOURLY", "MINUTELY")
    hours = series.by.get("BYHOUR") or (range(24) if each_hour else [series.start.hour])
    minutes = series.by.get("BYMINUTE") or (range(60) if series.frequency == "MINUTELY" else [series.start.minute])
    for hour in sorted(hours):
        for minute in sorted(minutes):
            yield series.start.replace(hour=hour, minute=minute)


def period(series: Series, moment: datetime) -> int:
    """The number of the year, month, week, day, hour or minute that it lies in."""
    days = moment.date().toordinal()
    match series.frequency:
        case "YEARLY":
            return moment.year
        case "MONTHLY":
            return moment.year * 12 + moment.month
        case "WEEKLY":
            return (days - 1 - WEEKDAYS.index(series.week_start)) // 7  # day 1 was a Monday
        case "DAILY":
            return days
        case "HOURLY":
            return days * 24 + moment.hour
        case _:
            return (days * 24 + moment.hour) * 60 + moment.minute


def in_turn(series: Series, moment: datetime) -> bool:
    return (period(series, moment) - period(series, series.start)) % series.interval == 0


def fits_day(series: Series, day: date) -> bool:
    by, start = series.by, series.start
    if "BYMONTH" in by and day.month not in by["BYMONTH"]:
        return False
    if "BYMONTHDAY" in by and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & {*by["BYMONTHDAY"]}:
        return False
    if "BYYEARDAY" in by:
        number = day.timetuple().tm_yday
        if not {number, number - date(day.year, 12, 31).timetuple().tm_yday - 1} & {*by["BYYEARDAY"]}:
            return False
    if "BYWEEKNO" in by and week_number(day, series.week_start) not in by["BYWEEKNO"]:
        return False
    if series.by_day:
        return any(is_weekday(series, day, n, name) for n, name in series.by_day)
    if by.keys() & {"BYMONTHDAY", "BYYEARDAY"}:
        return True
    match series.frequency:
        case "YEARLY" if "BYWEEKNO" in by:
            return day.weekday() == start.weekday()
        case "YEARLY":
            return day.day == start.day and ("BYMONTH" in by or day.month == start.month)
        case "MONTHLY":
            return day.day == start.day
        case "WEEKLY":
            return day.weekday() == start.weekday()
        case _:
            return True


def is_weekday(series: Series, day: date, n: int, name: str) -> bool:
    """Whether it is that weekday, and the n-th (from the end: the -n-th) of its month or year."""
    if WEEKDAYS[day.weekday()] != name:
        return False
    of_month = series.frequency == "MONTHLY" or "BYMONTH" in series.by
    number = day.day if of_month else day.timetuple().tm_yday
    length = monthrange(day.year, day.month)[1] if of_month else date(day.year, 12, 31).timetuple().tm_yday
    return n in (0, (number + 6) // 7, -((length - number) // 7) - 1)


def week_number(day: date, week_start: str) -> int:
    """Week 1 is the first with at least four days in the year; weeks 1, 52 and 53 are not asked for here."""
    first = date(day.year, 1, 1)
    before = (first.weekday() - WEEKDAYS.index(week_start)) % 7
    week = (day.timetuple().tm_yday - 1 + before) // 7
    return week + 1 if before <= 3 else week


def instant(wall: datetime, zone: ZoneInfo) -> int:
    """The first of two, and with the offset before the gap where the clock skips it."""
    return int(wall.replace(tzinfo=zone, fold=0).timestamp())


def union(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    minutes = {
        minute
        for each in intervals
        for minute in range(max(each.start, window.start) // 60, min(each.end, window.end) // 60)
    }
    starts = sorted(each for each in minutes if each - 1 not in minutes)
    ends = sorted(each + 1 for each in minutes if each + 1 not in minutes)
    return [Interval(start * 60, end * 60) for start, end in zip(starts, ends, strict=True)]


@st.composite
def all_series(draw: st.DrawFn, first: date) -> Series:
    frequency = draw(st.sampled_from(FREQUENCIES))

    def some(values: Iterable[int]) -> list[int]:
        return draw(st.lists(st.sampled_from(list(values)), min_size=1, max_size=3, unique=True))

    allowed = {
        "BYMONTH": range(1, 13),
        "BYMONTHDAY": [*range(1, 32), *range(-31, 0)],
        "BYHOUR": range(24),
        "BYMINUTE": range(0, 60, 5),
    }
    if frequency == "YEARLY":
        allowed |= {"BYYEARDAY": [*range(1, 367), *range(-366, 0)], "BYWEEKNO": range(2, 52)}
    if frequency == "WEEKLY":
        del allowed["BYMONTHDAY"]
    names = draw(st.lists(st.sampled_from(list(allowed)), max_size=2, unique=True))
    by = {name: some(allowed[name]) for name in names}
    numbers = {"MONTHLY": [0, 0, 1, 2, 5, -1, -2], "YEARLY": [0, 0, 1, 20, 53, -1]}.get(frequency, [0])
    if "BYWEEKNO" in by:
        numbers = [0]
    days = st.lists(st.tuples(st.sampled_from(numbers), st.sampled_from(WEEKDAYS)), min_size=1, max_size=3, unique=True)
    by_day = draw(days) if draw(st.booleans()) else []
    back = draw(st.integers(-5, DAYS_BACK[frequency]))
    start = datetime.combine(first - timedelta(days=back), datetime.min.time())
    start += timedelta(minutes=5 * draw(st.integers(0, 287)))
    positions = []
    if (by or by_day) and frequency not in ("HOURLY", "MINUTELY") and draw(st.booleans()):
        positions = some([1, 2, 3, -1, -2])
    end = draw(st.sampled_from(["never", "COUNT", "UNTIL"]))
    return Series(
        start,
        minutes=draw(st.sampled_from([5, 60, 600, 1800])),
        frequency=frequency,
        interval=draw(st.integers(1, 4)) * (15 if frequency == "MINUTELY" else 1),
        week_start=draw(st.sampled_from(WEEKDAYS)),
        count=draw(st.integers(1, 40)) if end == "COUNT" else None,
        until=start + timedelta(minutes=5 * draw(st.integers(0, 288 * 300))) if end == "UNTIL" else None,
        by=by,
        by_day=by_day,
        positions=positions,
        excluded=draw(st.lists(st.integers(0, 6), max_size=2)),
    )


@given(st.data(), st.sampled_from(WINDOWS), st.sampled_from(ZONES), st.sampled_from(["", ";X-A=1", ";NONSENSE=MO"]))
def test_a_series_is_busy_when_the_standard_says_so(
    data: st.DataObject, days: tuple[date, int], zone: ZoneInfo, unknown: str
) -> None:
    first, number = days
    series = data.draw(all_series(first))
    begin = int(datetime.combine(first, datetime.min.time(), UTC).timestamp())
    window = Interval(begin, begin + number * 86400)
    starts = meant(series, datetime.combine(first + timedelta(days=number + 1), datetime.min.time()))
    starts = sorted({series.start, *starts})  # it takes place when it starts, whatever the rule says (3.8.5.3)
    excluded = [starts[n] for n in series.excluded if n < len(starts)]
    name = "" if zone.key == "UTC" else f";TZID={zone.key}"
    z = "Z" if zone.key == "UTC" else ""
    lines = [
        *("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1"),
        f"DTSTART{name}:{series.start:%Y%m%dT%H%M%S}{z}",
        f"DURATION:PT{series.minutes}M",
        f"RRULE:{series.rule}{unknown}",
        *(f"EXDATE{name}:{each:%Y%m%dT%H%M%S}{z}" for each in excluded),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    found = read_busy_calendar("\r\n".join(lines).encode(), window, ZoneInfo("Europe/Copenhagen"))
    # An EXDATE means an instant: it excludes whatever starts then.
    without = {instant(each, zone) for each in excluded}
    times = [instant(each, zone) for each in starts]
    expected = [Interval(each, each + series.minutes * 60) for each in times if each not in without]
    assert found.busy == union(expected, window)
    if starts != [series.start]:
        assert [each.reason for each in found.assumed] == (["PART_OF_RECURRENCE"] if unknown else [])
