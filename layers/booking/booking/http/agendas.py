"""GET /bookme/agendas: whose time is asked for, and what it looks like."""

from dataclasses import dataclass
from typing import Any

from booking.domain.configuration import Configuration, Employee, MeetingType, Room
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.instants import format_instant
from booking.domain.interval import Interval
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
    asked = request.query(AgendasQuery, configuration.organisation.time_zone)
    employee_ids, room_ids, location = asked.employee_ids, asked.room_ids, asked.location
    faults = []
    if not 0 < asked.end_date - asked.start_date <= LONGEST_SECONDS:
        faults.append(Fault("query.endDate", format_instant(asked.end_date), "after startDate, by at most 7 days"))
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
    return AgendasWanted(employees, rooms, Interval(asked.start_date, asked.end_date))


def representation(wanted: AgendasWanted, employees: list[Timetable], rooms: list[Timetable]) -> Agendas:
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
