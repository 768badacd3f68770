"""Expands recurrence rules (RFC 5545, 3.3.10) to wall-clock times, with a limit to the work.

dateutil expands them. This module adds two things. A rule without COUNT is expanded from just before the window and not
from its start, which may be centuries ago. And a rule that would take too long is refused before it is expanded.
"""

import re
from collections.abc import Iterator
from datetime import MAXYEAR, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from booking.domain.interval import SECONDS_PER_DAY
from booking.ical.content import Property, refusal
from booking.ical.times import parse_time, shifted, wall_clock
from booking.ical.work import MAX_STEPS

MAX_LENGTH = 2_000
SECONDS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600, "DAILY": SECONDS_PER_DAY, "WEEKLY": 7 * SECONDS_PER_DAY}
STEP = SECONDS | {"MONTHLY": 28 * SECONDS_PER_DAY, "YEARLY": 365 * SECONDS_PER_DAY}
"""The shortest time, in seconds, from one step of a rule to the next."""

LISTS = (
    *("BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY"),
    *("BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS"),
)
CYCLE_YEARS = 400
CYCLE = timedelta(days=146_097)
"""The calendar repeats after 400 years, weekdays included.

dateutil checks for the end only when a rule yields a time: a rule that yields none is expanded to the year 9999. So
rules are expanded in the last cycle before that year, and the times are moved back.
"""

COMPUTED = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", *LISTS}
DEFAULTS = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
"""The parts of RFC 7529. Only their default values are supported."""

TIMES_OF_DAY = {"BYHOUR": 24, "BYMINUTE": 60, "BYSECOND": 60}
END_OF_DAY = timedelta(hours=23, minutes=59, seconds=59)


class Rule(NamedTuple):
    """A recurrence rule by its parts."""

    parts: dict[str, str]
    is_whole: bool
    """False if the rule has a part that no standard names. Such parts are left out of `parts`."""
    line: int


def starts(
    rule: Rule, first: datetime, zone: tzinfo, after: datetime, before: datetime, *, of_dates: bool = False
) -> Iterator[datetime]:
    """The starts that the rule gives from `first` on: all between `after` and `before`, and possibly others.

    All are wall-clock times in `zone`. With `of_dates` they are dates, and UNTIL is compared by the day.

    Raises ValueError for a rule that cannot be read, and InvalidRequest, with its line, if the rule is too much work.
    """
    parts = dict(rule.parts)
    frequency, interval = parts.pop("FREQ"), _interval(parts.pop("INTERVAL", "1"))
    until = _until(parts.pop("UNTIL"), zone, of_dates=of_dates) if "UNTIL" in parts else None
    count = int(parts.pop("COUNT")) if "COUNT" in parts else None
    last = min(before, until) if until else before
    if count is not None and count < 1:
        raise ValueError("a COUNT below 1")
    if count is not None and frequency in SECONDS and not parts.keys() - {"WKST"}:
        # The last start can be computed, so the starts need not be counted.
        last = min(last, shifted(first, _times(count - 1, interval * SECONDS[frequency])))
        count = None
    if last < max(first, after):
        return iter(())
    if not _complete(parts, first, frequency):
        return iter(())
    if frequency in ("SECONDLY", "MINUTELY", "HOURLY") and interval == 1 and "BYSETPOS" not in parts:
        # Write the rule as a daily one with times of the day: the times that it does not include then cost nothing.
        for name in list(TIMES_OF_DAY)[: {"HOURLY": 1, "MINUTELY": 2, "SECONDLY": 3}[frequency]]:
            parts.setdefault(name, ",".join(map(str, range(TIMES_OF_DAY[name]))))
        frequency = "DAILY"
    begin = first if count is not None else max(first, _aligned(first, frequency, interval, after))
    _check_work(rule, parts, frequency, interval, last - begin)
    text = ";".join(f"{name}={value}" for name, value in {"FREQ": frequency, "INTERVAL": interval, **parts}.items())
    later = CYCLE * ((MAXYEAR - 1 - last.year) // CYCLE_YEARS)
    expansion: Any = rrulestr(text, dtstart=begin + later)
    times = iter(expansion.replace(until=last + later))
    return (each - later for each in (times if count is None else islice(times, count)) if each - later >= first)


def read(line: Property) -> Rule:
    """The rule of an RRULE or EXRULE.

    A part whose name is in no standard is left out, and the rest of the rule counts. Raises ValueError for a rule that
    cannot be read, and for a part that a standard names and this module does not support.
    """
    if len(line.value) > MAX_LENGTH:
        raise ValueError("a rule that is too long")
    parts: dict[str, str] = {}
    is_whole = True
    for part in re.sub(r"\s", "", line.value).upper().strip(";").split(";"):
        name, separator, value = part.partition("=")
        if name in DEFAULTS:
            if value != DEFAULTS[name]:
                raise ValueError("an unsupported part")
        elif name not in COMPUTED:
            is_whole = is_whole and not part
        elif not separator or name in parts:
            raise ValueError("a part without a value, or a second one")
        else:
            if name in LISTS:
                value = ",".join(dict.fromkeys(value.strip(",").split(",")))
            if value:
                parts[name] = value
    if parts.get("FREQ") not in STEP:
        raise ValueError("an unknown FREQ")
    return Rule(parts, is_whole, line.line)


def _interval(text: str) -> int:
    """An INTERVAL below 1 counts as 1, as in the programs that write it."""
    return min(max(int(text), 1), 10**9)


def _times(count: int, seconds: int) -> timedelta:
    return timedelta(seconds=min(count * seconds, 10**12))


def _until(text: str, zone: tzinfo, *, of_dates: bool) -> datetime:
    until = parse_time(text, zone)
    if of_dates:
        return datetime.combine(until.date_in(zone), datetime.min.time())
    if until.is_date:
        return shifted(until.wall, END_OF_DAY)
    return until.wall if until.zone is zone else wall_clock(until.instant, zone)


def _complete(parts: dict[str, str], first: datetime, frequency: str) -> bool:
    """Adds the parts that a rule takes from its start, and rewrites what dateutil misreads.

    After that the rule can be expanded from a later time too.
    Returns False for a rule that names only days that never occur.
    """
    days = parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}
    if frequency == "YEARLY" and days == {"BYWEEKNO"}:
        parts["BYDAY"] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    elif frequency == "YEARLY" and not days:
        parts.setdefault("BYMONTH", str(first.month))
        parts["BYMONTHDAY"] = str(first.day)
    elif frequency == "MONTHLY" and not days:
        parts["BYMONTHDAY"] = str(first.day)
    if frequency in ("MONTHLY", "YEARLY") and "BYDAY" in parts:
        # dateutil fails on a 53rd Monday of a month. Of 'every Monday' together with 'the second Tuesday' it takes only
        # days that are both.
        most = 5 if frequency == "MONTHLY" or "BYMONTH" in parts else 53
        weekdays = [each for each in parts["BYDAY"].split(",") if abs(int(each[:-2] or 0)) <= most]
        if len({any(character.isdigit() for character in each) for each in weekdays}) == 2:
            every = [each for each in weekdays if each.isalpha()]
            nth = [each for each in weekdays if not each.isalpha()]
            weekdays = [*nth, *(f"{n}{each}" for each in every for n in range(1, most + 1))]
        parts["BYDAY"] = ",".join(weekdays)
    return parts.get("BYDAY") != ""


def _aligned(first: datetime, frequency: str, interval: int, after: datetime) -> datetime:
    """A time from which the rule can be expanded and gives the same starts from `after` on."""
    if frequency in SECONDS:
        step = interval * SECONDS[frequency]
        steps = int((after - first).total_seconds()) // step - 1
        return shifted(first, _times(steps, step)) if steps > 0 else first
    months = interval * (12 if frequency == "YEARLY" else 1)
    steps = ((after.year - first.year) * 12 + after.month - first.month) // months - 1
    if steps <= 0:
        return first
    year, month = divmod(first.year * 12 + first.month - 1 + steps * months, 12)
    return first.replace(year=year, month=1 if frequency == "YEARLY" else month + 1, day=1)


def _check_work(rule: Rule, parts: dict[str, str], frequency: str, interval: int, span: timedelta) -> None:
    each = len(parts["BYSETPOS"].split(",")) if "BYSETPOS" in parts else 1
    for name in TIMES_OF_DAY:
        if name in parts and frequency not in ("SECONDLY", "MINUTELY", "HOURLY"):
            each *= len(parts[name].split(","))
    if each * (1 + span.total_seconds() // (interval * STEP[frequency])) > MAX_STEPS:
        raise refusal(rule.line, f"a recurrence rule with at most {MAX_STEPS} steps up to the end of the window")
