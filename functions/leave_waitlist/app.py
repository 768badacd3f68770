"""DELETE /bookme/waitlist/{waitlistId}: the customer does not wait any more, and what is held is free."""

from http import HTTPStatus

from booking.commands import waitlist as command
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.waitlist import LEAVE_WAITLIST
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(LEAVE_WAITLIST)
def leave_waitlist(request: Request) -> Reply:
    configuration = configurations.current(now())
    command.leave_waitlist(table, configuration, request.caller, request.path["waitlistId"], now)
    return Reply(HTTPStatus.NO_CONTENT)


lambda_handler = api.handler
