"""Webhooks: whether this deployment sends any, and deliveries as the API gives them."""

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
    """Raises SwitchedOff where the deployment sends nothing, rather than accept what would have no effect."""
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
