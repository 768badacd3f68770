"""Confirm a time slot: a hold becomes firm, without an expiry and without a meeting yet."""

from collections.abc import Callable

from booking.commands.claims import check_free, check_rules, read_agendas
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.decide import agenda_time
from booking.domain.errors import NotFound, ReservationExpired
from booking.domain.meeting import Slot, SlotStatus
from booking.storage import agendas, meetings, slots
from booking.storage.table import Table, settle


def confirm_time_slot(
    table: Table, configuration: Configuration, caller: Caller, slot_id: str, clock: Callable[[], int]
) -> Slot:
    """Makes the caller's hold firm; confirming it again changes nothing.

    A hold that lapsed is confirmed while its time is free. Raises NotFound, ReservationExpired, SlotNotOffered for what
    the rules do not allow any more, TryAgain.
    """

    def attempt() -> Slot:
        now = clock()
        slot = slots.get(table, slot_id)
        if slot is None or not caller.owns_slot(slot):
            raise NotFound("time slot", slot_id)
        if slot.status is SlotStatus.BOOKED:
            return slot
        if slot.status is SlotStatus.RELEASED:
            raise ReservationExpired("The reservation was released.", timeSlotId=slot.id)
        booked = slot.booked(now)
        check_rules(slot, booked, configuration)
        time = agenda_time(slot.interval, configuration, slot.employee_ids)
        weeks = read_agendas(table, configuration, slot.resources, time)
        check_free(slot, booked, configuration, weeks, now, _time_to_move_from(table, slot))
        entries = dict.fromkeys(booked.resources, agendas.slot_entry(booked))
        table.transact([*weeks.changes(now, entries), slots.replace(booked, caller.owner)])
        return booked

    return settle(attempt)


def _time_to_move_from(table: Table, slot: Slot) -> set[str]:
    """The slot of the meeting that this one is to move, which does not count as busy."""
    if slot.existing_meeting_id is None:
        return set()
    meeting = meetings.get(table, slot.existing_meeting_id)
    return {meeting.time_slot_id} if meeting else set()
