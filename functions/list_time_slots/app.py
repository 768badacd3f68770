"""GET /bookme/time-slots: the slots of an employee, a room or everybody, page by page."""

from http import HTTPStatus

from booking.domain.caller import Scope
from booking.domain.meeting import Slot
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.lists import page_of, time_slot_list_of
from booking.storage import slots
from booking.storage.configuration import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route("GET", "/bookme/time-slots", {Scope.STAFF})
def list_time_slots(request: Request) -> Reply:
    asked_at = now()
    asked = time_slot_list_of(request, configurations.current(asked_at), asked_at)
    page = slots.page(table, asked.walk, asked.start, asked.limit, asked.keep)

    def represent(slot: Slot) -> object:
        return representations.slot(slot, asked_at)

    return Reply(HTTPStatus.OK, page_of(page, represent))


lambda_handler = api.handler
