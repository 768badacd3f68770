"""Webhooks: whether this deployment sends events, and the form of deliveries in answers."""

import os

from msgspec import UNSET

from booking.domain.errors import SwitchedOff
from booking.domain.instants import format_instant
from booking.domain.webhooks import Delivery
from booking.http.contract import webhooks
from booking.http.cursors import format_cursor
from booking.http.representations import given
from booking.storage.walks import Page


def require_switched_on() -> None:
    """Raises SwitchedOff if the deployment sends no events, so that nobody configures what has no effect."""
    if os.environ.get("WEBHOOKS") == "off":
        raise SwitchedOff("This deployment sends no webhooks: deploy it with the parameter Webhooks=on.")


def delivery_page(page: Page[Delivery]) -> webhooks.WebhookDeliveryPage:
    return webhooks.WebhookDeliveryPage(
        items=tuple(delivery(each) for each in page.items), next_cursor=format_cursor(page.next)
    )


def delivery(delivery: Delivery) -> webhooks.WebhookDelivery:
    outcome = delivery.outcome
    return webhooks.WebhookDelivery(
        id=delivery.id,
        event_id=delivery.event_id,
        event=delivery.type,
        date=format_instant(delivery.at),
        status=delivery.status,
        tries=delivery.tries,
        last_try=UNSET if delivery.last_try_at is None else format_instant(delivery.last_try_at),
        duration=UNSET if outcome is None else outcome.milliseconds,
        response_status=UNSET if outcome is None else given(outcome.response_status),
        error=UNSET if outcome is None else given(outcome.error),
        next_try=UNSET if delivery.next_try_at is None else format_instant(delivery.next_try_at),
    )
