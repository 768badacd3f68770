"""GET /config/webhooks/{id}/deliveries: the deliveries to a webhook, with their results."""

from http import HTTPStatus

from booking.domain.documents import Kind
from booking.domain.errors import NotFound
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.paging import PageQuery
from booking.http.contract.webhooks import LIST_WEBHOOK_DELIVERIES
from booking.http.webhooks import delivery_page
from booking.storage import webhooks
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(LIST_WEBHOOK_DELIVERIES)
def list_webhook_deliveries(request: Request) -> Reply:
    id = request.path["id"]
    query = request.query(PageQuery)
    if webhooks.get_endpoint(table, id) is None:
        raise NotFound(Kind.WEBHOOKS.singular, id)
    return Reply(HTTPStatus.OK, delivery_page(webhooks.page(table, id, query.cursor, query.limit, now())))


lambda_handler = api.handler
