"""What a booking claims beyond what its slot holds already, and whether it may."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from booking.domain.agenda import Agenda, Resource, room
from booking.domain.configuration import Configuration
from booking.domain.decide import check, is_overtaken
from booking.domain.errors import Fault, InvalidRequest, ReservationExpired, RoomTaken, SlotMismatch
from booking.domain.interval import Interval
from booking.domain.meeting import MOST_ADDITIONAL, Meeting, Slot
from booking.domain.requests import SlotRequest
from booking.storage import agendas, keys
from booking.storage.agendas import Agendas
from booking.storage.configuration import require_newest
from booking.storage.table import Table


def require_match(slot: Slot, fields: Mapping[str, tuple[object, object]]) -> None:
    """Of each field, by its API name: what is asked for, and what the slot has. None goes with anything.

    Raises SlotMismatch.
    """
    for name, (asked, held) in fields.items():
        if asked is not None and held is not None and asked != held:
            raise SlotMismatch(f"The time slot has another {name}.", field=name, timeSlotId=slot.id)


def check_rules(slot: Slot, booked: Slot, configuration: Configuration, *, is_agreed: bool = False) -> None:
    """The slot must still be allowed with what the booking adds to it, judged as of the second it was held at.

    In a slot that is a meeting already the host is judged only, since who has joined need not know what it is about.
    Raises InvalidRequest for more additional employees than one meeting may have, and what `check` does.
    """
    if len(booked.employee_ids) - 1 > MOST_ADDITIONAL:
        accepted = f"at most {MOST_ADDITIONAL}, those of the slot included"
        raise InvalidRequest([Fault("body.additionalEmployees", len(booked.employee_ids) - 1, accepted)])
    employee_ids, topic_id, customer_type_id = slot.employee_ids, booked.topic_id, booked.customer_type_id
    if slot.meeting_id:
        employee_ids = slot.employee_ids[:1]
        topic_id, customer_type_id = subject_of(booked, configuration)
    wanted = SlotRequest(
        interval=slot.interval,
        employee_ids=employee_ids,
        room_id=booked.room_id,
        meeting_type=booked.meeting_type,
        topic_id=topic_id,
        customer_type_id=customer_type_id,
        is_customer_initiated=slot.is_customer_initiated,
        is_agreed=is_agreed,
    )
    check(wanted, configuration, {}, now=slot.created_at)


def subject_of(meeting: Meeting | Slot, configuration: Configuration) -> tuple[str | None, str | None]:
    """The topic and the customer type that the host of a meeting must be qualified for when it is changed or moved.

    What is not configured any more binds nobody.
    """
    topic_id, customer_type_id = meeting.topic_id, meeting.customer_type_id
    return (
        topic_id if topic_id in configuration.meeting_topics else None,
        customer_type_id if customer_type_id in configuration.customer_types else None,
    )


def read_agendas(
    table: Table, configuration: Configuration, resources: Collection[Resource], time: Interval
) -> Agendas:
    """The weeks of these resources that `time` touches, to decide on. Raises Outdated."""
    wanted = agendas.agenda_keys(resources, time)
    items = table.get_many([keys.CONFIGURATION_VERSION, *wanted], consistent=True)
    require_newest(configuration, items)
    return agendas.joined(items, wanted)


def check_free(
    slot: Slot, booked: Slot, configuration: Configuration, weeks: Agendas, now: int, ignored: Collection[str] = ()
) -> None:
    """Everything that `booked` takes must be free, but for what `slot` holds and for the slots in `ignored`.

    Raises ReservationExpired for a hold that lapsed and whose time has begun or been taken; SlotTaken, RoomTaken or
    SlotNotOffered for what is claimed.
    """
    ignored = {slot.id, *ignored}
    is_held = slot.is_live(now) and weeks.hold(slot)
    if not is_held:
        held = SlotRequest(slot.interval, slot.employee_ids, is_customer_initiated=slot.is_customer_initiated)
        if slot.start < now or is_overtaken(held, configuration, weeks, now, ignored):
            raise ReservationExpired("The reservation lapsed; its time has begun or is taken.", timeSlotId=slot.id)
    room_is_held = is_held and booked.room_id == slot.room_id
    if booked.room_id and not room_is_held and weeks[room(booked.room_id)].clash(slot.interval, now, ignoring=ignored):
        raise RoomTaken("The room is taken at that time.", roomId=booked.room_id)
    check_additional(booked, slot.employee_ids, configuration, weeks, now, ignored)


def check_additional(
    slot: Slot,
    own: Collection[str],
    configuration: Configuration,
    weeks: Mapping[Resource, Agenda],
    now: int,
    ignored: Collection[str] = (),
) -> None:
    """The employees beyond the slot's `own` obey the rules of availability, but for topic and customer type.

    Whoever joins need not know what the meeting is about. Raises what `check` does.
    """
    additional = tuple(id for id in slot.employee_ids if id not in own)
    if not additional:
        return
    wanted = SlotRequest(
        slot.interval,
        additional,
        room_id=slot.room_id,
        meeting_type=slot.meeting_type,
        is_customer_initiated=slot.is_customer_initiated,
        host_id=slot.employee_id,
    )
    check(wanted, configuration, weeks, now, ignored)
    # Whether they fit together, as a meeting in person has to be at one place. The host is free: the slot holds that.
    together = replace(wanted, employee_ids=(slot.employee_id, *additional))
    check(together, configuration, {}, now=slot.created_at)
