"""Explain: why each employee and room is offered at one start or not, rule by rule (`booking.domain.rules`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from booking.domain.agenda import Agenda, Resource, employee, room
from booking.domain.configuration import Configuration, Employee
from booking.domain.interval import Interval
from booking.domain.refusal import Reason, Refusal, clock
from booking.domain.requests import Search
from booking.domain.rules import candidates, first_refusal, meeting_types, request_refusal, topic
from booking.domain.rules.case import Case, Question
from booking.domain.search import Times, find_offers, plan_of


@dataclass(frozen=True)
class Verdict:
    """What became of one employee or room at one start. `reason` None: it is offered.

    `words` and `facts` (minutes, Unix seconds) tell of calendars: for employees only.
    """

    resource: Resource
    reason: Reason | None = None
    words: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)


def explain(
    search: Search, configuration: Configuration, agendas: Mapping[Resource, Agenda], now: int, start: int
) -> list[Verdict]:
    """For every employee and room, by id: offered at `start`, or the first rule that refuses. For employees' eyes.

    `agendas` as for `find_offers`. Of several meeting types the one that gets furthest tells the reason.
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
        self._known = Times(search, configuration, agendas, now, plan.time)
        self._candidates = {each.employee.id: each for each in candidates.find(search, configuration, plan.time)}
        self._offers = [each for each in find_offers(search, configuration, agendas, now) if each.start == start]

    def employee(self, this: Employee) -> Verdict:
        if any(this.id in offer.employee_ids for offer in self._offers):
            return Verdict(employee(this.id))
        refused = [refused for case in self._cases(this) if (refused := first_refusal([case]))]
        return _verdict(employee(this.id), max(refused, key=lambda each: each.place).refusal)

    def _cases(self, this: Employee) -> Iterator[Case]:
        """One for each way in which the employee could hold the meeting, one without a setting if there is none."""
        search = self._search
        time = self._known.of(this)
        required = search.required_ids
        host = self._configuration.employees[required[0]] if required else this
        asked = topic.meeting_types(search.meeting_types, search.topic_id, self._configuration)
        settings = [
            setting for meeting_type in asked for setting in meeting_types.settings(search, meeting_type, time.places)
        ]
        for setting in settings or (None,):
            yield Case(
                request=search,
                interval=self._interval,
                configuration=self._configuration,
                now=self._now,
                time=time,
                candidate=self._candidates.get(this.id),
                setting=setting,
                host=self._known.calendar(host),
                rooms=self._known.rooms,
                is_chosen=False,
            )

    def room(self, id: str) -> Verdict:
        if any(id == offer.room_id for offer in self._offers):
            return Verdict(room(id))
        return _verdict(room(id), self._room_refusal(id))

    def _room_refusal(self, id: str) -> Refusal:
        """What keeps this room from being named."""
        search, this = self._search, self._configuration.rooms[id]
        refusal = request_refusal(Question(search, self._interval, self._configuration, self._now))
        if refusal is not None:
            return refusal
        if search.specific_rooms and id not in search.specific_rooms:
            return Refusal(Reason.NOT_A_CANDIDATE, "other rooms are asked for")
        if search.location and this.location != search.location:
            return Refusal(Reason.NOT_A_CANDIDATE, f"the room is at {this.location}")
        if not this.bookable:
            return Refusal(Reason.ROOM_NOT_BOOKABLE)
        clash = self._known.rooms.clash(id, self._interval)
        if clash is not None:
            zone = self._configuration.organisation.time_zone
            words = f"booked {clock(clash.start, zone)}–{clock(clash.end, zone)}"
            return Refusal(Reason.ROOM_BUSY, words, {"busyFrom": clash.start, "busyUntil": clash.end})
        places = {self._configuration.rooms[offer.room_id].location for offer in self._offers if offer.room_id}
        return Refusal(Reason.ANOTHER_CHOSEN if this.location in places else Reason.ROOM_NOT_NEEDED)


def _verdict(resource: Resource, refusal: Refusal) -> Verdict:
    return Verdict(resource, refusal.reason, refusal.words or refusal.reason.sentence, refusal.facts)
