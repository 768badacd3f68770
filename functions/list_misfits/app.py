"""GET /bookme/meetings/misfits: meetings to come that today's configuration would refuse, page by page."""

from http import HTTPStatus

from booking.domain.misfits import misfit_of
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.meetings import LIST_MISFITS
from booking.http.contract.paging import PageQuery
from booking.storage import meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
table = connect()
configurations = Configurations(table)


@api.route(LIST_MISFITS)
def list_misfits(request: Request) -> Reply:
    query = request.query(PageQuery)
    asked_at = now()
    configuration = configurations.newest(asked_at)
    walk = meetings.of_employees(configuration.all_employee_ids, asked_at, None)
    page = meetings.judged(
        table, walk, query.cursor, query.limit, lambda meeting: misfit_of(meeting, configuration, asked_at)
    )
    return Reply(
        HTTPStatus.OK,
        representations.misfit_page(page),
        personal_of=representations.personal_of(misfit.meeting for misfit in page.items),
    )


lambda_handler = api.handler
