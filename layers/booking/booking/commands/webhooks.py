"""Deliver events to webhooks: give each event to the endpoints that want it, try, try again, replay, disable.

Nothing is lost: a message leaves the queue only after what follows from it has been written or queued. Nothing is sent
twice but after a failure: a try has the delivery to itself, by a conditional write before it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.commands.change_configuration import replace_configuration
from booking.domain.documents import Document, Documents, Kind
from booking.domain.errors import NotFound
from booking.domain.events import EventType
from booking.domain.webhooks import (
    DISABLED_AFTER_SECONDS,
    PING,
    Delivery,
    DeliveryStatus,
    Endpoint,
    Outcome,
    wants,
)
from booking.storage import keys, webhooks
from booking.storage.event_bus import EventBus
from booking.storage.table import Collision, Table, settle
from booking.storage.webhook_queue import Message, WebhookQueue

BY = "function:deliver_webhooks"
NOT_IN_DATA = frozenset({"id", "customerId"})


class TooEarly(Exception):
    """Another try of the delivery is under way, or its result is not written yet. The queue hands it out again."""


type Send = Callable[[str, Sequence[str], Delivery, Mapping[str, Any]], Outcome]
"""Posts a delivery with this data to a URL, signed with these secrets."""


class Deliveries(Struct, frozen=True):
    """What delivering needs. `clock` gives Unix seconds."""

    table: Table
    queue: WebhookQueue
    bus: EventBus
    send: Send
    clock: Callable[[], int]

    def give_out(self, event: Mapping[str, Any], documents: Documents) -> None:
        """An event from the bus: a delivery for each endpoint that wants it. The same event again adds nothing.

        For a disabled endpoint it is kept as Skipped, so that it can be replayed.
        """
        at = int(datetime.fromisoformat(event["time"]).timestamp())
        detail = event["detail"]
        data = {name: value for name, value in detail.items() if name not in NOT_IN_DATA}
        for id, stored in documents.of(Kind.WEBHOOKS).items():
            if not wants(stored.document, event["detail-type"]):
                continue
            delivery = Delivery(id, detail["id"], event["detail-type"], at, data)
            if not stored.document["enabled"]:
                delivery = delivery.skipped()
            self._write(webhooks.put_new(delivery))  # or given out before, but perhaps not queued
            if delivery.status is DeliveryStatus.PENDING:
                self.queue.send(_message(delivery))

    def deliver(self, message: Message, documents: Documents) -> bool:
        """One try, if it is due. True where that made the endpoint one that is disabled. Raises TooEarly."""
        stored = documents.of(Kind.WEBHOOKS).get(message.webhook_id)
        delivery, endpoint, customer_id = webhooks.get_for_sending(
            self.table, message.webhook_id, message.delivery_id, message.meeting_id
        )
        if stored is None or delivery is None or endpoint is None:
            return False  # the webhook has been deleted
        if delivery.status is not DeliveryStatus.PENDING or message.tries < delivery.tries:
            return False  # another message has done this
        now = self.clock()
        if message.tries > delivery.tries or delivery.claimed_until > now:
            raise TooEarly
        if not stored.document["enabled"] and delivery.type != PING:
            self._write(webhooks.put_again(delivery, delivery.skipped()))
            return False
        if delivery.next_try_at is not None and delivery.next_try_at > now:
            self.queue.send(message, delivery.next_try_at - now)
            return False
        claimed = delivery.claimed(now)
        try:
            self.table.write(webhooks.claim(delivery, claimed, now))
        except Collision:
            raise TooEarly from None
        customer = {"customerId": customer_id} if customer_id else {}
        outcome = self.send(stored.document["url"], endpoint.secrets(now), claimed, {**claimed.data, **customer})
        self._keep(claimed, claimed.tried(outcome, self.clock()))
        return delivery.type != PING and self._judge(endpoint, outcome, stored.document)

    def _keep(self, claimed: Delivery, after: Delivery) -> None:
        if after.next_try_at is not None:
            # Before the result, so that a failure between the two loses no try. What comes too early waits.
            self.queue.send(_message(after), after.next_try_at - self.clock())
        self._write(webhooks.put_result(claimed, after))

    def _judge(self, endpoint: Endpoint, outcome: Outcome, document: Document) -> bool:
        """Notes since when the endpoint has been failing, and disables it after three days. True if it was disabled."""
        now = self.clock()
        if outcome.is_success:
            if endpoint.failing_since is not None:
                self._write(webhooks.note_working(endpoint.webhook_id))
        elif endpoint.failing_since is None:
            self._write(webhooks.note_failing(endpoint.webhook_id, now))
        elif now - endpoint.failing_since >= DISABLED_AFTER_SECONDS and document["enabled"]:
            self._disable(endpoint.webhook_id, endpoint.failing_since + DISABLED_AFTER_SECONDS)
            return True
        return False

    def _write(self, action: dict[str, Any]) -> None:
        """Writes, unless somebody else has changed the item: then the write is not needed."""
        with suppress(Collision):
            self.table.write(action)

    def _disable(self, webhook_id: str, at: int) -> None:
        """`at` is the second at which it had failed for too long: so every delivery sends the same event."""
        self.bus.tell(EventType.WEBHOOK_DISABLED, at, {"id": f"{webhook_id}-{at}", "webhookId": webhook_id})

        def disabled(documents: Documents) -> Document:
            stored = documents.of(Kind.WEBHOOKS).get(webhook_id)
            if stored is None:
                raise NotFound(Kind.WEBHOOKS.singular, webhook_id)
            return {**stored.document, "enabled": False}

        with suppress(NotFound):
            replace_configuration(self.table, Kind.WEBHOOKS, webhook_id, disabled, None, BY, self.clock)


class Replayed(Struct, frozen=True):
    """How many deliveries were queued. `is_complete` is False if the time ran out before the last one."""

    count: int
    is_complete: bool


def replay_one(
    table: Table, queue: WebhookQueue, webhook_id: str, delivery_id: str, clock: Callable[[], int]
) -> Delivery:
    """Queues a delivery to be tried again, under the same event id. Raises NotFound, TryAgain."""

    def attempt() -> Delivery:
        delivery = webhooks.get_delivery(table, webhook_id, delivery_id)
        if delivery is None:
            raise NotFound("delivery", delivery_id)
        return _again(table, queue, delivery, clock())

    return settle(attempt)


def replay_since(
    table: Table,
    queue: WebhookQueue,
    webhook_id: str,
    first: int,
    clock: Callable[[], int],
    has_time: Callable[[], bool],
) -> Replayed:
    """Queues all deliveries of a webhook since that second again. Raises TryAgain."""
    count = 0
    for delivery in webhooks.since(table, webhook_id, first):
        if not has_time():
            return Replayed(count, is_complete=False)
        replay_one(table, queue, webhook_id, delivery.id, clock)
        count += 1
    return Replayed(count, is_complete=True)


def _again(table: Table, queue: WebhookQueue, delivery: Delivery, now: int) -> Delivery:
    after = delivery
    if delivery.status is not DeliveryStatus.PENDING:
        after = delivery.again(now)
        table.write(webhooks.put_again(delivery, after))
    queue.send(_message(after))
    return after


def ping(table: Table, queue: WebhookQueue, webhook_id: str, now: int) -> Delivery:
    """Queues a test event, for this endpoint only and also while it is disabled. Raises NotFound, TryAgain."""
    if webhooks.get_endpoint(table, webhook_id) is None:
        raise NotFound(Kind.WEBHOOKS.singular, webhook_id)
    delivery = Delivery(webhook_id, keys.new_id(), PING, now, {"webhookId": webhook_id})
    table.write(webhooks.put_new(delivery))
    queue.send(_message(delivery))
    return delivery


def rotate_secret(table: Table, webhook_id: str, clock: Callable[[], int]) -> Endpoint:
    """Makes a new secret. The previous one signs beside it for a day. Raises NotFound, TryAgain."""

    def attempt() -> Endpoint:
        before = webhooks.get_endpoint(table, webhook_id)
        if before is None:
            raise NotFound(Kind.WEBHOOKS.singular, webhook_id)
        after = before.rotated(webhooks.new_secret(), clock())
        table.write(webhooks.replace_secret(before, after))
        return after

    return settle(attempt)


def _message(delivery: Delivery) -> Message:
    return Message(delivery.webhook_id, delivery.id, delivery.tries, delivery.data.get("meetingId"))
