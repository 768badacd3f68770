"""Time zones of a calendar file: by their many names, or as the file defines them (RFC 5545, 3.6.5)."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from booking.domain.interval import Interval
from booking.ical import rules
from booking.ical.content import Component, refusal
from booking.ical.times import SECOND, Time, parse_offset, parse_time, seconds_of, shifted, wall_clock
from booking.ical.work import Work

YEARS_BEFORE = timedelta(days=3660)
"""How far before the window a definition is read: longer than from one clock change of a rule to its next."""

MOST_CHANGES = 1_000
"""The most clock changes of each part of a definition within the time that is read."""

OFFSET = re.compile(r"\(?(?:UTC|GMT)\s*(?:([+-])(\d\d?)(?:[:.]?(\d\d))?)?\)?", re.IGNORECASE | re.ASCII)
DISPLAY_NAME = re.compile(rf"({OFFSET.pattern})\s+(.+)", re.IGNORECASE | re.ASCII)
STANDARD_AND_DAYLIGHT = re.compile(
    r"(GMT\s*[+-]\d{4})\s*\(Standard\)\s*/\s*(GMT\s*[+-]\d{4})\s*\(Daylight\)", re.IGNORECASE | re.ASCII
)


class DefinedZone(tzinfo):
    """A zone that a VTIMEZONE defines: each onset begins a new offset."""

    def __init__(self, onsets: Sequence[tuple[int, int, int]]) -> None:
        """`onsets`, at least one, in order: the instant, the offset before and the offset from then on, in seconds."""
        self._instants = [instant for instant, _, _ in onsets]
        # A wall-clock time that occurs twice, or is skipped, has the offset before the change (3.3.5). So in wall-clock
        # time an offset begins at the first time that only occurs after the change.
        begins = [instant + max(before, offset) for instant, before, offset in onsets]
        self._begins = list(accumulate(begins, max))
        self._offsets = [timedelta(seconds=onsets[0][1]), *(timedelta(seconds=offset) for _, _, offset in onsets)]

    def utcoffset(self, dt: datetime | None, /) -> timedelta | None:
        return self._offsets[bisect_right(self._begins, seconds_of(dt.replace(tzinfo=None)))] if dt else None

    def dst(self, dt: datetime | None, /) -> timedelta | None:
        return None

    def tzname(self, dt: datetime | None, /) -> str | None:
        return None

    def fromutc(self, dt: datetime, /) -> datetime:
        return dt + self._offsets[bisect_right(self._instants, seconds_of(dt.replace(tzinfo=None)))]


class Zones:
    """The time zones of one VCALENDAR. `local` is the zone of the calendar's owner."""

    def __init__(self, calendar: Component, local: ZoneInfo, window: Interval, work: Work) -> None:
        self.local = local
        self._window = window
        self._work = work
        self._found: dict[str, tzinfo | None] = {}
        self._definitions: dict[str, list[Component]] = {}
        for part in calendar.parts:
            if part.name == "VTIMEZONE":
                self._definitions.setdefault(_cleaned(part.value("TZID")).casefold(), []).append(part)

    def find(self, parameters: Mapping[str, str]) -> tzinfo | None:
        """The zone of a property with these parameters. None if its TZID is unknown."""
        name = _cleaned(parameters.get("TZID", ""))
        if not name:
            return self.local
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> tzinfo | None:
        """Names such as Europe/Paris are IANA's, whose rules are up to date. Others are first looked up in the file."""
        zone: tzinfo | None = _place(name) if "/" in name else None
        if zone is None and name.casefold() in self._definitions:
            zone = self._defined(self._definitions[name.casefold()])
        return zone or zone_by_name(name, self.local)

    def _defined(self, definitions: list[Component]) -> tzinfo | None:
        onsets = sorted({onset for each in definitions for part in each.parts for onset in self._onsets(part)})
        return DefinedZone(onsets) if onsets else None

    def _onsets(self, part: Component) -> list[tuple[int, int, int]]:
        """The onsets of one STANDARD or DAYLIGHT part in and just before the window. None if the part is unreadable."""
        try:
            before = parse_offset(part.value("TZOFFSETFROM") or part.value("TZOFFSETTO"))
            after = parse_offset(part.value("TZOFFSETTO"))
            first = parse_time(part.value("DTSTART"), before)
        except ValueError:
            return []
        offset, since = (zone.utcoffset(None) // SECOND for zone in (after, before))
        low = wall_clock(self._window.start, UTC) - YEARS_BEFORE
        high = wall_clock(self._window.end, UTC) + timedelta(days=366)
        walls = {first.wall, *(each.wall for each in _dates(part, before))}
        for rule in part.all("RRULE"):
            self._work.begin(rule.line)
            try:
                ends = re.search(r"UNTIL=([^;]+)", rule.value, re.IGNORECASE)
                end = parse_time(ends[1], UTC).wall if ends else high
                start = shifted(end, -YEARS_BEFORE) if end < low else low
                walls.update(rules.starts(rules.read(rule), first.wall, before, start, high))
            except ValueError:
                continue
        ordered = sorted(walls)
        last_before = next((n for n in reversed(range(len(ordered))) if ordered[n] < low), 0)
        if len(ordered) - last_before > MOST_CHANGES:
            raise refusal(
                part.line, f"a time zone with at most {MOST_CHANGES} clock changes in the years that are read"
            )
        return [(seconds_of(wall) - since, since, offset) for wall in ordered[last_before:]]


def _dates(part: Component, zone: tzinfo) -> list[Time]:
    found = []
    for line in part.all("RDATE"):
        for value in line.value.split(","):
            try:
                found.append(parse_time(value, zone))
            except ValueError:
                continue
    return found


def zone_by_name(name: str, local: ZoneInfo) -> tzinfo | None:
    """The zone that a program means when it writes this name without defining it.

    Known are the names of IANA and of Windows, in any case and with a vendor's prefix; offsets from UTC; and the names
    that Windows displays, which hold the offset of standard time and some cities.
    """
    if name.lower() == "tzone://microsoft/utc":
        return UTC
    parts = [part for part in name.split("/") if part]
    suffixes = ["/".join(parts[n:]) for n in range(len(parts))]
    for each in suffixes if name.startswith("/") or len(parts) > 2 else [name]:
        if zone := _place(each) or _places().get(each.casefold()) or _windows().get(each.casefold()):
            return zone
    windows = re.sub(r"(?i)\s*\(.*\)|\s+(daylight|summer) time$|\s+\d+$", "", name).casefold()
    for each in (windows, f"{windows} standard time", re.sub(r" time$", " standard time", windows)):
        if each in _windows():
            return _windows()[each]
    if offset := OFFSET.fullmatch(name):
        return _offset(offset)
    if both := STANDARD_AND_DAYLIGHT.fullmatch(name):
        standard, daylight = (_offset_of(each) for each in both.groups())
        return local if _offsets(local) == {standard, daylight} else _fixed(standard)
    if shown := DISPLAY_NAME.fullmatch(name):
        return _by_display_name(_offset_of(shown[1]), shown[shown.lastindex or 1], local)
    return _cities().get(name.casefold())


def _by_display_name(offset: timedelta, cities: str, local: ZoneInfo) -> tzinfo:
    for city in re.split(r"[,/;]", re.sub(r"\(.*\)", "", cities)):
        key = city.strip().casefold()
        zones = (
            _windows().get(re.sub(r" time$", " standard time", key)),
            _windows().get(f"{key} standard time"),
            _cities().get(key),
        )
        for zone in zones:
            if zone and min(_offsets(zone)) == offset:
                return zone
    return local if min(_offsets(local)) == offset else _fixed(offset)


def _cleaned(name: str) -> str:
    return name.strip().strip('"').strip()


def _place(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # no such zone; a path out of the folder; a folder
        return None


@cache
def _places() -> dict[str, ZoneInfo]:
    return {name.casefold(): ZoneInfo(name) for name in available_timezones()}


@cache
def _cities() -> dict[str, ZoneInfo]:
    return {name.rpartition("/")[2].replace("_", " "): zone for name, zone in _places().items()}


@cache
def _windows() -> dict[str, ZoneInfo]:
    return {name.casefold(): ZoneInfo(place) for name, place in WINDOWS_TO_OLSON.items()}


def _offset_of(text: str) -> timedelta:
    match = OFFSET.fullmatch(text)
    return (_offset(match).utcoffset(None) if match else None) or timedelta()


def _offset(match: re.Match[str]) -> tzinfo:
    return _fixed(timedelta(hours=int(match[2] or 0), minutes=int(match[3] or 0)) * (-1 if match[1] == "-" else 1))


def _fixed(offset: timedelta) -> tzinfo:
    return timezone(offset) if abs(offset) < timedelta(hours=24) else UTC


def _offsets(zone: tzinfo) -> set[timedelta]:
    """Its offsets in winter and in summer, as Windows lists them."""
    return {zone.utcoffset(datetime(2026, month, 1)) or timedelta() for month in (1, 7)}  # noqa: DTZ001
