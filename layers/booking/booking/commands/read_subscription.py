"""Read the calendar that an employee subscribes to, and replace the imported busy times by what it says."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from booking.commands.replace_busy_calendar import import_window, replace_busy_calendar
from booking.domain.configuration import Configuration
from booking.domain.documents import Documents
from booking.domain.errors import InvalidRequest
from booking.domain.events import EventType
from booking.domain.interval import Interval
from booking.domain.subscriptions import FAILING_AFTER, Fetched, Subscription, Unreadable, reading_of, url_of
from booking.storage import subscriptions
from booking.storage.event_bus import EventBus
from booking.storage.table import Table


class Outcome(StrEnum):
    """Ended: the employee has no such calendar any more, so that it blocks nothing any more."""

    READ = "Read"
    UNCHANGED = "Unchanged"
    FAILED = "Failed"
    FAILING = "Failing"
    ENDED = "Ended"


type Fetch = Callable[[str, Mapping[str, str]], Fetched]
"""Gets a URL with these headers. Raises Unreadable."""

type Parse = Callable[[str, bytes, Interval, ZoneInfo], Sequence[Interval]]
"""An employee's busy times in a calendar, in a window, and with local times in a zone. Raises InvalidRequest."""


class Subscriptions(Struct, frozen=True):
    """What reading needs. `clock` gives Unix seconds."""

    table: Table
    bus: EventBus
    fetch: Fetch
    parse: Parse
    clock: Callable[[], int]

    def read(self, employee_id: str, documents: Documents, configuration: Configuration) -> Outcome:
        """Reads it once. After a failure what was imported before stays. Doing it twice does no harm.

        Raises TryAgain.
        """
        now = self.clock()
        before = subscriptions.get(self.table, employee_id)
        window = import_window(configuration.organisation, now)
        url = url_of(employee_id, documents)
        if url is None:
            if before is not None:
                replace_busy_calendar(self.table, employee_id, (), window)
                subscriptions.delete(self.table, employee_id)
            return Outcome.ENDED
        before = before or Subscription(employee_id)
        zone = configuration.require_employee(employee_id).time_zone or configuration.organisation.time_zone
        reading = reading_of(url, zone.key, window)
        try:
            fetched = self.fetch(url, before.conditions(reading))
            if fetched.calendar is None:
                subscriptions.put(self.table, before.unchanged(now))
                return Outcome.UNCHANGED
            busy = self.parse(employee_id, fetched.calendar, window, zone)
            replace_busy_calendar(self.table, employee_id, busy, window)
        except Unreadable as error:
            return self._failed(before, now, str(error))
        except InvalidRequest as error:
            fault = error.faults[0]
            return self._failed(before, now, f"The calendar cannot be read: {fault.where} must be {fault.accepted}.")
        subscriptions.put(self.table, before.read(now, reading, fetched, len(busy)))
        return Outcome.READ

    def _failed(self, before: Subscription, now: int, error: str) -> Outcome:
        after = before.failed(now, error)
        subscriptions.put(self.table, after)
        if after.failures != FAILING_AFTER:
            return Outcome.FAILED
        detail: dict[str, object] = {"id": f"{after.employee_id}-{now}", "employeeIds": [after.employee_id]}
        self.bus.tell(EventType.BUSY_CALENDAR_FAILING, now, detail)
        return Outcome.FAILING
