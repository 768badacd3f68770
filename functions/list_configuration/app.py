"""GET /config/{kind}: the documents of a kind that can be long, page by page."""

from functools import partial

from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import page
from booking.http.contract.configuration import LIST_CONFIGURATION
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


def list_configuration(kind: Kind, request: Request) -> Reply:
    return page(kind, request, configurations.documents(now()))


for kind, operation in LIST_CONFIGURATION.items():
    api.route(operation)(partial(list_configuration, kind))

lambda_handler = api.handler
