"""GET /bookme/time-slots: the slots of an employee, a room or everybody, page by page."""

from http import HTTPStatus

from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import LIST_TIME_SLOTS
from booking.http.lists import time_slot_list_of
from booking.storage import slots
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(LIST_TIME_SLOTS)
def list_time_slots(request: Request) -> Reply:
    asked_at = now()
    asked = time_slot_list_of(request, configurations.current(asked_at), asked_at)
    page = slots.page(table, asked.walk, asked.start, asked.limit, asked.keep)
    return Reply(HTTPStatus.OK, representations.slot_page(page, asked_at))


lambda_handler = api.handler
