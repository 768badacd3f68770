"""GET /bookme/room-vacancies: the rooms of a location that are free for a slot or at a time."""

from http import HTTPStatus

from booking.domain.agenda import room
from booking.domain.vacancies import rooms_at, vacant
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.calendars import LIST_ROOM_VACANCIES
from booking.http.vacancies import vacancy_of, vacant_room
from booking.storage.configurations import Configurations
from booking.storage.reading import read_agendas
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
api = Api(configurations)


@api.route(LIST_ROOM_VACANCIES)
def list_room_vacancies(request: Request) -> Reply:
    asked_at = now()
    configuration = configurations.current(asked_at)
    asked = vacancy_of(request, configuration, table)
    rooms = rooms_at(configuration, asked.location)
    known = read_agendas(table, configuration, [room(each.id) for each in rooms], asked.time)
    free = vacant(rooms, asked.time, known, asked_at, ignoring=asked.ignoring)
    return Reply(HTTPStatus.OK, [vacant_room(each) for each in free])


lambda_handler = api.handler
