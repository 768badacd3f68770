"""GET /bookme/meetings/{meetingId}: one meeting that the caller may see, cancelled or not."""

from http import HTTPStatus

from booking.commands.consent import require_consent
from booking.domain.errors import NotFound
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.meetings import GET_MEETING
from booking.http.forms import format_etag
from booking.storage import meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(GET_MEETING)
def get_meeting(request: Request) -> Reply:
    meeting_id = request.path["meetingId"]
    meeting = meetings.get(table, meeting_id)
    if meeting is None or not request.caller.owns_meeting(meeting):
        raise NotFound("meeting", meeting_id)
    if request.caller.is_partner:
        require_consent(table, configurations.current(now()), request.caller, meeting.customer_id)
    headers = {"ETag": format_etag(meeting.version)}
    return Reply(
        HTTPStatus.OK, representations.meeting(meeting), headers, personal_of=representations.personal_of([meeting])
    )


lambda_handler = api.handler
