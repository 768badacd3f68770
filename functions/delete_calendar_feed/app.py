"""DELETE /bookme/employees/{employeeId}/calendar-feed: the address stops working."""

from http import HTTPStatus

from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import DELETE_CALENDAR_FEED
from booking.storage import feeds
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(DELETE_CALENDAR_FEED)
def delete_calendar_feed(request: Request) -> Reply:
    employee = configurations.current(now()).require_employee(request.path["employeeId"])
    feeds.delete(table, employee.id)
    return Reply(HTTPStatus.NO_CONTENT)


lambda_handler = api.handler
