"""DELETE /bookme/customers/{customerId}/data: erase a customer's data."""

import time
from http import HTTPStatus

from booking.commands import erase_customer_data as command
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.customers import ERASE_CUSTOMER_DATA, CustomerErasure, EraseCustomerDataQuery
from booking.storage.table import connect

SECONDS = 12  # of the 20 that the function may run, so that the last meeting can be finished

api = Api()
table = connect()


@api.route(ERASE_CUSTOMER_DATA)
def erase_customer_data(request: Request) -> Reply:
    query = request.query(EraseCustomerDataQuery)
    deadline = time.monotonic() + SECONDS
    erasure = command.erase_customer_data(
        table,
        request.caller.owner,
        request.path["customerId"],
        query.cancel_future,
        now,
        has_time=lambda: time.monotonic() < deadline,
    )
    if erasure.failures:  # what could be erased is; the same call again does the rest
        raise erasure.failures[0][1]
    answer = CustomerErasure(
        meetings_erased=erasure.meetings_erased,
        slots_erased=erasure.slots_erased,
        meetings_cancelled=erasure.meetings_cancelled,
        is_complete=erasure.is_complete,
    )
    return Reply(HTTPStatus.OK, answer)


lambda_handler = api.handler
