"""The busy times of another calendar's iCalendar file (RFC 5545), recurrence included.

Three rules, in this order: nothing that the calendar marks as busy comes out free; a calendar is not refused for one
part of it; and what is invalid but common is read as the program that wrote it means it. What is passed over, and what
had to be assumed, is counted with its reason.
"""

from collections.abc import Callable, Collection, Iterator, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from booking.domain.errors import Fault, InvalidRequest
from booking.domain.interval import SECONDS_PER_DAY, Interval, intersect
from booking.ical import rules
from booking.ical.content import Component, Property, calendars
from booking.ical.times import Length, Time, instant, parse_duration, parse_time, seconds_of, shifted, wall_clock
from booking.ical.work import Work
from booking.ical.zones import Zones

MAX_BYTES = 1_000_000
NO_TIME = Length(0, 0)


class PassedOver(StrEnum):
    """Why an event, or one of its dates, takes no time here."""

    FREE = "FREE"
    CANCELLED = "CANCELLED"
    OWN_MEETING = "OWN_MEETING"
    OLDER_VERSION = "OLDER_VERSION"
    NO_DURATION = "NO_DURATION"
    END_BEFORE_START = "END_BEFORE_START"
    NO_START = "NO_START"
    UNREADABLE_START = "UNREADABLE_START"
    UNREADABLE_END = "UNREADABLE_END"
    UNREADABLE_DATE = "UNREADABLE_DATE"
    UNREADABLE_PERIOD = "UNREADABLE_PERIOD"
    AVAILABILITY = "AVAILABILITY"
    """A VAVAILABILITY (RFC 7953): when a person works is configured here, and not imported."""


class Assumed(StrEnum):
    """What was assumed where the file is not clear."""

    LOCAL_TIME_ZONE = "LOCAL_TIME_ZONE"
    """The time zone is unknown. The zone of the calendar's owner is used."""
    NO_RECURRENCE = "NO_RECURRENCE"
    """The recurrence rule cannot be read. The event takes place once; an exception rule excludes nothing."""
    PART_OF_RECURRENCE = "PART_OF_RECURRENCE"
    """The recurrence rule has a part that no standard names. That part is ignored."""
    ENDS_SWAPPED = "ENDS_SWAPPED"
    """The event ends less than a day before it starts. The time between the two is busy."""


class Remark(Struct, frozen=True):
    """How often something was passed over or assumed, and the line of the first case."""

    reason: PassedOver | Assumed
    count: int
    first_line: int


class BusyCalendar(Struct, frozen=True):
    """The busy times of a file, sorted and disjoint, and what was passed over or assumed."""

    busy: list[Interval]
    passed_over: list[Remark]
    assumed: list[Remark]


def _no_meetings(uids: Collection[str]) -> Set[str]:
    return frozenset()


def read_busy_calendar(
    ics: bytes,
    window: Interval,
    zone: ZoneInfo,
    own_meetings: Callable[[Collection[str]], Set[str]] = _no_meetings,
) -> BusyCalendar:
    """The time within `window` that the calendar's events and its FREEBUSY periods take up.

    Times without a time zone, and dates, are local to `zone`. An event without an end lasts one day if it starts with a
    date, and no time if it starts with a date-time (RFC 5545, 3.6.1). `own_meetings` answers which of the UIDs are
    meetings of this system, which block their time already: those events are passed over.

    Raises InvalidRequest if the file is no calendar, too large or too much work. The fault names the line and never
    quotes it.
    """
    if len(ics) > MAX_BYTES:
        raise InvalidRequest([Fault("body", None, f"at most {MAX_BYTES} bytes")])
    reading = _Reading(window, zone)
    for calendar in calendars(ics):
        reading.add(calendar)
    return reading.result(own_meetings)


@dataclass
class _Event:
    """One VEVENT. With a `recurrence_id` it replaces that occurrence of the series with the same UID."""

    component: Component
    zones: Zones
    start: Time | None
    length: Length | None
    recurrence_id: Time | None
    refusal: PassedOver | None
    sequence: int = 0
    length_by_the_clock: Length | None = None
    """The wall-clock time from start to end. If the clock changes in between, repetitions last at least this long."""

    @property
    def line(self) -> int:
        return self.component.line

    @property
    def changes_later_ones(self) -> bool:
        found = self.component.first("RECURRENCE-ID")
        return found is not None and found.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


@dataclass
class _Changes:
    """How events with a RECURRENCE-ID and EXDATEs change the occurrences of a series."""

    instants: set[int] = field(default_factory=set)
    dates: set[date] = field(default_factory=set)
    later: list[tuple[int, _Event]] = field(default_factory=list)
    """Changes of this and all later occurrences, from the given instant on; the latest first."""

    def exclude(self, time: Time, zone: ZoneInfo, *, of_dates: bool) -> None:
        if of_dates or time.is_date:
            self.dates.add(time.date_in(zone))
        else:
            self.instants.add(time.instant)

    def excludes(self, time: Time) -> bool:
        return time.instant in self.instants or (bool(self.dates) and time.wall.date() in self.dates)


class _Reading:
    """Reads one file and collects its busy times."""

    def __init__(self, window: Interval, zone: ZoneInfo) -> None:
        self._window = window
        self._zone = zone
        self._work = Work()
        self._busy: list[Interval] = []
        self._series: dict[str, list[_Event]] = {}
        self._remarks: dict[PassedOver | Assumed, tuple[int, int]] = {}

    def add(self, calendar: Component) -> None:
        zones = Zones(calendar, self._zone, self._window, self._work)
        is_cancellation = calendar.value("METHOD").upper() == "CANCEL"
        for component in calendar.within():
            self._work.begin(component.line)
            if component.name == "VFREEBUSY":
                self._add_periods(component, zones)
            elif component.name == "VAVAILABILITY":
                self._remark(PassedOver.AVAILABILITY, component.line)
            elif component.name == "VEVENT":
                event = self._event(component, zones)
                if is_cancellation:
                    event.refusal = PassedOver.CANCELLED
                # An event without a UID is a series of its own.
                self._series.setdefault(component.value("UID") or f"line {component.line}", []).append(event)

    def result(self, own_meetings: Callable[[Collection[str]], Set[str]]) -> BusyCalendar:
        own = own_meetings(self._series.keys())
        for uid, events in self._series.items():
            if uid in own:
                for event in events:
                    self._remark(PassedOver.OWN_MEETING, event.line)
            else:
                self._add_series(events)
        remarks = [Remark(reason, count, line) for reason, (count, line) in self._remarks.items()]
        return BusyCalendar(
            intersect(self._busy, [self._window]),
            [each for each in remarks if isinstance(each.reason, PassedOver)],
            [each for each in remarks if isinstance(each.reason, Assumed)],
        )

    def _remark(self, reason: PassedOver | Assumed, line: int) -> None:
        count, first = self._remarks.get(reason, (0, line))
        self._remarks[reason] = count + 1, min(first, line)

    def _add(self, interval: Interval, line: int) -> None:
        if interval.start < interval.end and interval.overlaps(self._window):
            self._work.count(line)
            self._busy.append(interval)

    def _add_periods(self, component: Component, zones: Zones) -> None:
        for line in component.all("FREEBUSY"):
            if line.parameters.get("FBTYPE", "").upper() == "FREE":
                continue
            for value in line.value.split(","):
                try:
                    start, length = self._period(value, self._zone_of(line, zones))
                except ValueError:
                    self._remark(PassedOver.UNREADABLE_PERIOD, line.line)
                else:
                    self._add(Interval(start.instant, length.end(start.wall, start.zone)), line.line)

    def _zone_of(self, line: Property, zones: Zones, default: tzinfo | None = None) -> tzinfo:
        """The zone of a property. Without a TZID it is `default`, which is the zone of the event's start."""
        if default and "TZID" not in line.parameters:
            return default
        zone = zones.find(line.parameters)
        if zone is None:
            self._remark(Assumed.LOCAL_TIME_ZONE, line.line)
        return zone or self._zone

    def _time(self, line: Property, zones: Zones, default: tzinfo | None = None) -> Time:
        """The time of a property; raises ValueError. A date is a local day: its TZID is ignored (3.2.19)."""
        time = parse_time(line.value.partition("/")[0], self._zone)
        if time.is_date or (
            line.parameters.get("VALUE", "").upper() == "DATE" and time.wall.time() == datetime.min.time()
        ):
            return Time(time.wall, self._zone, is_date=True)
        return parse_time(line.value.partition("/")[0], self._zone_of(line, zones, default))

    def _period(self, text: str, zone: tzinfo) -> tuple[Time, Length]:
        """A start and how long it lasts; raises ValueError."""
        first, _, last = text.partition("/")
        start = parse_time(first, zone)
        if last.strip()[:1] in ("P", "p", "+", "-"):
            return start, parse_duration(last)
        length = Length(0, parse_time(last, zone).instant - start.instant)
        if length.seconds < 0:
            raise ValueError("a period that ends before it starts")
        return start, length

    def _event(self, component: Component, zones: Zones) -> _Event:
        event = _Event(component, zones, None, None, None, _refusal(component))
        sequence = component.value("SEQUENCE")
        event.sequence = int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0
        start = component.first("DTSTART")
        try:
            event.start = self._time(start, zones) if start else None
        except ValueError:
            event.refusal = event.refusal or PassedOver.UNREADABLE_START
        if not start:
            event.refusal = event.refusal or PassedOver.NO_START
        zone = event.start.zone if event.start and not event.start.is_date else None
        if recurrence_id := component.first("RECURRENCE-ID"):
            try:
                event.recurrence_id = self._time(recurrence_id, zones, zone)
            except ValueError:
                self._remark(PassedOver.UNREADABLE_DATE, recurrence_id.line)
        if start and event.start and not event.refusal:
            event.length, event.refusal = self._length(event, start, event.start)
        return event

    def _length(self, event: _Event, start_line: Property, start: Time) -> tuple[Length | None, PassedOver | None]:
        """How long an event lasts, or why it takes no time.

        If DTEND cannot be right and there is a DURATION too, the DURATION counts: some programs write one of the two
        wrongly. A date that ends on the same date lasts one day.
        """
        component, zones = event.component, event.zones
        reason: PassedOver | None = None
        if "/" in start_line.value:
            try:
                return self._period(start_line.value, start.zone)[1], None
            except ValueError:
                reason = PassedOver.UNREADABLE_END
        end_line = component.first("DTEND")
        if end_line:
            try:
                end = self._time(end_line, zones, None if start.is_date else start.zone)
            except ValueError:
                reason = PassedOver.UNREADABLE_END
            else:
                length = _between(start, end)
                if any(length):
                    if length.seconds and start.zone is end.zone:
                        event.length_by_the_clock = Length(0, seconds_of(end.wall) - seconds_of(start.wall))
                    return length, None
                if 0 < start.instant - end.instant < SECONDS_PER_DAY and not component.first("DURATION"):
                    self._remark(Assumed.ENDS_SWAPPED, end_line.line)
                    event.start = end
                    return Length(0, start.instant - end.instant), None
                reason = PassedOver.NO_DURATION if start.instant == end.instant else PassedOver.END_BEFORE_START
        if duration := component.value("DURATION"):
            try:
                length = parse_duration(duration)
            except ValueError:
                is_negative = duration.startswith("-")
                reason = reason or (PassedOver.END_BEFORE_START if is_negative else PassedOver.UNREADABLE_END)
            else:
                if any(length):
                    return length, None
                reason = reason or PassedOver.NO_DURATION
        if start.is_date:
            return Length(1, 0), None
        return NO_TIME, reason or PassedOver.NO_DURATION

    def _add_series(self, events: list[_Event]) -> None:
        """The events with one UID: single ones, series, and changed occurrences of these."""
        masters = [event for event in events if event.recurrence_id is None]
        newest = max((event.sequence for event in masters), default=0)
        of_dates = any(event.start is not None and event.start.is_date for event in masters)
        changes, changed = self._changes(events, of_dates=of_dates)
        for event in masters:
            self._work.begin(event.line)
            if event.sequence < newest:
                self._remark(PassedOver.OLDER_VERSION, event.line)
            elif event.refusal and not (event.refusal is PassedOver.NO_DURATION and event.component.first("RDATE")):
                self._remark(event.refusal, event.line)
            elif event.start and event.length:
                self._add_occurrences(event, event.start, event.length, changes)
        for event in changed:
            if event.refusal:
                self._remark(event.refusal, event.line)
            elif event.start and event.length:
                self._add(
                    Interval(event.start.instant, event.length.end(event.start.wall, event.start.zone)), event.line
                )

    def _changes(self, events: list[_Event], *, of_dates: bool) -> tuple[_Changes, list[_Event]]:
        """The occurrences that are replaced, and the newest version of each replacement."""
        versions: dict[int, list[_Event]] = {}
        for event in events:
            if event.recurrence_id:
                versions.setdefault(event.recurrence_id.instant, []).append(event)
        changes, changed = _Changes(), []
        for at, group in versions.items():
            newest = max(event.sequence for event in group)
            for event in group:
                if event.sequence < newest:
                    self._remark(PassedOver.OLDER_VERSION, event.line)
                    continue
                if event.recurrence_id and event.refusal not in (PassedOver.UNREADABLE_START, PassedOver.NO_START):
                    # If a change cannot be read, the original occurrence stays.
                    changes.exclude(event.recurrence_id, self._zone, of_dates=of_dates)
                    if event.changes_later_ones:
                        changes.later.append((at, event))
                changed.append(event)
        changes.later.sort(key=lambda each: each[0], reverse=True)
        return changes, changed

    def _add_occurrences(self, event: _Event, start: Time, length: Length, changes: _Changes) -> None:
        own = _Changes(set(changes.instants), set(changes.dates), changes.later)
        for line in event.component.all("EXDATE"):
            for time in self._dates(line, event.zones, start):
                own.exclude(time, self._zone, of_dates=start.is_date)
        for time, lasts in self._occurrences(event, start, length, own):
            if own.excludes(time):
                continue
            later = next((change for since, change in own.later if since <= time.instant), None)
            if later is None:
                self._add(Interval(time.instant, lasts.end(time.wall, time.zone)), event.line)
            elif not later.refusal and later.start and later.recurrence_id and later.length:
                zone = later.start.zone
                wall = time.wall if time.zone is zone else wall_clock(time.instant, zone)
                moved = shifted(wall, _move(later))
                self._add(Interval(instant(moved, zone), later.length.end(moved, zone)), event.line)

    def _occurrences(
        self, event: _Event, start: Time, length: Length, changes: _Changes
    ) -> Iterator[tuple[Time, Length]]:
        """All occurrences that may touch the window. The start is always one of them (3.8.5.3)."""
        component = event.component
        yield start, length
        length = max(length, event.length_by_the_clock or length)
        given = {start.wall}
        for line in component.all("RDATE"):
            self._work.begin(line.line)
            for value in line.value.split(","):
                try:
                    yield self._further(value, line, event.zones, start, length)
                except ValueError:
                    self._remark(PassedOver.UNREADABLE_DATE, line.line)
        margin = max([length.most_seconds, *(_reach(change) for _, change in changes.later)])
        after = wall_clock(self._window.start - margin, start.zone)
        before = wall_clock(self._window.end + margin, start.zone)
        excluded = {
            wall
            for line in component.all("EXRULE")
            for wall in self._starts(line, start, after, before, needs_all_parts=True)
        }
        for line in component.all("RRULE"):
            for wall in self._starts(line, start, after, before):
                if wall not in given and wall not in excluded:
                    given.add(wall)
                    yield Time(wall, start.zone, start.is_date), length

    def _starts(
        self, line: Property, start: Time, after: datetime, before: datetime, *, needs_all_parts: bool = False
    ) -> Iterator[datetime]:
        """With `needs_all_parts`, a rule with an unknown part gives none: an EXRULE could exclude too much."""
        self._work.begin(line.line)
        try:
            rule = rules.read(line)
            if needs_all_parts and not rule.is_whole:
                raise ValueError("an unknown part")
            for wall in rules.starts(rule, start.wall, start.zone, after, before, of_dates=start.is_date):
                if wall >= after:
                    self._work.count(line.line)
                    yield wall
        except ValueError:
            self._remark(Assumed.NO_RECURRENCE, line.line)
        else:
            if not rule.is_whole:
                self._remark(Assumed.PART_OF_RECURRENCE, line.line)

    def _further(self, value: str, line: Property, zones: Zones, start: Time, length: Length) -> tuple[Time, Length]:
        """One value of RDATE; raises ValueError.

        A date, in an event that starts with a date-time, is that day at the start's time, or the whole day if the event
        has no length.
        """
        zone = self._zone_of(line, zones, None if start.is_date else start.zone)
        if "/" in value:
            return self._period(value, zone)
        time = parse_time(value, zone)
        if start.is_date:
            time = Time(datetime.combine(time.date_in(self._zone), datetime.min.time()), self._zone, is_date=True)
        elif time.is_date and not any(length):
            return Time(time.wall, self._zone, is_date=True), Length(1, 0)
        elif time.is_date:
            time = Time(datetime.combine(time.wall, start.wall.time()), start.zone, is_date=False)
        return time, length

    def _dates(self, line: Property, zones: Zones, start: Time) -> Iterator[Time]:
        zone = self._zone_of(line, zones, None if start.is_date else start.zone)
        for value in line.value.split(","):
            try:
                yield parse_time(value, zone)
            except ValueError:
                self._remark(PassedOver.UNREADABLE_DATE, line.line)


def _refusal(component: Component) -> PassedOver | None:
    """FREE or CANCELLED if the event says so. Outlook's own property counts if TRANSP is missing."""
    if component.value("STATUS").upper() == "CANCELLED":
        return PassedOver.CANCELLED
    word = component.value("TRANSP").upper()
    if word == "TRANSPARENT" or (not word and component.value("X-MICROSOFT-CDO-BUSYSTATUS").upper() == "FREE"):
        return PassedOver.FREE
    return None


def _between(start: Time, end: Time) -> Length:
    """The length from start to end; zero if the end is not later.

    Between dates it is whole days, between times exact seconds (3.8.5.3). If a skipped hour turns the two around, it is
    the wall-clock difference.
    """
    if start.is_date and end.is_date:
        return Length(max((end.wall - start.wall).days, 0), 0)
    seconds = end.instant - start.instant
    if seconds <= 0 and start.zone is end.zone:
        seconds = (end.wall - start.wall) // timedelta(seconds=1)
    return Length(0, max(seconds, 0))


def _move(change: _Event) -> timedelta:
    """How far a THISANDFUTURE event moves the later occurrences, in wall-clock time of its start's zone."""
    if change.start is None or change.recurrence_id is None:
        return timedelta()
    zone = change.start.zone
    time = change.recurrence_id
    return change.start.wall - (time.wall if time.zone is zone else wall_clock(time.instant, zone))


def _reach(change: _Event) -> int:
    """How many seconds outside the window an occurrence may be that a THISANDFUTURE event moves into it."""
    length = change.length.most_seconds if change.length else 0
    return abs(_move(change)) // timedelta(seconds=1) + length
