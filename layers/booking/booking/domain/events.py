"""Events for other systems: which event a change of a slot, a meeting or the waitlist is.

Events carry ids and times only. A receiver that needs more asks the API with its own token.
"""

from enum import StrEnum

from msgspec import Struct

from booking.domain.meeting import Meeting, MeetingStatus, Slot, SlotStatus
from booking.domain.waitlist import WaitlistEntry, WaitlistStatus


class EventType(StrEnum):
    MEETING_CREATED = "MeetingCreated"
    MEETING_RESCHEDULED = "MeetingRescheduled"
    MEETING_UPDATED = "MeetingUpdated"
    MEETING_CANCELLED = "MeetingCancelled"
    SLOT_RESERVED = "SlotReserved"
    SLOT_RELEASED = "SlotReleased"
    WEBHOOK_DISABLED = "WebhookDisabled"
    BUSY_CALENDAR_FAILING = "BusyCalendarFailing"
    WAITLIST_JOINED = "WaitlistJoined"
    WAITLIST_OFFER = "WaitlistOffer"


class Event(Struct, frozen=True):
    """Instants are Unix seconds. `version` is that of the slot, the meeting or the entry of the waitlist.

    By the version a receiver can recognise a late or repeated event.
    """

    type: EventType
    version: int
    start: int
    end: int
    time_slot_id: str | None = None
    employee_ids: tuple[str, ...] = ()
    meeting_id: str | None = None
    room_id: str | None = None
    customer_id: str | None = None
    expires_at: int | None = None
    waitlist_id: str | None = None


def meeting_event(old: Meeting | None, new: Meeting) -> Event:
    """Every write of a meeting is an event."""
    return Event(
        type=_meeting_event_type(old, new),
        meeting_id=new.id,
        time_slot_id=new.time_slot_id,
        version=new.version,
        start=new.start,
        end=new.end,
        employee_ids=(new.employee_id, *new.additional_employees),
        room_id=new.room_id,
        customer_id=new.customer_id,
    )


def _meeting_event_type(old: Meeting | None, new: Meeting) -> EventType:
    if old is None:
        return EventType.MEETING_CREATED
    if old.status is not new.status and new.status is MeetingStatus.CANCELLED:
        return EventType.MEETING_CANCELLED
    if old.time_slot_id != new.time_slot_id:
        return EventType.MEETING_RESCHEDULED
    return EventType.MEETING_UPDATED


def slot_event(old: Slot | None, new: Slot) -> Event | None:
    """None for a change that concerns only the holder: a hold that is renewed or confirmed, a time booked directly.

    A hold that lapses is not written, so nothing is sent: SlotReserved says when it will.
    """
    if old is None and new.status is SlotStatus.RESERVED:
        type = EventType.SLOT_RESERVED
    elif old is not None and old.status is not new.status and new.status is SlotStatus.RELEASED:
        type = EventType.SLOT_RELEASED
    else:
        return None
    return Event(
        type=type,
        time_slot_id=new.id,
        meeting_id=new.meeting_id,
        version=new.version,
        start=new.start,
        end=new.end,
        employee_ids=new.employee_ids,
        room_id=new.room_id,
        expires_at=new.expires_at if type is EventType.SLOT_RESERVED else None,
    )


def waitlist_event(old: WaitlistEntry | None, new: WaitlistEntry) -> Event | None:
    """Somebody joined (the times are those of the search), or was offered a time. None for any other change."""
    if old is None:
        window = new.search.window
        return Event(EventType.WAITLIST_JOINED, new.version, window.start, window.end, waitlist_id=new.id)
    offer = new.offer
    if new.status is not WaitlistStatus.OFFERED or offer is None or offer == old.offer:
        return None
    return Event(
        type=EventType.WAITLIST_OFFER,
        version=new.version,
        start=offer.start,
        end=offer.end,
        time_slot_id=offer.time_slot_id,
        employee_ids=offer.employee_ids,
        room_id=offer.room_id,
        expires_at=offer.expires_at,
        waitlist_id=new.id,
    )


class TrailEntry(Struct, frozen=True):
    """One change in the audit trail. `by` is the owner that the caller wrote as; `at` is in Unix seconds.

    `fields` are the names of what changed; `kind` and `id` name the document that a change of configuration was of.
    """

    version: int
    at: int
    by: str
    action: str
    fields: tuple[str, ...] = ()
    kind: str | None = None
    id: str | None = None
