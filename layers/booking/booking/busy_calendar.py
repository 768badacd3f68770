"""The busy times of an uploaded calendar (RFC 5545), recurrence included."""

import re
import warnings
from collections.abc import Iterator, Sized
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar, Component, Event, FreeBusy, vDDDLists, vRecur
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.timezone import tzp

from booking.domain.errors import Fault, InvalidRequest
from booking.domain.interval import Interval, intersect

MAX_BYTES = 1_000_000
MAX_OCCURRENCES = 20_000
MAX_SECONDS = 10.0

MAX_RULE_LENGTH = 300
MAX_TIMES_PER_DAY = 24
MAX_STEPS = 500_000
"""Occurrences that one rule may have between its start and the window's end, at most."""
MAX_SPAN = timedelta(days=366)
"""How long an event that recurs may last, and how far one of its occurrences may be moved."""

FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "FREEBUSY"}
SINGLE_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID")
LISTS_OF_TIMES = ("RDATE", "EXDATE")
FRAME = re.compile(r"\s*(BEGIN|END)\s*(?:;[^:]*)?:(.*)", re.IGNORECASE)


def busy_times(ics: bytes, window: Interval, zone: ZoneInfo) -> list[Interval]:
    """The time within `window` that the calendar's events take up, sorted and disjoint.

    Times without a time zone, and all-day events, are local to `zone`. An event without an end lasts as RFC 5545
    (3.6.1) has it: a day from a date, no time at all from a date-time. TRANSPARENT and CANCELLED ones take none, and
    neither does a VFREEBUSY's FREE period; an occurrence that is cancelled or moved frees its time.

    Raises InvalidRequest for a file that is broken, too large, or too much work: more than MAX_OCCURRENCES, or
    recurring within the day. The fault names the line, and never what is written there.
    """
    deadline = monotonic() + MAX_SECONDS
    tzp.use_default()  # The library keeps the time zones that earlier files defined.
    blocks = list(_blocks(_text(ics)))
    for block in blocks:
        if block.name == "VTIMEZONE":
            _check_rules(_parse(block), block, window)
    found = 0
    busy: list[Interval] = []
    series: dict[str, list[tuple[_Block, Event]]] = {}
    for block in blocks:
        _check_deadline(deadline, block)
        component = _parse(block) if block.name in ("VEVENT", "VFREEBUSY") else None
        if isinstance(component, FreeBusy):
            periods = _periods(component, zone, block)
            found = _found(found, periods, block)
            busy += periods
        elif isinstance(component, Event):
            _localize(component, zone, block)
            _check_rules(component, block, window)
            series.setdefault(str(component.get("UID", block.number)), []).append((block, component))
    for events in series.values():
        block = events[0][0]
        _check_deadline(deadline, block)
        occurrences = _occurrences(events, window, zone)
        found = _found(found, occurrences, block)
        busy += [_interval(each, zone) for each in occurrences if _takes_time(each)]
    return intersect([each for each in busy if each.start < each.end], [window])


def _found(before: int, more: Sized, block: "_Block") -> int:
    found = before + len(more)
    if found > MAX_OCCURRENCES:
        raise block.broken(f"at most {MAX_OCCURRENCES} occurrences in all")
    return found


class _Line(NamedTuple):
    """An unfolded content line, and the number of its first line in the file."""

    number: int
    text: str


@dataclass
class _Block:
    """One component that stands directly in a calendar: its own lines, and a VTIMEZONE's inner ones too.

    Other inner components are alarms, which take no time and are often broken.
    """

    name: str
    lines: list[_Line] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.lines[0].number

    def broken(self, accepted: str, name: str = "BEGIN", nth: int = -1) -> InvalidRequest:
        """The fault, at the line of the n-th (from 0, the last by default) property of this name if there is one."""
        named = [line.number for line in self.lines if re.match(rf"\s*{name}\s*[;:]", line.text, re.IGNORECASE)]
        return _broken(next(iter(named[nth:]), self.number), accepted)


def _broken(number: int, accepted: str) -> InvalidRequest:
    return InvalidRequest([Fault(f"line {number}", None, accepted)])


def _check_deadline(deadline: float, block: _Block) -> None:
    if monotonic() > deadline:
        raise block.broken(f"a calendar that can be read in {MAX_SECONDS:.0f} seconds")


def _text(ics: bytes) -> str:
    if len(ics) > MAX_BYTES:
        raise InvalidRequest([Fault("body", None, f"at most {MAX_BYTES} bytes")])
    try:
        return ics.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _broken(ics.count(b"\n", 0, error.start) + 1, "UTF-8") from None


def _lines(text: str) -> Iterator[_Line]:
    number, parts = 1, [""]
    for n, line in enumerate(re.split(r"\r?\n", text), start=1):
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
        elif line:
            if parts[0]:
                yield _Line(number, "".join(parts))
            number, parts = n, [line]
    yield _Line(number, "".join(parts))


def _blocks(text: str) -> Iterator[_Block]:
    """The components of every calendar in the file. Raises InvalidRequest where BEGIN and END do not match."""
    open_at: list[tuple[str, int]] = []
    block = _Block("")
    last = 1
    for line in _lines(text):
        last = line.number
        frame = FRAME.fullmatch(line.text)
        begins = frame is not None and frame[1].upper() == "BEGIN"
        if frame and begins:
            name = frame[2].strip().upper()
            if not open_at and name != "VCALENDAR":
                raise _broken(line.number, "BEGIN:VCALENDAR")
            open_at.append((name, line.number))
            if len(open_at) == 2:
                block = _Block(name)
        elif not open_at:
            raise _broken(line.number, "BEGIN:VCALENDAR")
        if len(open_at) == 2 or (len(open_at) > 2 and block.name == "VTIMEZONE"):
            block.lines.append(line)
        if frame and not begins:
            if frame[2].strip().upper() != open_at[-1][0]:
                raise _broken(line.number, f"END:{open_at[-1][0]}, for the BEGIN in line {open_at[-1][1]}")
            open_at.pop()
            if len(open_at) == 1:
                yield block
    if open_at:
        raise _broken(last, f"END:{open_at[-1][0]}, for the BEGIN in line {open_at[-1][1]}")


def _parse(block: _Block) -> Component:
    """The component. Raises InvalidRequest with the line of the first bad time, or line that is no content line."""
    component = _component([line.text for line in block.lines])
    if component is None:
        for line in block.lines:
            alone = [f"BEGIN:{block.name}", line.text, f"END:{block.name}"]
            if not FRAME.fullmatch(line.text) and _component(alone) is None:
                raise _broken(line.number, "a content line with a value as RFC 5545 has it")
        raise block.broken(f"a {block.name} as RFC 5545 has it")
    return component


def _component(lines: list[str]) -> Component | None:
    """What the lines hold, or None where the library fails or had to leave out a time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
        try:
            component = Component.from_ical("\r\n".join(lines))
        except Exception:  # The library lets errors of many kinds through.
            return None
    broken = any(name is None or name.upper() in TIMES for name, _ in component.errors)
    return None if broken else component


def _check_rules(component: Component, block: _Block, window: Interval) -> None:
    """Raises InvalidRequest for a rule that would be too much work: it is walked from its start, match or no match."""
    parts = [part for part in component.walk() if "RRULE" in part]
    for nth, part in enumerate(parts):
        if not isinstance(part["RRULE"], vRecur):
            raise block.broken("one RRULE", "RRULE")
        accepted = _accepted_instead(part, window)
        if accepted:
            raise block.broken(accepted, "RRULE", nth)


def _accepted_instead(component: Component, window: Interval) -> str | None:
    """What is accepted where this rule is not."""
    rule: Any = component["RRULE"]
    if len(rule.to_ical()) > MAX_RULE_LENGTH:
        return f"a rule of at most {MAX_RULE_LENGTH} characters"
    if not FREQUENCIES.issuperset(rule.get("FREQ", [""])) or len(rule["FREQ"]) != 1:
        return f"one FREQ of {', '.join(sorted(FREQUENCIES))}"
    if min([*rule.get("INTERVAL", []), *rule.get("COUNT", []), 1]) < 1:
        return "an INTERVAL and a COUNT of at least 1"
    times_per_day = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times_per_day *= len(rule.get(part, [0]))
    if times_per_day > MAX_TIMES_PER_DAY:
        return f"at most {MAX_TIMES_PER_DAY} times a day"
    start: Any = getattr(component.get("DTSTART"), "dt", None)
    years = datetime.fromtimestamp(window.end, UTC).year - start.year if isinstance(start, date) else 0
    if years * 366 * times_per_day > MAX_STEPS:
        return f"at most {MAX_STEPS} occurrences since the start"
    return None


def _localize(event: Event, zone: ZoneInfo, block: _Block) -> None:
    """Puts the event's floating times into `zone`. Raises InvalidRequest for times that contradict each other."""
    for name in SINGLE_TIMES:
        value: Any = event.get(name)
        if value is None and name != "DTSTART":
            continue
        if not isinstance(getattr(value, "dt", None), date):
            raise block.broken(f"one {name}, a date or date-time", name)
        value.dt = _in_zone(value, value.dt, zone, block, name)
    lasts: Any = getattr(event.get("DURATION"), "dt", None)
    if isinstance(lasts, timedelta) and lasts < timedelta():
        raise block.broken("a DURATION that is not negative", "DURATION")
    for name in LISTS_OF_TIMES:
        lists: Any = event.get(name, [])
        for nth, values in enumerate(lists if isinstance(lists, list) else [lists]):
            if not isinstance(values, vDDDLists):
                raise block.broken("dates, date-times or periods", name, nth)
            for value in values.dts:
                value.dt = _in_zone(values, value.dt, zone, block, name, nth)
    try:
        start, end = _instant(event.start, zone), _instant(event.end, zone)
        moved = _instant(event.get("RECURRENCE-ID", event["DTSTART"]).dt, zone)
    except Exception:  # The library's errors, and dates at the ends of time.
        raise block.broken("a DTSTART, and a DTEND or DURATION that fit it", "DTSTART") from None
    if end < start:
        raise block.broken("an end that is not before the start", "DTEND")
    recurs = any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    if recurs and max(end - start, abs(moved - start)) > MAX_SPAN.total_seconds():
        raise block.broken(f"at most {MAX_SPAN.days} days of an event that recurs", "DTSTART")


def _in_zone(value: Any, time: Any, zone: ZoneInfo, block: _Block, name: str, nth: int = -1) -> Any:
    """A date, date-time or period. A time zone that neither the file nor IANA defines must not become `zone`."""
    if isinstance(time, tuple):
        return tuple(_in_zone(value, each, zone, block, name, nth) for each in time)
    if not isinstance(time, datetime) or time.tzinfo is not None:
        return time
    if "TZID" in value.params:
        raise block.broken("a TZID that the file or IANA defines", name, nth)
    return time.replace(tzinfo=zone)


def _occurrences(events: list[tuple[_Block, Event]], window: Interval, zone: ZoneInfo) -> list[Event]:
    """The occurrences of one series, which is a single event for most.

    In a day more than the window on both sides: the library reckons by the wall clock, which jumps.
    """
    calendar = Calendar()
    for _, event in events:
        calendar.add_component(event)
    day = timedelta(days=1)
    first, last = (datetime.fromtimestamp(each, zone) for each in window)
    try:
        return list(recurring_ical_events.of(calendar).between(first - day, last + day))
    except Exception:  # Rules and times that the library finds it cannot work with only now.
        block = events[0][0]
        raise block.broken("times and rules that fit each other", "RRULE") from None


def _takes_time(event: Event) -> bool:
    transparent = str(event.get("TRANSP")).upper() == "TRANSPARENT"
    return not transparent and str(event.get("STATUS")).upper() != "CANCELLED"


def _interval(event: Event, zone: ZoneInfo) -> Interval:
    return Interval(_instant(event.start, zone), _instant(event.end, zone))


def _periods(component: FreeBusy, zone: ZoneInfo, block: _Block) -> list[Interval]:
    """The FREEBUSY periods that are not FREE."""
    periods: Any = component.get("FREEBUSY", [])
    busy = [each for each in (periods if isinstance(periods, list) else [periods]) if _is_busy(each)]
    try:
        return [Interval(_instant(each.start, zone), _instant(each.end, zone)) for each in busy]
    except Exception:  # The library's errors, and dates at the ends of time.
        raise block.broken("periods as RFC 5545 has them", "FREEBUSY") from None


def _is_busy(period: Any) -> bool:
    return str(period.params.get("FBTYPE")).upper() != "FREE"


def _instant(time: date, zone: ZoneInfo) -> int:
    """Unix seconds of a time, read in `zone` if it has no zone of its own; of a date, its first."""
    if not isinstance(time, datetime):
        time = datetime(time.year, time.month, time.day, tzinfo=zone)
    return int((time if time.tzinfo else time.replace(tzinfo=zone)).timestamp())
