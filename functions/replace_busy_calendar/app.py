"""PUT /bookme/employees/{employeeId}/busy-calendar: an employee's busy times of another calendar, all anew."""

from http import HTTPStatus

from booking.busy_calendar import busy_times
from booking.commands import replace_busy_calendar as command
from booking.domain.errors import InvalidRequest
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import REPLACE_BUSY_CALENDAR, BusyCalendar
from booking.http.forms import format_instant
from booking.metrics import Count, count
from booking.storage.configuration import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(REPLACE_BUSY_CALENDAR)
def replace_busy_calendar(request: Request) -> Reply:
    request.require_media_type("text/calendar")
    configuration = configurations.current(now())
    employee = configuration.require_employee(request.path["employeeId"])
    window = command.import_window(configuration.organisation, now())
    try:
        busy = busy_times(request.raw_body, window, employee.time_zone or configuration.organisation.time_zone)
    except InvalidRequest:
        count(Count.IMPORT_FAILURES)
        raise
    command.replace_busy_calendar(table, employee.id, busy, window)
    answer = BusyCalendar(
        employee_id=employee.id,
        busy_times=len(busy),
        start_date=format_instant(window.start),
        end_date=format_instant(window.end),
    )
    return Reply(HTTPStatus.OK, answer)


lambda_handler = api.handler
