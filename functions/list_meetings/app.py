"""GET /bookme/meetings: the meetings that the caller may see, page by page."""

from http import HTTPStatus

from booking.commands.consent import not_linked, require_consent
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.meetings import LIST_MEETINGS
from booking.http.lists import meeting_list_of
from booking.storage import meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect
from booking.storage.walks import Page

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(LIST_MEETINGS)
def list_meetings(request: Request) -> Reply:
    asked_at = now()
    configuration = configurations.current(asked_at)
    listing = meeting_list_of(request, configuration, asked_at)
    require_consent(table, configuration, request.caller, listing.customer_id)
    if listing.time_slot_id:
        page = meetings.of_slot(table, listing.time_slot_id, listing.keep)
    else:
        page = meetings.page(table, listing.walk, listing.start, listing.limit, listing.keep)
    hidden = not_linked(table, configuration, request.caller, [each.customer_id for each in page.items])
    page = Page([each for each in page.items if each.customer_id not in hidden], page.next)
    return Reply(
        HTTPStatus.OK,
        representations.meeting_page(page, listing.until),
        personal_of=representations.personal_of(page.items),
    )


lambda_handler = api.handler
