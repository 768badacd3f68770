"""POST /bookme/employees/{employeeId}/calendar-feed: a secret address that shows the employee's meetings."""

from http import HTTPStatus

from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import CREATE_CALENDAR_FEED, CalendarFeed, CalendarFeedBody
from booking.storage import feeds
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(CREATE_CALENDAR_FEED)
def create_calendar_feed(request: Request) -> Reply:
    details = request.body(CalendarFeedBody).details
    employee = configurations.current(now()).require_employee(request.path["employeeId"])
    secret = feeds.create(table, feeds.Feed(employee.id, details), now())
    # Without an address of the gateway, as on one machine, it is relative to this request's.
    base = "../../.." if request.base_url == "." else request.base_url
    url = f"{base}/calendars/{secret}"
    answer = CalendarFeed(employee_id=employee.id, url=url, details=details)
    return Reply(HTTPStatus.CREATED, answer)


lambda_handler = api.handler
