"""PUT /bookme/customers/{customerId}/partners/{clientId}: link a customer to a partner."""

from http import HTTPStatus

from booking.commands import link_partner as command
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.customers import LINK_PARTNER
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(LINK_PARTNER)
def link_partner(request: Request) -> Reply:
    customer_id, *_ = request.caller.names_of(request.path["customerId"])
    client_id = request.path["clientId"]
    since = command.link_partner(table, request.caller.owner, customer_id, client_id, now)
    return Reply(HTTPStatus.OK, representations.partner_link(client_id, since))


lambda_handler = api.handler
