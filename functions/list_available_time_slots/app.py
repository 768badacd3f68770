"""GET /bookme/time-slots/available: every slot that could be reserved now."""

from http import HTTPStatus

from booking.domain.search import agendas_for_search, find_offers
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import LIST_AVAILABLE_TIME_SLOTS
from booking.http.search import search_of
from booking.metrics import Duration, duration
from booking.storage.configurations import Configurations
from booking.storage.reading import read_agendas
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(LIST_AVAILABLE_TIME_SLOTS)
@duration(Duration.SEARCH)
def list_available_time_slots(request: Request) -> Reply:
    asked_at = now()
    configuration = configurations.current(asked_at)
    search = search_of(request, configuration, table, asked_at)
    resources, time = agendas_for_search(search, configuration, asked_at)
    known = read_agendas(table, configuration, resources, time)
    offers = find_offers(search, configuration, known, asked_at)
    return Reply(HTTPStatus.OK, [representations.offer(offer, search.topic_id) for offer in offers])


lambda_handler = api.handler
