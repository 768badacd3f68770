"""Dates, date-times and durations (RFC 5545, 3.3.4 to 3.3.6), and what instants they are."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from booking.domain.interval import SECONDS_PER_DAY

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (a wall clock's)
END_OF_TIME = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001
MOST_DAYS = 10_000 * 366  # from one end of time to the other
SECOND = timedelta(seconds=1)

TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE | re.ASCII,
)
DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.IGNORECASE | re.ASCII,
)


class Time(NamedTuple):
    """A time of a calendar: the wall-clock time (naive) and its zone. A date is the midnight that begins it."""

    wall: datetime
    zone: tzinfo
    is_date: bool

    @property
    def instant(self) -> int:
        return instant(self.wall, self.zone)

    def date_in(self, zone: tzinfo) -> date:
        """The day that a program meant when it wrote this time where a date belongs.

        Midnight and the last minute of a day stand for that day, and not for a time to convert.
        """
        is_edge = (self.wall.hour, self.wall.minute) in ((0, 0), (23, 59))
        return self.wall.date() if self.is_date or is_edge else wall_clock(self.instant, zone).date()


class Length(NamedTuple):
    """A duration: calendar days, which clock changes lengthen or shorten, and then exact seconds."""

    days: int
    seconds: int

    def end(self, wall: datetime, zone: tzinfo) -> int:
        """The instant at which something that starts at this wall-clock time ends."""
        return instant(shifted(wall, timedelta(days=self.days)), zone) + self.seconds

    @property
    def most_seconds(self) -> int:
        """An upper bound of the seconds that it lasts."""
        return self.days * SECONDS_PER_DAY + self.seconds + 2 * SECONDS_PER_DAY


def parse_time(text: str, zone: tzinfo) -> Time:
    """A date or date-time, in `zone` unless the text says UTC or an offset. Raises ValueError.

    Accepted are also other forms that programs write: without seconds, with ISO 8601 separators, or with an offset.
    """
    match = TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError("no date or date-time")
    day = datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001
    if match[4] is None:
        return Time(day, zone, is_date=True)
    if match[7]:
        zone = UTC if match[7] in "Zz" else parse_offset(match[7])
    hours, minutes, seconds = int(match[4]), int(match[5]), min(int(match[6] or 0), 59)
    if hours > 24 or minutes > 59 or (hours == 24 and minutes + seconds > 0):
        raise ValueError("no time of the day")
    return Time(shifted(day, timedelta(hours=hours, minutes=minutes, seconds=seconds)), zone, is_date=False)


def parse_duration(text: str) -> Length:
    """Raises ValueError for a text that is no duration, and for a negative duration."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError("no duration")
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups()[1:])
    length = Length(min(weeks * 7 + days, MOST_DAYS), hours * 3600 + minutes * 60 + seconds)
    if match[1] == "-" and any(length):
        raise ValueError("a negative duration")
    return length


def parse_offset(text: str) -> timezone:
    """An offset from UTC such as +0100, +01:00, or +01:00:30. Raises ValueError."""
    match = re.fullmatch(r"([+-]?)(\d\d):?(\d\d)(?::?(\d\d))?", text.strip(), re.ASCII)
    if match is None:
        raise ValueError("no offset from UTC")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    return timezone(-offset if match[1] == "-" else offset)


def instant(wall: datetime, zone: tzinfo) -> int:
    """The Unix second at which the wall clock shows this (naive) time.

    If the time occurs twice, it is the first. A time that the clock skips has the offset before the gap (3.3.5).
    """
    # utcoffset follows both rules. It also works for the first and last years, where astimezone overflows.
    return seconds_of(wall) - (zone.utcoffset(wall) or timedelta()) // SECOND


def seconds_of(wall: datetime) -> int:
    return (wall - EPOCH) // SECOND


def wall_clock(instant: int, zone: tzinfo) -> datetime:
    """What the wall clock shows at this instant."""
    try:
        return datetime.fromtimestamp(instant, zone).replace(tzinfo=None, fold=0)
    except (OverflowError, ValueError, OSError):
        return shifted(EPOCH, timedelta(seconds=min(max(instant, -(10**11)), 10**12)))


def shifted(wall: datetime, by: timedelta) -> datetime:
    """The wall-clock time moved by this much, or the first or last one that datetime can hold."""
    try:
        return wall + by
    except OverflowError:
        return END_OF_TIME if by > timedelta() else EPOCH.replace(year=1)
