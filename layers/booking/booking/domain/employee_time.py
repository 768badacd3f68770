"""One employee's time under rules 4 to 7 and 9: when a meeting may start, and why it may not.

Both questions read the same facts: working time, `busy` time, `earliest`, `cap` and `used`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from functools import cached_property

from booking.domain.agenda import Agenda
from booking.domain.configuration import Employee, Organisation
from booking.domain.interval import Interval
from booking.domain.refusal import Reason, Refusal, clock, day_and_clock
from booking.domain.working_time import (
    ANY_WORK,
    Calendar,
    Setting,
    Week,
    allows_extra,
    earliest_start,
    local_day_of,
    places_of,
    week_of,
    working_time,
)


class EmployeeTime:
    """Everything about one employee that does not depend on the meeting asked for.

    `calendar` has the local days that can matter. Without `customer_initiated` the opening hours, the lead time and
    the daily cap do not bind. `cap` is in seconds. Slots in `ignoring` are neither busy nor part of the cap.
    """

    def __init__(
        self,
        employee: Employee,
        organisation: Organisation,
        calendar: Calendar,
        agenda: Agenda,
        now: int,
        *,
        cap: int | None,
        customer_initiated: bool,
        ignoring: Collection[str] = (),
    ) -> None:
        self.employee = employee
        self.calendar = calendar
        self.cap = cap if customer_initiated else None
        self._organisation = organisation
        self._agenda = agenda
        self._now = now
        self._customer_initiated = customer_initiated
        self._ignoring = ignoring
        self._starts: dict[tuple[Week, Setting | None, bool], list[int]] = {}

    @cached_property
    def places(self) -> list[str | None]:
        return places_of(self.employee)

    @cached_property
    def busy(self) -> list[tuple[int, int]]:
        """Everything that blocks, sorted by start: holds, booked slots and imported busy times; no buffer added."""
        now, ignoring = self._now, self._ignoring
        busy = [
            (start, end)
            for start, end, slot_id, until in self._agenda.entries
            if (until is None or now < until) and slot_id not in ignoring
        ]
        busy += self._agenda.imported
        busy.sort()
        return busy

    @cached_property
    def used(self) -> dict[int, int]:
        """Seconds held or booked by local date, which is told by its start. A meeting is its first date's, whole."""
        used: dict[int, int] = {}
        day_start = self.calendar.day_start
        now, ignoring = self._now, self._ignoring
        first, last = self.calendar.days[0].start, self.calendar.days[-1].end
        for start, end, slot_id, until in self._agenda.entries:
            if first <= start < last and (until is None or now < until) and slot_id not in ignoring:
                day = day_start(start)
                used[day] = used.get(day, 0) + end - start
        return used

    def load(self, instant: int) -> int:
        """Seconds held or booked on the local date of the instant."""
        return self.used.get(self.calendar.day_start(instant), 0)

    @cached_property
    def earliest(self) -> int | None:
        """The first instant that the lead time allows; None: none at all."""
        if not self._customer_initiated:
            return self._now
        return earliest_start(self.employee, self._organisation, self._now, self.calendar.zone)

    def starts(self, setting: Setting, duration: int, grid: list[int], first: int, end: int) -> list[int]:
        """Every start on the grid of a meeting of that length within [first, end), sorted.

        Settings that come to the same answer get the same list: ask one EmployeeTime for one duration and span only.
        """
        week = week_of(self.employee, setting, self._organisation, is_clipped=self._customer_initiated)
        moves = bool(self.employee.working_elsewhere) and setting.is_bound
        key = (week, setting if moves else None, bool(self.employee.extra_availability) and allows_extra(setting))
        starts = self._starts.get(key)
        if starts is None:
            starts = self._starts[key] = self._compute_starts(setting, week, duration, grid, first, end)
        return starts

    def _compute_starts(
        self, setting: Setting, week: Week, duration: int, grid: list[int], first: int, end: int
    ) -> list[int]:
        if self.earliest is None or (self.cap is not None and duration > self.cap):
            return []
        first = max(first, self.earliest)
        busy, count, buffer = self.busy, len(self.busy), self._organisation.buffer
        starts: list[int] = []
        done = 0  # all that is busy before this index is over, with its buffer, before the stretch at hand
        for free_from, free_until in self._working_time(setting, week):
            free_from, free_until = max(free_from, first), min(free_until, end)
            if free_until - free_from < duration:
                continue
            while done < count and busy[done][1] + buffer <= free_from:
                done += 1
            for at in range(done, count):
                busy_from, busy_until = busy[at]
                blocked_from, blocked_until = busy_from - buffer, busy_until + buffer
                if blocked_from >= free_until:
                    break
                if blocked_from - free_from >= duration:
                    starts += grid[bisect_left(grid, free_from) : bisect_right(grid, blocked_from - duration)]
                if blocked_until > free_from:
                    free_from = blocked_until
            if free_until - free_from >= duration:
                starts += grid[bisect_left(grid, free_from) : bisect_right(grid, free_until - duration)]
        return starts if self.cap is None else self._within_cap(starts, duration, self.cap)

    def _within_cap(self, starts: list[int], duration: int, cap: int) -> list[int]:
        full = {day for day, used in self.used.items() if used + duration > cap}
        day_start = self.calendar.day_start
        return [start for start in starts if day_start(start) not in full] if full else starts

    def _working_time(self, setting: Setting, week: Week | None = None) -> list[Interval]:
        clipped, days = self._customer_initiated, self.calendar.open_days
        return working_time(self.employee, setting, self._organisation, days, is_clipped=clipped, week=week)

    def refusal(self, setting: Setting, wanted: Interval) -> Refusal | None:
        """The first of rules 4 to 7 that refuses this very time, with the facts; None if all allow it."""
        return (
            self._working_time_refusal(setting, wanted)
            or self.busy_refusal(wanted)
            or self._lead_time_refusal(wanted)
            or self.cap_refusal(wanted)
        )

    def _working_time_refusal(self, setting: Setting, wanted: Interval) -> Refusal | None:
        if _fits(wanted, self._working_time(setting)):
            return None
        closed = next((day for day in self.calendar.closed if day.overlaps(wanted)), None)
        if closed:
            return Refusal(
                Reason.CLOSING_DAY, f"{day_and_clock(closed.start, self.calendar.zone)[:10]} is a closing day"
            )
        if not _fits(wanted, self._working_time(ANY_WORK)):
            return self._absence_refusal(wanted) or self._outside_refusal(wanted)
        where = f" at {setting.place}" if setting.is_bound and setting.place else ""
        return Refusal(Reason.MEETING_TYPE_NOT_OFFERED, f"{setting.meeting_type}{where} is not offered then")

    def _absence_refusal(self, wanted: Interval) -> Refusal | None:
        absence = next((absence for absence in self.employee.absences if absence.overlaps(wanted)), None)
        if absence is None:
            return None
        zone = self.calendar.zone
        words = f"absent from {day_and_clock(absence.start, zone)} to {day_and_clock(absence.end, zone)}"
        return Refusal(Reason.ABSENT, words, {"absentFrom": absence.start, "absentUntil": absence.end})

    def _outside_refusal(self, wanted: Interval) -> Refusal:
        zone = self.calendar.zone
        start, end = wanted
        day = [stretch for stretch in self._working_time(ANY_WORK) if stretch.overlaps(_day_of(start, self.calendar))]
        works = ", ".join(f"{clock(each.start, zone)}–{clock(each.end, zone)}" for each in day) or "not at all"
        words = f"{clock(start, zone)}–{clock(end, zone)} is outside working time, that day {works}"
        return Refusal(Reason.OUTSIDE_WORKING_TIME, words)

    def busy_refusal(self, wanted: Interval) -> Refusal | None:
        buffer = self._organisation.buffer
        padded = wanted.padded(buffer)
        clash = next((busy for busy in self.busy if padded.start < busy[1] and busy[0] < padded.end), None)
        if clash is None:
            return None
        (start, end), zone = clash, self.calendar.zone
        words = f"booked {clock(start, zone)}–{clock(end, zone)}"
        if buffer:
            words += f" plus {buffer // 60} minutes buffer"
        return Refusal(Reason.BUSY, words, {"busyFrom": start, "busyUntil": end, "bufferMinutes": buffer // 60})

    def _lead_time_refusal(self, wanted: Interval) -> Refusal | None:
        if self.earliest is not None and self.earliest <= wanted.start:
            return None
        minutes = self._organisation.working_time_buffer // 60
        words = f"lead time {minutes} working minutes"
        if self.earliest is None:
            return Refusal(Reason.LEAD_TIME, words, {"leadMinutes": minutes})
        words += f", over at {day_and_clock(self.earliest, self.calendar.zone)}"
        return Refusal(Reason.LEAD_TIME, words, {"leadMinutes": minutes, "earliestStart": self.earliest})

    def cap_refusal(self, wanted: Interval) -> Refusal | None:
        used, length = self.load(wanted.start), wanted.end - wanted.start
        if self.cap is None or used + length <= self.cap:
            return None
        facts = {"capMinutes": self.cap // 60, "usedMinutes": used // 60, "meetingMinutes": length // 60}
        words = f"daily cap {self.cap // 60} minutes, {used // 60} used, {length // 60} wanted"
        return Refusal(Reason.DAILY_CAP, words, facts)


def _fits(wanted: Interval, stretches: list[Interval]) -> bool:
    return any(stretch.contains(wanted) for stretch in stretches)


def _day_of(instant: int, calendar: Calendar) -> Interval:
    day = local_day_of(calendar.zone, instant)
    return Interval(day.start, day.end)
