"""The reservation token that a request to change a slot may name."""

from booking.domain.errors import SlotMismatch
from booking.http.contract.time_slots import UpdateTimeSlotQuery
from booking.http.requests import Request
from booking.storage import keys, slots
from booking.storage.table import Table


def require_token(table: Table, slot_id: str, request: Request) -> None:
    """Raises SlotMismatch where the request names a token other than the slot's. Nothing is read where it names none.

    The token may also come as a header, `reservationToken`, as the later documentation's clients may send it.
    """
    token = request.query(UpdateTimeSlotQuery).reservation_token or request.headers.get("reservationtoken")
    if not token:
        return
    slot = slots.get(table, slot_id)
    if slot is None or not request.caller.owns_slot(slot):
        return  # the command raises NotFound
    if slot.token_hash is not None and slot.token_hash != keys.token_hash(token):
        raise SlotMismatch("The time slot was reserved with another reservation token.", timeSlotId=slot_id)
