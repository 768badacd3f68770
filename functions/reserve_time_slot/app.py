"""POST /bookme/time-slots/reserve: hold a time slot under a token."""

from http import HTTPStatus

from booking.commands import reserve_time_slot as command
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.bookings import reservation_of
from booking.http.contract.time_slots import RESERVE_TIME_SLOT, ReserveTimeSlotBody
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(RESERVE_TIME_SLOT)
def reserve_time_slot(request: Request) -> Reply:
    configuration = configurations.current(now())
    body = request.body(ReserveTimeSlotBody, configuration.organisation.time_zone)
    reservation = reservation_of(body, request.caller, configuration, now())
    reserved = command.reserve_time_slot(table, configuration, request.caller, reservation, now)
    status = HTTPStatus.CREATED if reserved.is_new else HTTPStatus.OK
    slot = reserved.slot
    return Reply(status, representations.slot(slot, now(), body.token), customer_id=slot.customer_id)


lambda_handler = api.handler
