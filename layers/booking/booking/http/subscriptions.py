"""Subscribed calendars: whether this deployment reads any, and their state as the API gives it."""

import os
from collections.abc import Mapping

from msgspec import UNSET

from booking.domain.documents import Kind
from booking.domain.errors import SwitchedOff
from booking.domain.instants import format_instant
from booking.domain.subscriptions import Subscription
from booking.http.contract.calendars import SubscribedCalendar
from booking.http.representations import given


def require_readable(kind: Kind, body: Mapping[str, object]) -> None:
    """Raises SwitchedOff for a calendar's URL where the deployment reads none, rather than accept it without effect."""
    if kind is Kind.EMPLOYEES and body.get("busyCalendarUrl") and os.environ.get("CALENDAR_SUBSCRIPTIONS") == "off":
        raise SwitchedOff("This deployment reads no calendars: deploy it with the parameter CalendarSubscriptions=on.")


def subscribed_calendar(subscription: Subscription, *, is_subscribed: bool) -> SubscribedCalendar:
    return SubscribedCalendar(
        employee_id=subscription.employee_id,
        is_subscribed=is_subscribed,
        busy_times=subscription.busy_times,
        date_read=UNSET if subscription.read_at is None else format_instant(subscription.read_at),
        failures=subscription.failures,
        date_failed=UNSET if subscription.failed_at is None else format_instant(subscription.failed_at),
        last_error=given(subscription.error),
    )
