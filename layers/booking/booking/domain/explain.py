"""Explains why each employee and room is offered at one start time or not, rule by rule (`booking.domain.rules`)."""

from collections.abc import Iterator, Mapping
from copy import replace

from msgspec import Struct, field

from booking.domain.agenda import Agenda, Resource, employee, room
from booking.domain.configuration import Configuration, Employee, MeetingType
from booking.domain.group_meetings import GroupMeeting, all_of
from booking.domain.interval import Interval
from booking.domain.refusal import Reason, Refusal, clock
from booking.domain.requests import Search
from booking.domain.rules import Refused, candidates, first_refusal, meeting_types, request_refusal, topic
from booking.domain.rules.case import Case, Question
from booking.domain.search import Times, find_offers, plan_of
from booking.domain.working_time import Setting


class TypeVerdict(Struct, frozen=True):
    """The result for one meeting type. The fields are those of a Verdict."""

    meeting_type: MeetingType
    reason: Reason | None = None
    words: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)


class Verdict(Struct, frozen=True):
    """The result for one employee or room at one start time. `reason` is None if it is offered.

    `words` and `facts` (minutes, Unix seconds) tell of calendars: for employees only. `meeting_types`: an employee's
    verdict on each type that is searched for, where they are not all the same.
    """

    resource: Resource
    reason: Reason | None = None
    words: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)
    meeting_types: tuple[TypeVerdict, ...] = ()


def explain(
    search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int, start: int
) -> list[Verdict]:
    """For every employee and room, by id: offered at `start`, or the first rule that refuses. For employees' eyes.

    `agendas` as for `find_offers`. Of several meeting types the one that gets furthest tells an employee's reason.
    Raises NotFound.
    """
    explained = _Explained(search, configuration, agendas, now, start)
    return [
        *(explained.employee(configuration.employees[id]) for id in sorted(configuration.employees)),
        *(explained.room(id) for id in sorted(configuration.rooms)),
    ]


class _Explained:
    """One search, at one start."""

    def __init__(
        self, search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int, start: int
    ) -> None:
        self._search, self._configuration, self._now = search, configuration, now
        self._interval = Interval(start, start + search.duration)
        plan = plan_of(search, configuration, now)
        self._agendas, self._span = agendas, plan.time
        self._known = self._times(search)
        self._candidates = {each.employee.id: each for each in candidates.find(search, configuration, plan.time)}
        self._offers = [each for each in find_offers(search, configuration, agendas, now) if each.start == start]

    def employee(self, this: Employee) -> Verdict:
        asked = sorted(self._search.meeting_types)
        nearest = {meeting_type: self._nearest(this, meeting_type) for meeting_type in asked}
        refused = [each for each in nearest.values() if each is not None]
        of_each = tuple(_type_verdict(meeting_type, each) for meeting_type, each in nearest.items())
        of_each = () if len({(each.reason, each.words) for each in of_each}) == 1 else of_each
        if len(refused) < len(nearest):
            return Verdict(employee(this.id), meeting_types=of_each)
        whole = _verdict(employee(this.id), max(refused, key=lambda each: each.place).refusal)
        return replace(whole, meeting_types=of_each)

    def _nearest(self, this: Employee, meeting_type: MeetingType) -> Refused | None:
        """The refusal of the case that gets furthest through the rules. None if one case is not refused."""
        refusals = [first_refusal([case]) for case in self._cases(this, meeting_type)]
        return None if None in refusals else max(filter(None, refusals), key=lambda each: each.place)

    def _cases(self, this: Employee, meeting_type: MeetingType) -> Iterator[Case]:
        """One case for each place at which the employee could hold the meeting; at least one, without a setting."""
        search = self._search
        places = self._known.of(this).places
        required = search.required_ids
        host = self._configuration.employees[required[0]] if required else this
        settings: list[Setting] = []
        if topic.meeting_types((meeting_type,), search.topic_id, self._configuration):
            settings = meeting_types.settings(search, meeting_type, places)
        offer = next(
            (each for each in self._offers if this.id in each.employee_ids and each.meeting_type is meeting_type), None
        )
        group = self._group(this, meeting_type)
        known = self._known
        if group:
            known = self._times(replace(search, ignored_slot_ids=search.ignored_slot_ids | group.slot_ids))
        for setting in settings or (None,):
            yield Case(
                request=search,
                interval=self._interval,
                configuration=self._configuration,
                now=self._now,
                time=known.of(this),
                candidate=self._candidates.get(this.id),
                setting=setting,
                host=known.calendar(host),
                rooms=known.rooms,
                is_chosen=offer is not None,
                group=group,
            )

    def _times(self, search: Search) -> Times:
        return Times(search, self._configuration, self._agendas, self._now, self._span)

    def _group(self, this: Employee, meeting_type: MeetingType) -> GroupMeeting | None:
        """The group meeting of that time and type that the employee has."""
        found = all_of(this.id, self._search, self._configuration, self._agendas, self._now)
        return next(
            (each for each in found if each.interval == self._interval and each.seat.meeting_type is meeting_type), None
        )

    def room(self, id: str) -> Verdict:
        if any(id == offer.room_id for offer in self._offers):
            return Verdict(room(id))
        return _verdict(room(id), self._room_refusal(id))

    def _room_refusal(self, id: str) -> Refusal:
        """Why no offer names this room."""
        search, this = self._search, self._configuration.rooms[id]
        refusal = request_refusal(Question(search, self._interval, self._configuration, self._now))
        if refusal is not None:
            return refusal
        if search.specific_rooms and id not in search.specific_rooms:
            return Refusal(Reason.NOT_A_CANDIDATE, "the search names other rooms")
        if search.location and this.location != search.location:
            return Refusal(Reason.NOT_A_CANDIDATE, f"the room is at {this.location}")
        if not this.bookable:
            return Refusal(Reason.ROOM_NOT_BOOKABLE)
        clash = self._known.rooms.explained_clash(id, self._interval)
        if clash is not None:
            zone = self._configuration.organisation.time_zone
            start, end = clash.interval
            words = f"{clash.cause.words} {clock(start, zone)}–{clock(end, zone)}"
            return Refusal(Reason.ROOM_BUSY, words, {"busyFrom": start, "busyUntil": end})
        places = {self._configuration.rooms[offer.room_id].location for offer in self._offers if offer.room_id}
        return Refusal(Reason.ANOTHER_CHOSEN if this.location in places else Reason.ROOM_NOT_NEEDED)


def _verdict(resource: Resource, refusal: Refusal) -> Verdict:
    return Verdict(resource, refusal.reason, refusal.words or refusal.reason.sentence, refusal.facts)


def _type_verdict(meeting_type: MeetingType, refused: Refused | None) -> TypeVerdict:
    if refused is None:
        return TypeVerdict(meeting_type)
    refusal = refused.refusal
    return TypeVerdict(meeting_type, refusal.reason, refusal.words or refusal.reason.sentence, refusal.facts)
