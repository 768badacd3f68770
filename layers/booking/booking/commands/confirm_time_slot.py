"""Confirm a time slot: a hold becomes firm, and lapses after a while without a meeting."""

from collections.abc import Callable

from booking.commands import customer_limits
from booking.commands.claims import Situation, judge_use, require_usable
from booking.commands.consent import require_consent
from booking.commands.loading import own_slot, read_agendas, read_holds
from booking.commands.transaction import Decision, book
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.errors import ReservationExpired
from booking.domain.meeting import Slot, SlotStatus
from booking.storage import meetings
from booking.storage.agendas import SlotChange
from booking.storage.table import Table


def confirm_time_slot(
    table: Table, configuration: Configuration, caller: Caller, slot_id: str, clock: Callable[[], int]
) -> Slot:
    """Makes the caller's hold firm, for the organisation's `firm_slot_lifetime` or until it becomes a meeting.

    Confirming it again changes nothing. A hold that lapsed is confirmed while its time is free; a firm slot that lapsed
    is not, so that nobody keeps a time for ever. Raises NotFound, ReservationExpired, SlotNotOffered for what the rules
    do not allow any more, TooManyHolds, TooManyMeetings, CustomerBusy, NotLinked, TryAgain.
    """

    def attempt(now: int, _unanswered: Slot | None) -> Decision[Slot]:
        slot = own_slot(table, caller, slot_id)
        consent = require_consent(table, configuration, caller, slot.customer_id)
        if slot.status is SlotStatus.BOOKED:
            if not slot.is_live(now):
                raise ReservationExpired("The time slot lapsed before it became a meeting.", timeSlotId=slot.id)
            return Decision(slot)
        require_usable(slot, now)
        weeks = read_agendas(table, configuration, slot.resources, slot.interval, slot.employee_ids)
        situation = Situation(configuration, weeks, now, _time_to_move_from(table, slot))
        firm = slot.firm(now, now + configuration.organisation.firm_slot_lifetime)
        judge_use(slot, firm, situation, stands=slot.is_live(now) and weeks.hold(slot))
        held = read_holds(table, slot)
        if held:
            held.require_room_for(slot, configuration.organisation.max_holds, now)
        if not caller.is_staff and slot.existing_meeting_id is None:
            customer_limits.require_room_for(table, configuration, slot, slot.customer_id, now)
        return Decision(firm, (SlotChange(slot, firm),), agendas=weeks, holds=held, also=consent)

    return book(table, caller.owner, clock, attempt)


def _time_to_move_from(table: Table, slot: Slot) -> frozenset[str]:
    """The slot of the meeting that this hold is to move. It does not count as busy."""
    meeting = meetings.get(table, slot.existing_meeting_id) if slot.existing_meeting_id else None
    return frozenset({meeting.time_slot_id} if meeting else ())
