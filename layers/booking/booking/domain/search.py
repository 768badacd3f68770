"""Search: which time slots are offered. The rules (`booking.domain.rules`), asked for all of the time at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain.agenda import NOTHING, Agenda, Resource, employee, room
from booking.domain.configuration import Configuration, Employee, MeetingType
from booking.domain.employee_time import EmployeeTime, WeekKey
from booking.domain.interval import Interval
from booking.domain.local_days import Calendar
from booking.domain.requests import Search
from booking.domain.room_times import RoomTimes
from booking.domain.rules import (
    busy,
    can_be_booked,
    candidates,
    choice,
    daily_cap,
    horizon,
    lead_time,
    longest_meeting,
    meeting_types,
    qualification,
    rooms,
    topic,
    working_time,
)
from booking.domain.rules.case import Candidate
from booking.domain.rules.choice import Party
from booking.domain.rules.rooms import RoomNeed
from booking.domain.working_time import Setting, places_of


@dataclass(frozen=True)
class Offer:
    """A slot that could be reserved now, in Unix seconds. The first employee is the one that answers name."""

    start: int
    end: int
    meeting_type: MeetingType
    employee_ids: tuple[str, ...]
    room_id: str | None


class Plan(NamedTuple):
    """What a search comes down to before any agenda is read: `candidates` are qualified and may be booked."""

    time: Interval
    meeting_types: list[MeetingType]
    candidates: list[Candidate]


def agendas_for_search(search: Search, configuration: Configuration, now: int) -> tuple[frozenset[Resource], Interval]:
    """Which agendas `find_offers` reads, and which time of them, with a buffer more on both sides.

    That is whole local days, and whole ISO weeks where one of several employees is chosen by how much they have to do.
    Raises NotFound for an id that is not configured.
    """
    plan = plan_of(search, configuration, now)
    if not plan.candidates:
        return frozenset(), plan.time
    is_chosen = len(plan.candidates) > 1 and not search.required_ids and not search.all_employees
    zones = {configuration.zone_of(each.employee) for each in plan.candidates}
    calendars = [Calendar(zone, configuration.organisation, plan.time) for zone in zones]
    spans = [Interval(each.days[0].start, each.days[-1].end) for each in calendars]
    if is_chosen:
        spans += [each.week(day) for each in calendars for day in (each.days[0], each.days[-1])]
    whole = Interval(min(span.start for span in spans), max(span.end for span in spans))
    settings = {
        setting
        for candidate in plan.candidates
        for meeting_type in plan.meeting_types
        for setting in meeting_types.settings(search, meeting_type, places_of(candidate.employee))
    }
    needed = {room(each.id) for setting in settings for each in rooms.room_need(search, setting, configuration).rooms}
    employees = {employee(each.employee.id) for each in plan.candidates}
    return frozenset(employees | needed), whole.padded(configuration.organisation.buffer)


def find_offers(
    search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int
) -> list[Offer]:
    """Every slot that could be reserved now, by start, then meeting type. An agenda that is not given is empty.

    Raises NotFound for an id that is not configured.
    """
    plan = plan_of(search, configuration, now)
    known = Times(search, configuration, agendas, now, plan.time)
    possible = _Parties(search, plan, known)
    chosen: list[tuple[int, Party]] = []
    before: list[Party] = []
    offers: list[Offer] = []
    for meeting_type in plan.meeting_types:
        parties = list(possible.of(meeting_type))
        if parties != before:  # most meeting types have the same parties, and so the same choice
            chosen, before = list(choice.chosen(parties, everybody=search.all_employees)), parties
        for start, party in chosen:
            end = start + search.duration
            room_id = rooms.first_free(party.need, known.rooms, Interval(start, end)) if party.need.rooms else None
            ids = tuple(member.employee.id for member in party.members)
            offers.append(Offer(start, end, meeting_type, ids, room_id))
    offers.sort(key=attrgetter("start"))
    return offers


def plan_of(search: Search, configuration: Configuration, now: int) -> Plan:
    """Rules 1, 2, 3 and 11. Without candidates nothing can be offered. Raises NotFound."""
    for id in search.explicit_employee_ids:
        configuration.require_employee(id)
    for id in search.specific_rooms:
        configuration.require_room(id)
    topic.require(search, configuration)
    time = horizon.time_to_search(search, configuration, now)
    if time is None:
        start = max(search.window.start, now)
        return Plan(Interval(start, start + search.duration), [], [])
    is_too_long = longest_meeting.refusal_of(search, search.duration, configuration) is not None
    if is_too_long or topic.refusal_of(search, configuration) is not None:
        return Plan(time, [], [])
    able = [
        each
        for each in candidates.find(search, configuration, time)
        if can_be_booked.refusal_of(each) is None
        and qualification.is_qualified(each.employee, search.topic_id, search.customer_type_id, configuration)
    ]
    return Plan(time, topic.meeting_types(search.meeting_types, search.topic_id, configuration), able)


class Times:
    """The times of employees and rooms that a search reads, each made once."""

    def __init__(
        self,
        search: Search,
        configuration: Configuration,
        agendas: Mapping[Resource, Agenda],
        now: int,
        span: Interval,
    ) -> None:
        self.rooms = RoomTimes(agendas, now, search.ignored_slot_ids)
        self.buffer = configuration.organisation.buffer
        self._search, self._configuration, self._agendas, self._now = search, configuration, agendas, now
        self._span = span
        self._calendars: dict[ZoneInfo, Calendar] = {}
        self._employees: dict[str, EmployeeTime] = {}
        self._needs: dict[Setting, RoomNeed] = {}

    def of(self, this: Employee) -> EmployeeTime:
        time = self._employees.get(this.id)
        if time is None:
            time = self._employees[this.id] = EmployeeTime(
                this,
                self._configuration.organisation,
                self.calendar(this),
                self._agendas.get(employee(this.id), NOTHING),
                self._now,
                cap=daily_cap.cap_of(this, self._configuration),
                is_customer_initiated=self._search.is_customer_initiated,
                ignoring=self._search.ignored_slot_ids,
            )
        return time

    def room_need(self, setting: Setting) -> RoomNeed:
        need = self._needs.get(setting)
        if need is None:
            need = self._needs[setting] = rooms.room_need(self._search, setting, self._configuration)
        return need

    def calendar(self, of: Employee) -> Calendar:
        zone = self._configuration.zone_of(of)
        calendar = self._calendars.get(zone)
        if calendar is None:
            calendar = self._calendars[zone] = Calendar(zone, self._configuration.organisation, self._span)
        return calendar


class _Parties:
    """Who could meet the customer, and when, in one search."""

    def __init__(self, search: Search, plan: Plan, known: Times) -> None:
        self._search, self._plan, self._known = search, plan, known
        self._starts_by_week: dict[tuple[str, WeekKey], list[int]] = {}

    def of(self, meeting_type: MeetingType) -> Iterator[Party]:
        """All who are required together, or each candidate alone; at each place they can be at."""
        search, known = self._search, self._known
        required = search.required_ids
        if required:
            able = {each.employee.id: each.employee for each in self._plan.candidates}
            if all(id in able for id in required):
                members = tuple(known.of(able[id]) for id in required)
                for setting in meeting_types.settings(search, meeting_type, members[0].places):
                    yield self._party(0, members, setting)
            return
        for candidate in self._plan.candidates:
            time = known.of(candidate.employee)
            for setting in meeting_types.settings(search, meeting_type, time.places):
                rank = candidate.rank(meeting_type, setting.place)
                if rank is not None:
                    yield self._party(rank, (time,), setting)

    def _party(self, rank: int, members: tuple[EmployeeTime, ...], setting: Setting) -> Party:
        grid = members[0].calendar.grid
        starts = self._starts(members[0], setting, grid)
        if len(members) > 1:
            common = set(starts).intersection(*(self._starts(each, setting, grid) for each in members[1:]))
            starts = sorted(common)
        need = self._known.room_need(setting)
        return Party(rank, members, need, rooms.free_starts(need, self._known.rooms, starts, self._search.duration))

    def _starts(self, time: EmployeeTime, setting: Setting, grid: list[int]) -> list[int]:
        """Rules 4 to 7 and 9 for one employee: every start on the grid, sorted, the same list for the same week."""
        key = (time.employee.id, time.week_key(setting))
        starts = self._starts_by_week.get(key)
        if starts is None:
            duration, buffer = self._search.duration, self._known.buffer
            span = lead_time.time_after(time, self._plan.time)
            working = working_time.stretches(time, setting, span) if span else []
            starts = busy.free_starts(time, working, duration, buffer, grid)
            starts = self._starts_by_week[key] = daily_cap.starts_within(time, starts, duration)
        return starts
