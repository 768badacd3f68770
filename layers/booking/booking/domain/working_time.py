"""When an employee works: weekly windows, extra windows, closing days and absences, as instants."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain.configuration import (
    ALL_MEETING_TYPES,
    Employee,
    MeetingType,
    Organisation,
    PlanDates,
    Window,
)
from booking.domain.interval import Interval, intersect, merge, subtract
from booking.domain.local_days import LocalDay, is_closed, local_day, local_day_of

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


class Weeks(NamedTuple):
    """The usual week, and the plans that count instead on their dates, the first one first."""

    usual: Week
    plans: tuple[tuple[PlanDates, Week], ...] = ()

    def on(self, day: date) -> tuple[tuple[int, int], ...]:
        """The stretches of that date."""
        for dates, week in self.plans:
            if day in dates:
                return week[day.weekday()]
        return self.usual[day.weekday()]


def place_of(window: Window, employee: Employee) -> str | None:
    """Where the employee is during a window: its location, else the first that the employee is registered at."""
    return window.location or (employee.locations[0] if employee.locations else None)


def places_of(employee: Employee) -> list[str | None]:
    """All places at which the employee works at some time, in order of weekday."""
    usual = (place_of(window, employee) for window in employee.every_window)
    elsewhere = (elsewhere.location for elsewhere in employee.working_elsewhere)
    return list(dict.fromkeys((*usual, *elsewhere)))


def weeks_of(employee: Employee, setting: Setting, organisation: Organisation, *, is_clipped: bool) -> Weeks:
    """The weekly windows that allow the setting. With `is_clipped` they are clipped to the opening hours."""
    hours = (organisation.opening_time, organisation.closing_time) if is_clipped else (0, 1440)
    plans = tuple((plan.dates, _week(plan.workdays, employee, setting, hours)) for plan in employee.week_plans)
    return Weeks(_week(employee.workdays, employee, setting, hours), plans)


def _week(
    workdays: tuple[tuple[Window, ...], ...], employee: Employee, setting: Setting, hours: tuple[int, int]
) -> Week:
    opening, closing = hours
    meeting_type, is_bound, place = setting
    week = []
    for windows in workdays:
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


def stretches_of_days(days: Iterable[LocalDay], weeks: Weeks) -> list[Interval]:
    """The windows on these days as instants, sorted. Windows that touch become one, also at midnight."""
    stretches: list[Interval] = []
    last = None
    for day in days:
        for start, end in weeks.on(day.date):
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
    weeks: Weeks | None = None,
) -> list[Interval]:
    """The instants of `days` at which the employee works in that setting, sorted and disjoint, absences taken out.

    On days of working elsewhere every window stands at that other place, so that Physical leaves the usual one.
    Extra windows are for Online and Telephone only, are not clipped, and stand at no place. `days` leaves the closing
    days out. `weeks`: `weeks_of` the same arguments, where the caller has it.
    """
    if weeks is None:
        weeks = weeks_of(employee, setting, organisation, is_clipped=is_clipped)
    elsewhere = employee.working_elsewhere if setting.is_bound else ()
    if elsewhere:
        stretches = _stretches_elsewhere(employee, setting, organisation, days, weeks, is_clipped=is_clipped)
    else:
        stretches = stretches_of_days(days, weeks)
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
    usual: Weeks,
    *,
    is_clipped: bool,
) -> list[Interval]:
    anywhere = weeks_of(employee, Setting(setting.meeting_type), organisation, is_clipped=is_clipped)
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

    None if that is beyond the booking horizon. Busy time counts as worked: only time off does not.
    """
    missing = organisation.working_time_buffer
    if missing == 0:
        return now
    first = local_day_of(zone, now).date.toordinal()
    weeks = weeks_of(employee, ANY_WORK, organisation, is_clipped=True)
    for ordinal in range(first, first + organisation.booking_horizon_days + 2):
        day = local_day(zone, ordinal)
        if is_closed(organisation.closing_days, day.date):
            continue
        for start, end in working_time(employee, ANY_WORK, organisation, [day], is_clipped=True, weeks=weeks):
            worked = end - max(start, now)
            if worked >= missing:
                return end - worked + missing
            missing -= max(worked, 0)
    return None
