"""The table's stream -> the event bus: changes of slots and meetings, sent at least once and in order."""

from booking.batches import Batches, Record
from booking.domain.events import Event, EventType
from booking.domain.meeting import Slot, SlotStatus
from booking.metrics import Count, count
from booking.storage import event_bus, poison
from booking.storage.stream import Change, change_of

bus = event_bus.connect()


def send_event(record: Record) -> None:
    change = change_of(record)
    if change is not None:
        event = bus.send(change)
        if counter := counter_of(change, event):
            count(counter)


def counter_of(change: Change, event: Event | None) -> Count | None:
    """The metrics that the change adds to. They are counted here so that no booking waits for them."""
    match event.type if event else None:
        case EventType.MEETING_CREATED:
            return Count.BOOKINGS
        case EventType.MEETING_RESCHEDULED:
            return Count.RESCHEDULES
        case EventType.MEETING_CANCELLED:
            return Count.CANCELLATIONS
        case EventType.SLOT_RESERVED:
            return Count.HOLDS
    if isinstance(change.old, Slot) and change.old.status is SlotStatus.RESERVED:
        return {SlotStatus.BOOKED: Count.HOLDS_CONFIRMED, SlotStatus.RELEASED: Count.HOLDS_RELEASED}.get(
            SlotStatus(change.new.status)
        )
    return None


lambda_handler = Batches(send_event, poison.connect()).handler
