"""PUT /config/{kind}/{id}: create or replace a configuration document."""

from functools import partial
from http import HTTPStatus

from booking.commands import change_configuration as command
from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_documents import answer_of, document_of
from booking.http.contract.configuration import REPLACE_CONFIGURATION
from booking.http.forms import expected_version, format_etag
from booking.http.subscriptions import require_readable
from booking.http.webhooks import require_switched_on
from booking.storage.table import connect

api = Api()
table = connect()


def replace_configuration(kind: Kind, request: Request) -> Reply:
    if kind is Kind.WEBHOOKS:
        require_switched_on()
    id = request.path["id"]
    body = request.json()
    require_readable(kind, body)
    document = partial(document_of, kind, id, body)
    expected = expected_version(request.headers.get("if-match"))
    saved = command.replace_configuration(table, kind, id, document, expected, request.caller.owner, now)
    status = HTTPStatus.CREATED if saved.is_new else HTTPStatus.OK
    return Reply(status, answer_of(saved), {"ETag": format_etag(saved.stored.version)})


for kind, operation in REPLACE_CONFIGURATION.items():
    api.route(operation)(partial(replace_configuration, kind))

lambda_handler = api.handler
