"""GET /config/{kind}/{id}: one configuration document, with its ETag."""

from functools import partial
from http import HTTPStatus

from booking.domain.documents import Kind
from booking.domain.errors import NotFound
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import visible
from booking.http.contract.configuration import GET_CONFIGURATION
from booking.http.forms import format_etag
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


def get_configuration(kind: Kind, request: Request) -> Reply:
    id = request.path["id"]
    documents = configurations.documents(now())
    stored = documents.of(kind).get(id)
    if stored is None:
        raise NotFound(kind.singular, id)
    [document] = visible(kind, [stored], documents, request.caller)
    return Reply(HTTPStatus.OK, document, {"ETag": format_etag(stored.version)})


for kind, operation in GET_CONFIGURATION.items():
    api.route(operation)(partial(get_configuration, kind))

lambda_handler = api.handler
