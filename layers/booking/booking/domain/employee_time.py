"""One employee's time: what the rules read of calendars and agendas."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable
from functools import cached_property
from itertools import accumulate, pairwise

from booking.domain.agenda import Agenda, Clash, Entry
from booking.domain.configuration import Employee, Organisation
from booking.domain.interval import Interval
from booking.domain.local_days import Calendar
from booking.domain.working_time import (
    Setting,
    Weeks,
    allows_extra,
    earliest_start,
    places_of,
    weeks_of,
    working_time,
)


class EmployeeTime:
    """Everything about one employee that does not depend on the meeting asked for.

    `calendar` has the local days that can matter. Without `is_customer_initiated` the opening hours, the lead time and
    the limits for each day do not bind: `cap`, in seconds, and `most_meetings`. Slots in `ignoring` do not count.
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
        most_meetings: int | None,
        is_customer_initiated: bool,
        ignoring: Collection[str] = (),
    ) -> None:
        self.employee = employee
        self.calendar = calendar
        self.cap = cap if is_customer_initiated else None
        self.most_meetings = most_meetings if is_customer_initiated else None
        self._organisation = organisation
        self._agenda = agenda
        self._now = now
        self._is_customer_initiated = is_customer_initiated
        self._ignoring = ignoring
        self._week_loads: dict[int, int] = {}

    @cached_property
    def places(self) -> list[str | None]:
        return places_of(self.employee)

    @cached_property
    def busy(self) -> list[tuple[int, int]]:
        """Everything that blocks, sorted by start: holds, booked slots and imported busy times; no buffer added."""
        busy = [(entry.start, entry.end) for entry in self._live]
        busy += self._agenda.imported
        busy.sort()
        return busy

    def busy_between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The busy times that may overlap [start, end)."""
        first, last = bisect_right(self._busy_until, start), bisect_left(self.busy, (end,))
        return self.busy[first:last]

    @cached_property
    def _busy_until(self) -> list[int]:
        """For each of `busy`: the latest end of it and all before it."""
        return list(accumulate([end for _, end in self.busy], max))

    def clash(self, wanted: Interval) -> Clash | None:
        """The first busy time that overlaps `wanted`, with its cause."""
        return self._agenda.explained_clash(wanted, self._now, self._ignoring)

    @cached_property
    def _live(self) -> list[Entry]:
        return list(self._agenda.live(self._now, self._ignoring))

    def load(self, instant: int) -> int:
        """Seconds held or booked on the local date of the instant. A meeting belongs to its first date, whole."""
        return self._loads[self.calendar.day_number(instant)]

    def meetings(self, instant: int) -> int:
        """How many are held or booked on the local date of the instant: those that start on it."""
        starts, _ = self._sums
        day = self.calendar.day(instant)
        return bisect_left(starts, day.end) - bisect_left(starts, day.start)

    def week_load(self, instant: int) -> int:
        """Seconds held or booked in the ISO week of the instant's local date."""
        week = self.calendar.week(self.calendar.day(instant))
        load = self._week_loads.get(week.start)
        if load is None:
            starts, sums = self._sums
            load = sums[bisect_left(starts, week.end)] - sums[bisect_left(starts, week.start)]
            self._week_loads[week.start] = load
        return load

    @cached_property
    def _loads(self) -> list[int]:
        """Seconds held or booked on each day of the calendar."""
        starts, sums = self._sums
        calendar = self.calendar
        until = [sums[bisect_left(starts, start)] for start in (*calendar.day_starts, calendar.days[-1].end)]
        return [after - before for before, after in pairwise(until)]

    @cached_property
    def _sums(self) -> tuple[list[int], list[int]]:
        """The sorted starts of all that is held or booked, and how many seconds there are before each of them."""
        times = sorted([(entry.start, entry.end) for entry in self._live])
        return [start for start, _ in times], list(accumulate([end - start for start, end in times], initial=0))

    @cached_property
    def earliest(self) -> int | None:
        """The first instant that the lead time allows. None if it allows none."""
        if not self._is_customer_initiated:
            return self._now
        return earliest_start(self.employee, self._organisation, self._now, self.calendar.zone)

    def weeks(self, setting: Setting) -> Weeks:
        """The weekly windows that allow the setting."""
        return weeks_of(self.employee, setting, self._organisation, is_clipped=self._is_customer_initiated)

    def working_key(self, setting: Setting) -> Hashable:
        """A key that is equal for all employees and settings with the same working time."""
        this = self.employee
        moves = bool(this.working_elsewhere) and setting.is_bound
        has_extra = bool(this.extra_availability) and allows_extra(setting)
        is_own = moves or has_extra or bool(this.absences)
        own = (this.id, setting if moves else None, has_extra) if is_own else None
        return self.calendar.zone.key, self.weeks(setting), own

    def working_time(self, setting: Setting) -> list[Interval]:
        """Rule 4: the instants at which the employee works in that setting, sorted and disjoint."""
        return working_time(
            self.employee,
            setting,
            self._organisation,
            self.calendar.open_days,
            is_clipped=self._is_customer_initiated,
            weeks=self.weeks(setting),
        )
