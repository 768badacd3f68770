"""DELETE /bookme/time-slots/{timeSlotId}: the slot's time is free at once."""

from http import HTTPStatus

from booking.commands import release_time_slot as command
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import RELEASE_TIME_SLOT
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(RELEASE_TIME_SLOT)
def release_time_slot(request: Request) -> Reply:
    command.release_time_slot(table, request.caller, request.path["timeSlotId"], now)
    return Reply(HTTPStatus.NO_CONTENT)


lambda_handler = api.handler
