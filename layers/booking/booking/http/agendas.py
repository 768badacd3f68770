"""GET /bookme/agendas: reads which agendas are requested, and builds the answer."""

from typing import Any

from msgspec import Struct

from booking.domain.configuration import Configuration, Employee, MeetingType, Room
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.instants import format_instant
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.timetable import Timetable, resources_at
from booking.http.contract.calendars import (
    Agendas,
    AgendasQuery,
    BookedTime,
    EmployeeAgenda,
    HeldTime,
    RoomAgenda,
    Span,
    WorkingWindow,
)
from booking.http.requests import Request

LONGEST_SECONDS = 7 * SECONDS_PER_DAY + 3600
"""Seven days, one of which may have 25 hours."""

MOST_RESOURCES = 200
"""How many employees and rooms one answer may have. Two weeks of each are four batches of the database."""


class AgendasRequest(Struct, frozen=True):
    """The agendas to answer with. `employees` and `rooms` are in the order of the answer."""

    employees: list[Employee]
    rooms: list[Room]
    span: Interval


def agendas_request_of(request: Request, configuration: Configuration) -> AgendasRequest:
    """Raises InvalidRequest with every fault, NotFound for an employee, room or location that is unknown."""
    query = request.query(AgendasQuery, configuration.organisation.time_zone)
    employee_ids, room_ids, location = query.employee_ids, query.room_ids, query.location
    faults = []
    if not 0 < query.end_date - query.start_date <= LONGEST_SECONDS:
        faults.append(Fault("query.endDate", format_instant(query.end_date), "after startDate, by at most 7 days"))
    if not (employee_ids or room_ids or location):
        faults.append(Fault("query.location", None, "a location, employeeIds or roomIds"))
    if faults:
        raise InvalidRequest(faults)
    employees, rooms = resources_at(configuration, location) if location else ([], [])
    employees += [
        configuration.require_employee(id) for id in employee_ids if id not in {each.id for each in employees}
    ]
    rooms += [configuration.require_room(id) for id in room_ids if id not in {each.id for each in rooms}]
    if len(employees) + len(rooms) > MOST_RESOURCES:
        accepted = f"at most {MOST_RESOURCES} employees and rooms: name them by employeeIds and roomIds"
        raise InvalidRequest([Fault("query", f"{len(employees) + len(rooms)} employees and rooms", accepted)])
    return AgendasRequest(employees, rooms, Interval(query.start_date, query.end_date))


def representation(wanted: AgendasRequest, employees: list[Timetable], rooms: list[Timetable]) -> Agendas:
    return Agendas(
        **_interval(wanted.span),
        employees=tuple(_employee(each) for each in employees),
        rooms=tuple(RoomAgenda(**_room(each)) for each in rooms),
    )


def _employee(timetable: Timetable) -> EmployeeAgenda:
    return EmployeeAgenda(
        **_room(timetable),
        working_windows=tuple(
            WorkingWindow(
                **_interval(window.time),
                location=window.location,
                meeting_types=tuple(each for each in MeetingType if each in window.meeting_types),
            )
            for window in timetable.working
        ),
        absences=tuple(Span(**_interval(each)) for each in timetable.absences),
    )


def _room(timetable: Timetable) -> dict[str, Any]:
    return {
        "id": timetable.resource.id,
        "name": timetable.name,
        "meetings": tuple(
            BookedTime(time_slot_id=each.slot_id, **_interval(each.interval)) for each in timetable.booked
        ),
        "holds": tuple(
            HeldTime(time_slot_id=each.slot_id, **_interval(each.interval), expires_at=format_instant(each.until))
            for each in timetable.held
            if each.until is not None
        ),
        "imported_busy_times": tuple(Span(**_interval(each)) for each in timetable.imported),
        "closing_days": tuple(Span(**_interval(each)) for each in timetable.closing_days),
    }


def _interval(time: Interval) -> dict[str, str]:
    return {"start_date": format_instant(time.start), "end_date": format_instant(time.end)}
