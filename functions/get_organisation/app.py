"""GET /config/organisation: the settings. A setting that was never made has its default."""

from http import HTTPStatus

from booking.domain.documents import ORGANISATION_ID, Kind, Stored
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.configuration import GET_ORGANISATION
from booking.http.forms import format_etag
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


@api.route(GET_ORGANISATION)
def get_organisation(request: Request) -> Reply:
    documents = configurations.documents(now())
    stored = documents.of(Kind.ORGANISATION).get(ORGANISATION_ID)
    if stored is None:
        # Not loaded where an organisation is set up, which is nearly always.
        from booking.http.configuration_documents import document_of

        stored = Stored(document_of(Kind.ORGANISATION, ORGANISATION_ID, {}, documents), version=0)
    return Reply(HTTPStatus.OK, stored.document, {"ETag": format_etag(stored.version)})


lambda_handler = api.handler
