"""PUT /bookme/employees/{employeeId}/busy-calendar: import an employee's busy times from a calendar file."""

from functools import partial
from http import HTTPStatus

from booking.busy_calendar import Remark, read_busy_calendar
from booking.commands import replace_busy_calendar as command
from booking.domain.errors import InvalidRequest
from booking.domain.instants import format_instant
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import REPLACE_BUSY_CALENDAR, BusyCalendar, ImportRemark
from booking.metrics import Count, count
from booking.storage import meetings, subscriptions
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(REPLACE_BUSY_CALENDAR)
def replace_busy_calendar(request: Request) -> Reply:
    request.require_media_type("text/calendar")
    configuration = configurations.current(now())
    employee, organisation = configuration.require_employee(request.path["employeeId"]), configuration.organisation
    window, zone = command.import_window(organisation, now()), employee.time_zone or organisation.time_zone
    try:
        read = read_busy_calendar(request.raw_body, window, zone, partial(meetings.known_to, table, employee.id))
    except InvalidRequest:
        count(Count.IMPORT_FAILURES)
        raise
    command.replace_busy_calendar(table, employee.id, read.busy, window)
    subscriptions.delete(table, employee.id)  # a subscribed calendar is no longer what is imported
    answer = BusyCalendar(
        employee_id=employee.id,
        busy_times=len(read.busy),
        passed_over=tuple(map(_remark, read.passed_over)),
        assumed=tuple(map(_remark, read.assumed)),
        start_date=format_instant(window.start),
        end_date=format_instant(window.end),
    )
    return Reply(HTTPStatus.OK, answer)


def _remark(remark: Remark) -> ImportRemark:
    return ImportRemark(reason=remark.reason, count=remark.count, first_line=remark.first_line)


lambda_handler = api.handler
