"""DELETE /bookme/customers/{customerId}/data: forget a customer, and say what was done."""

import time
from http import HTTPStatus
from zoneinfo import ZoneInfo

from booking.commands import erase_customer_data as command
from booking.domain.caller import Scope
from booking.http.api import Api, Reply, Request, now
from booking.http.forms import Query
from booking.storage.table import connect

SECONDS = 12  # of the 20 that the function may run, so that the last meeting can be finished

api = Api()
table = connect()


@api.route("DELETE", "/bookme/customers/{customerId}/data", {Scope.ADMIN})
def erase_customer_data(request: Request) -> Reply:
    query = Query(request.query, ZoneInfo("UTC"))
    cancel_future = query.boolean("cancelFuture")
    query.check()
    deadline = time.monotonic() + SECONDS
    erasure = command.erase_customer_data(
        table,
        request.caller.owner,
        request.path["customerId"],
        cancel_future is not False,
        now,
        has_time=lambda: time.monotonic() < deadline,
    )
    answer = {
        "meetingsErased": erasure.meetings_erased,
        "slotsErased": erasure.slots_erased,
        "meetingsCancelled": erasure.meetings_cancelled,
        "isComplete": erasure.is_complete,
    }
    return Reply(HTTPStatus.OK, answer)


lambda_handler = api.handler
