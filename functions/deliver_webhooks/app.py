"""The queue of webhooks: turns events of the bus into deliveries, and sends deliveries to endpoints."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.logging import Logger

from booking.commands.webhooks import Deliveries, TooEarly
from booking.domain.webhooks import Delivery, Outcome
from booking.http.api import now
from booking.metrics import Count, count
from booking.storage import event_bus, webhook_queue
from booking.storage.configurations import Configurations
from booking.storage.table import connect
from booking.webhook_sender import send

logger = Logger()
table = connect()
configurations = Configurations(table)


def _send_counted(url: str, secrets: Sequence[str], delivery: Delivery, data: Mapping[str, Any]) -> Outcome:
    outcome = send(url, secrets, delivery, data)
    count(Count.WEBHOOK_TRIES, kind="delivered" if outcome.is_success else "failed")
    return outcome


deliveries = Deliveries(table, webhook_queue.connect(), event_bus.connect(), _send_counted, lambda: now())


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    failed = [record["messageId"] for record in event["Records"] if not _is_done(json.loads(record["body"]))]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}


def _is_done(body: dict[str, Any]) -> bool:
    documents = configurations.documents(now())
    message = webhook_queue.message_of(body)
    if message is None:
        deliveries.give_out(body, documents)
        return True
    try:
        if deliveries.deliver(message, documents):
            logger.warning("disabled", extra={"webhookId": message.webhook_id})
            count(Count.WEBHOOKS_DISABLED)
    except TooEarly:
        return False
    return True
