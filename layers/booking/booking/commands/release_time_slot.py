"""Release a time slot: its time is free at once."""

from collections.abc import Callable

from booking.commands.loading import own_slot
from booking.commands.transaction import Decision, book
from booking.domain.caller import Caller
from booking.domain.errors import InUse
from booking.domain.meeting import Slot, SlotStatus
from booking.storage.agendas import SlotChange
from booking.storage.table import Table


def release_time_slot(table: Table, caller: Caller, slot_id: str, clock: Callable[[], int]) -> Slot:
    """Frees the slot. Releasing it again changes nothing.

    Raises NotFound (no such slot of this caller), InUse (a meeting has it: cancel that), TryAgain.
    """

    def attempt(now: int, _unanswered: Slot | None) -> Decision[Slot]:
        slot = own_slot(table, caller, slot_id)
        if slot.status is SlotStatus.RELEASED:
            return Decision(slot)
        if slot.meeting_id:
            raise InUse("The time slot belongs to a meeting. Cancel the meeting instead.", meetingId=slot.meeting_id)
        released = slot.released(now)
        return Decision(released, (SlotChange(slot, released),))

    return book(table, caller.owner, clock, attempt)
