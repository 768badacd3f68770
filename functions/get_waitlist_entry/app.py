"""GET /bookme/waitlist/{waitlistId}: an entry of the waitlist, with the time that is held for it now."""

from http import HTTPStatus

from booking.commands.consent import require_consent
from booking.commands.waitlist import own_entry
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.waitlist import GET_WAITLIST_ENTRY
from booking.storage import waitlist
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(GET_WAITLIST_ENTRY)
def get_waitlist_entry(request: Request) -> Reply:
    stored = own_entry(table, request.caller, request.path["waitlistId"])
    if request.caller.is_partner:
        require_consent(table, configurations.current(now()), request.caller, stored.customer_id)
    [entry] = waitlist.as_of(table, [stored], now())
    return Reply(HTTPStatus.OK, representations.waitlist_entry(entry))


lambda_handler = api.handler
