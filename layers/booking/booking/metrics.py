"""What the dashboard and the alarms of template.yaml count: CloudWatch metrics in the embedded metric format.

Each is one line on standard output, written by Powertools, so a request never waits for CloudWatch. Loading it costs
a cold start nothing: Powertools' Logger, which every function has, imports it anyway.

A metric may have one dimension, `kind`, out of a short fixed list: CloudWatch bills each value, and an id says who.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


class Count(StrEnum):
    """Names of counters, as CloudWatch shows them."""

    BOOKINGS = "Bookings"
    CANCELLATIONS = "Cancellations"
    RESCHEDULES = "Reschedules"
    HOLDS = "Holds"
    HOLDS_CONFIRMED = "HoldsConfirmed"
    HOLDS_RELEASED = "HoldsReleased"
    CONFLICTS = "Conflicts"
    RETRIES = "Retries"
    IMPORT_FAILURES = "ImportFailures"
    POISON_RECORDS = "PoisonRecords"
    RETENTION_COMPLETED = "RetentionCompleted"
    WEBHOOK_TRIES = "WebhookTries"
    WEBHOOKS_DISABLED = "WebhooksDisabled"
    BUSY_CALENDARS_FAILING = "BusyCalendarsFailing"
    MESSAGES_SENT = "MessagesSent"
    MESSAGES_NOT_SENT = "MessagesNotSent"
    MESSAGES_FAILED = "MessagesFailed"
    MESSAGES_UNKNOWN = "MessagesUnknown"
    MESSAGES_SUPPRESSED = "MessagesSuppressed"
    ADDRESSES_SUPPRESSED = "AddressesSuppressed"


class Duration(StrEnum):
    """Names of durations, in milliseconds."""

    SEARCH = "SearchDuration"


def count(name: Count, value: int = 1, *, kind: str | None = None) -> None:
    """Adds to a counter: to its total and, if given, to that of its kind."""
    _write(name, MetricUnit.Count, value, kind)


@contextmanager
def duration(name: Duration) -> Iterator[None]:
    """Records how long the block took, whether or not it raised."""
    start = time.perf_counter()
    try:
        yield
    finally:
        _write(name, MetricUnit.Milliseconds, round((time.perf_counter() - start) * 1000, 1), None)


def _write(name: str, unit: MetricUnit, value: float, kind: str | None) -> None:
    metrics = EphemeralMetrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "booking"))
    metrics.add_metric(str(name), unit, value)
    if kind:
        metrics.add_dimensions(kind=kind)
    metrics.flush_metrics()
