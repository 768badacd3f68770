"""GET /bookme/meetings/{meetingId}/changes and /config/changes: the audit trail of a meeting, of the configuration."""

from http import HTTPStatus

from booking.domain.caller import Scope
from booking.http.api import Api, Reply, Request
from booking.http.lists import page_asked_for, page_of
from booking.http.representations import change
from booking.storage import trail
from booking.storage.table import connect

api = Api()
table = connect()


@api.route("GET", "/bookme/meetings/{meetingId}/changes", {Scope.ADMIN})
def list_meeting_changes(request: Request) -> Reply:
    return _page(request, trail.of_meeting(request.path["meetingId"]))


@api.route("GET", "/config/changes", {Scope.ADMIN})
def list_configuration_changes(request: Request) -> Reply:
    return _page(request, trail.CONFIGURATION)


def _page(request: Request, of: str) -> Reply:
    limit, start = page_asked_for(request)
    return Reply(HTTPStatus.OK, page_of(trail.page(table, of, start, limit), change))


lambda_handler = api.handler
