"""DELETE /bookme/time-slots/{timeSlotId}: the slot's time is free at once."""

from http import HTTPStatus

from booking.commands import release_time_slot as command
from booking.domain.caller import BOOKING
from booking.http.api import Api, Reply, Request, now
from booking.storage.table import connect

api = Api()
table = connect()


@api.route("DELETE", "/bookme/time-slots/{timeSlotId}", BOOKING)
def release_time_slot(request: Request) -> Reply:
    command.release_time_slot(table, request.caller, request.path["timeSlotId"], now)
    return Reply(HTTPStatus.NO_CONTENT)


lambda_handler = api.handler
