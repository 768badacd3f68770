"""DELETE /bookme/meetings/{meetingId}: cancel a meeting; its employees and room are free at once."""

from http import HTTPStatus

from booking.commands import cancel_meeting as command
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.meetings import CANCEL_MEETING
from booking.http.forms import expected_version
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(CANCEL_MEETING)
def cancel_meeting(request: Request) -> Reply:
    expected = expected_version(request.headers.get("if-match"))
    configuration = configurations.current(now())
    command.cancel_meeting(table, configuration, request.caller, request.path["meetingId"], expected, now)
    return Reply(HTTPStatus.NO_CONTENT)


lambda_handler = api.handler
