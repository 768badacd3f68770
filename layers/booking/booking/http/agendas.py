"""GET /bookme/agendas: whose time is asked for, and what it looks like."""

from dataclasses import dataclass

from booking.domain.configuration import Configuration, Employee, MeetingType, Room
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.interval import Interval
from booking.domain.timetable import Timetable, resources_at
from booking.http.api import Request
from booking.http.forms import Query, format_instant

LONGEST_SECONDS = 7 * 86400 + 3600
"""Seven days, one of which may have 25 hours."""

MOST_RESOURCES = 200
"""How many employees and rooms one answer may have: two weeks of each are four batches of the database."""


@dataclass(frozen=True)
class AgendasWanted:
    """`employees` and `rooms` in the order in which the answer has them."""

    employees: list[Employee]
    rooms: list[Room]
    span: Interval


def agendas_wanted_of(request: Request, configuration: Configuration) -> AgendasWanted:
    """Raises InvalidRequest with every fault, NotFound for an employee, room or location that is unknown."""
    query = Query(request.query, configuration.organisation.time_zone)
    employee_ids, room_ids = query.identifiers("employeeIds"), query.identifiers("roomIds")
    location = query.identifier("location")
    start = query.instant("startDate", required=True)
    end = query.instant("endDate", required=True)
    query.check()
    faults = []
    if start is None or end is None or not 0 < end - start <= LONGEST_SECONDS:
        sent = None if end is None else format_instant(end)
        faults.append(Fault("query.endDate", sent, "after startDate, by at most 7 days"))
    if not (employee_ids or room_ids or location):
        faults.append(Fault("query.location", None, "a location, employeeIds or roomIds"))
    if faults or start is None or end is None:
        raise InvalidRequest(faults)
    employees, rooms = resources_at(configuration, location) if location else ([], [])
    employees += [
        configuration.require_employee(id) for id in employee_ids if id not in {each.id for each in employees}
    ]
    rooms += [configuration.require_room(id) for id in room_ids if id not in {each.id for each in rooms}]
    if len(employees) + len(rooms) > MOST_RESOURCES:
        accepted = f"at most {MOST_RESOURCES} employees and rooms: name them by employeeIds and roomIds"
        raise InvalidRequest([Fault("query", f"{len(employees) + len(rooms)} employees and rooms", accepted)])
    return AgendasWanted(employees, rooms, Interval(start, end))


def representation(wanted: AgendasWanted, employees: list[Timetable], rooms: list[Timetable]) -> dict[str, object]:
    return {
        **_interval(wanted.span),
        "employees": [_employee(each) for each in employees],
        "rooms": [_room(each) for each in rooms],
    }


def _employee(timetable: Timetable) -> dict[str, object]:
    return {
        **_room(timetable),
        "workingWindows": [
            {
                **_interval(window.time),
                "location": window.location,
                "meetingTypes": [each for each in MeetingType if each in window.meeting_types],
            }
            for window in timetable.working
        ],
        "absences": [_interval(each) for each in timetable.absences],
    }


def _room(timetable: Timetable) -> dict[str, object]:
    return {
        "id": timetable.resource.id,
        "name": timetable.name,
        "meetings": [{"timeSlotId": each.slot_id, **_interval(each.interval)} for each in timetable.booked],
        "holds": [
            {"timeSlotId": each.slot_id, **_interval(each.interval), "expiresAt": format_instant(each.until)}
            for each in timetable.held
            if each.until is not None
        ],
        "importedBusyTimes": [_interval(each) for each in timetable.imported],
        "closingDays": [_interval(each) for each in timetable.closing_days],
    }


def _interval(time: Interval) -> dict[str, object]:
    return {"startDate": format_instant(time.start), "endDate": format_instant(time.end)}
