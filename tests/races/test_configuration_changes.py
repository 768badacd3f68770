"""The configuration changes while a request is under way: it behaves as if that had happened before it or after it.

What decides a request is the configuration whose version it read with the agendas. So

- a change that was complete before the request began decides it, also in a function whose copy is older;
- a change that comes between that read and the write does not: what was allowed when it was read is booked;
- nothing comes of a mixture of both, and never is anything booked twice.

Deletions are stronger: one that is complete by the write refuses it (test_deletions). So are what a customer holds, and
a customer's consent to a partner, because the write itself carries them as conditions.

Each change is made before each database call of each command, and between the items of one read, in both directions,
tightened and loosened. What may come of it is what comes of the same request without the change, or after it.
"""

import json
from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from booking.commands.change_configuration import create_configuration, replace_configuration
from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.create_meeting import MeetingRequest, book_meeting, create_meeting
from booking.commands.offer_waitlist import Waitlist
from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.domain.configuration import Configuration, MeetingType
from booking.domain.documents import Kind
from booking.domain.errors import (
    BookingError,
    InvalidRequest,
    NotFound,
    Outdated,
    SlotNotOffered,
    TooLate,
)
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy
from booking.domain.requests import SlotRequest
from booking.storage.configurations import Configurations
from booking.storage.table import Table, decode
from local.audit import ItemKey, violations
from tests.races.desk import Clock, Desk, NoQueue
from tests.races.office import DAY, HOUR, PARTNER, everything
from tests.races.test_deletions import ALWAYS, NOW, START, interrupted, office_of, reading
from tests.races.test_torn_reads import SlowBatches

IDA = "ida"
EARLY = {day: [{"from": "00:00", "to": "06:00", "location": "City"}] for day in ALWAYS}

type Documents = dict[tuple[Kind, str], dict[str, Any]]

ORGANISATION, ANNA, BO, TOPIC, TIVOLI = (
    (Kind.ORGANISATION, "organisation"),
    (Kind.EMPLOYEES, "anna"),
    (Kind.EMPLOYEES, "bo"),
    (Kind.MEETING_TOPICS, "mortgage"),
    (Kind.ROOMS, "tivoli"),
)
LOOSE: Documents = {
    ORGANISATION: {"timeZone": "UTC", "slotInterval": 15, "bookingHorizonDays": 14},
    TOPIC: {"name": "Mortgage"},
    ANNA: {"name": "Anna", "locations": ["City"], "workdays": ALWAYS},
    BO: {"name": "Bo", "locations": ["City"], "workdays": ALWAYS},
    TIVOLI: {"name": "Tivoli", "location": "City"},
}
TIGHTER: dict[str, tuple[tuple[Kind, str], dict[str, Any]]] = {
    "working time is shortened": (ANNA, {"workdays": EARLY}),
    "an employee is not bookable any more": (ANNA, {"canBeBooked": False}),
    "a colleague is not bookable any more": (BO, {"canBeBooked": False}),
    "a room is not bookable any more": (TIVOLI, {"bookable": False}),
    "an absence is added": (ANNA, {"absences": [{"start": "2026-11-30T08:00", "end": "2026-11-30T12:00"}]}),
    "a closing day is added": (ORGANISATION, {"closingDays": ["2026-11-30"]}),
    "the topic's meetings are longer": (TOPIC, {"duration": "02:00"}),
    "the topic's longest meeting is shorter": (TOPIC, {"longestMeeting": "00:30"}),
    "the topic wants time before it": (TOPIC, {"bufferBefore": "00:30"}),
    "everybody needs time between meetings": (ORGANISATION, {"buffer": "00:30"}),
    "the topic is for employees only": (TOPIC, {"availableToCustomers": False}),
    "the topic has other meeting types": (TOPIC, {"meetingTypes": ["Physical"]}),
    "fewer meetings a day": (ORGANISATION, {"maxMeetingsPerDay": 1}),
    "less meeting time a day": (ORGANISATION, {"maxMeetingTimePerDay": "01:00"}),
    "fewer holds of a customer": (ORGANISATION, {"maxHolds": 1}),
    "fewer meetings of a customer": (ORGANISATION, {"maxUpcomingMeetings": 1}),
    "customers book earlier": (ORGANISATION, {"bookableFrom": "5.00:00:00"}),
    "customers cancel and move earlier": (ORGANISATION, {"cancelNotice": "5.00:00:00", "changeNotice": "5.00:00:00"}),
}
"""What is changed, and how it becomes tighter for whoever wants Anna at START."""


@dataclass(frozen=True)
class Command:
    """`prepare` makes what the command is asked about, by the loose configuration."""

    prepare: Callable[[Desk], Any]
    ask: Callable[[Desk, Any], Any]


def reserve(desk: Desk, start: int, token: str = "token", moving: str | None = None, customer: str = IDA) -> str:
    wanted = SlotRequest(Interval(start, start + HOUR), ("anna",), meeting_type=MeetingType.ONLINE, topic_id="mortgage")
    request = Reservation(wanted, token, moving, customer)
    return reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot.id


def create(desk: Desk, slot_id: str, **wishes: Any) -> str:
    request = MeetingRequest(customer_id=None, booked_by=BookedBy.CUSTOMER, **wishes)
    return create_meeting(desk.table, desk.configuration, PARTNER, slot_id, request, desk.clock).meeting.id


def book(desk: Desk) -> None:
    wanted = SlotRequest(Interval(START, START + HOUR), ("anna",), meeting_type=MeetingType.ONLINE, topic_id="mortgage")
    request = MeetingRequest(customer_id=IDA, booked_by=BookedBy.CUSTOMER)
    book_meeting(desk.table, desk.configuration, PARTNER, wanted, request, desk.clock)


def lapsed(desk: Desk) -> str:
    slot_id = reserve(desk, START)
    assert isinstance(desk.clock, Clock)
    desk.clock.time += HOUR
    return slot_id


def meeting(desk: Desk) -> str:
    return create(desk, reserve(desk, START))


def move(desk: Desk) -> tuple[str, str]:
    moved = create(desk, reserve(desk, START + DAY, "old"))
    return moved, reserve(desk, START, "new", moving=moved)


def join(desk: Desk) -> str:
    return desk.join(START, IDA)


class Copy(Configurations):
    """A function's copy of the configuration, which is looked at again when something was refused."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def current(self, now: int) -> Configuration:
        return self._desk.configuration

    def was_old(self, now: int) -> bool:
        before, self._desk = self._desk, replace(self._desk, configuration=office_of(self._desk.table))
        return self._desk.configuration != before.configuration


def walk(desk: Desk) -> None:
    Waitlist(desk.table, Copy(desk), NoQueue(None, ""), desk.clock, lambda: True).walk(None)


COMMANDS = {
    "reserve": Command(lambda desk: None, lambda desk, _: reserve(desk, START)),
    "exchange a hold": Command(lambda desk: reserve(desk, START + DAY), lambda desk, _: reserve(desk, START)),
    "renew": Command(lambda desk: reserve(desk, START), lambda desk, _: reserve(desk, START)),
    "renew after a lapse": Command(lapsed, lambda desk, _: reserve(desk, START)),
    "confirm": Command(
        lambda desk: reserve(desk, START),
        lambda desk, made: confirm_time_slot(desk.table, desk.configuration, PARTNER, made, desk.clock),
    ),
    "confirm after a lapse": Command(lapsed, lambda desk, made: desk.confirm(made)),
    "create": Command(lambda desk: reserve(desk, START), lambda desk, made: create(desk, made)),
    "create after a lapse": Command(lapsed, lambda desk, made: create(desk, made)),
    "create and claim": Command(
        lambda desk: reserve(desk, START),
        lambda desk, made: create(desk, made, room_id="tivoli", additional_employees=("bo",)),
    ),
    "book directly": Command(lambda desk: None, lambda desk, _: book(desk)),
    "reserve a new time for a meeting": Command(
        lambda desk: create(desk, reserve(desk, START + DAY, "old")),
        lambda desk, made: reserve(desk, START, "new", moving=made),
    ),
    "move": Command(move, lambda desk, made: desk.update(made[0], time_slot_id=made[1])),
    "claim a room and a colleague": Command(
        meeting, lambda desk, made: desk.update(made, room_id="tivoli", additional_employees=("bo",))
    ),
    "cancel": Command(meeting, lambda desk, made: desk.cancel(made)),
    "join the waitlist": Command(lambda desk: None, lambda desk, _: desk.join(START, IDA) and None),
    "offer to the waitlist": Command(join, lambda desk, _: walk(desk)),
}


def document(table: Table, of: tuple[Kind, str], body: dict[str, Any]) -> None:
    replace_configuration(table, *of, reading(*of, body), None, "admin", lambda: 0)


def opened(table: Table) -> Desk:
    """An office in which Anna has a meeting just before START, and Ida a meeting and a hold on other days."""
    for of, body in LOOSE.items():
        create_configuration(table, *of, reading(*of, body), "admin", lambda: 0)
    desk = Desk(table, office_of(table), Clock(NOW))
    create(desk, reserve(desk, START - HOUR, "neighbour", customer="other"))
    create(desk, reserve(desk, START + 3 * DAY, "Ida's"))
    reserve(desk, START + 2 * DAY, "Ida's hold")
    return desk


def restore(table: Table, items: list[dict[str, Any]]) -> None:
    """Makes the table hold these items, and no others."""
    there, wanted = ({_key(each): each for each in found} for found in (everything(table), items))
    requests: list[dict[str, Any]] = [
        {"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in there.keys() - wanted.keys()
    ]
    requests += [{"PutRequest": {"Item": each}} for key, each in wanted.items() if there.get(key) != each]
    for first in range(0, len(requests), 25):
        table.client.batch_write_item(RequestItems={table.name: requests[first : first + 25]})


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def answer(desk: Desk, command: Command, given: Any) -> str:
    """What comes of it. As a function does, it decides again by the newest configuration if its copy was older."""
    while True:
        try:
            command.ask(desk, given)
        except BookingError as error:
            if isinstance(error, InvalidRequest | NotFound | Outdated | SlotNotOffered | TooLate):
                newest = office_of(desk.table)
                if newest.version != desk.configuration.version:
                    desk = replace(desk, configuration=newest)
                    continue
            return f"{error.code} {error.details.get('reason', '')}"
        return "done"


SEEN = {
    "SLOT": ("start", "end", "employeeIds", "roomId", "status", "expiresAt", "topicId", "customerId"),
    "MEETING": ("start", "end", "employeeId", "additionalEmployees", "roomId", "status", "customerId"),
    "WAITLIST": ("status", "customerId", "asked"),
}


def state(table: Table, now: int) -> list[str]:
    """All slots that count, meetings and entries of the waitlist, without ids and times of writing."""
    items = list(map(decode, everything(table)))
    assert violations({ItemKey(item["pk"], item["sk"]): item for item in items}, now) == []
    return sorted(
        json.dumps([item["sk"], *(item.get(name) for name in SEEN[item["sk"]])])
        for item in items
        if item["sk"] in SEEN and item.get("expiresAt", now + 1) > now and item["status"] != "Released"
    )


type Outcome = tuple[str, list[str]]


@dataclass(frozen=True)
class Race:
    """One command and one change of the configuration, of an office with those `items`."""

    table: Table
    items: list[dict[str, Any]]
    now: int
    command: Command
    given: Any
    of: tuple[Kind, str]
    before: dict[str, Any]
    after: dict[str, Any]

    def start(self) -> Desk:
        restore(self.table, self.items)
        if self.before != LOOSE[self.of]:
            document(self.table, self.of, self.before)
        return Desk(self.table, office_of(self.table), Clock(self.now))

    def change(self) -> bool:
        document(self.table, self.of, self.after)
        return True

    def outcome(self, desk: Desk) -> Outcome:
        return answer(desk, self.command, self.given), state(self.table, self.now)

    def undisturbed(self) -> Outcome:
        return self.outcome(self.start())

    def interleaved(self) -> Iterator[tuple[str, Outcome]]:
        """With the change before the first database call of the command, before the second, and so on, and between two
        items of its first read of agendas.
        """
        for at in count():
            desk = self.start()
            changed: list[bool] = []
            outcome = self.outcome(replace(desk, table=interrupted(self.table, at, self.change, changed)))
            if not changed:
                break
            yield f"before call {at}", outcome
        for agendas_come in ("first", "last"):
            client = SlowBatches(self.table.client, agendas_come, self.change)
            yield (
                f"between two items, agendas {agendas_come}",
                self.outcome(replace(self.start(), table=Table(client, self.table.name))),
            )


def races(table: Table, command: Command) -> Iterator[tuple[str, Race]]:
    """Those in which something becomes tighter."""
    desk = opened(table)
    given = command.prepare(desk)
    items, now = everything(table), desk.clock()
    for name, (of, fields) in TIGHTER.items():
        yield name, Race(table, items, now, command, given, of, LOOSE[of], LOOSE[of] | fields)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_request_behaves_as_if_the_change_came_before_it_or_after_it(table: Table, name: str) -> None:
    for change, tightened in races(table, COMMANDS[name]):
        loosened = replace(tightened, before=tightened.after, after=tightened.before)
        loose, tight = tightened.undisturbed(), loosened.undisturbed()
        for race, without, afterwards in ((tightened, loose, tight), (loosened, tight, loose)):
            for when, outcome in race.interleaved():
                expected = [afterwards] if when == "before call 0" else [without, afterwards]
                assert outcome in expected, f"{change}, {when}"


def test_each_change_matters_to_a_command(table: Table) -> None:
    # Else the test above would hold of anything.
    matters = set()
    for command in ("reserve", "book directly", "cancel", "claim a room and a colleague"):
        for change, tightened in races(table, COMMANDS[command]):
            loosened = replace(tightened, before=tightened.after, after=tightened.before)
            if tightened.undisturbed()[0] == "done" != loosened.undisturbed()[0]:
                matters.add(change)
        restore(table, [])
    assert set(TIGHTER) - matters == {"the topic's meetings are longer"}  # that decides what a search proposes
