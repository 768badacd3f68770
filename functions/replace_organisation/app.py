"""PUT /config/organisation: the organisation's settings."""

from functools import partial
from http import HTTPStatus

from booking.commands import change_configuration as command
from booking.domain.documents import ORGANISATION_ID, Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_documents import document_of
from booking.http.contract.configuration import REPLACE_ORGANISATION
from booking.http.forms import expected_version, format_etag
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(REPLACE_ORGANISATION)
def replace_organisation(request: Request) -> Reply:
    document = partial(document_of, Kind.ORGANISATION, ORGANISATION_ID, request.json())
    expected = expected_version(request.headers.get("if-match"))
    saved = command.replace_configuration(
        table, Kind.ORGANISATION, ORGANISATION_ID, document, expected, request.caller.owner, now
    )
    status = HTTPStatus.CREATED if saved.is_new else HTTPStatus.OK
    return Reply(status, saved.stored.document, {"ETag": format_etag(saved.stored.version)})


lambda_handler = api.handler
