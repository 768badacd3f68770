"""The queue of the waitlist (SQS): events from the bus, holds that are about to lapse, and walks along the line."""

import json
import os
from typing import Any

from msgspec import Struct

from booking.storage.services import client_of

LONGEST_DELAY_SECONDS = 900  # of one message


class WaitlistQueue(Struct, frozen=True):
    client: Any
    url: str

    def send_lapse(self, time_slot_id: str, seconds: int) -> None:
        """Asks to look at a hold in so many seconds, at most 15 minutes: who gets it too early sends it again."""
        self._send({"lapse": {"timeSlotId": time_slot_id}}, min(max(seconds, 0), LONGEST_DELAY_SECONDS))

    def send_walk(self, start: int | None, end: int | None, after: str | None) -> None:
        """Asks to go on along the line behind the place `after`, for the time from `start` to `end` (None: any)."""
        self._send({"walk": {"start": start, "end": end, "after": after}}, 0)

    def _send(self, body: dict[str, Any], delay: int) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps(body), DelaySeconds=delay)


def connect() -> WaitlistQueue:
    """The queue named by the environment."""
    return WaitlistQueue(client_of("sqs"), os.environ["WAITLIST_QUEUE_URL"])
