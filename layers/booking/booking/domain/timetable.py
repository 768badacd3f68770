"""What the time of one employee or room looks like to a person: when it works, what takes it, when it is away.

Nothing here decides whether a time can be booked: that is the job of the search (`booking.domain.search`), which reads
the same facts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from booking.domain.agenda import NOTHING, Agenda, Entry, Resource, employee, room
from booking.domain.configuration import Configuration, Employee, MeetingType, Organisation, Room
from booking.domain.errors import NotFound
from booking.domain.interval import Interval, intersect
from booking.domain.local_days import Calendar, LocalDay
from booking.domain.working_time import EXTRA_MEETING_TYPES, place_of, places_of


class WorkingWindow(Struct, frozen=True):
    """A stretch of working time, where it is spent, and the meeting types that it allows."""

    time: Interval
    location: str | None
    meeting_types: frozenset[MeetingType]


class Timetable(Struct, frozen=True):
    """Everything that overlaps the span asked for, whole and sorted by start.

    `working` is as configured, without closing days; absences are not taken out of it, so that both can be shown.
    Rooms have neither working time nor absences. `booked` and `held` are slots; `imported` are busy times of another
    calendar.
    """

    resource: Resource
    name: str
    working: tuple[WorkingWindow, ...] = ()
    booked: tuple[Entry, ...] = ()
    held: tuple[Entry, ...] = ()
    imported: tuple[Interval, ...] = ()
    absences: tuple[Interval, ...] = ()
    closing_days: tuple[Interval, ...] = ()


def resources_at(configuration: Configuration, location: str) -> tuple[list[Employee], list[Room]]:
    """Who is registered at the location or ever works there, and all of its rooms, by id.

    Raises NotFound for a location that nothing is known of.
    """
    employees = [
        each for each in configuration.employees.values() if location in each.locations or location in places_of(each)
    ]
    rooms = [each for each in configuration.rooms.values() if each.location == location]
    if not employees and not rooms and location not in configuration.locations:
        raise NotFound("location", location)
    return sorted(employees, key=attrgetter("id")), sorted(rooms, key=attrgetter("id"))


def timetables(
    employees: Sequence[Employee],
    rooms: Sequence[Room],
    organisation: Organisation,
    agendas: Mapping[Resource, Agenda],
    span: Interval,
    now: int,
) -> tuple[list[Timetable], list[Timetable]]:
    """The timetables of the employees and of the rooms, in the order given. A missing agenda is empty."""
    return (
        [
            _timetable_of_employee(each, organisation, agendas.get(employee(each.id), NOTHING), span, now)
            for each in employees
        ],
        [_timetable_of_room(each, organisation, agendas.get(room(each.id), NOTHING), span, now) for each in rooms],
    )


def _timetable_of_employee(
    of: Employee, organisation: Organisation, agenda: Agenda, span: Interval, now: int
) -> Timetable:
    calendar = Calendar(of.time_zone or organisation.time_zone, organisation, span)
    usual = [window for day in calendar.open_days for window in _windows(of, day)]
    open_days = [Interval(day.start, day.end) for day in calendar.open_days]
    extra = [WorkingWindow(time, None, EXTRA_MEETING_TYPES) for time in intersect(of.extra_availability, open_days)]
    working = sorted((each for each in usual + extra if each.time.overlaps(span)), key=attrgetter("time"))
    return _timetable(employee(of.id), of.name, agenda, span, now, calendar, tuple(working), _within(span, of.absences))


def _timetable_of_room(of: Room, organisation: Organisation, agenda: Agenda, span: Interval, now: int) -> Timetable:
    return _timetable(room(of.id), of.name, agenda, span, now, Calendar(organisation.time_zone, organisation, span))


def _timetable(
    resource: Resource,
    name: str,
    agenda: Agenda,
    span: Interval,
    now: int,
    calendar: Calendar,
    working: tuple[WorkingWindow, ...] = (),
    absences: tuple[Interval, ...] = (),
) -> Timetable:
    taken = sorted(entry for entry in agenda.live(now) if entry.interval.overlaps(span))
    return Timetable(
        resource,
        name,
        working=working,
        booked=tuple(entry for entry in taken if entry.until is None),
        held=tuple(entry for entry in taken if entry.until is not None),
        imported=_within(span, agenda.imported),
        absences=absences,
        closing_days=_within(span, calendar.closed),
    )


def _windows(of: Employee, day: LocalDay) -> Iterator[WorkingWindow]:
    elsewhere = next((each.location for each in of.working_elsewhere if day.date in each.days), None)
    for window in of.windows_on(day.date):
        time = Interval(day.instant(window.start * 60), day.instant(window.end * 60))
        if time.start < time.end:  # not wholly within the hour that the clocks skip
            yield WorkingWindow(time, elsewhere or place_of(window, of), window.meeting_types)


def _within(span: Interval, times: Iterable[Interval]) -> tuple[Interval, ...]:
    return tuple(sorted(time for time in times if time.overlaps(span)))
