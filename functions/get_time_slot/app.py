"""GET /bookme/time-slots/{timeSlotId}: one of the caller's own slots, as it is now."""

from http import HTTPStatus

from booking.domain.errors import NotFound
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import GET_TIME_SLOT
from booking.storage import slots
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(GET_TIME_SLOT)
def get_time_slot(request: Request) -> Reply:
    slot_id = request.path["timeSlotId"]
    slot = slots.get(table, slot_id)
    if slot is None or not request.caller.owns_slot(slot):
        raise NotFound("time slot", slot_id)
    return Reply(HTTPStatus.OK, representations.slot(slot, now(), for_staff=request.caller.is_staff))


lambda_handler = api.handler
