"""GET /bookme/waitlist: the entries that the caller may see, page by page."""

from http import HTTPStatus

from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.waitlist import LIST_WAITLIST, WaitlistQuery
from booking.http.waitlist import waitlist_walk
from booking.storage import waitlist
from booking.storage.table import connect
from booking.storage.walks import Page

api = Api()
table = connect()


@api.route(LIST_WAITLIST)
def list_waitlist(request: Request) -> Reply:
    query = request.query(WaitlistQuery)
    page = waitlist.page(table, waitlist_walk(query, request.caller), query.cursor, query.limit, now())
    kept = [
        entry
        for entry in page.items
        if entry.belongs_to(request.caller) and (not query.status or entry.status in query.status)
    ]
    return Reply(HTTPStatus.OK, representations.waitlist_page(Page(kept, page.next)))


lambda_handler = api.handler
