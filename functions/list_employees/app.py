"""GET /config/employees: the employees who can be booked."""

from http import HTTPStatus

from booking.domain.documents import Kind
from booking.http.api import Api, Reply, Request, now
from booking.http.configuration_lists import PlainList
from booking.http.contract.configuration import LIST_EMPLOYEES
from booking.storage.configurations import Configurations
from booking.storage.table import connect

api = Api()
configurations = Configurations(connect())
employees = PlainList(Kind.EMPLOYEES)


@api.route(LIST_EMPLOYEES)
def list_employees(request: Request) -> Reply:
    documents = configurations.documents(now())
    return Reply(HTTPStatus.OK, employees.of(documents, request.caller))


lambda_handler = api.handler
