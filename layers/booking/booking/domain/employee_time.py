"""One employee's time: what the rules read of calendars and agendas."""

from bisect import bisect_left
from collections.abc import Collection
from functools import cached_property
from itertools import accumulate

from booking.domain.agenda import Agenda, Clash, Entry
from booking.domain.configuration import Employee, Organisation
from booking.domain.interval import Interval
from booking.domain.local_days import Calendar
from booking.domain.working_time import (
    Setting,
    Week,
    allows_extra,
    earliest_start,
    places_of,
    week_of,
    working_time,
)

type WeekKey = tuple[Week, Setting | None, bool]


class EmployeeTime:
    """Everything about one employee that does not depend on the meeting asked for.

    `calendar` has the local days that can matter. Without `is_customer_initiated` the opening hours, the lead time and
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
        is_customer_initiated: bool,
        ignoring: Collection[str] = (),
    ) -> None:
        self.employee = employee
        self.calendar = calendar
        self.cap = cap if is_customer_initiated else None
        self._organisation = organisation
        self._agenda = agenda
        self._now = now
        self._is_customer_initiated = is_customer_initiated
        self._ignoring = ignoring

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

    def clash(self, wanted: Interval) -> Clash | None:
        """The first that blocks and overlaps `wanted`, and what it is."""
        return self._agenda.explained_clash(wanted, self._now, self._ignoring)

    @cached_property
    def _live(self) -> list[Entry]:
        return list(self._agenda.live(self._now, self._ignoring))

    def load(self, instant: int) -> int:
        """Seconds held or booked on the local date of the instant. A meeting belongs to its first date, whole."""
        day = self.calendar.day(instant)
        return self._held_or_booked(Interval(day.start, day.end))

    def week_load(self, instant: int) -> int:
        """The same for the ISO week of that date."""
        return self._held_or_booked(self.calendar.week(self.calendar.day(instant)))

    def _held_or_booked(self, span: Interval) -> int:
        """Seconds of the meetings and holds that start in the span."""
        starts, sums = self._sums
        return sums[bisect_left(starts, span.end)] - sums[bisect_left(starts, span.start)]

    @cached_property
    def _sums(self) -> tuple[list[int], list[int]]:
        """The sorted starts of all that is held or booked, and how many seconds there are before each of them."""
        times = sorted((entry.start, entry.end) for entry in self._live)
        return [start for start, _ in times], list(accumulate((end - start for start, end in times), initial=0))

    @cached_property
    def earliest(self) -> int | None:
        """The first instant that the lead time allows; None: none at all."""
        if not self._is_customer_initiated:
            return self._now
        return earliest_start(self.employee, self._organisation, self._now, self.calendar.zone)

    def week(self, setting: Setting) -> Week:
        """The weekly windows that allow the setting."""
        return week_of(self.employee, setting, self._organisation, is_clipped=self._is_customer_initiated)

    def week_key(self, setting: Setting) -> WeekKey:
        """The same for all settings that come to the same working time."""
        moves = bool(self.employee.working_elsewhere) and setting.is_bound
        has_extra = bool(self.employee.extra_availability) and allows_extra(setting)
        return self.week(setting), setting if moves else None, has_extra

    def working_time(self, setting: Setting) -> list[Interval]:
        """Rule 4: the instants at which the employee works in that setting, sorted and disjoint."""
        return working_time(
            self.employee,
            setting,
            self._organisation,
            self.calendar.open_days,
            is_clipped=self._is_customer_initiated,
            week=self.week(setting),
        )
