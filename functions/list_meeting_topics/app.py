"""GET /bookme/meeting-topics: what a meeting can be about, for a customer or for an employee who books."""

from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import meeting_topics
from booking.http.contract.configuration import LIST_MEETING_THEMES, LIST_MEETING_TOPICS
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


@api.route(LIST_MEETING_TOPICS)
@api.route(LIST_MEETING_THEMES)
def list_meeting_topics(request: Request) -> Reply:
    return meeting_topics(request, configurations.documents(now()))


lambda_handler = api.handler
