"""GET /bookme/time-slots/available: every slot that could be reserved now."""

from http import HTTPStatus

from booking.domain.search import agendas_for_search, find_offers, outside
from booking.http import representations
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import LIST_AVAILABLE_TIME_SLOTS
from booking.http.search import search_of
from booking.metrics import Duration, duration
from booking.storage import keys, upcoming
from booking.storage.configurations import Configurations
from booking.storage.reading import read_along
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
    customer_id = None if configuration.organisation.overlap_for_customer else request.caller.holds_for(None)
    named = [keys.upcoming(customer_id)] if customer_id else []
    known, items = read_along(table, configuration, resources, time, named)
    offers = find_offers(search, configuration, known, asked_at)
    if customer_id:
        offers = outside(offers, upcoming.among(items, customer_id).busy_times(search.ignored_meeting_ids))
    return Reply(HTTPStatus.OK, [representations.offer(offer, search.topic_id) for offer in offers])


lambda_handler = api.handler
