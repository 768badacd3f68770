"""Subscribed calendars: what is known of an employee's other calendar since it was last asked for."""

import hashlib
from collections.abc import Mapping
from copy import replace

from msgspec import Struct

from booking.domain.documents import Documents, Kind
from booking.domain.interval import Interval

FAILING_AFTER = 3
"""How many failures in a row are told as an event."""


class Unreadable(Exception):
    """No calendar came; the text says why, without the URL and without what was received."""


class Fetched(Struct, frozen=True):
    """What the calendar's server sent. `calendar` None: it has not changed."""

    calendar: bytes | None
    etag: str | None = None
    last_modified: str | None = None


class Subscription(Struct, frozen=True):
    """Instants are Unix seconds; `busy_times` is how many the last calendar that could be read gave.

    `etag` and `last_modified` are that calendar's. They are asked with as long as `reading` is the same: who reads it
    for another window or another zone needs the whole calendar again. `failures` counts those in a row.
    """

    employee_id: str
    reading: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    read_at: int | None = None
    busy_times: int = 0
    failures: int = 0
    failed_at: int | None = None
    error: str | None = None

    def conditions(self, reading: str) -> Mapping[str, str]:
        """The headers that ask for a calendar only if it has changed since."""
        if reading != self.reading:
            return {}
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}

    def read(self, now: int, reading: str, fetched: Fetched, busy_times: int) -> "Subscription":
        return Subscription(self.employee_id, reading, fetched.etag, fetched.last_modified, now, busy_times)

    def unchanged(self, now: int) -> "Subscription":
        return replace(self, read_at=now, failures=0, failed_at=None, error=None)

    def failed(self, now: int, error: str) -> "Subscription":
        return replace(self, failures=self.failures + 1, failed_at=now, error=error)


def reading_of(url: str, zone: str, window: Interval) -> str:
    """Names what is read, and how; a hash, since the URL is a secret."""
    return hashlib.sha256(f"{url} {zone} {window.start} {window.end}".encode()).hexdigest()


def url_of(employee_id: str, documents: Documents) -> str | None:
    """The address of the employee's calendar. None without one, and where there is no such employee."""
    stored = documents.of(Kind.EMPLOYEES).get(employee_id)
    return stored.document.get("busyCalendarUrl") if stored else None


def subscribers(documents: Documents) -> list[str]:
    """The employees whose calendars are to be read."""
    return [id for id in documents.of(Kind.EMPLOYEES) if url_of(id, documents)]
