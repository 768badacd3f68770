"""The queue of stream records that would fail again: which record, and the keys of its item.

A message has the item's keys and no other content, since that may be personal. `make redrive` reads the record
again from the stream while it is there (24 hours) and hands it to its function.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from msgspec import Struct

from booking.storage.services import client_of


class PoisonQueue(Struct, frozen=True):
    client: Any
    url: str

    def put(self, record: Mapping[str, Any], error: BaseException) -> None:
        """Raises the SDK's errors: the record is then reported as failed, and tried again."""
        change = record.get("dynamodb", {})
        message = {
            "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME"),
            "eventSourceARN": record.get("eventSourceARN"),
            "eventID": record.get("eventID"),
            "sequenceNumber": change.get("SequenceNumber"),
            "keys": change.get("Keys"),
            "error": type(error).__name__,
        }
        self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps(message))


def connect() -> PoisonQueue:
    """The queue named by the environment."""
    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
    return PoisonQueue(client_of("sqs", config=config), os.environ["POISON_QUEUE_URL"])
