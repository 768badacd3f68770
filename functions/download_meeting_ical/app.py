"""POST /bookme/meetings/{meetingId}/ical: the meeting as a calendar file."""

from http import HTTPStatus

from booking.calendar_file import calendar_file, file_name, method
from booking.commands.consent import require_consent
from booking.domain.errors import NotFound
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.meetings import DOWNLOAD_MEETING_ICAL, CalendarFileBody
from booking.http.languages import VARY, accepted_languages
from booking.storage import meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(DOWNLOAD_MEETING_ICAL)
def download_meeting_ical(request: Request) -> Reply:
    meeting_id = request.path["meetingId"]
    texts = request.body(CalendarFileBody)
    meeting = meetings.get(table, meeting_id)
    if meeting is None or not request.caller.owns_meeting(meeting):
        raise NotFound("meeting", meeting_id)
    configuration = configurations.current(now())
    require_consent(table, configuration, request.caller, meeting.customer_id)
    languages = accepted_languages(request)
    if not languages and meeting.customer and meeting.customer.language:
        languages = [meeting.customer.language]
    content = calendar_file(meeting, configuration, now(), texts.title, texts.description, texts.location, languages)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(meeting)}"', **VARY}
    content_type = f"text/calendar; charset=utf-8; method={method(meeting)}"
    personal_of = representations.personal_of([meeting])
    return Reply(HTTPStatus.OK, content.decode(), headers, content_type, meeting.customer_id, personal_of)


lambda_handler = api.handler
