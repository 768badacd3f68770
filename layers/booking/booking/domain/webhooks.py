"""Webhooks: which events go to which endpoint, and when a delivery is tried again or given up.

A delivery is one event for one endpoint. Every endpoint has its own deliveries, so none waits for another.
"""

from collections.abc import Mapping
from copy import replace
from enum import StrEnum
from typing import Any

from msgspec import Struct

from booking.domain.documents import Document
from booking.domain.interval import SECONDS_PER_DAY

EVERY_EVENT = "*"
PING = "Ping"
"""The type of the event that tests an endpoint. It is sent to that endpoint only, whatever it listens to."""

KEPT_SECONDS = 30 * SECONDS_PER_DAY
"""How long a delivery can be listed and replayed."""
TRIED_SECONDS = SECONDS_PER_DAY
"""How long a delivery is tried, from its first try or from its replay."""
DISABLED_AFTER_SECONDS = 3 * SECONDS_PER_DAY
"""How long an endpoint may fail, without one success, before it is disabled."""
OLD_SECRET_SECONDS = SECONDS_PER_DAY
"""How long a replaced secret still signs, beside the new one."""
CLAIMED_SECONDS = 60
"""How long one try has a delivery to itself: longer than its function may run."""

SHORTEST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 4 * 3600


class DeliveryStatus(StrEnum):
    """Skipped: the endpoint was disabled, so nothing was sent."""

    PENDING = "Pending"
    DELIVERED = "Delivered"
    FAILED = "Failed"
    SKIPPED = "Skipped"


class Outcome(Struct, frozen=True):
    """The result of one try: the endpoint's status code, or why there was none. It took `milliseconds`."""

    milliseconds: int
    response_status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.response_status is not None and 200 <= self.response_status < 300


class Delivery(Struct, frozen=True):
    """Instants are Unix seconds. `at` is the second of the event; `data` holds ids and times only.

    `since` is when the present round of tries began; `tries` counts those of all rounds.
    """

    webhook_id: str
    event_id: str
    type: str
    at: int
    data: Mapping[str, Any]
    status: DeliveryStatus = DeliveryStatus.PENDING
    tries: int = 0
    since: int | None = None
    next_try_at: int | None = None
    last_try_at: int | None = None
    outcome: Outcome | None = None
    claimed_until: int = 0

    @property
    def id(self) -> str:
        """Unique among the endpoint's deliveries; the same for the same event."""
        return f"{self.at}-{self.event_id}"

    def claimed(self, now: int) -> "Delivery":
        return replace(self, since=self.since or now, claimed_until=now + CLAIMED_SECONDS)

    def tried(self, outcome: Outcome, now: int) -> "Delivery":
        """After a try: delivered, to be tried again, or failed once it has been tried for a day."""
        after = replace(self, tries=self.tries + 1, last_try_at=now, next_try_at=None, outcome=outcome, claimed_until=0)
        if outcome.is_success:
            return replace(after, status=DeliveryStatus.DELIVERED)
        next_try_at = now + pause(now - (self.since or now))
        if next_try_at >= (self.since or now) + TRIED_SECONDS:
            return replace(after, status=DeliveryStatus.FAILED)
        return replace(after, next_try_at=next_try_at)

    def skipped(self) -> "Delivery":
        return replace(self, status=DeliveryStatus.SKIPPED, next_try_at=None, claimed_until=0)

    def again(self, now: int) -> "Delivery":
        """The delivery, to be tried again for another day."""
        return replace(self, status=DeliveryStatus.PENDING, since=now, next_try_at=None)


def pause(failing_seconds: int) -> int:
    """Seconds until the next try: as long as the delivery has been failing. So pauses double, up to four hours."""
    return min(max(failing_seconds, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)


class Endpoint(Struct, frozen=True):
    """What is kept about a webhook beside its document. `failing_since`: the first failure after the last success."""

    webhook_id: str
    secret: str
    old_secret: str | None = None
    old_secret_until: int = 0
    failing_since: int | None = None

    def secrets(self, now: int) -> tuple[str, ...]:
        """The secrets that sign at `now`, the newest first."""
        old = self.old_secret if now < self.old_secret_until else None
        return (self.secret, old) if old else (self.secret,)

    def rotated(self, secret: str, now: int) -> "Endpoint":
        return replace(self, secret=secret, old_secret=self.secret, old_secret_until=now + OLD_SECRET_SECONDS)


def wants(webhook: Document, type: str) -> bool:
    """Whether a webhook's document asks for events of this type."""
    return EVERY_EVENT in webhook["events"] or type in webhook["events"]
