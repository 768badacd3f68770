"""Update a meeting: its texts, its room, its additional employees, or its time, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from booking.commands.cancel_meeting import own_meeting, require_version
from booking.commands.claims import check_free, check_rules, read_agendas, require_match, subject_of
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.decide import agenda_time
from booking.domain.errors import MeetingCancelled, NotFound, ReservationExpired, SlotMismatch
from booking.domain.meeting import CustomField, ExternalAttendee, Meeting, MeetingStatus, Slot, SlotStatus
from booking.storage import agendas, meetings, slots
from booking.storage.table import Action, Collision, Table, settle


@dataclass(frozen=True)
class MeetingContent:
    """The part of a meeting that can be changed. Another `time_slot_id` reschedules it."""

    title: str | None
    description: str | None
    video_link: str | None
    room_id: str | None
    additional_employees: tuple[str, ...]
    custom_fields: tuple[CustomField, ...]
    external_attendees: tuple[ExternalAttendee, ...]
    time_slot_id: str


def content_of(meeting: Meeting) -> MeetingContent:
    return MeetingContent(
        title=meeting.title,
        description=meeting.description,
        video_link=meeting.video_link,
        room_id=meeting.room_id,
        additional_employees=meeting.additional_employees,
        custom_fields=meeting.custom_fields,
        external_attendees=meeting.external_attendees,
        time_slot_id=meeting.time_slot_id,
    )


def update_meeting(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    meeting_id: str,
    change: Callable[[MeetingContent], MeetingContent],
    expected_version: int | None,
    clock: Callable[[], int],
) -> Meeting:
    """Applies `change` to the meeting as it is now. The new time and room are taken and the old freed together,
    or nothing is changed.

    Raises NotFound, Stale, MeetingCancelled, ReservationExpired, SlotMismatch, SlotTaken, RoomTaken,
    SlotNotOffered, TryAgain, and whatever `change` raises.
    """
    tried: Meeting | None = None

    def attempt() -> Meeting:
        nonlocal tried
        now = clock()
        meeting = own_meeting(table, caller, meeting_id)
        if meeting == tried:
            # An earlier attempt was written, but its answer was lost: what adds to the meeting is not to add twice.
            return meeting
        require_version(meeting, expected_version)
        if meeting.status is MeetingStatus.CANCELLED:
            raise MeetingCancelled("A cancelled meeting cannot be changed.", meetingId=meeting.id)
        before = content_of(meeting)
        content = change(before)
        if content == before:
            return meeting

        actions: list[Action] = []
        slot = old = slots.require(table, meeting.time_slot_id)
        if old.status is not SlotStatus.BOOKED:
            # The meeting was moved or cancelled after it was read, and its time may be another's by now.
            raise Collision
        if content.time_slot_id != old.id:
            slot = _slot_to_move_to(table, configuration, caller, meeting, content.time_slot_id)
        booked = _taking(slot, old, before, content).booked(now, meeting.id)
        if slot.id != old.id or booked.resources != old.resources:
            actions = _take(table, configuration, caller, slot, booked, old, now)
        changed = tried = meeting.changed(
            now,
            title=content.title,
            description=content.description,
            video_link=content.video_link,
            custom_fields=content.custom_fields,
            external_attendees=content.external_attendees,
            time_slot_id=booked.id,
            start=booked.start,
            end=booked.end,
            employee_id=booked.employee_id,
            additional_employees=booked.employee_ids[1:],
            room_id=booked.room_id,
        )
        table.transact([*actions, meetings.replace(changed, caller.owner)])
        return changed

    return settle(attempt)


def _slot_to_move_to(
    table: Table, configuration: Configuration, caller: Caller, meeting: Meeting, slot_id: str
) -> Slot:
    """The slot, with what the meeting is about, which its employees must be qualified for as at a reservation."""
    slot = slots.get(table, slot_id)
    if slot is None or not caller.owns_slot(slot):
        raise NotFound("time slot", slot_id)
    if slot.status is SlotStatus.RELEASED:
        raise ReservationExpired("The reservation was released.", timeSlotId=slot.id)
    if slot.meeting_id or slot.existing_meeting_id not in (None, meeting.id):
        raise SlotMismatch("The time slot is another meeting's.", timeSlotId=slot.id)
    fields = {
        "type": (meeting.type, slot.meeting_type),
        "topicId": (meeting.topic_id, slot.topic_id),
        "customerTypeId": (meeting.customer_type_id, slot.customer_type_id),
    }
    require_match(slot, fields)
    topic_id, customer_type_id = subject_of(meeting, configuration)
    return replace(slot, meeting_type=meeting.type, topic_id=topic_id, customer_type_id=customer_type_id)


def _taking(slot: Slot, old: Slot, before: MeetingContent, content: MeetingContent) -> Slot:
    """The slot with the room and employees that the meeting is to have.

    A room that the new slot holds is the meeting's, unless the change names another one.
    """
    room_id = content.room_id
    if slot.id != old.id and content.room_id == before.room_id:
        room_id = slot.room_id or content.room_id
    own = slot.employee_ids if slot.id != old.id else slot.employee_ids[:1]
    employee_ids = tuple(dict.fromkeys(own + content.additional_employees))
    return replace(slot, room_id=room_id, employee_ids=employee_ids)


def _take(
    table: Table, configuration: Configuration, caller: Caller, slot: Slot, booked: Slot, old: Slot, now: int
) -> list[Action]:
    """What puts `booked` on its agendas and takes `old` off all of its own, if the rules allow it."""
    check_rules(slot, booked, configuration, is_agreed=True)
    time = agenda_time(booked.interval, configuration, booked.employee_ids)
    resources = dict.fromkeys((*booked.resources, *slot.resources))
    weeks = read_agendas(table, configuration, tuple(resources), time)
    check_free(slot, booked, configuration, weeks, now, ignored={old.id})
    entries = dict.fromkeys(booked.resources, agendas.slot_entry(booked))
    actions = weeks.changes(now, entries, remove={slot.id, old.id})
    actions.append(slots.replace(booked, caller.owner))
    if old.id != slot.id:
        actions += [*agendas.remove(old, but=weeks.weeks), slots.replace(old.released(now), caller.owner)]
    return actions
