"""Search: which time slots are offered. It applies the rules (`booking.domain.rules`) to whole days at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import attrgetter, itemgetter, or_
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.domain import group_meetings
from booking.domain.agenda import NOTHING, Agenda, Resource, employee, room
from booking.domain.configuration import Configuration, Employee, MeetingType
from booking.domain.day_starts import Day, Starts, days_of
from booking.domain.employee_time import EmployeeTime
from booking.domain.group_meetings import GroupMeeting
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.limits import require_agenda_weeks, require_offers
from booking.domain.local_days import Calendar
from booking.domain.requests import Search
from booking.domain.room_times import RoomTimes
from booking.domain.rules import (
    bookable_from,
    busy,
    can_be_booked,
    candidates,
    choice,
    daily_cap,
    horizon,
    lead_time,
    longest_meeting,
    meeting_types,
    meetings_per_day,
    qualification,
    rooms,
    seats,
    starts,
    topic,
    working_time,
)
from booking.domain.rules.case import Candidate
from booking.domain.rules.choice import Party, Pattern
from booking.domain.rules.rooms import RoomNeed
from booking.domain.working_time import Setting, places_of


class Offer(NamedTuple):
    """A slot that could be reserved now, in Unix seconds. The first employee is the one that answers name.

    `seats_left`: how many customers can still book it. None if the topic has no seats.
    """

    start: int
    end: int
    meeting_type: MeetingType
    employee_ids: tuple[str, ...]
    room_id: str | None
    seats_left: int | None = None


class Plan(NamedTuple):
    """What is known of a search before any agenda is read. `candidates` are qualified and may be booked."""

    time: Interval
    meeting_types: list[MeetingType]
    candidates: list[Candidate]


def agendas_for_search(search: Search, configuration: Configuration, now: int) -> tuple[frozenset[Resource], Interval]:
    """Which agendas `find_offers` reads, and which time of them, with the largest buffer on both sides.

    That is whole local days, and whole ISO weeks where one of several employees is chosen by how much they have to do.
    Raises NotFound for an id that is not configured, InvalidRequest for a search that is too large.
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
    resources = frozenset({employee(each.employee.id) for each in plan.candidates} | needed)
    time = whole.padded(configuration.largest_buffer)
    require_agenda_weeks(len(resources) * -(-(time.end - time.start) // (7 * SECONDS_PER_DAY)))
    return resources, time


def find_offers(
    search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int
) -> list[Offer]:
    """Every slot that could be reserved now, by start, then meeting type. An agenda that is not given is empty.

    Where a group meeting about the topic has a seat left it is offered, and nothing else of that start and type.
    Raises NotFound for an id that is not configured, InvalidRequest for an answer that is too large.
    """
    plan = plan_of(search, configuration, now)
    known = Times(search, configuration, agendas, now, plan.time)
    engine = _Engine(search, plan, known)
    before: list[Party] = []
    taken: list[tuple[int, tuple[str, ...], str | None]] = []
    offers: list[Offer] = []
    for meeting_type in plan.meeting_types:
        parties = engine.parties(meeting_type)
        if parties != before:  # most meeting types have the same parties, and so the same choice
            taken, before = engine.choose(parties), parties
        offers += [Offer(start, start + search.duration, meeting_type, ids, room_id) for start, ids, room_id in taken]
        require_offers(len(offers))
    if configuration.is_group_topic(search.topic_id):
        offers = _with_seats(offers, engine.seats(), search, configuration)
        require_offers(len(offers))
    offers.sort(key=itemgetter(0))
    return offers


def outside(offers: Iterable[Offer], busy: Sequence[Interval]) -> list[Offer]:
    """Those of the offers that overlap none of the busy times, which are sorted and disjoint."""

    def is_outside(offer: Offer) -> bool:
        last = bisect_left(busy, (offer.end,)) - 1
        return last < 0 or busy[last].end <= offer.start

    return list(filter(is_outside, offers))


def _with_seats(
    to_begin: list[Offer], to_join: list[Offer], search: Search, configuration: Configuration
) -> list[Offer]:
    """Both lists, by meeting type. A seat in a group meeting replaces the offer to begin another at the same start."""
    instead = set() if search.all_employees else {(each.start, each.meeting_type) for each in to_join}
    begun = [
        each._replace(seats_left=group_meetings.seats_of(search.topic_id, each.room_id, configuration))
        for each in to_begin
        if (each.start, each.meeting_type) not in instead
    ]
    return sorted(begun + to_join, key=attrgetter("meeting_type"))


def plan_of(search: Search, configuration: Configuration, now: int) -> Plan:
    """Rules 1, 2, 3 and 11. Without candidates nothing can be offered. Raises NotFound."""
    for id in search.explicit_employee_ids:
        configuration.require_employee(id)
    for id in search.specific_rooms:
        configuration.require_room(id)
    topic.require(search, configuration)
    first_start = bookable_from.first_start(search, configuration, now)
    time = horizon.time_to_search(search, configuration, now, first_start)
    if time is None:
        start = max(search.window.start, now)
        return Plan(Interval(start, start + search.duration), [], [])
    refusals = (
        longest_meeting.refusal_of(search, search.duration, configuration),
        topic.refusal_of(search, configuration),
        seats.several_employees_of(search, configuration),
    )
    if any(refusals):
        return Plan(time, [], [])
    able = [
        each
        for each in candidates.find(search, configuration, time)
        if can_be_booked.refusal_of(each) is None
        and qualification.is_qualified(each.employee, search.topic_id, search.customer_type_id, configuration)
    ]
    return Plan(time, topic.meeting_types(search.meeting_types, search.topic_id, configuration), able)


class _Seat(NamedTuple):
    """A seat left in a group meeting of the candidate, who would hold it in that setting. The lowest comes first."""

    rank: int
    seats_left: int
    employee_id: str
    candidate: Candidate
    setting: Setting
    group: GroupMeeting


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
        self.configuration = configuration
        self._search, self._agendas, self._now = search, agendas, now
        self._span = span
        self._calendars: dict[ZoneInfo, Calendar] = {}
        self._employees: dict[str, EmployeeTime] = {}
        self._needs: dict[Setting, RoomNeed] = {}

    def of(self, this: Employee) -> EmployeeTime:
        time = self._employees.get(this.id)
        if time is None:
            time = self._employees[this.id] = EmployeeTime(
                this,
                self.configuration,
                self.calendar(this),
                self._agendas.get(employee(this.id), NOTHING),
                self._now,
                cap=daily_cap.cap_of(this, self.configuration),
                most_meetings=meetings_per_day.most_of(this, self.configuration),
                is_customer_initiated=self._search.is_customer_initiated,
                ignoring=self._search.ignored_slot_ids,
            )
        return time

    def groups(self, this: Employee) -> list[GroupMeeting]:
        return group_meetings.all_of(this.id, self._search, self.configuration, self._agendas, self._now)

    def room_need(self, setting: Setting) -> RoomNeed:
        need = self._needs.get(setting)
        if need is None:
            need = self._needs[setting] = rooms.room_need(self._search, setting, self.configuration)
        return need

    def calendar(self, of: Employee) -> Calendar:
        zone = self.configuration.zone_of(of)
        calendar = self._calendars.get(zone)
        if calendar is None:
            calendar = self._calendars[zone] = Calendar(zone, self.configuration.organisation, self._span)
        return calendar


class _Engine:
    """One search, decided day by day."""

    def __init__(self, search: Search, plan: Plan, known: Times) -> None:
        self._search, self._plan, self._known = search, plan, known
        calendars = {
            calendar.zone: calendar for calendar in (known.calendar(each.employee) for each in plan.candidates)
        }
        self._days = days_of(calendars.values())
        self._searched = [horizon.starts_within(day, plan.time, search.duration) for day in self._days]
        self._grids = {zone: [starts.grid_starts(day, each) for day in self._days] for zone, each in calendars.items()}
        self._patterns: dict[object, Pattern] = {}
        self._free: dict[tuple[EmployeeTime, int], Starts] = {}
        self._free_rooms: dict[tuple[int, int], list[tuple[str, Starts]]] = {}

    def parties(self, meeting_type: MeetingType) -> list[Party]:
        """The required employees as one party, or each candidate as a party of one, for each place they can be at."""
        search, known = self._search, self._known
        required = search.required_ids
        parties: list[Party] = []
        if required:
            able = {each.employee.id: each.employee for each in self._plan.candidates}
            if all(id in able for id in required):
                members = tuple(known.of(able[id]) for id in required)
                for setting in meeting_types.settings(search, meeting_type, members[0].places):
                    patterns = tuple(self._pattern(member, setting) for member in members)
                    parties.append(Party(0, members, patterns, known.room_need(setting)))
            return parties
        for candidate in self._plan.candidates:
            time = known.of(candidate.employee)
            for setting in meeting_types.settings(search, meeting_type, time.places):
                rank = candidate.rank(meeting_type, setting.place)
                if rank is not None:
                    parties.append(Party(rank, (time,), (self._pattern(time, setting),), known.room_need(setting)))
        return parties

    def seats(self) -> list[Offer]:
        """The first seat in a group meeting for each start and meeting type that has one, or one of each employee."""
        found: dict[tuple[object, ...], Offer] = {}
        for seat in sorted(self._possible_seats(), key=itemgetter(0, 1, 2)):
            (start, end), (id, meeting_type, room_id) = seat.group.interval, seat.group.seat
            key = (start, meeting_type, id if self._search.all_employees else None)
            if key not in found and self._is_able_to_join(seat):
                found[key] = Offer(start, end, meeting_type, (id,), room_id, seat.seats_left)
        return list(found.values())

    def _possible_seats(self) -> Iterator[_Seat]:
        """The seats left, with only what is cheap to find out: an organisation may have thousands of group meetings."""
        search, known = self._search, self._known
        for candidate in self._plan.candidates:
            places = known.of(candidate.employee).places
            for group in known.groups(candidate.employee):
                seats_left = group.seats_left(search.topic_id, known.configuration)
                meeting_type = group.seat.meeting_type
                if not seats_left or meeting_type not in self._plan.meeting_types:
                    continue
                for setting in meeting_types.settings(search, meeting_type, places):
                    rank = candidate.rank(meeting_type, setting.place)
                    if rank is not None:
                        yield _Seat(rank, seats_left, candidate.employee.id, candidate, setting, group)

    def _is_able_to_join(self, seat: _Seat) -> bool:
        """Whether the rules allow it. The room's agenda is not looked at, because the group meeting has the room."""
        search, known, (start, _) = self._search, self._known, seat.group.interval
        time = known.of(seat.candidate.employee)
        at = bisect_right(self._days, start, key=attrgetter("start")) - 1
        if at < 0 or not rooms.suits(seat.group.seat.room_id, search, seat.setting, known.configuration):
            return False
        day = self._days[at]
        able = day.between(start, start) & self._searched[at] & self._grids[time.calendar.zone][at]
        able &= self._pattern(time, seat.setting).starts[at] & lead_time.starts_after(day, time)
        return able != 0 and seats.may_join(time, seat.group, search.topic_id, known.configuration)

    def choose(self, parties: list[Party]) -> list[tuple[int, tuple[str, ...], str | None]]:
        """Start, employees and room of everything to offer."""
        choose = choice.all_able if self._search.all_employees else choice.chosen
        patterns = {pattern for party in parties for pattern in party.patterns}
        taken: list[tuple[int, tuple[str, ...], str | None]] = []
        for day in self._days:
            possible = self._searched[day.number] & reduce(or_, (each.starts[day.number] for each in patterns), 0)
            for chosen, party in choose(day, parties, possible, partial(self._able, day)) if possible else ():
                ids = party.employee_ids
                for room_id, there in self._in_rooms(day, party.need, chosen):
                    taken += [(start, ids, room_id) for start, _ in day.each(there)]
            require_offers(len(taken))
        return taken

    def _able(self, day: Day, party: Party) -> Starts:
        """At which starts of the day every rule allows this party."""
        able = self._searched[day.number] & self._grids[party.members[0].calendar.zone][day.number]
        for member, pattern in zip(party.members, party.patterns, strict=True):
            able &= pattern.starts[day.number]
            if able:
                able &= self._free_starts(day, member)
        if able and party.need.is_required:
            able &= reduce(or_, (free for _, free in self._rooms(day, party.need)), 0)
        return able

    def _free_starts(self, day: Day, time: EmployeeTime) -> Starts:
        """Rules 5, 6 and 7 for one employee."""
        free = self._free.get((time, day.number))
        if free is None:
            duration = self._search.duration
            free = lead_time.starts_after(day, time)
            if free and not (
                daily_cap.has_room(time, day.start, duration) and meetings_per_day.has_room(time, day.start)
            ):
                free = 0
            if free:
                free &= ~busy.blocked_starts(day, time, duration, self._search.topic_id, self._known.configuration)
            self._free[time, day.number] = free
        return free

    def _rooms(self, day: Day, need: RoomNeed) -> list[tuple[str, Starts]]:
        key = (id(need), day.number)  # `Times` keeps one need for each setting
        found = self._free_rooms.get(key)
        if found is None:
            found = rooms.free_starts(day, need, self._known.rooms, self._search.duration)
            self._free_rooms[key] = found
        return found

    def _in_rooms(self, day: Day, need: RoomNeed, chosen: Starts) -> Iterator[tuple[str | None, Starts]]:
        """The chosen starts by the room that each of them has: the first that is free."""
        for room_id, free in self._rooms(day, need) if need.rooms else ():
            yield room_id, chosen & free
            chosen &= ~free
        yield None, chosen

    def _pattern(self, time: EmployeeTime, setting: Setting) -> Pattern:
        key = time.working_key(setting)
        pattern = self._patterns.get(key)
        if pattern is None:
            pattern = Pattern(working_time.working_starts(self._days, time, setting, self._search.duration))
            self._patterns[key] = pattern
        return pattern
