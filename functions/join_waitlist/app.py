"""POST /bookme/waitlist: wait for a time that a search would find."""

from http import HTTPStatus

from booking.commands import waitlist as command
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.waitlist import JOIN_WAITLIST, JoinWaitlistBody
from booking.http.waitlist import require_switched_on, waitlist_request
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(JOIN_WAITLIST)
def join_waitlist(request: Request) -> Reply:
    require_switched_on()
    configuration = configurations.current(now())
    body = request.body(JoinWaitlistBody, configuration.organisation.time_zone)
    wanted = waitlist_request(body, request.caller, configuration, now())
    key = request.headers.get("idempotency-key")
    entry = command.join_waitlist(table, configuration, request.caller, wanted, now, key)
    return Reply(
        HTTPStatus.CREATED,
        representations.waitlist_entry(entry),
        {"Location": f"waitlist/{entry.id}"},
        customer_id=entry.customer_id,
    )


lambda_handler = api.handler
