"""The queue of subscribed calendars that are to be read (SQS): one message for each employee."""

import json
import os
from typing import Any

from msgspec import Struct

from booking.storage.services import client_of


class CalendarQueue(Struct, frozen=True):
    client: Any
    url: str

    def send(self, employee_id: str) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps({"employeeId": employee_id}))


def employee_of(body: str) -> str:
    """The employee that a message names."""
    return str(json.loads(body)["employeeId"])


def connect() -> CalendarQueue:
    """The queue named by the environment."""
    return CalendarQueue(client_of("sqs"), os.environ["CALENDAR_QUEUE_URL"])
