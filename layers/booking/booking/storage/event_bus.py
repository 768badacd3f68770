"""The event bus that the rest of the organisation listens to (EventBridge)."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from booking.domain.events import Event, meeting_event, slot_event
from booking.domain.instants import format_instant
from booking.domain.meeting import Meeting, Slot
from booking.storage.stream import Change

SOURCE = "booking"
ENTRIES_AT_MOST = 10  # of one PutEvents call


@dataclass(frozen=True)
class EventBus:
    client: Any
    name: str

    def send(self, changes: Sequence[Change]) -> Change | None:
        """Sends the events of these changes, in order, and returns the first change whose event was not taken.

        No call has two events of one meeting or slot, so that none is sent before an earlier one was taken.
        """
        batch: list[tuple[Change, Event]] = []
        for change in changes:
            event = event_of(change)
            if event is None:
                continue
            if len(batch) == ENTRIES_AT_MOST or change.key in {sent.key for sent, _ in batch}:
                if failed := self._put(batch):
                    return failed
                batch = []
            batch.append((change, event))
        return self._put(batch)

    def _put(self, batch: Sequence[tuple[Change, Event]]) -> Change | None:
        if not batch:
            return None
        entries = [self._entry(change, event) for change, event in batch]
        try:
            results = self.client.put_events(Entries=entries)["Entries"]
        except (BotoCoreError, ClientError):
            return batch[0][0]
        failed = (change for (change, _), result in zip(batch, results, strict=True) if "ErrorCode" in result)
        return next(failed, None)

    def _entry(self, change: Change, event: Event) -> dict[str, object]:
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Time": change.at,
            "Detail": json.dumps(detail_of(change, event)),
        }


def event_of(change: Change) -> Event | None:
    match change.old, change.new:
        case (None | Meeting() as old, Meeting() as new):
            return meeting_event(old, new)
        case (None | Slot() as old, Slot() as new):
            return slot_event(old, new)
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
        "employeeIds": list(event.employee_ids),
        "roomId": event.room_id,
        "customerId": event.customer_id,
        "expiresAt": format_instant(event.expires_at) if event.expires_at is not None else None,
    }
    return {name: value for name, value in detail.items() if value is not None}


def connect() -> EventBus:
    """The bus named by the environment."""
    return EventBus(botocore.session.get_session().create_client("events"), os.environ["EVENT_BUS_NAME"])
