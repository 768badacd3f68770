"""GET /config/{kind}: the documents of a kind that can be long, page by page."""

from functools import partial
from http import HTTPStatus

from booking.domain.caller import Scope
from booking.domain.documents import KINDS, Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import page
from booking.storage.configuration import Configurations
from booking.storage.table import connect

PLAIN_LISTS = {Kind.CUSTOMER_TYPES, Kind.EMPLOYEES, Kind.ROOMS}  # functions of their own

api = Api()
configurations = Configurations(connect())


def list_configuration(kind: Kind, request: Request) -> Reply:
    return Reply(HTTPStatus.OK, page(kind, request, configurations.documents(now())))


for kind in KINDS:
    if kind not in PLAIN_LISTS:
        api.route("GET", f"/config/{kind}", {Scope.READ})(partial(list_configuration, kind))

lambda_handler = api.handler
