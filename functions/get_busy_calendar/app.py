"""GET /bookme/employees/{employeeId}/busy-calendar: how reading the employee's other calendar has gone."""

from http import HTTPStatus

from booking.domain.subscriptions import Subscription, url_of
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import GET_BUSY_CALENDAR
from booking.http.subscriptions import subscribed_calendar
from booking.storage import subscriptions
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(GET_BUSY_CALENDAR)
def get_busy_calendar(request: Request) -> Reply:
    documents = configurations.documents(now())
    employee = configurations.current(now()).require_employee(request.path["employeeId"])
    is_subscribed = url_of(employee.id, documents) is not None
    known = subscriptions.get(table, employee.id) if is_subscribed else None
    return Reply(HTTPStatus.OK, subscribed_calendar(known or Subscription(employee.id), is_subscribed=is_subscribed))


lambda_handler = api.handler
