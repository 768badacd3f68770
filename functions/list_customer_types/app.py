"""GET /config/customer-types: the types of customer."""

from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import customer_types
from booking.http.contract.configuration import LIST_CUSTOMER_CATEGORIES, LIST_CUSTOMER_TYPES
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


@api.route(LIST_CUSTOMER_TYPES)
@api.route(LIST_CUSTOMER_CATEGORIES)
def list_customer_types(request: Request) -> Reply:
    return customer_types(request, configurations.documents(now()))


lambda_handler = api.handler
