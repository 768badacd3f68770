"""DELETE /config/{kind}/{id}: delete a configuration document that nothing refers to."""

from functools import partial
from http import HTTPStatus

from booking.commands import change_configuration as command
from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.configuration import DELETE_CONFIGURATION
from booking.http.forms import expected_version
from booking.storage.table import connect

api = Api()
table = connect()


def delete_configuration(kind: Kind, request: Request) -> Reply:
    expected = expected_version(request.headers.get("if-match"))
    command.delete_configuration(table, kind, request.path["id"], expected, request.caller.owner, now)
    return Reply(HTTPStatus.NO_CONTENT)


for kind, operation in DELETE_CONFIGURATION.items():
    api.route(operation)(partial(delete_configuration, kind))

lambda_handler = api.handler
