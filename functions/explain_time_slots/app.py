"""GET /bookme/time-slots/explain: whether each employee and room is offered at one start time, and why not."""

from http import HTTPStatus

from booking.domain.explain import explain
from booking.domain.search import agendas_for_search
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import EXPLAIN_TIME_SLOTS
from booking.http.search import explained_search_of
from booking.storage.configurations import Configurations
from booking.storage.reading import read_agendas
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(EXPLAIN_TIME_SLOTS)
def explain_time_slots(request: Request) -> Reply:
    asked_at = now()
    configuration = configurations.current(asked_at)
    search, start = explained_search_of(request, configuration, table, asked_at)
    resources, time = agendas_for_search(search, configuration, asked_at)
    known = read_agendas(table, configuration, resources, time)
    verdicts = explain(search, configuration, known, asked_at, start)
    return Reply(HTTPStatus.OK, representations.explanation(start, verdicts))


lambda_handler = api.handler
