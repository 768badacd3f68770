"""GET /bookme/meetings/{meetingId}/changes and /config/changes: the audit trail."""

from http import HTTPStatus

from booking.http.api import Api, Reply, Request
from booking.http.contract.meetings import LIST_CONFIGURATION_CHANGES, LIST_MEETING_CHANGES
from booking.http.contract.paging import PageQuery
from booking.http.representations import change_page
from booking.storage import trail
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(LIST_MEETING_CHANGES)
def list_meeting_changes(request: Request) -> Reply:
    return _page(request, trail.of_meeting(request.path["meetingId"]))


@api.route(LIST_CONFIGURATION_CHANGES)
def list_configuration_changes(request: Request) -> Reply:
    return _page(request, trail.CONFIGURATION)


def _page(request: Request, of: str) -> Reply:
    query = request.query(PageQuery)
    return Reply(HTTPStatus.OK, change_page(trail.page(table, of, query.cursor, query.limit)))


lambda_handler = api.handler
