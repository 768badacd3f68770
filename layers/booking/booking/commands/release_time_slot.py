"""Release a time slot: its time is free at once."""

from collections.abc import Callable

from booking.domain.caller import Caller
from booking.domain.errors import InUse, NotFound
from booking.domain.meeting import Slot, SlotStatus
from booking.storage import agendas, slots
from booking.storage.table import Table, settle


def release_time_slot(table: Table, caller: Caller, slot_id: str, clock: Callable[[], int]) -> Slot:
    """Frees the slot; releasing it again changes nothing.

    Raises NotFound (no such slot of this caller), InUse (a meeting has it: cancel that), TryAgain.
    """

    def attempt() -> Slot:
        slot = slots.get(table, slot_id)
        if slot is None or not caller.owns_slot(slot):
            raise NotFound("time slot", slot_id)
        if slot.status is SlotStatus.RELEASED:
            return slot
        if slot.meeting_id:
            raise InUse("The time slot is a meeting's; cancel the meeting.", meetingId=slot.meeting_id)
        released = slot.released(clock())
        table.transact([*agendas.remove(slot), slots.replace(released, caller.owner)])
        return released

    return settle(attempt)
