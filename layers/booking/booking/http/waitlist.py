"""Reads the requests of the waitlist."""

import os

from booking.commands.waitlist import WaitlistRequest
from booking.domain.caller import Caller, Scope
from booking.domain.configuration import Configuration
from booking.domain.errors import Fault, InvalidRequest, SwitchedOff
from booking.http.bookings import contact_of
from booking.http.contract.waitlist import JoinWaitlistBody, WaitlistQuery
from booking.http.search import waited_search_of
from booking.storage import waitlist
from booking.storage.walks import Walk


def require_switched_on() -> None:
    """Raises SwitchedOff if the deployment offers nothing to those who wait, so that nobody waits in vain."""
    if os.environ.get("WAITLIST") != "on":
        raise SwitchedOff("This deployment has no waitlist: deploy it with the parameter Waitlist=on.")


def waitlist_request(body: JoinWaitlistBody, caller: Caller, configuration: Configuration, now: int) -> WaitlistRequest:
    """Who waits for what. Raises InvalidRequest, Forbidden, NotFound."""
    customer_id = caller.customer_id(body.customer_id)
    if customer_id is None:
        raise InvalidRequest([Fault("body.customerId", None, "the customer who waits")])
    search = waited_search_of(body, caller, configuration, now)
    if search.window.end <= now:
        raise InvalidRequest([Fault("body.endDate", None, "a time to come")])
    return WaitlistRequest(customer_id, search, contact_of(body.customer))


def waitlist_walk(query: WaitlistQuery, caller: Caller) -> Walk:
    """Everything that the caller may see and asks for. Raises Forbidden for another customer's id."""
    caller.customer_id(query.customer_id)
    if not caller.is_staff and Scope.PARTNER not in caller.scopes:
        return waitlist.of_customers([id for id in (caller.username, caller.subject) if id])
    if query.customer_id:
        return waitlist.of_customers([query.customer_id])
    return waitlist.of_all() if caller.is_staff else waitlist.made_by(caller.owner)
