"""Update a meeting: its texts, its room, its additional employees, or its time, in one transaction."""

from collections.abc import Callable
from copy import replace

from msgspec.structs import asdict, fields

from booking.commands import customer_limits
from booking.commands.claims import (
    Situation,
    judge_gain,
    judge_use,
    require_match,
    require_seat_kept,
    require_usable,
    subject_of,
    with_seat,
)
from booking.commands.consent import require_consent
from booking.commands.loading import own_meeting, own_slot, read_agendas, require_version
from booking.commands.transaction import Decision, book
from booking.domain.agenda import ResourceKind
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.errors import MeetingCancelled, SlotMismatch
from booking.domain.meeting import Meeting, MeetingDetails, MeetingStatus, Slot, SlotStatus
from booking.domain.notice import require_movable
from booking.storage import slots
from booking.storage.agendas import Agendas, SlotChange
from booking.storage.table import Collision, Table


class MeetingContent(MeetingDetails, frozen=True):
    """The part of a meeting that can be changed. Another `time_slot_id` reschedules it."""

    room_id: str | None
    additional_employees: tuple[str, ...]
    time_slot_id: str


def content_of(meeting: Meeting) -> MeetingContent:
    return MeetingContent(**{field.name: getattr(meeting, field.name) for field in fields(MeetingContent)})


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
    or nothing is changed. A change is judged by what it adds: to give a room or a colleague back is always allowed.

    Raises NotFound, Stale, MeetingCancelled, MeetingOver, TooLateToChange, ReservationExpired, SlotMismatch, SlotTaken,
    RoomTaken, SlotNotOffered, TooManyMeetings, CustomerBusy, NotLinked, TryAgain, and whatever `change` raises.
    """

    def attempt(now: int, unanswered: Meeting | None) -> Decision[Meeting]:
        meeting = own_meeting(table, caller, meeting_id)
        if meeting == unanswered:
            # An earlier attempt was written, but its answer was lost: what adds to the meeting is not to add twice.
            return Decision(meeting)
        consent = require_consent(table, configuration, caller, meeting.customer_id)
        require_version(meeting, expected_version)
        if meeting.status is MeetingStatus.CANCELLED:
            raise MeetingCancelled("A cancelled meeting cannot be changed.", meetingId=meeting.id)
        caller.require_changeable(meeting, now)
        before = content_of(meeting)
        content = change(before)
        if content == before:
            return Decision(meeting)
        held = slots.require(table, meeting.time_slot_id)
        if held.status is not SlotStatus.BOOKED:
            # The meeting was moved or cancelled after it was read, and its time may be another's by now.
            raise Collision
        if content.time_slot_id == held.id:
            changes, weeks = _change(table, configuration, held, content, now)
        else:
            hold = own_slot(table, caller, content.time_slot_id)
            changes, weeks = _move(table, configuration, caller, meeting, content, held, hold, now)
        booked = changes[-1].after if changes else held
        changed = meeting.changed(
            now,
            **asdict(content)
            | {
                "time_slot_id": booked.id,
                "start": booked.start,
                "end": booked.end,
                "employee_id": booked.employee_id,
                "additional_employees": booked.employee_ids[1:],
                "room_id": booked.room_id,
            },
        )
        is_moved = booked.id != held.id
        noted = customer_limits.noting(table, configuration, caller, changed, now) if is_moved else ()
        return Decision(changed, changes, changed, weeks, also=(*consent, *noted))

    return book(table, caller.owner, clock, attempt)


type _Changes = tuple[SlotChange, ...]


def _change(
    table: Table, configuration: Configuration, held: Slot, content: MeetingContent, now: int
) -> tuple[_Changes, Agendas]:
    """Changes the room and the employees of a meeting that keeps its time. Only what it gains is checked."""
    employee_ids = tuple(dict.fromkeys((held.employee_id, *content.additional_employees)))
    after = replace(held, room_id=content.room_id, employee_ids=employee_ids)
    if after == held:
        return (), Agendas()
    require_seat_kept(held, after)
    gained = tuple(resource for resource in after.resources if resource not in held.resources)
    weeks = Agendas(decided_by=configuration.version)
    if gained:
        joining = [resource.id for resource in gained if resource.kind is ResourceKind.EMPLOYEE]
        weeks = read_agendas(table, configuration, gained, held.interval, joining)
        judge_gain(held, after, Situation(configuration, weeks, now))
    return (SlotChange(held, after.booked(now, str(held.meeting_id))),), weeks


def _move(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    meeting: Meeting,
    content: MeetingContent,
    held: Slot,
    hold: Slot,
    now: int,
) -> tuple[_Changes, Agendas]:
    """Moves the meeting from the slot `held` to the slot `hold`. All rules are checked for the new time.

    The minimum notice is not, if the hold was made to move this meeting: it was checked when the hold was made.
    """
    after = _moved(meeting, content, hold, configuration, now)
    resources = tuple(dict.fromkeys((*after.resources, *hold.resources)))
    weeks = read_agendas(table, configuration, resources, after.interval, after.employee_ids)
    require_movable(meeting, caller, configuration, hold.created_at if hold.existing_meeting_id else now)
    situation = Situation(configuration, weeks, now, frozenset({held.id}))
    judge_use(hold, after, situation, stands=hold.is_live(now) and weeks.hold(hold), is_agreed=True)
    topic_id = meeting.topic_id or hold.topic_id
    booked = replace(after, topic_id=topic_id, customer_type_id=hold.customer_type_id).booked(now, meeting.id)
    return (SlotChange(held, held.released(now)), SlotChange(hold, booked)), weeks


def _moved(meeting: Meeting, content: MeetingContent, hold: Slot, configuration: Configuration, now: int) -> Slot:
    """The hold with the room, employees and topic of the meeting. Its employees must be qualified for the topic.

    The meeting gets the room of the hold, unless the change names another one. A seat in a group meeting has that
    meeting's room. Raises ReservationExpired, SlotMismatch.
    """
    require_usable(hold, now)
    if hold.meeting_id or hold.existing_meeting_id not in (None, meeting.id):
        raise SlotMismatch("The time slot belongs to another meeting.", timeSlotId=hold.id)
    agreeing = {
        "type": (meeting.type, hold.meeting_type),
        "topicId": (meeting.topic_id, hold.topic_id),
        "customerTypeId": (meeting.customer_type_id, hold.customer_type_id),
    }
    require_match(hold, agreeing)
    topic_id, customer_type_id = subject_of(meeting, configuration)
    room_id = content.room_id
    if room_id == meeting.room_id and (hold.room_id or hold.is_seat):
        room_id = hold.room_id
    moved = replace(
        hold,
        room_id=room_id,
        employee_ids=tuple(dict.fromkeys((*hold.employee_ids, *content.additional_employees))),
        meeting_type=meeting.type,
        topic_id=topic_id,
        customer_type_id=customer_type_id,
    )
    return with_seat(moved, configuration)
