"""POST /config/{kind}: create a configuration document."""

from functools import partial
from http import HTTPStatus
from urllib.parse import quote

from booking.commands import change_configuration as command
from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_documents import answer_of, document_of
from booking.http.contract.configuration import CREATE_CONFIGURATION
from booking.http.forms import format_etag, normalized
from booking.http.subscriptions import require_readable
from booking.http.webhooks import require_switched_on
from booking.storage.keys import derived_id, new_id
from booking.storage.table import connect

api = Api()
table = connect()


def create_configuration(kind: Kind, request: Request) -> Reply:
    if kind is Kind.WEBHOOKS:
        require_switched_on()
    body = request.json()
    require_readable(kind, body)
    owner, key = request.caller.owner, request.headers.get("idempotency-key")
    id = body.get("id")
    if isinstance(id, str):
        id = normalized(id)
    elif id is None:
        id = derived_id(owner, key) if key else new_id()
    document = partial(document_of, kind, id, body)
    saved = command.create_configuration(table, kind, id, document, owner, now, may_repeat=bool(key))
    headers = {"Location": f"{kind}/{quote(id, safe='')}", "ETag": format_etag(saved.stored.version)}
    return Reply(HTTPStatus.CREATED, answer_of(saved), headers)


for kind, operation in CREATE_CONFIGURATION.items():
    api.route(operation)(partial(create_configuration, kind))

lambda_handler = api.handler
