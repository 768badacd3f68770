"""GET /calendars/{secret}: an employee's meetings, for calendar programs. The secret stands for a token."""

import hashlib
from http import HTTPStatus

from booking.calendar_file import feed_file
from booking.domain.errors import NotFound
from booking.domain.interval import SECONDS_PER_DAY
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import FEED_DAYS_AHEAD, FEED_DAYS_BACK, GET_CALENDAR_FEED
from booking.http.languages import VARY, accepted_languages
from booking.storage import feeds, meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(GET_CALENDAR_FEED)
def get_calendar_feed(request: Request) -> Reply:
    feed = feeds.find(table, request.path["secret"])
    configuration = configurations.current(now())
    employee = configuration.employees.get(feed.employee_id) if feed else None
    if feed is None or employee is None:
        raise NotFound("calendar", "-")  # a secret is not repeated
    today = now() // SECONDS_PER_DAY * SECONDS_PER_DAY  # so that a feed is the same all day if no meeting changes
    walk = meetings.with_employee(
        employee.id, today - FEED_DAYS_BACK * SECONDS_PER_DAY, today + (FEED_DAYS_AHEAD + 1) * SECONDS_PER_DAY
    )
    found = meetings.all_of(table, walk)
    content = feed_file(employee, found, configuration, now(), feed.details, accepted_languages(request))
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", **VARY}
    if etag in request.headers.get("if-none-match", ""):
        return Reply(HTTPStatus.NOT_MODIFIED, "", headers, "text/calendar; charset=utf-8")
    return Reply(HTTPStatus.OK, content.decode(), headers, "text/calendar; charset=utf-8")


lambda_handler = api.handler
