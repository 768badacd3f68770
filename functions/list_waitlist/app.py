"""GET /bookme/waitlist: the entries that the caller may see, page by page."""

from http import HTTPStatus

from booking.commands.consent import not_linked, require_consent
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.waitlist import LIST_WAITLIST, WaitlistQuery
from booking.http.waitlist import waitlist_walk
from booking.storage import waitlist
from booking.storage.configurations import Configurations
from booking.storage.table import connect
from booking.storage.walks import Page

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(LIST_WAITLIST)
def list_waitlist(request: Request) -> Reply:
    query = request.query(WaitlistQuery)
    walk = waitlist_walk(query, request.caller)
    if request.caller.is_partner:
        require_consent(table, configurations.current(now()), request.caller, query.customer_id)
    page = waitlist.page(table, walk, query.cursor, query.limit, now())
    kept = [
        entry
        for entry in page.items
        if entry.belongs_to(request.caller) and (not query.status or entry.status in query.status)
    ]
    if request.caller.is_partner:
        listed = [entry.customer_id for entry in kept]
        hidden = not_linked(table, configurations.current(now()), request.caller, listed)
        kept = [entry for entry in kept if entry.customer_id not in hidden]
    return Reply(HTTPStatus.OK, representations.waitlist_page(Page(kept, page.next)))


lambda_handler = api.handler
