"""GET /config/rooms: the rooms that meetings can be held in."""

from http import HTTPStatus

from booking.domain.caller import Scope
from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import all_visible
from booking.storage.configuration import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


@api.route("GET", "/config/rooms", {Scope.READ})
def list_rooms(request: Request) -> Reply:
    documents = configurations.documents(now())
    return Reply(HTTPStatus.OK, all_visible(Kind.ROOMS, documents, request.caller))


lambda_handler = api.handler
