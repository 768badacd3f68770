"""Reserve a time slot: hold it for the organisation's reservation lifetime, under a token."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from booking.commands.claims import subject_of
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.decide import agenda_time, check
from booking.domain.errors import Conflict, MeetingCancelled, NotFound
from booking.domain.meeting import Meeting, MeetingStatus, Slot, SlotStatus
from booking.domain.requests import SlotRequest
from booking.storage import agendas, keys, meetings, slots
from booking.storage.configuration import require_newest
from booking.storage.table import Collision, Item, Table, settle


@dataclass(frozen=True)
class Reservation:
    """What to hold. `existing_meeting_id`: the hold is to move that meeting, so it ignores the meeting's own time."""

    wanted: SlotRequest
    token: str
    existing_meeting_id: str | None = None


@dataclass(frozen=True)
class Reserved:
    """`is_new` is False when the same token already held the same slot, which is then held anew."""

    slot: Slot
    is_new: bool


def reserve_time_slot(
    table: Table, configuration: Configuration, caller: Caller, request: Reservation, clock: Callable[[], int]
) -> Reserved:
    """Holds the slot, and lets go of what the same caller's same token held before: both, or neither.

    Raises SlotTaken, RoomTaken, SlotNotOffered (the old hold is kept), NotFound, MeetingCancelled, TryAgain.
    """
    wanted = request.wanted
    token_hash = keys.token_hash(request.token)
    token_key = keys.token(caller.owner, token_hash)
    tried: set[str] = set()

    def attempt() -> Reserved:
        now = clock()
        slot = Slot(
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
            token_hash=token_hash,
            expires_at=now + configuration.organisation.reservation_lifetime,
            existing_meeting_id=request.existing_meeting_id,
            is_customer_initiated=wanted.is_customer_initiated,
            meeting_type=wanted.meeting_type,
            topic_id=wanted.topic_id,
            customer_type_id=wanted.customer_type_id,
        )
        time = agenda_time(wanted.interval, configuration, wanted.employee_ids)
        agenda_keys = agendas.agenda_keys(slot.resources, time)
        named = [keys.CONFIGURATION_VERSION, token_key]
        if request.existing_meeting_id:
            named.append(keys.meeting(request.existing_meeting_id))
        items = table.get_many([*named, *agenda_keys], consistent=True)
        by_key = {(item["pk"], item["sk"]): item for item in items}
        weeks = agendas.joined(items, agenda_keys)

        pointed_to, old = _slot_of_token(table, by_key.get((token_key["pk"], token_key["sk"])))
        if old and old.status is SlotStatus.BOOKED and not old.meeting_id and _is_same(old, slot):
            return Reserved(old, is_new=False)  # it has been confirmed in the meantime
        if old and old.status_at(now) is not SlotStatus.RESERVED:
            old = None
        if old and _is_same(old, slot) and weeks.hold(old):
            renewed = old.renewed(now, now + configuration.organisation.reservation_lifetime)
            entry = agendas.slot_entry(renewed)
            table.transact(
                [*weeks.changes(now, dict.fromkeys(renewed.resources, entry)), slots.replace(renewed, caller.owner)]
            )
            return Reserved(renewed, is_new=old.id in tried)

        require_newest(configuration, items)
        ignored = {old.id} if old else set()
        judged = wanted
        if request.existing_meeting_id:
            key = keys.meeting(request.existing_meeting_id)
            meeting = _moving(by_key.get((key["pk"], key["sk"])), request.existing_meeting_id, caller)
            ignored.add(meeting.time_slot_id)
            topic_id, customer_type_id = subject_of(meeting, configuration)
            judged = replace(
                wanted,
                topic_id=wanted.topic_id or topic_id,
                customer_type_id=wanted.customer_type_id or customer_type_id,
                is_agreed=True,
            )
        try:
            check(judged, configuration, weeks, now, ignored)
        except Conflict:
            # Items are not read at one instant: what is in the way may be this token's or meeting's own, moved there or
            # away in between. It is not if those are the same before and after the agendas are read.
            weeks = agendas.read(table, slot.resources, time, consistent=True)
            if any(item not in items for item in table.get_many(named, consistent=True)):
                raise Collision from None
            check(judged, configuration, weeks, now, ignored)

        tried.add(slot.id)
        released = {old.id} if old else set()
        actions = weeks.changes(now, dict.fromkeys(slot.resources, agendas.slot_entry(slot)), released)
        if old:
            actions += agendas.remove(old, but=weeks.weeks)
            actions.append(slots.replace(old.released(now), caller.owner))
        table.transact([*actions, slots.create(slot, caller.owner), slots.point_token(slot, before=pointed_to)])
        return Reserved(slot, is_new=True)

    return settle(attempt)


def _slot_of_token(table: Table, token_item: Item | None) -> tuple[str | None, Slot | None]:
    """The slot id that the token points to, and that slot if it is still there."""
    if token_item is None:
        return None, None
    slot_id = slots.slot_id_of_token(token_item)
    return slot_id, slots.get(table, slot_id)


def _is_same(old: Slot, new: Slot) -> bool:
    return all(
        getattr(old, field) == getattr(new, field)
        for field in (
            "interval",
            "employee_ids",
            "room_id",
            "meeting_type",
            "topic_id",
            "customer_type_id",
            "existing_meeting_id",
            "is_customer_initiated",
        )
    )


def _moving(item: Item | None, id: str, caller: Caller) -> Meeting:
    meeting = meetings.meeting_of(item) if item else None
    if meeting is None or not caller.owns_meeting(meeting):
        raise NotFound("meeting", id)
    if meeting.status is MeetingStatus.CANCELLED:
        raise MeetingCancelled("A cancelled meeting cannot be moved.", meetingId=id)
    return meeting
