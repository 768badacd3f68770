"""GET /config/rooms: the rooms that meetings can be held in."""

from http import HTTPStatus

from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import listed
from booking.http.contract.configuration import LIST_ROOMS
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())


@api.route(LIST_ROOMS)
def list_rooms(request: Request) -> Reply:
    documents = configurations.documents(now())
    return Reply(HTTPStatus.OK, listed(Kind.ROOMS, documents, request.caller))


lambda_handler = api.handler
