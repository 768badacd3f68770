"""GET /bookme/customers/{customerId}/partners: the partners that a customer is linked to."""

from http import HTTPStatus

from booking.http import representations
from booking.http.api import Api, Reply, Request
from booking.http.contract.customers import LIST_PARTNERS
from booking.storage import keys, partners
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(LIST_PARTNERS)
def list_partners(request: Request) -> Reply:
    names = request.caller.names_of(request.path["customerId"])
    items = table.get_many(map(keys.partners, names), consistent=True)
    since = {client_id: at for name in names for client_id, at in partners.among(items, name).since.items()}
    return Reply(HTTPStatus.OK, representations.partner_links(since))


lambda_handler = api.handler
