"""GET /config/customer-types: the types of customer."""

from http import HTTPStatus

from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import listed
from booking.http.contract.configuration import LIST_CUSTOMER_CATEGORIES, LIST_CUSTOMER_TYPES
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


@api.route(LIST_CUSTOMER_TYPES)
@api.route(LIST_CUSTOMER_CATEGORIES)
def list_customer_types(request: Request) -> Reply:
    documents = configurations.documents(now())
    return Reply(HTTPStatus.OK, listed(Kind.CUSTOMER_TYPES, documents, request.caller))


lambda_handler = api.handler
