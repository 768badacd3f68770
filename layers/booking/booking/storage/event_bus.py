"""The event bus (EventBridge) to which other systems listen."""

import json
import os
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from msgspec import Struct

from booking.domain.events import Event, meeting_event, slot_event, waitlist_event
from booking.domain.instants import format_instant
from booking.domain.meeting import Meeting, Slot
from booking.domain.waitlist import WaitlistEntry
from booking.storage.services import client_of
from booking.storage.stream import Change

SOURCE = "booking"
LATER = frozenset({"InternalFailure", "InternalException", "ThrottlingException", "AccessDeniedException"})
"""Error codes of the bus after which sending the event again may succeed."""


class NotTaken(Exception):
    """The bus refuses this event and would refuse it again."""


class EventBus(Struct, frozen=True):
    client: Any
    name: str

    def send(self, change: Change) -> Event | None:
        """Sends the event of this change, if it is one, and returns it.

        Raises NotTaken, or the SDK's errors when the bus may take it later.
        """
        event = event_of(change)
        if event is None:
            return None
        self.tell(event.type, change.at, detail_of(change, event))
        return event

    def tell(self, type: str, at: int, detail: dict[str, object]) -> None:
        """Sends one event; `at` is in Unix seconds, and `detail` has an id that is the same each time it is sent.

        Raises as `send` does.
        """
        entry = {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": type,
            "Time": at,
            "Detail": json.dumps(detail),
        }
        [result] = self.client.put_events(Entries=[entry])["Entries"]
        if code := result.get("ErrorCode"):
            if code in LATER:
                raise ClientError({"Error": {"Code": code, "Message": ""}}, "PutEvents")
            raise NotTaken(code)


def event_of(change: Change) -> Event | None:
    match change.old, change.new:
        case (None | Meeting() as old, Meeting() as new):
            return meeting_event(old, new)
        case (None | Slot() as old, Slot() as new):
            return slot_event(old, new)
        case (None | WaitlistEntry() as old, WaitlistEntry() as new):
            return waitlist_event(old, new)
    return None


def detail_of(change: Change, event: Event) -> dict[str, object]:
    """`id` is the same however often the event is sent; dates are UTC, as the API gives them."""
    detail = {
        "id": change.id,
        "meetingId": event.meeting_id,
        "timeSlotId": event.time_slot_id,
        "version": event.version,
        "startDate": format_instant(event.start),
        "endDate": format_instant(event.end),
        "waitlistId": event.waitlist_id,
        "employeeIds": list(event.employee_ids) or None,
        "roomId": event.room_id,
        "customerId": event.customer_id,
        "expiresAt": format_instant(event.expires_at) if event.expires_at is not None else None,
    }
    return {name: value for name, value in detail.items() if value is not None}


def connect() -> EventBus:
    """The bus named by the environment."""
    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
    return EventBus(client_of("events", config=config), os.environ["EVENT_BUS_NAME"])
