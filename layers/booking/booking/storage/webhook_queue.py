"""The queue of webhook deliveries (SQS): one message for each endpoint and event."""

import json
import os
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from booking.storage.services import client_of

LONGEST_DELAY_SECONDS = 900  # of one message


class Message(Struct, frozen=True):
    """Asks for one try of a delivery; `tries` is how many it has had. `meeting_id`: the meeting that it is about."""

    webhook_id: str
    delivery_id: str
    tries: int
    meeting_id: str | None = None


class WebhookQueue(Struct, frozen=True):
    client: Any
    url: str

    def send(self, message: Message, delay: int = 0) -> None:
        """Hands it out after `delay` seconds, at most 15 minutes: who gets it too early sends it again.

        The group makes SQS share its receivers among endpoints, so that a backlog of one does not hold up another.
        """
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=json.dumps({"delivery": asdict(message)}),
            MessageGroupId=message.webhook_id,
            DelaySeconds=min(max(delay, 0), LONGEST_DELAY_SECONDS),
        )


def message_of(body: dict[str, Any]) -> Message | None:
    """None for a message that is an event from the bus."""
    return Message(**body["delivery"]) if "delivery" in body else None


def connect() -> WebhookQueue:
    """The queue named by the environment."""
    return WebhookQueue(client_of("sqs"), os.environ["WEBHOOK_QUEUE_URL"])
