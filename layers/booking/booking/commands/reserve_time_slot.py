"""Reserve a time slot: hold it for the organisation's reservation lifetime, under a token."""

from collections.abc import Callable, Iterable
from copy import replace

from msgspec import Struct

from booking.commands import customer_limits
from booking.commands.claims import subject_of, with_seat
from booking.commands.consent import link_keys, require_consent
from booking.commands.loading import require_own_meeting
from booking.commands.transaction import Decision, book
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.decide import agenda_time, check
from booking.domain.errors import Conflict, Fault, InvalidRequest, MeetingCancelled, TooManyHolds
from booking.domain.holds import CustomerHolds, in_place_of, renewed_until
from booking.domain.meeting import Meeting, MeetingStatus, Slot, SlotStatus
from booking.domain.notice import require_movable
from booking.domain.requests import SlotRequest
from booking.storage import agendas, holds, keys, meetings, slots
from booking.storage.agendas import Agendas, SlotChange
from booking.storage.configuration_items import require_newest
from booking.storage.table import Collision, Item, Key, Table


class Reservation(Struct, frozen=True):
    """What to hold. `existing_meeting_id`: the hold is to move that meeting, so it ignores the meeting's own time.

    `customer_id`: the customer whose limit of holds it counts for; None: it does not count.
    """

    wanted: SlotRequest
    token: str
    existing_meeting_id: str | None = None
    customer_id: str | None = None


class Reserved(Struct, frozen=True):
    """`is_new` is False if the same token already held the same slot. The hold is then renewed."""

    slot: Slot
    is_new: bool


def reserve_time_slot(
    table: Table, configuration: Configuration, caller: Caller, request: Reservation, clock: Callable[[], int]
) -> Reserved:
    """Holds the slot, and releases what the caller's token held before. It does both or neither.

    Raises SlotTaken, RoomTaken, SlotNotOffered, TooManyHolds (the old hold is kept), NotFound, MeetingCancelled,
    MeetingOver, TooLateToChange, TooManyMeetings, CustomerBusy, InvalidRequest (a seat in a group meeting without
    a meeting type), NotLinked, TryAgain.
    """
    named = link_keys(configuration, caller, request.customer_id)
    tried: set[str] = set()

    def attempt(now: int, _unanswered: Reserved | None) -> Decision[Reserved]:
        new = _hold(caller, request, configuration, now)
        read = _load(table, configuration, request, new, named)
        moved = read.meeting.customer_id if read.meeting and caller.owns_meeting(read.meeting) else None
        consent = require_consent(table, configuration, caller, request.customer_id, moved, read=read.items)
        new = _seated(_about_meeting(new, read.meeting), read.meeting, configuration)
        old = read.old
        if old and old.status_at(now) is SlotStatus.BOOKED and not old.meeting_id and _is_same(old, new):
            return Decision(Reserved(old, is_new=False))  # it has been confirmed in the meantime
        if old and old.status_at(now) is not SlotStatus.RESERVED:
            old = None
        if old and _is_same(old, new) and read.agendas.hold(old):
            lifetime = configuration.organisation.reservation_lifetime
            renewed = old.renewed(now, renewed_until(old, now, lifetime))
            answer = Reserved(renewed, is_new=old.id in tried)
            changes: tuple[SlotChange, ...] = (SlotChange(old, renewed),)
            return Decision(answer, changes, agendas=read.agendas, holds=read.holds, also=consent)

        require_newest(configuration, read.items)
        try:
            _judge(request, caller, configuration, read, new, old, now)
        except (Conflict, TooManyHolds):
            # Items are not read at one instant: what is in the way may be this token's or meeting's own, moved there or
            # away in between. It is not if those are the same before and after the agendas are read.
            read = _load(table, configuration, request, new, named, read)
            _judge(request, caller, configuration, read, new, old, now)
        _judge_customer(table, configuration, caller, request, new, read, now)
        if old:
            new = in_place_of(old, new, now, configuration.organisation.reservation_lifetime)
        tried.add(new.id)
        released = (SlotChange(old, old.released(now)),) if old else ()
        changes = (*released, SlotChange(None, new))
        answer = Reserved(new, is_new=True)
        return Decision(
            answer, changes, agendas=read.agendas, token_before=read.pointed_to, holds=read.holds, also=consent
        )

    return book(table, caller.owner, clock, attempt)


class _Read(Struct, frozen=True):
    """What a reservation is decided on. `old` is the slot that the token stands for, of id `pointed_to`.

    `items` are those that were read besides the agendas.
    """

    agendas: Agendas
    items: list[Item]
    meeting: Meeting | None
    pointed_to: str | None
    old: Slot | None
    holds: CustomerHolds | None


def _hold(caller: Caller, request: Reservation, configuration: Configuration, now: int) -> Slot:
    wanted = request.wanted
    return Slot(
        id=keys.new_id(),
        owner=caller.owner,
        start=wanted.interval.start,
        end=wanted.interval.end,
        employee_ids=wanted.employee_ids,
        status=SlotStatus.RESERVED,
        version=1,
        created_at=now,
        modified_at=now,
        room_id=wanted.room_id,
        token_hash=keys.token_hash(request.token),
        expires_at=now + configuration.organisation.reservation_lifetime,
        existing_meeting_id=request.existing_meeting_id,
        is_customer_initiated=wanted.is_customer_initiated,
        meeting_type=wanted.meeting_type,
        topic_id=wanted.topic_id,
        customer_type_id=wanted.customer_type_id,
        customer_id=request.customer_id,
    )


def _about_meeting(new: Slot, meeting: Meeting | None) -> Slot:
    """A hold to move a meeting is for the meeting's topic, whose buffers then count, unless the request names one."""
    if meeting is None or new.topic_id:
        return new
    return replace(new, topic_id=meeting.topic_id)


def _seated(new: Slot, meeting: Meeting | None, configuration: Configuration) -> Slot:
    """The hold as a seat in a group meeting, if its topic is for several customers. The seat has a meeting type.

    Raises InvalidRequest for a hold without one.
    """
    seated = with_seat(new, configuration)
    if not seated.is_seat or seated.meeting_type:
        return seated
    if meeting is None:
        accepted = "the meeting type, because the topic is for several customers at once"
        raise InvalidRequest([Fault("body.timeSlot.meetingType", None, accepted)])
    return replace(seated, meeting_type=meeting.type)


def _load(
    table: Table,
    configuration: Configuration,
    request: Reservation,
    new: Slot,
    also: Iterable[Key],
    before: _Read | None = None,
) -> _Read:
    """Everything in one call, with what is `also` wanted, and one more for the token's slot.

    With what was read `before` only the agendas are new; raises Collision if anything else has changed since.
    """
    token_key = keys.token(new.owner, str(new.token_hash))
    named: list[Key] = [keys.CONFIGURATION_VERSION, token_key, *also]
    if request.existing_meeting_id:
        named.append(keys.meeting(request.existing_meeting_id))
    if request.customer_id:
        named.append(keys.holds(request.customer_id))
    named += customer_limits.keys_of(configuration, request.customer_id)
    time = agenda_time(new.interval, configuration, new.employee_ids)
    if before:
        weeks = agendas.read(table, new.resources, time, consistent=True, decided_by=configuration.version)
        if any(item not in before.items for item in table.get_many(named, consistent=True)):
            raise Collision
        return replace(before, agendas=weeks)
    agenda_keys = agendas.agenda_keys(new.resources, time)
    items = table.get_many([*named, *agenda_keys], consistent=True)
    weeks = agendas.joined(items, agenda_keys, configuration.version)
    others = [item for item in items if not item["pk"].startswith(keys.AGENDA)]
    pointer = next((item for item in others if item["sk"] == token_key["sk"]), None)
    pointed_to = slots.slot_id_of_token(pointer) if pointer else None
    old = slots.get(table, pointed_to) if pointed_to else None
    held = holds.among(others, request.customer_id)
    return _Read(weeks, others, meetings.among(others), pointed_to, old, held)


def _judge(
    request: Reservation,
    caller: Caller,
    configuration: Configuration,
    read: _Read,
    new: Slot,
    old: Slot | None,
    now: int,
) -> None:
    """Raises the refusal of the new slot. The token's `old` hold and the meeting to move do not count as busy."""
    wanted = request.wanted
    if new.is_seat:
        wanted = replace(wanted, meeting_type=new.meeting_type)
    ignored = {old.id} if old else set()
    if request.existing_meeting_id:
        meeting = require_own_meeting(read.meeting, caller, request.existing_meeting_id)
        if meeting.status is MeetingStatus.CANCELLED:
            raise MeetingCancelled("A cancelled meeting cannot be moved.", meetingId=meeting.id)
        require_movable(meeting, caller, configuration, now)
        ignored.add(meeting.time_slot_id)
        topic_id, customer_type_id = subject_of(meeting, configuration)
        wanted = replace(
            wanted,
            topic_id=wanted.topic_id or topic_id,
            customer_type_id=wanted.customer_type_id or customer_type_id,
            is_agreed=True,
        )
    check(wanted, configuration, read.agendas, now, ignored)
    if read.holds:
        read.holds.require_room_for(new, configuration.organisation.max_holds, now, {old.id} if old else ())


def _judge_customer(
    table: Table, configuration: Configuration, caller: Caller, request: Reservation, new: Slot, read: _Read, now: int
) -> None:
    """Raises the refusal of a slot at which its customer, or that of the meeting to move, may have no meeting."""
    moved = read.meeting if request.existing_meeting_id else None
    customer_id = moved.customer_id if moved else request.customer_id
    if not caller.is_staff:
        along = read.items if customer_id == request.customer_id else None
        customer_limits.require_room_for(table, configuration, new, customer_id, now, moved, along)


def _is_same(old: Slot, new: Slot) -> bool:
    """Whether both hold the same thing for the same purpose."""
    return _purpose(old) == _purpose(new)


def _purpose(slot: Slot) -> tuple[object, ...]:
    return (
        slot.interval,
        slot.employee_ids,
        slot.room_id,
        slot.meeting_type,
        slot.topic_id,
        slot.customer_type_id,
        slot.existing_meeting_id,
        slot.customer_id,
        slot.is_customer_initiated,
    )
