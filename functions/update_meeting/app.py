"""PATCH /bookme/meetings/{meetingId}: change a meeting's texts, room, additional employees or time."""

from http import HTTPStatus

from booking.commands import update_meeting as command
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.bookings import meeting_content, meeting_document
from booking.http.contract.meetings import UPDATE_MEETING
from booking.http.forms import expected_version, format_etag
from booking.http.patches import MEETING_FIELDS, patch_of
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(UPDATE_MEETING)
def update_meeting(request: Request) -> Reply:
    patch = patch_of(request, MEETING_FIELDS)

    def change(content: command.MeetingContent) -> command.MeetingContent:
        return meeting_content(patch.apply(meeting_document(content)), content)

    expected = expected_version(request.headers.get("if-match"))
    configuration = configurations.current(now())
    meeting = command.update_meeting(
        table, configuration, request.caller, request.path["meetingId"], change, expected, now
    )
    headers = {"ETag": format_etag(meeting.version)}
    return Reply(HTTPStatus.OK, representations.meeting(meeting), headers)


lambda_handler = api.handler
