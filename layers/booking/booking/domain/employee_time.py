"""One employee's time: what the rules read of calendars and agendas."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable
from functools import cached_property
from itertools import accumulate, pairwise

from booking.domain.agenda import Agenda, Cause, Clash, Entry
from booking.domain.configuration import Buffers, Configuration, Employee
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

type BusyTime = tuple[int, int, int, int]
"""Its start and end, and how many seconds it wants free before and after it."""

NO_BUFFERS = Buffers(0, 0)
"""What an imported busy time wants."""


class EmployeeTime:
    """Everything about one employee that does not depend on the meeting asked for.

    `calendar` has the local days that can matter. Without `is_customer_initiated` the opening hours, the lead time and
    the limits for each day do not bind: `cap`, in seconds, and `most_meetings`. Slots in `ignoring` do not count.
    """

    def __init__(
        self,
        employee: Employee,
        configuration: Configuration,
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
        self._configuration = configuration
        self._organisation = configuration.organisation
        self._agenda = agenda
        self._now = now
        self._is_customer_initiated = is_customer_initiated
        self._ignoring = ignoring
        self._week_loads: dict[int, int] = {}

    @cached_property
    def places(self) -> list[str | None]:
        return places_of(self.employee)

    @cached_property
    def busy(self) -> list[BusyTime]:
        """Everything that blocks, sorted by start: holds, booked slots and imported busy times."""
        buffers = self._configuration.buffers
        busy = [(entry.start, entry.end, *buffers(entry.topic_id)) for entry in self._live]
        busy += [(start, end, *NO_BUFFERS) for start, end in self._agenda.imported]
        busy.sort()
        return busy

    def busy_between(self, start: int, end: int) -> list[BusyTime]:
        """The busy times that may overlap [start, end)."""
        first, last = bisect_right(self._busy_until, start), bisect_left(self.busy, (end,))
        return self.busy[first:last]

    @cached_property
    def _busy_until(self) -> list[int]:
        """For each of `busy`: the latest end of it and all before it."""
        return list(accumulate([end for _, end, _, _ in self.busy], max))

    def clash(self, wanted: Interval, wants: Buffers) -> tuple[Clash, int] | None:
        """The first busy time that is too close to `wanted`, and how many seconds must be free between the two."""
        found: list[tuple[Clash, int]] = []
        for each in self._agenda.explained_busy(self._now, self._ignoring):
            busy = each.interval
            theirs = NO_BUFFERS if each.cause is Cause.IMPORT else self._configuration.buffers(each.topic_id)
            pause = max(wants.after, theirs.before) if wanted.start < busy.start else max(wants.before, theirs.after)
            if busy.padded(pause).overlaps(wanted):
                found.append((each, pause))
        return min(found, key=lambda each: each[0][:2], default=None)

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
        times = [(entry.start, entry.end) for entry in self._live if entry.seat is None]
        # A group meeting counts once, not once for each seat.
        groups = {(entry.start, entry.end, entry.topic_id, entry.seat) for entry in self._live if entry.seat}
        times += [(start, end) for start, end, _, _ in groups]
        times.sort()
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
