"""Which time slots are offered, whether one may be taken, and why not: one set of rules for the three questions.

The rules are those of the API's documentation, by their numbers there. Who: `matching` (1, 2, 3, 10). When:
`working_time` and `employee_time` (4 to 7, 9). Where: `rooms` (8). This module asks them.

What its answers rest on:

- To reserve an employee by id is an explicit choice: the service groups' levels and `only_explicitly_available` do not
  bind it.
- The buffer binds employees, next to imported busy times too; rooms have none.
- `customer_initiated=False` lifts the lead time, the daily cap, the opening hours and the topic's
  `available_to_customers`, in a search and at a reservation alike, and nothing else.
- The grid of starts counts from midnight of local time, and local is the employee's. Where several are required it is
  the first one's, who is the host: nobody would find a time on the grids of Copenhagen and Kathmandu at once.
- Physical meetings are where the window is, so all who are required must be at one place. Other types need a place
  only if a room is demanded: the location asked for, else where the employee is.
- A meeting belongs to the local date that it starts on, whole: for the daily cap and for who is least loaded.
- A whole meeting lies within the time searched, and within the horizon.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from booking.domain.agenda import NOTHING, Agenda, Resource, ResourceKind, employee, room
from booking.domain.configuration import (
    ALL_MEETING_TYPES,
    Configuration,
    Employee,
    EmployeeType,
    MeetingType,
    RoomPolicy,
)
from booking.domain.employee_time import EmployeeTime
from booking.domain.errors import RoomTaken, SlotNotOffered, SlotTaken
from booking.domain.interval import Interval
from booking.domain.matching import (
    Asked,
    Candidate,
    candidates,
    daily_caps,
    is_explicit,
    is_skilled,
    qualified_by_group,
)
from booking.domain.refusal import Reason, Refusal, clock, day_and_clock
from booking.domain.rooms import RoomNeed, RoomTimes, policy_at, room_need
from booking.domain.working_time import SECONDS_PER_DAY, Calendar, Setting, local_day_of, places_of

__all__ = [
    "Offer",
    "Reason",
    "Search",
    "Verdict",
    "Wanted",
    "agenda_time",
    "agendas_for_search",
    "check",
    "explain",
    "find_offers",
    "is_overtaken",
]

GOLDEN_RATIO_64 = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio, made odd


@dataclass(frozen=True)
class Search:
    """What is asked for. `window` is the time searched, `duration` the meeting's length in seconds, more than 0.

    `require_employee_participation` with explicit ids: all of them together. `employee_types` is read only without
    it; None are the defaults. `meeting_location` is the customer's location if left out. `all_employees`: everyone
    who is free, instead of one chosen for each start and meeting type.
    """

    require_employee_participation: bool
    window: Interval
    duration: int
    explicit_employee_ids: tuple[str, ...] = ()
    employee_types: frozenset[EmployeeType] | None = None
    topic_id: str | None = None
    customer_type_id: str | None = None
    meeting_types: frozenset[MeetingType] = ALL_MEETING_TYPES
    require_room: bool = False
    specific_rooms: tuple[str, ...] = ()
    customer_location: str | None = None
    meeting_location: str | None = None
    customer_initiated: bool = True
    all_employees: bool = False

    @property
    def location(self) -> str | None:
        return self.meeting_location or self.customer_location

    @property
    def demands_room(self) -> bool:
        return self.require_room or bool(self.specific_rooms)

    @property
    def required_ids(self) -> tuple[str, ...]:
        """Those who must all take part, if any; the first is the host."""
        return tuple(dict.fromkeys(self.explicit_employee_ids)) if self.require_employee_participation else ()


@dataclass(frozen=True)
class Offer:
    """A slot that could be reserved now, in Unix seconds. The first employee is the one that answers name."""

    start: int
    end: int
    meeting_type: MeetingType
    employee_ids: tuple[str, ...]
    room_id: str | None


@dataclass(frozen=True)
class Wanted:
    """A slot that somebody wants of one employee or more, to be judged. `meeting_type` None: any type will do.

    `host_id`: whose grid of starts it lies on, if not the first employee's. `is_agreed`: it is for a meeting that has
    been made, so nobody asks any more whether customers may book its topic, only who is qualified for it.
    """

    interval: Interval
    employee_ids: tuple[str, ...]
    room_id: str | None = None
    meeting_type: MeetingType | None = None
    topic_id: str | None = None
    customer_type_id: str | None = None
    customer_initiated: bool = True
    host_id: str | None = None
    is_agreed: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of one employee or room at one start. `reason` None: it is offered.

    `words` and `facts` (minutes, Unix seconds) tell of calendars: for employees only.
    """

    resource: Resource
    reason: Reason | None = None
    words: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)


class _Party(NamedTuple):
    """Those who would meet the customer together, with all the starts at which they can."""

    rank: int
    members: tuple[EmployeeTime, ...]
    need: RoomNeed
    starts: list[int]


class _Plan(NamedTuple):
    """What a search comes down to before any agenda is read: `candidates` are qualified and may be booked."""

    time: Interval
    meeting_types: list[MeetingType]
    candidates: list[Candidate]


def agendas_for_search(search: Search, configuration: Configuration, now: int) -> tuple[frozenset[Resource], Interval]:
    """Which agendas `find_offers` reads, and which time of them: whole local days, and a buffer more on both sides.

    Raises NotFound for an id that is not configured.
    """
    plan = _plan(search, configuration, now)
    if not plan.candidates:
        return frozenset(), plan.time
    days = [
        Interval(local_day_of(zone, plan.time.start).start, local_day_of(zone, plan.time.end - 1).end)
        for zone in {_zone(each.employee, configuration) for each in plan.candidates}
    ]
    whole = Interval(min(day.start for day in days), max(day.end for day in days))
    settings = {
        setting
        for candidate in plan.candidates
        for meeting_type in plan.meeting_types
        for setting in _settings(search, meeting_type, places_of(candidate.employee))
    }
    rooms = {room(each.id) for setting in settings for each in _need(search, setting, configuration).rooms}
    employees = {employee(each.employee.id) for each in plan.candidates}
    return frozenset(employees | rooms), whole.padded(configuration.organisation.buffer)


def find_offers(
    search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int
) -> list[Offer]:
    """Every slot that could be reserved now, by start, then meeting type. An agenda that is not given is empty.

    Raises NotFound for an id that is not configured.
    """
    plan = _plan(search, configuration, now)
    case = _Case(search, configuration, agendas, now, plan)
    chosen: list[tuple[int, _Party]] = []
    before: list[_Party] = []
    offers: list[Offer] = []
    for meeting_type in plan.meeting_types:
        parties = list(case.parties(meeting_type))
        if parties != before:  # most meeting types have the same parties, and so the same choice
            chosen, before = list(_chosen(parties, everybody=search.all_employees)), parties
        for start, party in chosen:
            end = start + search.duration
            room_id = case.rooms.first_free(party.need, Interval(start, end)) if party.need.rooms else None
            ids = tuple(member.employee.id for member in party.members)
            offers.append(Offer(start, end, meeting_type, ids, room_id))
    offers.sort(key=attrgetter("start"))
    return offers


def agenda_time(wanted: Interval, configuration: Configuration, employee_ids: Collection[str]) -> Interval:
    """Which time of the agendas a decision on `wanted` depends on, and no more than that.

    That is the interval with the buffer, and for employees with a daily cap the whole local date that it starts on.
    Raises NotFound.
    """
    time = wanted.padded(configuration.organisation.buffer)
    for id in employee_ids:
        configuration.require_employee(id)
    for id, cap in daily_caps(employee_ids, configuration).items():
        if cap is not None:
            day = local_day_of(_zone(configuration.employees[id], configuration), wanted.start)
            time = Interval(min(time.start, day.start), max(time.end, day.end))
    return time


def check(
    wanted: Wanted,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> None:
    """Nothing, if every rule allows the slot. `ignoring`: ids of slots that do not count, busy or to the cap.

    Raises NotFound (an id that is not configured), SlotTaken (an employee is busy), RoomTaken, and SlotNotOffered for
    every other rule, with its Reason. Details name the employee or room and no more, because a customer must not
    learn about calendars.
    """
    refused = _refused(wanted, configuration, agendas, now, ignoring)
    if refused is not None:
        _raise(*refused)


def is_overtaken(
    held: Wanted,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> bool:
    """Whether what was once held for these employees is theirs no longer: busy by now, or beyond a daily cap.

    The other rules were asked when it was held. Raises NotFound.
    """
    times = _times(held, configuration, agendas, now, ignoring)
    return any(time.busy_refusal(held.interval) or time.cap_refusal(held.interval) for time in times)


def explain(
    search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int, start: int
) -> list[Verdict]:
    """For every employee and room, by id: offered at `start`, or the first rule that refuses. For employees' eyes.

    `agendas` as for `find_offers`. Of several meeting types the one that gets furthest tells the reason.
    Raises NotFound.
    """
    plan = _plan(search, configuration, now)
    case = _Case(search, configuration, agendas, now, plan)
    offers = [offer for offer in find_offers(search, configuration, agendas, now) if offer.start == start]
    wanted = Interval(start, start + search.duration)
    general = _time_refusal(wanted, configuration, now) or _topic_refusal(search, configuration)
    if general is None and not search.window.contains(wanted):
        general = Refusal(Reason.OUTSIDE_SEARCH)

    offered = {employee(id) for offer in offers for id in offer.employee_ids}
    offered |= {room(offer.room_id) for offer in offers if offer.room_id}
    found = {each.employee.id: each for each in candidates(_asked(search, configuration, plan.time), configuration)}
    verdicts: list[Verdict] = []
    for id in sorted(configuration.employees):
        resource = employee(id)
        if resource in offered:
            verdicts.append(Verdict(resource))
        else:
            verdicts.append(_verdict(resource, general or case.employee_refusal(found.get(id), wanted)))
    for id in sorted(configuration.rooms):
        resource = room(id)
        if resource in offered:
            verdicts.append(Verdict(resource))
        else:
            verdicts.append(_verdict(resource, general or case.room_refusal(id, wanted, offers)))
    return verdicts


class _Case:
    """One search with the agendas it was given."""

    def __init__(
        self,
        search: Search,
        configuration: Configuration,
        agendas: Mapping[Resource, Agenda],
        now: int,
        plan: _Plan,
    ) -> None:
        self.rooms = RoomTimes(agendas, now)
        self._search, self._configuration, self._plan = search, configuration, plan
        self._calendars: dict[ZoneInfo, Calendar] = {}
        self._needs: dict[Setting, RoomNeed] = {}
        caps = daily_caps([each.employee.id for each in plan.candidates], configuration)
        self._times = {
            each.employee.id: _employee_time(
                each.employee,
                configuration,
                self._calendar(each.employee),
                agendas,
                now,
                cap=caps[each.employee.id],
                customer_initiated=search.customer_initiated,
            )
            for each in plan.candidates
        }

    def parties(self, meeting_type: MeetingType) -> Iterator[_Party]:
        """Rule 10, first half: all who are required together, or each candidate alone; at each place they can be at."""
        required = self._search.required_ids
        if required:
            if all(id in self._times for id in required):
                members = tuple(self._times[id] for id in required)
                for setting in self._settings(meeting_type, members[0]):
                    yield self._party(0, members, setting)
            return
        for candidate in self._plan.candidates:
            time = self._times[candidate.employee.id]
            for setting in self._settings(meeting_type, time):
                rank = candidate.rank(meeting_type, setting.place)
                if rank is not None:
                    yield self._party(rank, (time,), setting)

    def _party(self, rank: int, members: tuple[EmployeeTime, ...], setting: Setting) -> _Party:
        (first, end), duration = self._plan.time, self._search.duration
        grid = members[0].calendar.grid
        starts = members[0].starts(setting, duration, grid, first, end)
        if len(members) > 1:
            common = set(starts).intersection(
                *(each.starts(setting, duration, grid, first, end) for each in members[1:])
            )
            starts = sorted(common)
        need = self._need(setting)
        if need.is_required:
            free = self.rooms.first_free
            starts = [start for start in starts if free(need, Interval(start, start + duration)) is not None]
        return _Party(rank, members, need, starts)

    def employee_refusal(self, candidate: Candidate | None, wanted: Interval) -> Refusal:
        """The first rule that keeps this employee from being offered, judged as the search judges it."""
        search, configuration = self._search, self._configuration
        if candidate is None:
            return Refusal(Reason.NOT_A_CANDIDATE)
        groups = _qualified_by_group(search.topic_id, search.customer_type_id, configuration)
        refusal = _employee_refusal(candidate.employee, is_explicit(candidate), search, groups)
        if refusal is not None:
            return refusal
        if not self._plan.meeting_types:
            return Refusal(Reason.MEETING_TYPE_NOT_OFFERED, "the topic has none of these meeting types")
        time = self._times[candidate.employee.id]
        refusals: list[Refusal] = []
        for meeting_type in self._plan.meeting_types:
            for setting in self._settings(meeting_type, time):
                refusal = self._setting_refusal(candidate, time, setting, wanted)
                if refusal is None and search.required_ids:
                    refusal = Refusal(Reason.OTHERS_NOT_FREE)
                refusals.append(refusal or self._another_chosen(time, wanted))
        return _furthest(refusals)

    def _setting_refusal(
        self, candidate: Candidate, time: EmployeeTime, setting: Setting, wanted: Interval
    ) -> Refusal | None:
        if setting.meeting_type is None or candidate.rank(setting.meeting_type, setting.place) is None:
            words = f"no service group of the employee offers {setting.meeting_type} there"
            return Refusal(Reason.MEETING_TYPE_NOT_OFFERED, words)
        refusal = time.refusal(setting, wanted)
        if refusal is not None:
            return refusal
        need = self._need(setting)
        if need.is_required and self.rooms.first_free(need, wanted) is None:
            where = setting.place if setting.is_bound else self._search.location
            at = f" at {where}" if where else ""
            return Refusal(Reason.NO_ROOM, f"none of {len(need.rooms)} rooms{at} is free")
        required = self._search.required_ids
        host = self._times.get(required[0], time) if required else time
        return _grid_refusal(wanted, host.calendar, self._configuration)

    def _another_chosen(self, time: EmployeeTime, wanted: Interval) -> Refusal:
        minutes = time.load(wanted.start) // 60
        return Refusal(
            Reason.ANOTHER_CHOSEN, f"free, with {minutes} minutes of meetings that day", {"usedMinutes": minutes}
        )

    def room_refusal(self, id: str, wanted: Interval, offers: Collection[Offer]) -> Refusal:
        """The first rule that keeps this room from being named, judged as the search judges it."""
        search, this = self._search, self._configuration.rooms[id]
        if search.specific_rooms and id not in search.specific_rooms:
            return Refusal(Reason.NOT_A_CANDIDATE, "other rooms are asked for")
        if search.location and this.location != search.location:
            return Refusal(Reason.NOT_A_CANDIDATE, f"the room is at {this.location}")
        if not this.bookable:
            return Refusal(Reason.ROOM_NOT_BOOKABLE)
        clash = self.rooms.clash(id, wanted)
        if clash is not None:
            zone = self._configuration.organisation.time_zone
            words = f"booked {clock(clash.start, zone)}–{clock(clash.end, zone)}"
            return Refusal(Reason.ROOM_BUSY, words, {"busyFrom": clash.start, "busyUntil": clash.end})
        places = {self._configuration.rooms[offer.room_id].location for offer in offers if offer.room_id}
        return Refusal(Reason.ANOTHER_CHOSEN if this.location in places else Reason.ROOM_NOT_NEEDED)

    def _settings(self, meeting_type: MeetingType, time: EmployeeTime) -> Iterable[Setting]:
        return _settings(self._search, meeting_type, time.places)

    def _need(self, setting: Setting) -> RoomNeed:
        need = self._needs.get(setting)
        if need is None:
            need = self._needs[setting] = _need(self._search, setting, self._configuration)
        return need

    def _calendar(self, of: Employee) -> Calendar:
        zone = _zone(of, self._configuration)
        calendar = self._calendars.get(zone)
        if calendar is None:
            calendar = self._calendars[zone] = Calendar(zone, self._configuration.organisation, self._plan.time)
        return calendar


def _chosen(parties: list[_Party], *, everybody: bool) -> Iterator[tuple[int, _Party]]:
    """Rule 10, second half: each start with the party that comes first there, or with `everybody`.

    The best rank is first, then the least loaded that day. Among equals the start says whose turn it is: they get
    equal shares, and the same question always gets the same answer.
    """
    able: defaultdict[int, list[_Party]] = defaultdict(list)
    for party in parties:
        for start in party.starts:
            able[start].append(party)
    for start, those in able.items():
        if len(those) == 1:
            yield start, those[0]
            continue
        places = [(party.rank, party.members[0].load(start)) for party in those]
        if everybody:
            for _, party in sorted(zip(places, those, strict=True), key=lambda each: each[0]):
                yield start, party
            continue
        best = min(places)
        equals = [party for party, place in zip(those, places, strict=True) if place == best]
        yield start, equals[_turn(start, len(equals))]


def _turn(start: int, of: int) -> int:
    """Which of so many it is at this start: Fibonacci hashing, which spreads evenly spaced numbers evenly.

    The remainder of the minutes would do so too, but would always give the same one the same time of day.
    """
    return (start // 60 * GOLDEN_RATIO_64 % 2**64 * of) >> 64


def _refused(
    wanted: Wanted,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str],
) -> tuple[Refusal, Resource | None] | None:
    """The first rule that refuses the slot, and the employee or room that it is about."""
    employees = [configuration.require_employee(id) for id in wanted.employee_ids]
    if wanted.room_id is not None:
        configuration.require_room(wanted.room_id)
    _require_topic(wanted, configuration)
    refusal = _time_refusal(wanted.interval, configuration, now)
    if refusal is None and not wanted.is_agreed:
        refusal = _topic_refusal(wanted, configuration)
    if refusal is not None:
        return refusal, None
    groups = _qualified_by_group(wanted.topic_id, wanted.customer_type_id, configuration)
    for each in employees:
        refusal = _employee_refusal(each, True, wanted, groups)
        if refusal is not None:
            return refusal, employee(each.id)

    times = _times(wanted, configuration, agendas, now, ignoring)
    rooms = RoomTimes(agendas, now, ignoring)
    asked = ALL_MEETING_TYPES if wanted.meeting_type is None else {wanted.meeting_type}
    refusals: list[tuple[Refusal, Resource | None]] = []
    for meeting_type in _meeting_types(asked, wanted.topic_id, configuration):
        for setting in _bound_or_not(meeting_type, times[0].places):
            refused = _setting_refused(setting, wanted, times, rooms, configuration)
            if refused is None:
                return None
            refusals.append(refused)
    if not refusals:
        return Refusal(Reason.MEETING_TYPE_NOT_OFFERED), None
    return max(refusals, key=lambda refused: refused[0].reason.order)


def _times(
    wanted: Wanted,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str],
) -> list[EmployeeTime]:
    """The time of each employee wanted, in that order. Raises NotFound."""
    employees = [configuration.require_employee(id) for id in wanted.employee_ids]
    caps = daily_caps(wanted.employee_ids, configuration)
    return [
        _employee_time(
            each,
            configuration,
            Calendar(_zone(each, configuration), configuration.organisation, wanted.interval),
            agendas,
            now,
            cap=caps[each.id],
            customer_initiated=wanted.customer_initiated,
            ignoring=ignoring,
        )
        for each in employees
    ]


def _setting_refused(
    setting: Setting,
    wanted: Wanted,
    times: list[EmployeeTime],
    rooms: RoomTimes,
    configuration: Configuration,
) -> tuple[Refusal, Resource | None] | None:
    for time in times:
        refusal = time.refusal(setting, wanted.interval)
        if refusal is not None:
            return refusal, employee(time.employee.id)
    refusal = _named_room_refusal(setting, wanted, rooms, configuration)
    if refusal is not None:
        return refusal, room(wanted.room_id) if wanted.room_id is not None else None
    calendar = times[0].calendar
    if wanted.host_id:
        zone = _zone(configuration.require_employee(wanted.host_id), configuration)
        calendar = Calendar(zone, configuration.organisation, wanted.interval)
    refusal = _grid_refusal(wanted.interval, calendar, configuration)
    return None if refusal is None else (refusal, None)


def _named_room_refusal(
    setting: Setting, wanted: Wanted, rooms: RoomTimes, configuration: Configuration
) -> Refusal | None:
    """Rule 8 for a slot that names its room or none."""
    is_physical = setting.meeting_type is MeetingType.PHYSICAL
    if wanted.room_id is None:
        required = is_physical and policy_at(setting.place, configuration) is RoomPolicy.REQUIRED
        return Refusal(Reason.ROOM_REQUIRED) if required else None
    named = configuration.rooms[wanted.room_id]
    if not named.bookable:
        return Refusal(Reason.ROOM_NOT_BOOKABLE)
    if is_physical and named.location != setting.place:
        return Refusal(Reason.ROOM_ELSEWHERE)
    return Refusal(Reason.ROOM_BUSY) if rooms.clash(named.id, wanted.interval) else None


def _raise(refusal: Refusal, resource: Resource | None) -> NoReturn:
    details = {}
    if resource is not None:
        details = {"employeeId" if resource.kind is ResourceKind.EMPLOYEE else "roomId": resource.id}
    if refusal.reason is Reason.BUSY:
        raise SlotTaken(refusal.reason.sentence, **details)
    if refusal.reason is Reason.ROOM_BUSY:
        raise RoomTaken(refusal.reason.sentence, **details)
    raise SlotNotOffered(refusal.reason, refusal.reason.sentence, **details)


def _plan(search: Search, configuration: Configuration, now: int) -> _Plan:
    """Rules 1, 2, 3 and 11. Without candidates nothing can be offered. Raises NotFound."""
    for id in search.explicit_employee_ids:
        configuration.require_employee(id)
    for id in search.specific_rooms:
        configuration.require_room(id)
    _require_topic(search, configuration)
    horizon = now + configuration.organisation.booking_horizon_days * SECONDS_PER_DAY
    time = Interval(max(search.window.start, now), min(search.window.end, horizon))
    if time.end - time.start < search.duration:
        return _Plan(Interval(time.start, time.start + search.duration), [], [])
    if _topic_refusal(search, configuration) is not None:
        return _Plan(time, [], [])
    groups = _qualified_by_group(search.topic_id, search.customer_type_id, configuration)
    found = [
        each
        for each in candidates(_asked(search, configuration, time), configuration)
        if _employee_refusal(each.employee, is_explicit(each), search, groups) is None
    ]
    return _Plan(time, _meeting_types(search.meeting_types, search.topic_id, configuration), found)


def _asked(search: Search, configuration: Configuration, time: Interval) -> Asked:
    zone = configuration.organisation.time_zone
    types = search.employee_types
    if search.require_employee_participation:
        types = frozenset({EmployeeType.EXPLICIT}) if search.explicit_employee_ids else None
    return Asked(
        employee_ids=search.explicit_employee_ids,
        types=types,
        topic_id=search.topic_id,
        customer_type_id=search.customer_type_id,
        customer_location=search.customer_location,
        location=search.location,
        first_day=local_day_of(zone, time.start).date,
        last_day=local_day_of(zone, time.end - 1).date,
    )


def _time_refusal(wanted: Interval, configuration: Configuration, now: int) -> Refusal | None:
    """Rule 11."""
    days = configuration.organisation.booking_horizon_days
    if wanted.start < now:
        return Refusal(Reason.IN_THE_PAST)
    if wanted.end > now + days * SECONDS_PER_DAY:
        return Refusal(Reason.BEYOND_HORIZON, f"more than {days} days ahead", {"bookingHorizonDays": days})
    return None


def _require_topic(asked: Search | Wanted, configuration: Configuration) -> None:
    if asked.topic_id is not None:
        configuration.require_meeting_topic(asked.topic_id)
    if asked.customer_type_id is not None:
        configuration.require_customer_type(asked.customer_type_id)


def _topic_refusal(asked: Search | Wanted, configuration: Configuration) -> Refusal | None:
    if asked.topic_id is None:
        return None
    topic = configuration.meeting_topics[asked.topic_id]
    if asked.customer_initiated and not topic.available_to_customers:
        return Refusal(Reason.TOPIC_NOT_AVAILABLE, "only employees may book this topic")
    open_to = topic.customer_type_ids
    if open_to and asked.customer_type_id is not None and asked.customer_type_id not in open_to:
        return Refusal(Reason.TOPIC_NOT_AVAILABLE, "the topic is for other customer types")
    return None


def _meeting_types(
    asked: Collection[MeetingType], topic_id: str | None, configuration: Configuration
) -> list[MeetingType]:
    """What is asked for and the topic has, in the order of answers."""
    allowed = configuration.meeting_topics[topic_id].meeting_types if topic_id is not None else ALL_MEETING_TYPES
    return sorted(allowed.intersection(asked))


def _qualified_by_group(
    topic_id: str | None, customer_type_id: str | None, configuration: Configuration
) -> frozenset[str]:
    return qualified_by_group(configuration, topic_id, customer_type_id) if topic_id is not None else frozenset()


def _employee_refusal(
    of: Employee, explicit: bool, asked: Search | Wanted, qualified: Collection[str]
) -> Refusal | None:
    """Rules 2 and 3. `qualified`: those who are by a competence group."""
    if not of.can_be_booked:
        return Refusal(Reason.CANNOT_BE_BOOKED)
    if of.only_explicitly_available and not explicit:
        return Refusal(Reason.ONLY_EXPLICIT)
    if asked.topic_id is None or of.id in qualified or is_skilled(of, asked.topic_id, asked.customer_type_id):
        return None
    return Refusal(Reason.NOT_QUALIFIED)


def _grid_refusal(wanted: Interval, calendar: Calendar, configuration: Configuration) -> Refusal | None:
    """Rule 9."""
    grid, start = calendar.grid, wanted.start
    at = bisect_left(grid, start)
    if at < len(grid) and grid[at] == start:
        return None
    minutes = configuration.organisation.slot_interval // 60
    words = (
        f"meetings start every {minutes} minutes from midnight, {day_and_clock(start, calendar.zone)} is none of these"
    )
    return Refusal(Reason.OFF_GRID, words, {"slotIntervalMinutes": minutes})


def _employee_time(
    of: Employee,
    configuration: Configuration,
    calendar: Calendar,
    agendas: Mapping[Resource, Agenda],
    now: int,
    *,
    cap: int | None,
    customer_initiated: bool,
    ignoring: Collection[str] = (),
) -> EmployeeTime:
    return EmployeeTime(
        of,
        configuration.organisation,
        calendar,
        agendas.get(employee(of.id), NOTHING),
        now,
        cap=cap,
        customer_initiated=customer_initiated,
        ignoring=ignoring,
    )


def _settings(search: Search, meeting_type: MeetingType, places: Collection[str | None]) -> list[Setting]:
    """The ways in which an employee with these places of work can hold such a meeting."""
    if meeting_type is MeetingType.PHYSICAL or (search.demands_room and search.location is None):
        at = places if search.location is None else [place for place in places if place == search.location]
        return [Setting(meeting_type, True, place) for place in at]
    return [Setting(meeting_type)]


def _bound_or_not(meeting_type: MeetingType, places: Collection[str | None]) -> list[Setting]:
    """The same for a slot that names its room itself."""
    if meeting_type is MeetingType.PHYSICAL:
        return [Setting(meeting_type, True, place) for place in places or (None,)]
    return [Setting(meeting_type)]


def _need(search: Search, setting: Setting, configuration: Configuration) -> RoomNeed:
    if setting.meeting_type is None:
        raise ValueError("A room is for a meeting of some type.")
    return room_need(
        configuration,
        setting.meeting_type,
        setting.place if setting.is_bound else search.location,
        is_demanded=search.demands_room,
        specific_rooms=search.specific_rooms,
        people=max(len(search.required_ids), 1) + 1,
    )


def _zone(of: Employee, configuration: Configuration) -> ZoneInfo:
    return of.time_zone or configuration.organisation.time_zone


def _furthest(refusals: Iterable[Refusal]) -> Refusal:
    """Of the refusals of several meeting types, that of the last rule: what came nearest to an offer."""
    nothing = Refusal(Reason.MEETING_TYPE_NOT_OFFERED)
    return max(refusals, key=lambda refusal: refusal.reason.order, default=nothing)


def _verdict(resource: Resource, refusal: Refusal) -> Verdict:
    return Verdict(resource, refusal.reason, refusal.words or refusal.reason.sentence, refusal.facts)
