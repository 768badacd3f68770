"""Create a meeting: from a reserved slot, or directly at a time."""

from collections.abc import Callable
from copy import replace

from msgspec import Struct

from booking.commands import customer_limits
from booking.commands.claims import (
    Situation,
    judge_gain,
    judge_use,
    require_match,
    require_usable,
    wants_more_buffer,
    with_seat,
)
from booking.commands.consent import link_keys, require_consent
from booking.commands.loading import read_agendas, require_own_slot
from booking.commands.transaction import Decision, book
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration, MeetingType
from booking.domain.decide import check
from booking.domain.errors import Fault, IdempotencyKeyReused, InvalidRequest, NotFound, SlotMismatch, SlotTaken
from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.meeting import (
    BookedBy,
    Meeting,
    MeetingDetails,
    MeetingStatus,
    Slot,
    SlotStatus,
    details_of,
)
from booking.domain.requests import SlotRequest
from booking.storage import keys, meetings, slots
from booking.storage.agendas import Agendas, SlotChange
from booking.storage.configuration_items import require_newest
from booking.storage.table import Table

KEY_SECONDS = SECONDS_PER_DAY
"""How long an Idempotency-Key stands for the meeting that it booked directly."""


class MeetingRequest(MeetingDetails, frozen=True):
    """The meeting to create. A field that is None comes from the slot, or is left out."""

    customer_id: str | None
    booked_by: BookedBy
    start: int | None = None
    end: int | None = None
    type: MeetingType | None = None
    employee_id: str | None = None
    room_id: str | None = None
    additional_employees: tuple[str, ...] = ()
    customer_type_id: str | None = None
    topic_id: str | None = None
    salesforce_id: str | None = None
    portal_id: str | None = None


class Created(Struct, frozen=True):
    """`is_new` is False if the slot became this meeting earlier."""

    meeting: Meeting
    is_new: bool


def create_meeting(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    time_slot_id: str,
    request: MeetingRequest,
    clock: Callable[[], int],
) -> Created:
    """Makes the caller's slot a meeting, and claims the room and employees that the slot does not hold yet.

    A hold that lapsed still makes its meeting while its time is free. Raises NotFound (no such slot of this
    caller), ReservationExpired, SlotMismatch, SlotTaken, RoomTaken, SlotNotOffered, TooManyMeetings, CustomerBusy,
    InvalidRequest, NotLinked, TryAgain.
    """
    named = link_keys(configuration, caller, request.customer_id)
    limited = customer_limits.keys_of(configuration, request.customer_id)
    meeting_id = keys.new_id()
    attempts = 0

    def attempt(now: int, _unanswered: Created | None) -> Decision[Created]:
        nonlocal attempts
        attempts += 1
        items = table.get_many([keys.CONFIGURATION_VERSION, keys.slot(time_slot_id), *named, *limited], consistent=True)
        slot = require_own_slot(slots.among(items), caller, time_slot_id)
        consent = require_consent(table, configuration, caller, request.customer_id, slot.customer_id, read=items)
        _require_match(slot, request)
        if slot.meeting_id:
            return Decision(_made_before(table, slot, request, meeting_id))
        require_usable(slot, now)
        require_newest(configuration, items)
        booked = with_seat(_filled_in(slot, request), configuration).booked(now, meeting_id)
        weeks, stands = Agendas(decided_by=configuration.version), True
        gains_nothing = slot.resources == booked.resources and not wants_more_buffer(slot, booked, configuration)
        if not (gains_nothing and slot.is_live(now) and attempts == 1):
            weeks = read_agendas(table, configuration, booked.resources, slot.interval, booked.employee_ids)
            stands = slot.is_live(now) and weeks.hold(slot)
        # Else there is nothing to look at: while the hold stands on its agendas, which the write makes sure of, the
        # time is the caller's.
        judge_use(slot, booked, Situation(configuration, weeks, now), stands=stands)
        meeting = _meeting(booked, request, now)
        noted = customer_limits.noting(table, configuration, caller, meeting, now, items if limited else None)
        created = Created(meeting, is_new=True)
        return Decision(created, (SlotChange(slot, booked),), meeting, weeks, also=(*consent, *noted))

    return book(table, caller.owner, clock, attempt)


def book_meeting(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    wanted: SlotRequest,
    request: MeetingRequest,
    clock: Callable[[], int],
    key: str | None = None,
) -> Created:
    """Reserves and confirms in one transaction, for a caller without a slot. Errors as in `create_meeting`.

    `key` is the caller's Idempotency-Key: for a day it makes one meeting, also when the first answer was lost.
    It raises IdempotencyKeyReused for another meeting.
    """
    slot_id, meeting_id = keys.new_id(), keys.new_id()
    token_hash = keys.token_hash(f"Idempotency-Key {key}") if key else None

    def attempt(now: int, unanswered: Created | None) -> Decision[Created]:
        if unanswered and (made_before := meetings.get(table, meeting_id)):
            return Decision(Created(made_before, is_new=True))
        consent = require_consent(table, configuration, caller, request.customer_id)
        pointed_to = None
        if token_hash:
            pointed_to, made = _slot_of_key(table, caller, token_hash, now)
            if made:
                return Decision(_made_by_key(table, made, wanted, request))
        slot = Slot(
            id=slot_id,
            owner=caller.owner,
            start=wanted.interval.start,
            end=wanted.interval.end,
            employee_ids=tuple(dict.fromkeys(wanted.employee_ids + request.additional_employees)),
            status=SlotStatus.BOOKED,
            version=1,
            created_at=now,
            modified_at=now,
            room_id=wanted.room_id,
            token_hash=token_hash,
            meeting_id=meeting_id,
            is_customer_initiated=wanted.is_customer_initiated,
            meeting_type=wanted.meeting_type,
            topic_id=wanted.topic_id,
            customer_type_id=wanted.customer_type_id,
        )
        slot = with_seat(slot, configuration)
        meeting = _meeting(slot, request, now)
        weeks = read_agendas(table, configuration, slot.resources, slot.interval, slot.employee_ids)
        check(wanted, configuration, weeks, now)
        judge_gain(replace(slot, employee_ids=wanted.employee_ids), slot, Situation(configuration, weeks, now))
        noted = customer_limits.noting(table, configuration, caller, meeting, now)
        created = Created(meeting, is_new=True)
        return Decision(created, (SlotChange(None, slot),), meeting, weeks, pointed_to, also=(*consent, *noted))

    return book(table, caller.owner, clock, attempt)


def _made_before(table: Table, slot: Slot, request: MeetingRequest, meeting_id: str) -> Created:
    """The meeting that the slot became. A call for another customer is refused: it is another booking."""
    meeting = meetings.get(table, slot.meeting_id or "")
    if meeting is None:
        raise NotFound("meeting", slot.meeting_id or "")
    if (request.customer_id or slot.customer_id) != meeting.customer_id:
        raise SlotTaken("The time slot was booked for another customer.", timeSlotId=slot.id)
    return Created(meeting, is_new=meeting.id == meeting_id)


def _slot_of_key(table: Table, caller: Caller, token_hash: str, now: int) -> tuple[str | None, Slot | None]:
    """The slot id that the key points to, and that slot if the key still counts for it."""
    item = table.get(keys.token(caller.owner, token_hash))
    if item is None:
        return None, None
    slot_id = slots.slot_id_of_token(item)
    slot = slots.get(table, slot_id)
    return slot_id, slot if slot and now < slot.created_at + KEY_SECONDS else None


def _made_by_key(table: Table, slot: Slot, wanted: SlotRequest, request: MeetingRequest) -> Created:
    meeting = meetings.get(table, slot.meeting_id or "")
    if meeting is None:
        raise NotFound("meeting", slot.meeting_id or "")
    asked = (wanted.interval, wanted.employee_ids[0], request.customer_id)
    if (slot.interval, slot.employee_id, meeting.customer_id) != asked:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was already used to create another meeting.", meetingId=meeting.id
        )
    return Created(meeting, is_new=True)


def _require_match(slot: Slot, request: MeetingRequest) -> None:
    if slot.existing_meeting_id:
        raise SlotMismatch(
            "The time slot is held for moving another meeting.", existingMeetingId=slot.existing_meeting_id
        )
    fields = {
        "startDate": (request.start, slot.start),
        "endDate": (request.end, slot.end),
        "employeeId": (request.employee_id, slot.employee_id),
        "roomId": (request.room_id, slot.room_id),
        "type": (request.type, slot.meeting_type),
        "topicId": (request.topic_id, slot.topic_id),
        "customerTypeId": (request.customer_type_id, slot.customer_type_id),
        "customerId": (request.customer_id, slot.customer_id),
    }
    require_match(slot, fields)
    if request.type is None and slot.meeting_type is None:
        raise InvalidRequest([Fault("body.type", None, ", ".join(MeetingType))])


def _filled_in(slot: Slot, request: MeetingRequest) -> Slot:
    return replace(
        slot,
        employee_ids=tuple(dict.fromkeys(slot.employee_ids + request.additional_employees)),
        room_id=slot.room_id or request.room_id,
        meeting_type=slot.meeting_type or request.type,
        topic_id=slot.topic_id or request.topic_id,
        customer_type_id=slot.customer_type_id or request.customer_type_id,
    )


def _meeting(slot: Slot, request: MeetingRequest, now: int) -> Meeting:
    if slot.meeting_id is None or slot.meeting_type is None:
        raise ValueError("A booked slot needs a meeting id and a meeting type.")
    return Meeting(
        id=slot.meeting_id,
        owner=slot.owner,
        version=1,
        sequence=0,
        status=MeetingStatus.CONFIRMED,
        created_at=now,
        modified_at=now,
        time_slot_id=slot.id,
        start=slot.start,
        end=slot.end,
        type=slot.meeting_type,
        employee_id=slot.employee_id,
        additional_employees=slot.employee_ids[1:],
        room_id=slot.room_id,
        customer_id=request.customer_id or slot.customer_id,
        booked_by=request.booked_by,
        customer_type_id=slot.customer_type_id,
        topic_id=slot.topic_id,
        salesforce_id=request.salesforce_id,
        portal_id=request.portal_id,
        **details_of(request),
    )
