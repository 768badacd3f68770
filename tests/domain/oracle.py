"""The rules of availability once more, as slowly and plainly as they can be said: one minute after the other.

It reads configuration and agenda values and shares no code with the engine. Instants are whole minutes, in Unix
seconds; only a search's window may begin in between.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import replace
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.domain.agenda import Agenda, Entry, Resource, ResourceKind
from booking.domain.configuration import (
    Configuration,
    Employee,
    EmployeeType,
    MeetingType,
    Room,
    RoomPolicy,
    ServiceGroup,
    Window,
)
from booking.domain.requests import Search

MINUTE = 60
HALF_DAY = 12 * 60 * MINUTE


@dataclass(frozen=True)
class Possible:
    """Everybody who could be offered at one start for one meeting type, and those who come first among them."""

    able: Mapping[tuple[str, ...], frozenset[str | None]]
    """Employees to the rooms that may be named: all of the best size and id, so exactly one, or None for none."""
    first: frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Clock:
    """What a wall clock in one zone shows, minute by minute, for whole days around some instants."""

    shows: Mapping[int, tuple[date, int]]
    minutes_of: Mapping[date, tuple[int, ...]]

    def first_minute(self, day: date, wall: int) -> int:
        """The first minute of the day that the clock shows as `wall` or later."""
        for minute in self.minutes_of[day]:
            if self.shows[minute][1] >= wall:
                return minute
        return self.minutes_of[day][-1] + MINUTE

    def is_repeated(self, minute: int) -> bool:
        day, wall = self.shows[minute]
        return any(self.shows[other][1] == wall for other in self.minutes_of[day] if other < minute)


@lru_cache(maxsize=64)
def clock(zone: ZoneInfo, start: int, end: int) -> Clock:
    shows: dict[int, tuple[date, int]] = {}
    minutes_of: dict[date, list[int]] = {}
    for minute in range(start, end, MINUTE):
        local = datetime.fromtimestamp(minute, zone)
        shows[minute] = (local.date(), local.hour * 60 + local.minute)
        minutes_of.setdefault(local.date(), []).append(minute)
    return Clock(shows, {day: tuple(minutes) for day, minutes in minutes_of.items()})


class Oracle:
    """`around` is the stretch of time that everything in the example lies in, several days of room on both sides."""

    def __init__(
        self,
        search: Search,
        configuration: Configuration,
        agendas: Mapping[Resource, Agenda],
        now: int,
        around: tuple[int, int],
    ) -> None:
        self.search, self.configuration, self.agendas, self.now = search, configuration, agendas, now
        self.organisation = configuration.organisation
        self.around = around
        self.location = search.meeting_location or search.customer_location
        self.demands_room = search.require_room or bool(search.specific_rooms)
        self._is_working: dict[tuple[str, MeetingType | None, bool, str | None], frozenset[int]] = {}
        self._earliest: dict[str, int] = {}

    def offers(self) -> dict[tuple[int, MeetingType], Possible]:
        found: dict[tuple[int, MeetingType], Possible] = {}
        for start in self._starts():
            for meeting_type in self._meeting_types():
                possible = self._possible(start, meeting_type)
                if possible.able:
                    found[start, meeting_type] = possible
        return found

    def _starts(self) -> Iterator[int]:
        """Every minute at which the meeting would lie within the window, now and the horizon."""
        if self.search.is_customer_initiated and self.search.duration > self._longest():
            return
        horizon = self.now + self.organisation.booking_horizon_days * 24 * 60 * MINUTE
        minute = -(-self.search.window.start // MINUTE) * MINUTE
        while minute + self.search.duration <= min(self.search.window.end, horizon):
            if minute >= self._earliest_bookable():
                yield minute
            minute += MINUTE

    def _earliest_bookable(self) -> int:
        """Employees book up to the last minute; customers so long before, by what the topic says if it says it."""
        if not self.search.is_customer_initiated:
            return self.now
        topic = self.configuration.meeting_topics[self.search.topic_id] if self.search.topic_id else None
        if topic and topic.bookable_from is not None:
            return self.now + topic.bookable_from
        return self.now + self.organisation.bookable_from

    def _longest(self) -> int:
        topic = self.configuration.meeting_topics[self.search.topic_id] if self.search.topic_id else None
        if topic and topic.longest_meeting:
            return topic.longest_meeting
        usual = topic.duration if topic and topic.duration else self.organisation.default_meeting_duration
        return usual if usual > self.organisation.longest_meeting else self.organisation.longest_meeting

    def _meeting_types(self) -> set[MeetingType]:
        types = set(self.search.meeting_types)
        if self.search.topic_id:
            topic = self.configuration.meeting_topics[self.search.topic_id]
            kind = self.search.customer_type_id
            if not self.search.is_agreed:
                if self.search.is_customer_initiated and not topic.available_to_customers:
                    return set()
                if kind and topic.customer_type_ids and kind not in topic.customer_type_ids:
                    return set()
            types &= topic.meeting_types
        return types

    # Who

    def _possible(self, start: int, meeting_type: MeetingType) -> Possible:
        if self.search.require_employee_participation and self.search.explicit_employee_ids:
            ids = tuple(dict.fromkeys(self.search.explicit_employee_ids))
            if len(ids) > 1 and self._seats() > 1:
                return Possible({}, frozenset())
            able = self._together(ids, start, meeting_type)
            to_join = self._to_join([self.configuration.employees[ids[0]]], start, meeting_type)
            if to_join:
                able = {ids: frozenset({room}) for ids, (room, _, _) in to_join.items()}
            return Possible(able, frozenset(able))
        able = {}
        places: dict[tuple[str, ...], tuple[int, int, int]] = {}
        for employee in self.configuration.employees.values():
            for place in self._places(employee):
                rank = self._rank(employee, meeting_type, place)
                if rank is None:
                    continue
                rooms = self._alone(employee, start, meeting_type, place)
                if rooms:
                    able[(employee.id,)] = rooms
                    day, week = self._used(employee, start), self._used(employee, start, whole_week=True)
                    places[(employee.id,)] = (rank, day, week)
        to_join = self._to_join(self.configuration.employees.values(), start, meeting_type)
        if to_join:
            able |= {ids: frozenset({room}) for ids, (room, _, _) in to_join.items()}
            nearest = min((rank, left) for _, rank, left in to_join.values())
            return Possible(able, frozenset(ids for ids, (_, *place) in to_join.items() if tuple(place) == nearest))
        best = min(places.values(), default=None)
        return Possible(able, frozenset(ids for ids, place in places.items() if place == best))

    # Group meetings

    def _seats(self) -> int:
        return self.configuration.meeting_topics[self.search.topic_id].seats if self.search.topic_id else 1

    def _to_join(
        self, employees: Iterable[Employee], start: int, meeting_type: MeetingType
    ) -> dict[tuple[str, ...], tuple[str | None, int, int]]:
        """Employees with a group meeting just then that has a seat for one more: its room, their rank, the seats left.

        That one may sit down if the employee could hold the meeting were the other seats empty.
        """
        found: dict[tuple[str, ...], tuple[str | None, int, int]] = {}
        for employee in employees if self._seats() > 1 else ():
            for room in self._rooms_of_groups(employee.id, start, meeting_type):
                others = {
                    entry.slot_id
                    for entry in self._sitting(employee.id, start)
                    if entry.seat == (employee.id, meeting_type, room)
                }
                left = self._chairs(room) - len(others)
                if left <= 0 or (room is not None and room not in self.configuration.rooms):
                    continue
                alone = Oracle(
                    replace(self.search, ignored_slot_ids=self.search.ignored_slot_ids | others),
                    self.configuration,
                    self.agendas,
                    self.now,
                    self.around,
                )
                ranks = []
                for place in self._places(employee):
                    rank = self._rank(employee, meeting_type, place)
                    if rank is not None and alone._could_sit(employee, start, meeting_type, place, room):
                        ranks.append(rank)
                if ranks:
                    found[(employee.id,)] = (room, min(ranks), left)
        return found

    def _could_sit(
        self, employee: Employee, start: int, meeting_type: MeetingType, place: str | None, room: str | None
    ) -> bool:
        if not self._is_on_grid(employee, start) or not self._can_meet(employee, start, meeting_type, place):
            return False
        is_physical = meeting_type is MeetingType.PHYSICAL
        if room is None:
            where = self.configuration.locations.get(place or "")
            is_needed = is_physical and where is not None and where.room_policy is RoomPolicy.REQUIRED
            return not self.demands_room and not is_needed
        this = self.configuration.rooms[room]
        if not this.bookable or (is_physical and this.location != place):
            return False
        if not self.demands_room:
            return True
        where_asked = place if is_physical or self.location is None else self.location
        is_named = not self.search.specific_rooms or room in self.search.specific_rooms
        return is_named and this.location == where_asked

    def _sitting(self, employee_id: str, start: int) -> list[Entry]:
        return [
            entry
            for entry in self._live(employee_id, ResourceKind.EMPLOYEE)
            if entry.seat is not None
            and entry.topic_id == self.search.topic_id
            and (entry.start, entry.end) == (start, start + self.search.duration)
        ]

    def _rooms_of_groups(self, employee_id: str, start: int, meeting_type: MeetingType) -> set[str | None]:
        return {
            entry.seat.room_id
            for entry in self._sitting(employee_id, start)
            if entry.seat is not None and entry.seat.meeting_type is meeting_type
        }

    def _chairs(self, room: str | None) -> int:
        """For how many customers: one chair of a room is the employee's, and there is always room for one customer."""
        if room is None or room not in self.configuration.rooms:
            return self._seats()
        for_customers = self.configuration.rooms[room].capacity - 1
        return max(1, for_customers) if for_customers < self._seats() else self._seats()

    def _together(
        self, ids: tuple[str, ...], start: int, meeting_type: MeetingType
    ) -> dict[tuple[str, ...], frozenset[str | None]]:
        employees = [self.configuration.employees[id] for id in ids]
        host = employees[0]
        if not self._is_on_grid(host, start):
            return {}
        for place in self._places(host):
            everybody = all(self._may_be_asked(each, explicit=True) for each in employees) and all(
                self._can_meet(each, start, meeting_type, place) for each in employees
            )
            rooms = self._rooms(start, meeting_type, place, len(ids) + self._seats()) if everybody else frozenset()
            if rooms:
                return {ids: rooms}
        return {}

    def _alone(
        self, employee: Employee, start: int, meeting_type: MeetingType, place: str | None
    ) -> frozenset[str | None]:
        if self._is_on_grid(employee, start) and self._can_meet(employee, start, meeting_type, place):
            return self._rooms(start, meeting_type, place, 1 + self._seats())
        return frozenset()

    def _places(self, employee: Employee) -> set[str | None]:
        windows = self._every_window(employee)
        home = employee.locations[0] if employee.locations else None
        places = {window.location or home for window in windows}
        return places | {each.location for each in employee.working_elsewhere} | {None}

    def _every_window(self, employee: Employee) -> list[Window]:
        weeks = [employee.workdays] + [plan.workdays for plan in employee.week_plans]
        return [window for week in weeks for windows in week for window in windows]

    @staticmethod
    def _week_at(employee: Employee, day: date) -> tuple[tuple[Window, ...], ...]:
        """The plan that is in force on a date, or the usual week."""
        for plan in employee.week_plans:
            begins, ends = plan.dates.first or date.min, plan.dates.last or date.max
            number = day.isocalendar()[1]
            parity = {"all": True, "even": number in range(2, 54, 2), "odd": number in range(1, 54, 2)}
            if begins <= day <= ends and parity[plan.dates.weeks.value]:
                return plan.workdays
        return employee.workdays

    def _rank(self, employee: Employee, meeting_type: MeetingType, place: str | None) -> int | None:
        """The best rank under which the employee is a candidate for this; None if it is none."""
        search = self.search
        if search.require_employee_participation or search.employee_types is None:
            types = {"Explicit"} if search.explicit_employee_ids else {"Local", "ServiceGroup"}
        else:
            types = {str(type) for type in search.employee_types}
        is_named = "Explicit" in types and employee.id in search.explicit_employee_ids
        if not self._may_be_asked(employee, explicit=is_named):
            return None
        rules = self.organisation.priority_rules
        ranks = []
        if is_named:
            ranks += [self._first([rule.type is EmployeeType.EXPLICIT for rule in rules])]
        if "Local" in types and self._is_local(employee):
            ranks += [self._first([rule.type is EmployeeType.LOCAL for rule in rules])]
        if "ServiceGroup" in types:
            for group in self.configuration.service_groups.values():
                if self._is_in_service_group(employee.id, group) and self._offers(group, meeting_type, place):
                    ranks += [
                        self._first(
                            [
                                rule.type is EmployeeType.SERVICE_GROUP
                                and (rule.label is None or rule.label in group.labels)
                                for rule in rules
                            ]
                        )
                    ]
        return min(ranks) if ranks else None

    @staticmethod
    def _first(fits: list[bool]) -> int:
        return fits.index(True) if True in fits else len(fits)

    def _is_local(self, employee: Employee) -> bool:
        if self.location is None:
            return not self.search.explicit_employee_ids
        if self.location in employee.locations:
            return True
        if any(window.location == self.location for window in self._every_window(employee)):
            return True
        zone = self.organisation.time_zone
        start = max(self.search.window.start, self._earliest_bookable())
        horizon = self.now + self.organisation.booking_horizon_days * 24 * 60 * MINUTE
        end = min(self.search.window.end, horizon)
        days = {datetime.fromtimestamp(second, zone).date() for second in [*range(start, end, HALF_DAY), end - 1]}
        return any(
            each.location == self.location and any(day in each.days for day in days)
            for each in employee.working_elsewhere
        )

    def _offers(self, group: ServiceGroup, meeting_type: MeetingType, place: str | None) -> bool:
        search = self.search
        if group.trigger_topic_ids and search.topic_id not in group.trigger_topic_ids:
            return False
        if group.trigger_customer_type_ids and search.customer_type_id not in group.trigger_customer_type_ids:
            return False
        if group.trigger_customer_locations and search.customer_location not in group.trigger_customer_locations:
            return False
        if meeting_type == "Physical":
            return meeting_type in group.meeting_types and place in group.locations
        return meeting_type in group.meeting_types

    def _may_be_asked(self, employee: Employee, *, explicit: bool) -> bool:
        if not employee.can_be_booked or (employee.only_explicitly_available and not explicit):
            return False
        topic, kind = self.search.topic_id, self.search.customer_type_id
        if (topic is None and kind is None) or employee.skills is None:
            return True
        covers_topic = topic is None or topic in employee.skills.topic_ids
        if covers_topic and (kind is None or kind in employee.skills.customer_type_ids):
            return True
        return any(
            self._is_in_competence_group(employee.id, group.id)
            for group in self.configuration.competence_groups.values()
            if (not group.topic_ids or topic is None or topic in group.topic_ids)
            and (not group.customer_type_ids or kind is None or kind in group.customer_type_ids)
        )

    def _is_in_competence_group(self, employee_id: str, group_id: str) -> bool:
        group = self.configuration.competence_groups[group_id]
        return employee_id in group.employee_ids or any(
            self._is_in_competence_group(employee_id, below) for below in group.sub_group_ids
        )

    def _is_in_service_group(self, employee_id: str, group: ServiceGroup) -> bool:
        return employee_id in group.employee_ids or any(
            self._is_in_competence_group(employee_id, id) for id in group.competence_group_ids
        )

    # When

    def _clock(self, employee: Employee) -> Clock:
        return clock(employee.time_zone or self.organisation.time_zone, *self.around)

    def _can_meet(self, employee: Employee, start: int, meeting_type: MeetingType, place: str | None) -> bool:
        """Rules 4 to 7 for one employee. Types that need no place count at the place None only."""
        at_a_place = meeting_type is MeetingType.PHYSICAL or (self.demands_room and self.location is None)
        if not at_a_place and place is not None:
            return False
        if meeting_type is MeetingType.PHYSICAL and self.location is not None and place != self.location:
            return False
        duration = self.search.duration
        working = self._working(employee, meeting_type, at_a_place, place)
        if any(minute not in working for minute in range(start, start + duration, MINUTE)):
            return False
        for busy_start, busy_end, its_before, its_after in self._busy_with_buffers(employee.id):
            my_before, my_after = self._buffers_for(self.search.topic_id)
            is_early_enough = start + duration + my_after <= busy_start and start + duration + its_before <= busy_start
            is_late_enough = busy_end + my_before <= start and busy_end + its_after <= start
            if not (is_early_enough or is_late_enough):
                return False
        if not self.search.is_customer_initiated:
            return True
        if start < self._earliest_start(employee):
            return False
        most = employee.max_meetings_per_day or self.organisation.max_meetings_per_day
        if most and self._meetings_that_day(employee, start) + 1 > most:
            return False
        cap = self._cap(employee)
        return cap is None or self._used(employee, start) + duration <= cap

    def _is_on_grid(self, employee: Employee, start: int) -> bool:
        clock = self._clock(employee)
        _, wall = clock.shows[start]
        return wall % (self.organisation.slot_interval // MINUTE) == 0 and not clock.is_repeated(start)

    def _working(
        self, employee: Employee, meeting_type: MeetingType | None, at_a_place: bool, place: str | None
    ) -> frozenset[int]:
        """Every minute at which the employee works so."""
        key = (employee.id, meeting_type, at_a_place, place)
        if key not in self._is_working:
            self._is_working[key] = frozenset(self._working_minutes(employee, meeting_type, at_a_place, place))
        return self._is_working[key]

    def _working_minutes(
        self, employee: Employee, meeting_type: MeetingType | None, at_a_place: bool, place: str | None
    ) -> Iterator[int]:
        clock = self._clock(employee)
        home = employee.locations[0] if employee.locations else None
        extra_counts = not at_a_place and meeting_type in (None, MeetingType.ONLINE, MeetingType.TELEPHONE)
        for day, minutes in clock.minutes_of.items():
            if any(day in closed for closed in self.organisation.closing_days):
                continue
            away = [each.location for each in employee.working_elsewhere if day in each.days]
            windows = []
            for window in self._week_at(employee, day)[day.weekday()]:
                where = away[0] if away else window.location or home
                if meeting_type is not None and meeting_type not in window.meeting_types:
                    continue
                if at_a_place and where != place:
                    continue
                opens, closes = window.start, window.end
                if self.search.is_customer_initiated:
                    opens = max(opens, self.organisation.opening_time)
                    closes = min(closes, self.organisation.closing_time)
                if opens < closes:
                    windows.append((clock.first_minute(day, opens), clock.first_minute(day, closes)))
            for minute in minutes:
                works = any(start <= minute < end for start, end in windows)
                if extra_counts:
                    works = works or any(start <= minute < end for start, end in employee.extra_availability)
                if works and not any(start <= minute < end for start, end in employee.absences):
                    yield minute

    def _earliest_start(self, employee: Employee) -> int:
        """`now`, and on for as many minutes of work as the lead time has."""
        if employee.id not in self._earliest:
            working = self._working(employee, None, False, None)
            minute, missing = self.now, self.organisation.working_time_buffer // MINUTE
            while missing and minute < self.around[1]:
                missing -= minute in working
                minute += MINUTE
            self._earliest[employee.id] = minute
        return self._earliest[employee.id]

    def _live(self, id: str, kind: ResourceKind) -> Iterator[Entry]:
        for entry in self.agendas.get(Resource(kind, id), Agenda()).entries:
            if (entry.until is None or entry.until > self.now) and entry.slot_id not in self.search.ignored_slot_ids:
                yield entry

    def _busy(self, id: str, kind: ResourceKind) -> Iterator[tuple[int, int]]:
        for entry in self._live(id, kind):
            yield entry.start, entry.end
        yield from self.agendas.get(Resource(kind, id), Agenda()).imported

    def _busy_with_buffers(self, id: str) -> Iterator[tuple[int, int, int, int]]:
        for entry in self._live(id, ResourceKind.EMPLOYEE):
            yield entry.start, entry.end, *self._buffers_for(entry.topic_id)
        for start, end in self.agendas.get(Resource(ResourceKind.EMPLOYEE, id), Agenda()).imported:
            yield start, end, 0, 0

    def _buffers_for(self, topic_id: str | None) -> tuple[int, int]:
        before, after = self.organisation.buffer_before, self.organisation.buffer_after
        topic = self.configuration.meeting_topics.get(topic_id) if topic_id else None
        if topic and topic.buffer_before is not None:
            before = topic.buffer_before
        if topic and topic.buffer_after is not None:
            after = topic.buffer_after
        usual = self.organisation.buffer
        return usual if before is None else before, usual if after is None else after

    def _used(self, employee: Employee, start: int, *, whole_week: bool = False) -> int:
        shows = self._clock(employee).shows
        day = shows[start][0]
        return sum(
            entry.end - entry.start
            for entry in self._meetings(employee)
            if shows[entry.start][0] == day
            or (whole_week and shows[entry.start][0].isocalendar()[:2] == day.isocalendar()[:2])
        )

    def _meetings(self, employee: Employee) -> list[Entry]:
        """What is held or booked, with one seat for each group meeting."""
        meetings: list[Entry] = []
        for entry in self._live(employee.id, ResourceKind.EMPLOYEE):
            if entry.seat is None or not any(
                (each.start, each.end, each.topic_id, each.seat) == (entry.start, entry.end, entry.topic_id, entry.seat)
                for each in meetings
            ):
                meetings.append(entry)
        return meetings

    def _meetings_that_day(self, employee: Employee, start: int) -> int:
        shows = self._clock(employee).shows
        entries = self._meetings(employee)
        return len([entry for entry in entries if shows[entry.start][0] == shows[start][0]])

    def _cap(self, employee: Employee) -> int | None:
        if employee.max_meeting_time_per_day is not None:
            return employee.max_meeting_time_per_day
        of_groups = [
            group.max_meeting_time_per_day
            for group in self.configuration.service_groups.values()
            if group.max_meeting_time_per_day is not None and self._is_in_service_group(employee.id, group)
        ]
        return max(of_groups) if of_groups else self.organisation.max_meeting_time_per_day

    # Where

    def _rooms(self, start: int, meeting_type: MeetingType, place: str | None, people: int) -> frozenset[str | None]:
        """The room to name, or None for a meeting without; empty if it needs one and none is free."""
        at_a_place = meeting_type is MeetingType.PHYSICAL or (self.demands_room and self.location is None)
        where = place if at_a_place else self.location
        policy = RoomPolicy.OPTIONAL
        if where is not None and where in self.configuration.locations:
            policy = self.configuration.locations[where].room_policy
        if not self.demands_room and (meeting_type is not MeetingType.PHYSICAL or policy is RoomPolicy.NONE):
            return frozenset({None})
        free = [room for room in self.configuration.rooms.values() if self._is_free(room, where, start)]
        if free:
            roomy = [room.capacity for room in free if room.capacity >= people]
            best = min(roomy) if roomy else max(room.capacity for room in free)
            return frozenset({min(room.id for room in free if room.capacity == best)})
        return frozenset() if self.demands_room or policy is RoomPolicy.REQUIRED else frozenset({None})

    def _is_free(self, room: Room, where: str | None, start: int) -> bool:
        if not room.bookable or where is None or room.location != where:
            return False
        if self.search.specific_rooms and room.id not in self.search.specific_rooms:
            return False
        busy = self._busy(room.id, ResourceKind.ROOM)
        return all(end <= start or start + self.search.duration <= begin for begin, end in busy)
