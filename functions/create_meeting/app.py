"""POST /bookme/meetings: make a reserved slot a meeting, or book a time directly."""

from http import HTTPStatus

from booking.commands import create_meeting as command
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.bookings import direct_booking, meeting_request
from booking.http.contract.meetings import CREATE_MEETING, CreateMeetingBody
from booking.http.forms import format_etag
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(CREATE_MEETING)
def create_meeting(request: Request) -> Reply:
    configuration = configurations.current(now())
    body = request.body(CreateMeetingBody, configuration.organisation.time_zone)
    requested = meeting_request(body, request.caller)
    if body.time_slot_id:
        created = command.create_meeting(table, configuration, request.caller, body.time_slot_id, requested, now)
    else:
        key = request.headers.get("idempotency-key")
        wanted = direct_booking(body, request.caller, configuration, now())
        created = command.book_meeting(table, configuration, request.caller, wanted, requested, now, key)
    meeting = created.meeting
    headers = {"Location": f"meetings/{meeting.id}", "ETag": format_etag(meeting.version)}
    status = HTTPStatus.CREATED if created.is_new else HTTPStatus.OK
    return Reply(status, representations.meeting(meeting), headers, customer_id=meeting.customer_id)


lambda_handler = api.handler
