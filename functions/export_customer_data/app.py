"""GET /bookme/customers/{customerId}/data: all that is stored about a customer, page by page."""

from http import HTTPStatus

from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.customers import EXPORT_CUSTOMER_DATA
from booking.http.contract.paging import PageQuery
from booking.storage import customers
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(EXPORT_CUSTOMER_DATA)
def export_customer_data(request: Request) -> Reply:
    query = request.query(PageQuery)
    asked_at = now()
    data = customers.data_of(table, request.path["customerId"], query.cursor, query.limit, asked_at)
    return Reply(
        HTTPStatus.OK,
        representations.customer_data(data, asked_at),
        personal_of=representations.personal_of(data.meetings),
    )


lambda_handler = api.handler
