"""PATCH /bookme/time-slots/{timeSlotId}: confirm or release a slot by replacing its status."""

from http import HTTPStatus

from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.release_time_slot import release_time_slot
from booking.domain.meeting import SlotStatus
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import UPDATE_TIME_SLOT
from booking.http.patches import status_of
from booking.http.reservation_tokens import require_token
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(UPDATE_TIME_SLOT)
def update_time_slot(request: Request) -> Reply:
    slot_id = request.path["timeSlotId"]
    require_token(table, slot_id, request)
    if status_of(request) is SlotStatus.RELEASED:
        slot = release_time_slot(table, request.caller, slot_id, now)
    else:
        slot = confirm_time_slot(table, configurations.current(now()), request.caller, slot_id, now)
    return Reply(HTTPStatus.OK, representations.slot(slot, now(), for_staff=request.caller.is_staff))


lambda_handler = api.handler
