"""GET /config/{kind}/{id}: one configuration document, with its ETag."""

from functools import partial

from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import one
from booking.http.contract.configuration import GET_CONFIGURATION
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


def get_configuration(kind: Kind, request: Request) -> Reply:
    return one(kind, request, configurations.documents(now()))


for kind, operation in GET_CONFIGURATION.items():
    api.route(operation)(partial(get_configuration, kind))

lambda_handler = api.handler
