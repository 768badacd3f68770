"""Rule 4: working time: windows, opening hours, extra windows, closing days, absences.

`booking.domain.working_time` turns them into instants. This is the rule.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from booking.domain.day_starts import Day, Starts, whole_meetings
from booking.domain.employee_time import EmployeeTime
from booking.domain.interval import Interval
from booking.domain.local_days import local_day_of
from booking.domain.refusal import Reason, Refusal, clock, day_and_clock
from booking.domain.rules.case import Case
from booking.domain.working_time import ANY_WORK, Setting


def refusal(case: Case) -> Refusal | None:
    setting, time, interval = case.setting, case.time, case.interval
    if setting is None or _fits(interval, time.working_time(setting)):
        return None
    zone = time.calendar.zone
    closed = next((day for day in time.calendar.closed if day.overlaps(interval)), None)
    if closed:
        return Refusal(Reason.CLOSING_DAY, f"{day_and_clock(closed.start, zone)[:10]} is a closing day")
    if not _fits(interval, time.working_time(ANY_WORK)):
        return _absent(case) or _outside(case)
    where = f" at {setting.place}" if setting.is_bound and setting.place else ""
    return Refusal(Reason.MEETING_TYPE_NOT_OFFERED, f"{setting.meeting_type}{where} is not offered at that time")


def working_starts(days: Sequence[Day], time: EmployeeTime, setting: Setting, duration: int) -> list[Starts]:
    """The search form: for each day the starts at which a meeting is wholly within working time of that setting."""
    stretches = time.working_time(setting)
    ends = [each.end for each in stretches]
    found = []
    for day in days:
        first, last = bisect_right(ends, day.start), bisect_left(stretches, (day.end,))
        found.append(whole_meetings(day, stretches[first:last], duration))
    return found


def _absent(case: Case) -> Refusal | None:
    absence = next((absence for absence in case.employee.absences if absence.overlaps(case.interval)), None)
    if absence is None:
        return None
    zone = case.time.calendar.zone
    words = f"absent from {day_and_clock(absence.start, zone)} to {day_and_clock(absence.end, zone)}"
    return Refusal(Reason.ABSENT, words, {"absentFrom": absence.start, "absentUntil": absence.end})


def _outside(case: Case) -> Refusal:
    zone = case.time.calendar.zone
    start, end = case.interval
    today = local_day_of(zone, start)
    day = [each for each in case.time.working_time(ANY_WORK) if each.overlaps(Interval(today.start, today.end))]
    works = ", ".join(f"{clock(each.start, zone)}–{clock(each.end, zone)}" for each in day) or "none"
    words = f"{clock(start, zone)}–{clock(end, zone)} is outside working time; working time that day: {works}"
    return Refusal(Reason.OUTSIDE_WORKING_TIME, words)


def _fits(wanted: Interval, stretches: list[Interval]) -> bool:
    return any(stretch.contains(wanted) for stretch in stretches)
