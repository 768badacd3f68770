"""Reminders to come: one-time schedules (EventBridge Scheduler), which put a message into the queue and are gone."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct
from msgspec.structs import asdict

from booking.storage.services import client_of


class Reminder(Struct, frozen=True):
    """To be sent `before` seconds before `start`, if the meeting still starts then."""

    meeting_id: str
    start: int
    before: int


class Reminders(Struct, frozen=True):
    """`queue` and `role` are ARNs: where a reminder goes, and as whom the scheduler puts it there."""

    client: Any
    group: str
    queue: str
    role: str

    def plan(self, reminder: Reminder) -> None:
        """Makes the schedule, or moves it to the meeting's new time."""
        at = datetime.fromtimestamp(reminder.start - reminder.before, UTC)
        schedule = {
            "Name": _name(reminder.meeting_id, reminder.before),
            "GroupName": self.group,
            "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": self.queue,
                "RoleArn": self.role,
                "Input": json.dumps({"reminder": asdict(reminder)}),
            },
        }
        try:
            self.client.create_schedule(**schedule)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise
            self.client.update_schedule(**schedule)

    def cancel(self, meeting_id: str, before: int) -> None:
        """Removes the schedule, if it is there."""
        try:
            self.client.delete_schedule(Name=_name(meeting_id, before), GroupName=self.group)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise


def _name(meeting_id: str, before: int) -> str:
    return f"{meeting_id}-{before}"


def reminder_of(body: Mapping[str, Any]) -> Reminder | None:
    """None for a message that is none: an event from the bus."""
    return Reminder(**body["reminder"]) if "reminder" in body else None


def connect() -> Reminders:
    """As the environment says."""
    return Reminders(
        client=client_of("scheduler"),
        group=os.environ["SCHEDULE_GROUP"],
        queue=os.environ["MESSAGE_QUEUE_ARN"],
        role=os.environ["SCHEDULER_ROLE_ARN"],
    )
