"""DELETE /bookme/customers/{customerId}/partners/{clientId}: the partner may do nothing more for the customer."""

from http import HTTPStatus

from booking.commands import link_partner as command
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.customers import UNLINK_PARTNER
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(UNLINK_PARTNER)
def unlink_partner(request: Request) -> Reply:
    for customer_id in request.caller.names_of(request.path["customerId"]):
        command.unlink_partner(table, request.caller.owner, customer_id, request.path["clientId"], now)
    return Reply(HTTPStatus.NO_CONTENT)


lambda_handler = api.handler
