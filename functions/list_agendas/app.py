"""GET /bookme/agendas: the agendas of employees and rooms, for at most a week."""

from http import HTTPStatus

from booking.domain.agenda import employee, room
from booking.domain.timetable import timetables
from booking.http.agendas import agendas_request_of, representation
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import LIST_AGENDAS
from booking.storage.configurations import Configurations
from booking.storage.reading import read_agendas
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(LIST_AGENDAS)
def list_agendas(request: Request) -> Reply:
    asked_at = now()
    configuration = configurations.current(asked_at)
    wanted = agendas_request_of(request, configuration)
    resources = [employee(each.id) for each in wanted.employees] + [room(each.id) for each in wanted.rooms]
    known = read_agendas(table, configuration, resources, wanted.span)
    found = timetables(wanted.employees, wanted.rooms, configuration.organisation, known, wanted.span, asked_at)
    return Reply(HTTPStatus.OK, representation(wanted, *found))


lambda_handler = api.handler
