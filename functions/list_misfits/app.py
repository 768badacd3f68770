"""GET /bookme/meetings/misfits: meetings to come that today's configuration would refuse, page by page."""

from http import HTTPStatus

from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.misfits import misfit_of
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.meetings import LIST_MISFITS
from booking.http.contract.paging import PageQuery
from booking.storage import meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect
from booking.storage.walks import Page

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(LIST_MISFITS)
def list_misfits(request: Request) -> Reply:
    asked_at = now()
    configuration = configurations.newest(asked_at)
    query = request.query(PageQuery, configuration.organisation.time_zone)

    def is_misfit(meeting: Meeting) -> bool:
        return meeting.status is not MeetingStatus.CANCELLED and misfit_of(meeting, configuration, asked_at) is not None

    walk = meetings.of_employees(configuration.all_employee_ids, asked_at, None)
    page = meetings.page(table, walk, query.cursor, query.limit, is_misfit)
    found = [misfit for each in page.items if (misfit := misfit_of(each, configuration, asked_at))]
    return Reply(
        HTTPStatus.OK,
        representations.misfit_page(Page(found, page.next)),
        personal_of=representations.personal_of(page.items),
    )


lambda_handler = api.handler
