"""The proof that nothing is booked twice: many processes at full speed against the real engine.

    python -m tests.races.proof        minutes; PROOF_BUDGET=small for CI; PROOF_BUDGET=<seconds> for any other

Rounds take turns, each on a fresh table, each with what may go wrong in it:

- A *bustle*: every process reserves, moves, creates, reschedules, changes, confirms, releases and cancels at random, at
  times that overlap, with several employees, rooms, and tokens that it shares with others.
  Some of its holds are for customers, who may hold three slots each; some are seats in group meetings. Beside it
  further processes do the same and are killed at a random moment, whatever they are doing.
- *Fights*: all processes ask at the same instant for times that all contain one moment (or for one room, one further
  employee, one slot), in each way that a time can be taken. Exactly one wins, and every loser is told so (409). Three
  win of those who hold for one customer, and of those who want a seat in a group meeting of three; two of those who
  book for one customer, where two meetings may be to come.
- *Deletions*: an employee and a room are deleted and made again while everybody books them. What is booked is there.
- *Configuration*: working time, closing days, buffers and limits change while everybody books. What was booked was
  allowed before or after a change that came during the request, never by neither.

After a round the audit must find nothing, and what the processes were promised must be in the table and not overlap:
that second check is plain Python over their own notes. Anything but an answer or a 409 is a failure, a 503 too.
"""

import multiprocessing
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from copy import replace
from dataclasses import dataclass, field
from itertools import combinations, count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from botocore.exceptions import ClientError

from booking.domain.errors import BookingError, Conflict, TooManyHolds
from booking.domain.meeting import Meeting, Slot
from booking.storage import keys, meetings, slots
from booking.storage.table import Table
from local.audit import CustomerLimits
from local.dynamodb_local import running
from local.failure import Failure
from tests.races.at_full_speed import configuration_changes, deletions
from tests.races.clients import Call, FaultyClient, no_answer, service_error, transaction_cancelled
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, EMPLOYEES, GRID, HOUR, PARTNER, ROOMS, WEEK, connect, fresh_table, office, wrong_in

PROCESSES = 8
VICTIMS = 2
"""How many further processes are killed in each bustle."""
DELETIONS_SHARE, DELETIONS_SECONDS = 0.1, 4.0
"""Of the budget, and how long at least: the deletions, and the other changes of the configuration as long again."""
BUDGET_SECONDS = {"": 240.0, "small": 35.0}
MONDAY = 4 * DAY  # the first one of all was the fifth day
CALLS_PER_BUSTLE = 80  # of each process
ANSWER_SECONDS = 120
MOST_UPCOMING = 2
LIMITS = CustomerLimits({None: MOST_UPCOMING}, may_overlap=False)
OWN = tuple(f"own-{number}" for number in range(PROCESSES))
"""An employee of each process, whom nobody else books."""


@dataclass(frozen=True)
class Weather:
    """What may go wrong in a round: the share of database calls that fail, holds that hardly last, clocks apart.

    `buffer` is what employees need between two meetings, in seconds like the others. `is_limited`: one customer has at
    most `MOST_UPCOMING` meetings to come, no two of them at once.
    """

    name: str
    faults: float = 0
    lifetime: int = 300
    skew: int = 0
    buffer: int = 0
    is_limited: bool = False


WEATHERS = (
    Weather("calm"),
    Weather("faults in 6 % of calls", faults=0.06),
    Weather("holds of 2 s, clocks up to 2 s off", lifetime=2, skew=2),
    Weather("buffers, faults in 3 %, the same clocks", faults=0.03, lifetime=2, skew=2, buffer=GRID),
    Weather("limits of each customer, faults in 3 %", faults=0.03, is_limited=True),
)


@dataclass(frozen=True)
class Task:
    """One round. Times are about `base`, where an agenda's week ends and another begins. It began at `now`."""

    table: str
    seed: int
    now: int
    base: int
    weather: Weather
    fight: str | None = None

    @property
    def is_limited(self) -> bool:
        return self.weather.is_limited or (self.fight is not None and FIGHTS[self.fight].is_limited)


@dataclass
class Promise:
    """What a process was told that it has: of these resources, from then to then."""

    slot_id: str
    start: int
    end: int
    resources: tuple[tuple[str, str], ...]
    is_booked: bool
    moves: str | None = None
    group: tuple[object, ...] | None = None
    """What it has in common with the other seats, if it is a seat in a group meeting."""
    customer: str | None = None
    """Whose meeting it is."""


@dataclass
class Tally:
    """What came of one process's part of a round."""

    answers: Counter[str] = field(default_factory=Counter)
    database_calls: int = 0
    retries: int = 0
    failures: list[str] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


class Process:
    """One process's part of one round."""

    def __init__(self, client: Any, task: Task, number: int, barrier: Barrier | None) -> None:
        self.task, self.number, self.barrier = task, number, barrier
        self.random = random.Random(f"{task.seed} {number}")
        self.tally = Tally()
        offset = self.random.randint(-task.weather.skew, task.weather.skew)
        configuration = office(
            (*EMPLOYEES, *OWN),
            lifetime=task.weather.lifetime,
            buffer=task.weather.buffer,
            most_upcoming=MOST_UPCOMING if task.is_limited else None,
            may_overlap=not task.is_limited,
        )
        self.calm = Table(client, task.table)  # to look what came of it
        table = Table(FaultyClient(client, self._call), task.table)
        self.desk = Desk(table, configuration, lambda: int(time.time()) + offset)
        self.held: dict[str, Promise] = {}
        self.meetings: dict[str, Meeting] = {}
        self.tokens: dict[str, str] = {}  # the slot that each of its own tokens reserved last

    def wait(self) -> None:
        """For all the others, in a fight."""
        if self.barrier:
            self.barrier.wait(ANSWER_SECONDS)

    def _call(self, operation: str, index: int, call: Call) -> Any:
        self.tally.database_calls += 1
        luck = self.random.random() / self.task.weather.faults if self.task.weather.faults else 1.0
        is_write = operation == "transact_write_items"
        try:
            if luck < 1 / 3:
                call()
                raise no_answer()
            if luck < 2 / 3 and is_write:
                raise transaction_cancelled(operation, "TransactionConflict")
            if luck < 1:
                raise service_error(operation, "ThrottlingException", 400)
            return call()
        except ClientError:
            self.tally.retries += is_write
            raise

    def ask[T](self, name: str, request: Callable[[], T]) -> T | None:
        """The answer; None if it was refused as a conflict. Anything else is a failure."""
        try:
            answer = request()
        except (Conflict, TooManyHolds):
            self.tally.answers[f"{name} 409"] += 1
            return None
        except BookingError as error:
            self.tally.failures.append(f"{name}: {type(error).__name__} {error.code}")
            return None
        except Exception as error:
            self.tally.failures.append(f"{name}: {type(error).__name__}: {error}")
            return None
        self.tally.answers[name] += 1
        return answer

    # A bustle ----------------------------------------------------------------------------------------------------

    def bustle(self) -> None:
        acts = {
            self.reserve: 30,
            self.create: 14,
            self.book: 8,
            self.confirm: 4,
            self.release: 8,
            self.cancel: 10,
            self.reschedule: 12,
            self.change: 6,
            self.share: 12,
            self.sit: 12,
        }
        for act in self.random.choices(list(acts), list(acts.values()), k=CALLS_PER_BUSTLE):
            act()
        self.tally.promises = list(self.held.values())

    def anything(self) -> tuple[int, int, tuple[str, ...], str | None]:
        """A start and length about the end of a week, some employees, and perhaps a room."""
        start = self.task.base + self.random.randrange(-12 * HOUR, 12 * HOUR, GRID)
        length = self.random.randrange(GRID, 3 * HOUR, GRID)
        employees = self.random.sample(EMPLOYEES, self.random.choice((1, 1, 1, 2)))
        return start, length, tuple(employees), self.random.choice((None, None, *ROOMS))

    def note(self, slot: Slot, *, is_booked: bool) -> None:
        resources = tuple((of.kind.value, of.id) for of in slot.resources)
        group = (slot.employee_id, slot.interval, slot.topic_id, slot.seat) if slot.is_seat else None
        self.held[slot.id] = Promise(
            slot.id, slot.start, slot.end, resources, is_booked, slot.existing_meeting_id, group
        )

    def note_meeting(self, meeting: Meeting) -> None:
        self.meetings[meeting.id] = meeting
        employees = (("EMPLOYEE", id) for id in (meeting.employee_id, *meeting.additional_employees))
        rooms = (("ROOM", meeting.room_id),) if meeting.room_id else ()
        resources = (*employees, *rooms)
        hold = self.held.get(meeting.time_slot_id)
        self.held[meeting.time_slot_id] = Promise(
            meeting.time_slot_id,
            meeting.start,
            meeting.end,
            resources,
            True,
            group=hold.group if hold else None,
            customer=meeting.customer_id,
        )

    def a_hold(self) -> str | None:
        """The id of some slot that this process holds, and that is to become a meeting."""
        holds = [id for id, held in self.held.items() if not held.moves and id not in self.slots_of_meetings()]
        return self.random.choice(holds) if holds else None

    def slots_of_meetings(self) -> set[str]:
        return {meeting.time_slot_id for meeting in self.meetings.values()}

    def a_meeting(self) -> Meeting | None:
        return self.random.choice(list(self.meetings.values())) if self.meetings else None

    def reserve(self) -> None:
        start, length, employees, room = self.anything()
        token = f"{self.number} {self.random.randrange(4)}"
        customer = self.random.choice((None, f"customer {self.number // 2}"))  # two processes share each
        topic = self.random.choice((None, None, "loan"))  # which wants more time around it
        reserved = self.ask(
            "reserve",
            lambda: self.desk.reserve(
                start, *employees, token=token, length=length, room=room, customer=customer, topic=topic
            ),
        )
        if reserved:
            self.drop_token(token)
            self.note(reserved.slot, is_booked=False)
            self.tokens[token] = reserved.slot.id

    def sit(self) -> None:
        """Takes a seat in one of few group meetings."""
        start = self.task.base + self.random.randrange(-4, 4) * HOUR
        host, room = self.random.choice(EMPLOYEES), self.random.choice((None, "tivoli"))
        token = f"{self.number} {self.random.randrange(4)}"
        reserved = self.ask("sit", lambda: self.desk.reserve(start, host, token=token, room=room, topic="course"))
        if reserved:
            self.drop_token(token)
            self.note(reserved.slot, is_booked=False)
            self.tokens[token] = reserved.slot.id

    def drop_token(self, token: str) -> None:
        before = self.tokens.pop(token, None)
        if before in self.held and not self.held[before].is_booked:
            del self.held[before]

    def create(self) -> None:
        slot_id = self.a_hold()
        if slot_id is None:
            return
        wishes: dict[str, Any] = {"customer": None}  # that of the slot
        if self.random.random() < 0.3:
            wishes["additional_employees"] = (self.random.choice(EMPLOYEES),)
        if self.random.random() < 0.3 and not any(kind == "ROOM" for kind, _ in self.held[slot_id].resources):
            wishes["room_id"] = self.random.choice(ROOMS)
        created = self.ask("create", lambda: self.desk.create(slot_id, **wishes))
        if created:
            self.note_meeting(created.meeting)

    def book(self) -> None:
        start, length, employees, room = self.anything()
        customer = self.random.choice(("customer", f"customer {self.number // 2}"))
        created = self.ask(
            "book", lambda: self.desk.book(start, *employees, length=length, room=room, customer=customer)
        )
        if created:
            self.note_meeting(created.meeting)

    def confirm(self) -> None:
        slot_id = self.a_hold()
        if slot_id and self.ask("confirm", lambda: self.desk.confirm(slot_id)):
            self.held[slot_id].is_booked = True

    def release(self) -> None:
        slot_id = self.a_hold()
        if slot_id and self.ask("release", lambda: self.desk.release(slot_id)):
            del self.held[slot_id]

    def cancel(self) -> None:
        meeting = self.a_meeting()
        if meeting and self.ask("cancel", lambda: self.desk.cancel(meeting.id)):
            del self.meetings[meeting.id], self.held[meeting.time_slot_id]

    def reschedule(self) -> None:
        meeting = self.a_meeting()
        if not meeting:
            return
        _, length, employees, room = self.anything()
        start = meeting.start + self.random.randrange(-2 * HOUR, 2 * HOUR, GRID)
        token = f"{self.number} move"
        reserved = self.ask(
            "reserve",
            lambda: self.desk.reserve(start, *employees, token=token, length=length, room=room, moving=meeting.id),
        )
        if not reserved:
            return
        self.drop_token(token)
        self.note(reserved.slot, is_booked=False)
        self.tokens[token] = reserved.slot.id
        moved = self.ask("reschedule", lambda: self.desk.update(meeting.id, time_slot_id=reserved.slot.id))
        if moved:
            del self.held[meeting.time_slot_id]
            self.note_meeting(moved)

    def change(self) -> None:
        meeting = self.a_meeting()
        if not meeting:
            return
        room, other = self.random.choice((None, *ROOMS)), self.random.choice(EMPLOYEES)
        changed = self.ask("change", lambda: self.desk.update(meeting.id, room_id=room, additional_employees=(other,)))
        if changed:
            self.note_meeting(changed)

    def share(self) -> None:
        """Something with a token that every process uses: nobody knows what the others did with it."""
        token = f"shared {self.random.randrange(3)}"
        slot = self.slot_of_token(token)
        act = self.random.choice(("reserve", "reserve", "create", "confirm", "release", "cancel", "change"))
        if act == "reserve" or slot is None:
            start, length, employees, room = self.anything()
            self.ask("reserve", lambda: self.desk.reserve(start, *employees, token=token, length=length, room=room))
        elif act == "create":
            self.ask("create", lambda: self.desk.create(slot.id))
        elif act == "confirm":
            self.ask("confirm", lambda: self.desk.confirm(slot.id))
        elif act == "release":
            self.ask("release", lambda: self.desk.release(slot.id))
        elif slot.meeting_id and act == "cancel":
            self.ask("cancel", lambda: self.desk.cancel(str(slot.meeting_id)))
        elif slot.meeting_id:
            self.ask("change", lambda: self.desk.update(str(slot.meeting_id), title=str(self.number)))

    def slot_of_token(self, token: str) -> Slot | None:
        item = self.calm.get(keys.token(PARTNER.owner, keys.token_hash(token)))
        return slots.get(self.calm, slots.slot_id_of_token(item)) if item else None

    # Fights ------------------------------------------------------------------------------------------------------

    def fight(self, kind: str) -> None:
        """Prepares alone, then acts with all the others; the answer is whether this process won."""
        act = FIGHTS[kind].prepare(self)
        self.wait()
        won = self.ask(kind, act)
        self.tally.answers[f"{kind} won"] += bool(won)

    def around(self) -> tuple[int, int]:
        """A start and length of its own that contain the contested moment."""
        before, after = self.random.randrange(0, 2 * HOUR, GRID), self.random.randrange(GRID, 2 * HOUR, GRID)
        return self.task.base - before, before + after

    def own_hold(self, start: int, length: int) -> Slot:
        return self.desk.reserve(start, OWN[self.number], token=f"{self.number}", length=length).slot

    def prepare_reserve(self) -> Callable[[], bool]:
        start, length = self.around()
        return lambda: self.desk.reserve(start, token=f"{self.number}", length=length).is_new

    def prepare_room(self) -> Callable[[], bool]:
        start, length = self.around()
        return lambda: (
            self.desk.reserve(start, OWN[self.number], token=f"{self.number}", length=length, room="tivoli").is_new
        )

    def prepare_two_employees(self) -> Callable[[], bool]:
        start, length = self.around()
        others = self.random.sample(EMPLOYEES, 2)
        # Any two of three have one in common.
        return lambda: self.desk.reserve(start, *others, token=f"{self.number}", length=length).is_new

    def prepare_move(self) -> Callable[[], bool]:
        """Who loses keeps the hold that it had."""
        start, length = self.around()
        old = self.own_hold(start + DAY, length)

        def move() -> bool:
            try:
                return self.desk.reserve(start, token=f"{self.number}", length=length).is_new
            except Conflict:
                kept = slots.get(self.calm, old.id)
                if kept is None or not kept.is_live(self.desk.clock()):
                    self.tally.failures.append("a loser's old hold is gone")
                raise

        return move

    def prepare_hold_for_one_customer(self) -> Callable[[], bool]:
        return lambda: (
            self.desk.reserve(self.task.base, OWN[self.number], token=f"{self.number}", customer="one").is_new
        )

    def prepare_sit(self) -> Callable[[], bool]:
        return lambda: self.desk.reserve(self.task.base, token=f"{self.number}", topic="course").is_new

    def prepare_book_a_seat(self) -> Callable[[], bool]:
        return lambda: self.desk.book(self.task.base, "anna", room="tivoli", topic="course").is_new

    def prepare_sit_or_not(self) -> Callable[[], bool]:
        """Half of them want a seat and the others the employee: seats for some, or the employee for one."""
        topic = "course" if self.number % 2 else None
        return lambda: not self.desk.book(self.task.base, "anna", topic=topic)

    def prepare_book(self) -> Callable[[], bool]:
        start, length = self.around()
        return lambda: self.desk.book(start, "anna", length=length).is_new

    def prepare_book_for_one_customer(self) -> Callable[[], bool]:
        start = self.task.base + 3 * self.number * HOUR
        slot = self.own_hold(start, HOUR)
        acts: Sequence[Callable[[], Any]] = (
            lambda: self.desk.create(slot.id, customer="one"),
            lambda: self.desk.book(start + HOUR, OWN[self.number], customer="one"),
        )
        return lambda: acts[self.number % len(acts)]().is_new

    def prepare_be_at_one_place(self) -> Callable[[], bool]:
        slot = self.own_hold(*self.around())
        return lambda: self.desk.create(slot.id, customer="one").is_new

    def prepare_claim_room(self) -> Callable[[], bool]:
        slot = self.own_hold(*self.around())
        return lambda: self.desk.create(slot.id, room_id="tivoli").is_new

    def prepare_claim_employee(self) -> Callable[[], bool]:
        slot = self.own_hold(*self.around())
        return lambda: self.desk.create(slot.id, additional_employees=("anna",)).is_new

    def prepare_add_employee(self) -> Callable[[], bool]:
        meeting = self.desk.create(self.own_hold(*self.around()).id).meeting
        return lambda: bool(self.desk.update(meeting.id, additional_employees=("anna",)))

    def prepare_reschedule(self) -> Callable[[], bool]:
        """A hold to move a meeting is fought for as any other; who wins moves its meeting there."""
        start, length = self.around()
        meeting = self.desk.create(self.own_hold(start + DAY, length).id).meeting

        def move() -> bool:
            hold = self.desk.reserve(start, token=f"{self.number} move", length=length, moving=meeting.id)
            return self.desk.update(meeting.id, time_slot_id=hold.slot.id).start == start

        return move

    def prepare_lapsed(self) -> Callable[[], bool]:
        """All of them held it, one after another, each when the one before had lapsed; now all create at once."""
        start, length = self.around()
        lifetime = self.desk.configuration.organisation.reservation_lifetime
        begin = self.task.now - PROCESSES * lifetime
        mine: list[Slot] = []
        for turn in range(PROCESSES):
            if turn == self.number:
                then = replace(self.desk, clock=Clock(begin + turn * lifetime))
                mine.append(then.reserve(start, token=f"{self.number}", length=length).slot)
            self.wait()
        afterwards = replace(self.desk, clock=Clock(self.task.now))
        return lambda: afterwards.create(mine[0].id).is_new

    def prepare_shared_slot(self) -> Slot:
        if self.number == 0:
            self.desk.reserve(self.task.base, token="shared")
        self.wait()
        slot = self.slot_of_token("shared")
        assert slot is not None
        return slot

    def prepare_same_slot(self) -> Callable[[], bool]:
        slot = self.prepare_shared_slot()
        return lambda: self.desk.create(slot.id).is_new

    def prepare_same_slot_other_customers(self) -> Callable[[], bool]:
        slot = self.prepare_shared_slot()
        return lambda: self.desk.create(slot.id, customer=f"customer {self.number}").is_new

    def prepare_same_token(self) -> Callable[[], bool]:
        return lambda: self.desk.reserve(self.task.base, token="shared").is_new

    def prepare_same_token_other_times(self) -> Callable[[], bool]:
        start, length = self.around()
        return lambda: not self.desk.reserve(start, token="shared", length=length)

    def prepare_everything_with_one_slot(self) -> Callable[[], bool]:
        slot = self.prepare_shared_slot()
        acts: Sequence[Callable[[], Any]] = (
            lambda: self.desk.create(slot.id),
            lambda: self.desk.confirm(slot.id),
            lambda: self.desk.release(slot.id),
            lambda: self.desk.reserve(self.task.base + HOUR // 2, token="shared"),
        )
        return lambda: acts[self.number % len(acts)]() is None

    def prepare_everything_with_one_meeting(self) -> Callable[[], bool]:
        slot = self.prepare_shared_slot()
        if self.number == 0:
            self.desk.create(slot.id)
        self.wait()
        made = slots.get(self.calm, slot.id)
        assert made is not None
        meeting_id = str(made.meeting_id)
        start = self.task.base + DAY
        there = self.desk.reserve(start, OWN[self.number], token=f"{self.number}", moving=meeting_id).slot
        acts: Sequence[Callable[[], Any]] = (
            lambda: self.desk.update(meeting_id, time_slot_id=there.id),
            lambda: self.desk.update(meeting_id, room_id="tivoli"),
            lambda: self.desk.update(meeting_id, additional_employees=("bo",)),
            lambda: self.desk.cancel(meeting_id),
        )
        return lambda: acts[self.number % len(acts)]() is None


@dataclass(frozen=True)
class Fight:
    """How it is prepared; how many win; whether the others lose (409) or share what was won.

    Where what is won is only a hold, one whose clock is ahead may win it next when it hardly lasts. `is_limited`: as
    in Weather.
    """

    prepare: Callable[[Process], Callable[[], bool]]
    winners: int = 1
    others_lose: bool | None = True
    is_for_a_hold: bool = False
    is_limited: bool = False


FIGHTS: Mapping[str, Fight] = {
    "reserve one employee": Fight(Process.prepare_reserve, is_for_a_hold=True),
    "reserve one room": Fight(Process.prepare_room, is_for_a_hold=True),
    "reserve two employees": Fight(Process.prepare_two_employees, is_for_a_hold=True),
    "move a hold": Fight(Process.prepare_move, is_for_a_hold=True),
    "hold for one customer": Fight(Process.prepare_hold_for_one_customer, winners=3, is_for_a_hold=True),
    "reserve a seat": Fight(Process.prepare_sit, winners=3, is_for_a_hold=True),
    "book a seat": Fight(Process.prepare_book_a_seat, winners=3),
    "book a seat or the employee": Fight(Process.prepare_sit_or_not, winners=0, others_lose=None),
    "book": Fight(Process.prepare_book),
    "book for one customer": Fight(Process.prepare_book_for_one_customer, winners=MOST_UPCOMING, is_limited=True),
    "be at one place": Fight(Process.prepare_be_at_one_place, is_limited=True),
    "create with one room": Fight(Process.prepare_claim_room),
    "create with one employee more": Fight(Process.prepare_claim_employee),
    "add one employee": Fight(Process.prepare_add_employee),
    "reschedule": Fight(Process.prepare_reschedule),
    "create from lapsed holds": Fight(Process.prepare_lapsed),
    "create from one slot": Fight(Process.prepare_same_slot, others_lose=False),
    "create from one slot for other customers": Fight(Process.prepare_same_slot_other_customers),
    "reserve with one token": Fight(Process.prepare_same_token, others_lose=False, is_for_a_hold=True),
    "move one token about": Fight(
        Process.prepare_same_token_other_times, winners=0, others_lose=False, is_for_a_hold=True
    ),
    "everything with one slot": Fight(Process.prepare_everything_with_one_slot, winners=0, others_lose=None),
    "everything with one meeting": Fight(Process.prepare_everything_with_one_meeting, winners=0, others_lose=None),
}


def be_killed(endpoint: str, task: Task, number: int) -> None:
    """A bustle that nobody waits for; see `_victims`."""
    process = Process(connect(endpoint), task, number, None)
    while True:
        process.bustle()


@contextmanager
def _victims(context: Any, endpoint: str, task: Task) -> Iterator[None]:
    """Processes that are killed at a random moment while the others go on."""
    killed = [
        context.Process(target=be_killed, args=(endpoint, task, PROCESSES + number), daemon=True)
        for number in range(VICTIMS)
    ]
    luck = random.Random(task.seed)
    timers = [threading.Timer(luck.uniform(0.5, 2.5), victim.kill) for victim in killed]
    for victim, timer in zip(killed, timers, strict=True):
        victim.start()
        timer.start()
    try:
        yield
    finally:
        for victim, timer in zip(killed, timers, strict=True):
            timer.join()
            victim.join()


def work(endpoint: str, number: int, barrier: Barrier, tasks: Connection) -> None:
    """One process: does its part of each round that it is sent, until it is sent None."""
    client = connect(endpoint)
    while (task := tasks.recv()) is not None:
        process = Process(client, task, number, barrier)
        try:
            process.fight(task.fight) if task.fight else process.bustle()
        except Exception as error:
            process.tally.failures.append(f"{task.fight or 'bustle'}: {type(error).__name__}: {error}")
            barrier.abort()
        tasks.send(process.tally)


def judged_promises(table: Table, promises: Iterable[Promise], weather: Weather) -> list[str]:
    """What the table does not keep of what was promised, and promises that contradict each other."""
    wrong: list[str] = []
    now = int(time.time())
    kept = [each for each in promises if each.is_booked or weather.lifetime > ANSWER_SECONDS]
    for each in kept:
        slot = slots.get(table, each.slot_id)
        if slot is None or not slot.is_live(now) or (slot.start, slot.end) != (each.start, each.end):
            wrong.append(f"promised and not there: {each}")
        elif sorted((of.kind.value, of.id) for of in slot.resources) != sorted(each.resources):
            wrong.append(f"promised otherwise: {each}")
    for one, other in combinations(kept, 2):
        is_shared = one.group is not None and one.group == other.group
        if (
            one.start < other.end
            and other.start < one.end
            and set(one.resources) & set(other.resources)
            and not is_shared
        ):
            moved = [meetings.get(table, id) for id in (one.moves, other.moves) if id]
            if not any(meeting and meeting.time_slot_id in (one.slot_id, other.slot_id) for meeting in moved):
                wrong.append(f"promised twice: {one} and {other}")
    return wrong


def judged_customers(promises: Iterable[Promise]) -> list[str]:
    """Customers who were promised more meetings than one may have, or two at once."""
    of_each: dict[str, list[Promise]] = {}
    for each in promises:
        if each.customer:
            of_each.setdefault(each.customer, []).append(each)
    wrong = [
        f"promised {customer} {len(theirs)} meetings"
        for customer, theirs in of_each.items()
        if len(theirs) > MOST_UPCOMING
    ]
    for customer, theirs in of_each.items():
        for one, other in combinations(theirs, 2):
            if one.start < other.end and other.start < one.end:
                wrong.append(f"promised {customer} two meetings at once: {one} and {other}")
    return wrong


def judged_fight(kind: str, answers: Mapping[str, int]) -> list[str]:
    fight = FIGHTS[kind]
    won, lost, done = (answers.get(f"{kind}{suffix}", 0) for suffix in (" won", " 409", ""))
    losers = {True: PROCESSES - fight.winners, False: 0, None: lost}[fight.others_lose]
    if (won, lost, done + lost) == (fight.winners, losers, PROCESSES):
        return []
    return [f"{kind}: {won} won, {lost} lost, {done} were answered"]


@dataclass
class Totals:
    rounds: int = 0
    fights: int = 0
    winners: int = 0
    calls: int = 0
    conflicts: int = 0
    retries: int = 0
    database_calls: int = 0
    failures: list[str] = field(default_factory=list)


def prove(endpoint: str, seconds: float, seed: int) -> Totals:
    """Rounds until the seconds are spent, and at least one of each kind."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.desk"])
    barrier = context.Barrier(PROCESSES)
    pipes = [context.Pipe() for _ in range(PROCESSES)]
    processes = [
        context.Process(target=work, args=(endpoint, number, barrier, pipe[1]), daemon=True)
        for number, pipe in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    totals, begin = Totals(), time.monotonic()
    rounds = [
        (weather, fight)
        for weather in WEATHERS
        for fight in (None, *FIGHTS)
        if not (fight and (weather.buffer or weather.is_limited or (weather.skew and FIGHTS[fight].is_for_a_hold)))
    ]
    for number in count():
        if number >= len(rounds) and time.monotonic() - begin > seconds:
            break
        weather, fight = rounds[number % len(rounds)]
        now = int(time.time())
        base = (now // WEEK + 2) * WEEK + MONDAY
        with fresh_table(endpoint) as table:
            task = Task(table.name, seed + number, now, base, weather, fight)
            with nullcontext() if fight else _victims(context, endpoint, task):
                tallies = _round(task, [pipe[0] for pipe in pipes])
            answers = sum((tally.answers for tally in tallies), Counter[str]())
            promises = [promise for tally in tallies for promise in tally.promises]
            failures = [failure for tally in tallies for failure in tally.failures]
            limits = LIMITS if task.is_limited else None
            found = wrong_in(table, int(time.time()), weather.buffer, limits=limits)
            failures += [str(violation) for violation in found]
            failures += judged_promises(table, promises, weather)
            if task.is_limited:
                failures += judged_customers(promises)
        if fight:
            failures += judged_fight(fight, answers)
            totals.fights += 1
            totals.winners += answers[f"{fight} won"]
        totals.rounds += 1
        totals.calls += sum(times for name, times in answers.items() if not name.endswith(" won"))
        totals.conflicts += sum(times for name, times in answers.items() if name.endswith(" 409"))
        totals.retries += sum(tally.retries for tally in tallies)
        totals.database_calls += sum(tally.database_calls for tally in tallies)
        totals.failures += [f"round {number} (seed {seed + number}, {weather.name}): {failure}" for failure in failures]
        if not fight or failures:
            say(
                f"{time.monotonic() - begin:6.0f} s  {totals.rounds:5} rounds  {totals.calls:7,} calls  "
                f"{totals.conflicts:6,} conflicts (409)  {totals.retries:6,} retries  "
                f"{totals.fights:4} fights  {len(totals.failures)} failures   {weather.name}"
            )
        if failures:
            break
    if not totals.failures:
        with fresh_table(endpoint) as table:
            totals.failures += deletions(table, max(seconds * DELETIONS_SHARE, DELETIONS_SECONDS), seed)
        with fresh_table(endpoint) as table:
            changes = configuration_changes(table, max(seconds * DELETIONS_SHARE, DELETIONS_SECONDS), seed)
        say(str(changes))
        totals.failures += changes.failures
    for pipe, _ in pipes:
        pipe.send(None)
    for process in processes:
        process.join(ANSWER_SECONDS)
    return totals


def _round(task: Task, pipes: Sequence[Connection]) -> list[Tally]:
    for pipe in pipes:
        pipe.send(task)
    tallies: list[Tally] = []
    for pipe in pipes:
        if not pipe.poll(ANSWER_SECONDS):
            return [*tallies, Tally(failures=["a process gave no answer"])]
        tallies.append(pipe.recv())
    return tallies


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    os.environ["POWERTOOLS_METRICS_DISABLED"] = "true"  # of this process and of those that it starts
    asked = os.environ.get("PROOF_BUDGET", "")
    seconds = BUDGET_SECONDS[asked] if asked in BUDGET_SECONDS else float(asked)
    seed = int(os.environ.get("PROOF_SEED") or time.time())
    begin = time.monotonic()
    try:
        with running() as endpoint:
            totals = prove(endpoint, seconds, seed)
    except Failure as failure:
        say(str(failure))
        return 2
    say(
        f"{PROCESSES} processes, {totals.rounds} rounds (seed {seed}), {totals.calls:,} calls, "
        f"{totals.database_calls:,} database calls, {totals.conflicts:,} conflicts (409), {totals.retries:,} retries, "
        f"{totals.winners} winners of {totals.fights} fights, {time.monotonic() - begin:.0f} s"
    )
    say("\n".join(totals.failures) or "Nothing was booked twice, nothing was lost, nobody got an error.")
    return 1 if totals.failures else 0


if __name__ == "__main__":
    sys.exit(main())
