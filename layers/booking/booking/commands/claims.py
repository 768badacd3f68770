"""Decides whether a slot may change. It may keep what it has; what it gains must be allowed and free.

A slot can gain a time, a room or employees. Everything here is pure.
"""

from collections.abc import Collection, Mapping
from copy import replace

from msgspec import Struct

from booking.domain.agenda import Agenda, Resource
from booking.domain.configuration import Configuration
from booking.domain.decide import check, is_overtaken, raise_refused, require_free
from booking.domain.errors import Fault, InvalidRequest, ReservationExpired, SlotMismatch
from booking.domain.group_meetings import joined_by
from booking.domain.joining import Joining, check_joining
from booking.domain.meeting import MOST_ADDITIONAL, Meeting, Slot, SlotStatus
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import SlotRequest


class Situation(Struct, frozen=True):
    """The inputs of a decision: configuration, agendas, the current second, and the slots whose time does not count."""

    configuration: Configuration
    agendas: Mapping[Resource, Agenda]
    now: int
    ignored: frozenset[str] = frozenset()


def require_match(slot: Slot, fields: Mapping[str, tuple[object, object]]) -> None:
    """Compares fields, by their API names: the requested value and the slot's value. None matches any value.

    Raises SlotMismatch.
    """
    for name, (asked, held) in fields.items():
        if asked is not None and held is not None and asked != held:
            raise SlotMismatch(f"The time slot has a different {name}.", field=name, timeSlotId=slot.id)


def subject_of(meeting: Meeting | Slot, configuration: Configuration) -> tuple[str | None, str | None]:
    """The topic and the customer type that the host of a meeting must be qualified for when it is moved.

    Topics and customer types since deleted are not checked.
    """
    topic_id, customer_type_id = meeting.topic_id, meeting.customer_type_id
    return (
        topic_id if topic_id in configuration.meeting_topics else None,
        customer_type_id if customer_type_id in configuration.customer_types else None,
    )


def judge_use(hold: Slot, after: Slot, situation: Situation, *, stands: bool, is_agreed: bool = False) -> None:
    """Checks whether a hold may become `after`: a firm slot, a meeting, or the new time of a meeting.

    The rules must still allow the time, the hold's employees and the room, as of the second the hold was made. A hold
    that no longer stands on its agendas takes its time again, so the time must be in the future and free. Raises
    ReservationExpired for that, InvalidRequest, and what `check` and `judge_gain` do.
    """
    wanted = SlotRequest(
        interval=hold.interval,
        employee_ids=hold.employee_ids,
        room_id=after.room_id,
        meeting_type=after.meeting_type,
        topic_id=after.topic_id,
        customer_type_id=after.customer_type_id,
        is_customer_initiated=hold.is_customer_initiated,
        is_agreed=is_agreed,
    )
    _require_few(hold, after)
    require_seat_kept(hold, after)
    check(wanted, situation.configuration, {}, now=hold.created_at)
    before: Slot | None = hold
    ignored = situation.ignored | {hold.id}
    if stands:
        if wants_more_buffer(hold, after, situation.configuration):
            require_free(wanted, situation.configuration, situation.agendas, situation.now, ignored)
    else:
        before = None
        is_taken = is_overtaken(wanted, situation.configuration, situation.agendas, situation.now, ignored)
        if hold.start < situation.now or is_taken:
            raise ReservationExpired(
                "The reservation has lapsed, and its time has begun or has been taken.", timeSlotId=hold.id
            )
    judge_gain(before, after, situation, own=hold.employee_ids)


def wants_more_buffer(before: Slot, after: Slot, configuration: Configuration) -> bool:
    """Whether the slot's new topic wants more time free around it than the topic that it was reserved for."""
    kept, wanted = configuration.buffers(before.topic_id), configuration.buffers(after.topic_id)
    return wanted.before > kept.before or wanted.after > kept.after


def with_seat(slot: Slot, configuration: Configuration) -> Slot:
    """The slot as a seat in a group meeting, if its topic is for several customers. It needs a meeting type then.

    What is a seat stays one, however many seats the topic has by now: others may have the same time.
    """
    return replace(slot, is_seat=slot.is_seat or configuration.is_group_topic(slot.topic_id))


def require_seat_kept(before: Slot, after: Slot) -> None:
    """Raises SlotNotOffered if a seat in a group meeting would get another employee or room than its other seats."""
    if before.is_seat and (after.employee_ids, after.room_id) != (before.employee_ids, before.room_id):
        raise_refused(Refusal(Reason.GROUP_MEETING))


def judge_gain(before: Slot | None, after: Slot, situation: Situation, *, own: Collection[str] = ()) -> None:
    """Checks whether the room and the employees that `after` has and `before` has not may join.

    The `own` employees were checked elsewhere. Raises InvalidRequest for too many employees, SlotNotOffered for one who
    joins a group meeting, and what `check_joining` does.
    """
    _require_few(before, after)
    had_employees = {*own, *(before.employee_ids if before else ())}
    had_room = before.room_id if before else None
    joining = Joining(
        interval=after.interval,
        host_id=after.employee_id,
        meeting_type=after.meeting_type,
        employee_ids=tuple(id for id in after.employee_ids if id not in had_employees),
        topic_id=after.topic_id,
        room_id=after.room_id if after.room_id != had_room else None,
        kept_room_id=after.room_id if after.room_id == had_room else None,
        is_customer_initiated=after.is_customer_initiated,
    )
    if joining.employee_ids and after.is_seat:
        raise_refused(Refusal(Reason.GROUP_MEETING))
    if joining.employee_ids or joining.room_id:
        ignored = situation.ignored | {after.id} | _other_seats(after, situation)
        check_joining(joining, situation.configuration, situation.agendas, situation.now, ignored)


def _other_seats(slot: Slot, situation: Situation) -> frozenset[str]:
    """The other slots of the group meeting in which this one is a seat: they have the same room."""
    wanted = SlotRequest(
        slot.interval, slot.employee_ids, slot.room_id, slot.meeting_type if slot.is_seat else None, slot.topic_id
    )
    group = joined_by(wanted, situation.configuration, situation.agendas, situation.now, situation.ignored | {slot.id})
    return group.slot_ids if group else frozenset()


def _require_few(before: Slot | None, after: Slot) -> None:
    additional = len(after.employee_ids) - 1
    if additional > MOST_ADDITIONAL and (before is None or len(after.employee_ids) > len(before.employee_ids)):
        accepted = f"at most {MOST_ADDITIONAL}, including those of the slot"
        raise InvalidRequest([Fault("body.additionalEmployees", additional, accepted)])


def require_usable(slot: Slot, now: int) -> None:
    """Raises ReservationExpired for a slot that was released, or that has ended."""
    if slot.status is SlotStatus.RELEASED:
        raise ReservationExpired("The reservation was released.", timeSlotId=slot.id)
    if slot.end <= now:
        raise ReservationExpired("The reserved time has already ended.", timeSlotId=slot.id)
