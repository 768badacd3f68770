"""Confirm a time slot: a hold becomes firm, without a meeting yet."""

from collections.abc import Callable

from booking.commands.claims import Situation, judge_use, require_usable
from booking.commands.loading import own_slot, read_agendas
from booking.commands.transaction import Decision, book
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.meeting import Slot, SlotStatus
from booking.storage import meetings
from booking.storage.agendas import SlotChange
from booking.storage.table import Table


def confirm_time_slot(
    table: Table, configuration: Configuration, caller: Caller, slot_id: str, clock: Callable[[], int]
) -> Slot:
    """Makes the caller's hold firm; confirming it again changes nothing.

    A hold that lapsed is confirmed while its time is free. Raises NotFound, ReservationExpired, SlotNotOffered for what
    the rules do not allow any more, TryAgain.
    """

    def attempt(now: int, _unanswered: Slot | None) -> Decision[Slot]:
        slot = own_slot(table, caller, slot_id)
        if slot.status is SlotStatus.BOOKED:
            return Decision(slot)
        require_usable(slot, now)
        weeks = read_agendas(table, configuration, slot.resources, slot.interval, slot.employee_ids)
        situation = Situation(configuration, weeks, now, _time_to_move_from(table, slot))
        booked = slot.booked(now)
        judge_use(slot, booked, situation, stands=slot.is_live(now) and weeks.hold(slot))
        return Decision(booked, (SlotChange(slot, booked),), agendas=weeks)

    return book(table, caller.owner, clock, attempt)


def _time_to_move_from(table: Table, slot: Slot) -> frozenset[str]:
    """The slot of the meeting that this one is to move, which does not count as busy."""
    meeting = meetings.get(table, slot.existing_meeting_id) if slot.existing_meeting_id else None
    return frozenset({meeting.time_slot_id} if meeting else ())
