"""The queue of subscribed calendars that are to be read (SQS): one message for each employee."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Any

import botocore.session

BATCH = 10  # the most that one call takes


@dataclass(frozen=True)
class CalendarQueue:
    client: Any
    url: str

    def send(self, employee_ids: Iterable[str]) -> None:
        """What SQS does not take now is left out: the calendar's turn comes again in a quarter of an hour."""
        for batch in batched(employee_ids, BATCH, strict=False):
            entries = [
                {"Id": str(place), "MessageBody": json.dumps({"employeeId": id})} for place, id in enumerate(batch)
            ]
            self.client.send_message_batch(QueueUrl=self.url, Entries=entries)


def employee_of(body: str) -> str:
    """The employee that a message names."""
    return str(json.loads(body)["employeeId"])


def connect() -> CalendarQueue:
    """The queue named by the environment."""
    return CalendarQueue(botocore.session.get_session().create_client("sqs"), os.environ["CALENDAR_QUEUE_URL"])
