"""Deletions of employees and rooms, and other changes of the configuration, at full speed while everybody books."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from copy import replace
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from booking.commands.change_configuration import create_configuration, replace_configuration
from booking.domain.documents import Kind
from booking.domain.errors import AlreadyExists, BookingError, NotFound, Outdated, SlotNotOffered
from booking.storage import configuration_items, slots
from booking.storage.table import Table, decode
from tests.races.desk import Desk
from tests.races.office import DAY, GRID, HOUR, MINUTE, WEEK, everything, wrong_in
from tests.races.test_deletions import ALWAYS, BO, DOCUMENTS, TIVOLI, Victim, delete, desk_of, office_of, reading

BOOKERS = 6
ACTS_PER_CHANGE = 6
"""After how many acts of the bookers the configuration changes."""


def now() -> int:
    return int(time.time())


def deletions(table: Table, seconds: float, seed: int) -> list[str]:
    """What is wrong after that many seconds of it: nothing, if all is well."""
    desk = replace(desk_of(table), clock=now)
    until = time.monotonic() + seconds
    failures: list[str] = []

    def run(act: Callable[[random.Random], None], number: int) -> None:
        luck = random.Random(f"{seed} {number}")
        while time.monotonic() < until and not failures:
            try:
                act(luck)
            except BookingError:
                continue  # refused, or too busy
            except Exception as error:
                failures.append(f"deletions: {type(error).__name__}: {error}")

    def administer(luck: random.Random) -> None:
        victim = luck.choice((BO, TIVOLI))
        if delete(table, victim, now):
            with suppress(AlreadyExists):
                body = DOCUMENTS[victim.kind, victim.id]
                create_configuration(
                    table, victim.kind, victim.id, reading(victim.kind, victim.id, body), "admin", lambda: 0
                )

    workers = [threading.Thread(target=run, args=(administer, -1))]
    workers += [
        threading.Thread(target=run, args=(_booker(replace(desk), number), number)) for number in range(BOOKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    failures += [str(violation) for violation in wrong_in(table, now())]
    documents = configuration_items.read(table)
    for victim in (BO, TIVOLI):
        if victim.id not in documents.of(victim.kind) and (ids := _taken_by(table, victim, now())):
            failures.append(f"deletions: {victim.id} is deleted, and slots {ids} have its time")
    return failures


def _booker(desk: Desk, number: int) -> Callable[[random.Random], None]:
    """Takes time of both and gives it back, by the configuration that it knows, and by the newest once that moved."""
    known = {"desk": desk}

    def book(luck: random.Random) -> None:
        start = (int(time.time()) // DAY + 3) * DAY + luck.randrange(0, WEEK // 2, GRID)
        token = f"{number}"
        acts: list[Callable[[Desk], Any]] = [
            lambda at: at.release(at.reserve(start, "bo", token=token).slot.id),
            lambda at: at.cancel(at.create(_held(at, start, token, "tivoli")).meeting.id),
            lambda at: at.cancel(at.book(start, "bo", room="tivoli").meeting.id),
            lambda at: at.cancel(
                at.create(_held(at, start, token), room_id="tivoli", additional_employees=("bo",)).meeting.id
            ),
        ]
        try:
            luck.choice(acts)(known["desk"])
        except (Outdated, NotFound):
            known["desk"] = replace(known["desk"], configuration=office_of(desk.table))

    return book


def _held(desk: Desk, start: int, token: str, room: str | None = None) -> str:
    return desk.reserve(start, "anna", token=token, room=room).slot.id


def _taken_by(table: Table, victim: Victim, at: int) -> list[str]:
    slots = (decode(item) for item in everything(table) if item["sk"]["S"] == "SLOT")
    return [
        slot["pk"]
        for slot in slots
        if slot["status"] != "Released"
        and slot.get("expiresAt", at + 1) > at
        and (victim.id in slot["employeeIds"] or victim.id == slot.get("roomId"))
    ]


@dataclass(frozen=True)
class Settings:
    """What an administrator changes; until which minute of the day Anna works. Other times are in seconds."""

    anna_until: int = 1440
    anna_can_be_booked: bool = True
    closed: frozenset[int] = frozenset()
    longest: int = 2 * HOUR
    buffer: int = 0
    most_a_day: int | None = None

    def allow(self, start: int, end: int, employee: str) -> bool:
        """Whether a customer's meeting may be then, whatever else is booked: in plain Python."""
        day, second = divmod(start, DAY)
        if day in self.closed or end - start > self.longest:
            return False
        return employee != "anna" or (self.anna_can_be_booked and second + end - start <= self.anna_until * MINUTE)

    def documents(self) -> dict[tuple[Kind, str], dict[str, Any]]:
        windows = [{"from": "00:00", "to": f"{self.anna_until // 60}:00", "location": "City"}]
        return {
            (Kind.ORGANISATION, "organisation"): DOCUMENTS[Kind.ORGANISATION, "organisation"]
            | {
                "closingDays": [time.strftime("%Y-%m-%d", time.gmtime(day * DAY)) for day in sorted(self.closed)],
                "defaultMeetingDuration": 30,
                "longestMeeting": self.longest // MINUTE,
                "buffer": self.buffer // MINUTE,
                "maxMeetingsPerDay": self.most_a_day,
            },
            (Kind.EMPLOYEES, "anna"): DOCUMENTS[Kind.EMPLOYEES, "anna"]
            | {"canBeBooked": self.anna_can_be_booked, "workdays": dict.fromkeys(ALWAYS, windows)},
        }


@dataclass
class History:
    """All settings that there have been, the oldest first. `complete`: the number of the newest one that is stored."""

    settings: list[Settings] = field(default_factory=lambda: [Settings()])
    complete: int = 0

    def between(self, first: int, last: int) -> list[Settings]:
        return self.settings[first : last + 1]


@dataclass(frozen=True)
class Booked:
    """What somebody was told that is booked. It was decided between two settings, by their numbers.

    The agenda was looked at when the time was `taken`, and the rules again when it was booked.
    """

    start: int
    end: int
    employee: str
    slot_id: str
    taken_after: int
    booked_after: int
    by: int


@dataclass
class Changes:
    """What came of it: how often the settings changed, what was booked, refused, and wrong."""

    changes: int = 0
    booked: int = 0
    refused: int = 0
    by_the_old: int = 0
    by_neither: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"configuration: {self.changes:,} changes, {self.booked:,} bookings and {self.refused:,} refusals; "
            f"{self.by_the_old:,} were allowed before a change that came during the request and not after it, "
            f"{self.by_neither} allowed neither before nor after"
        )


def configuration_changes(table: Table, seconds: float, seed: int) -> Changes:
    """The configuration becomes tighter and looser while everybody books, moves and cancels by a copy of it."""
    desk = replace(desk_of(table), clock=now)
    history, found = History(), Changes()
    _store(table, history.settings[0], Settings(anna_until=0))
    days = range(now() // DAY + 3, now() // DAY + 7)
    notes: list[Booked] = []
    turns = threading.Semaphore(0)
    until = time.monotonic() + seconds

    def administer() -> None:
        luck = random.Random(f"{seed} settings")
        while time.monotonic() < until and not found.failures:
            before = history.settings[-1]
            for _ in range(ACTS_PER_CHANGE):
                turns.acquire(timeout=1)
            others: list[dict[str, Any]] = [
                {"anna_until": luck.choice((720, 1440))},
                {"anna_can_be_booked": luck.random() < 0.7},
                {"closed": frozenset(luck.sample(days, luck.randrange(2)))},
                {"longest": luck.choice((30 * MINUTE, HOUR, 2 * HOUR))},
                {"buffer": luck.choice((0, GRID, 2 * GRID))},
                {"most_a_day": luck.choice((None, 6, 12))},
            ]
            history.settings.append(replace(before, **luck.choice(others)))
            _store(table, history.settings[-1], before)
            history.complete = len(history.settings) - 1
            found.changes += 1

    def book(number: int) -> None:
        luck = random.Random(f"{seed} {number}")
        booker = _Booker(desk, history, luck, number)
        while time.monotonic() < until and not found.failures:
            try:
                notes.extend(booker.act(luck.choice(days)))
            except BookingError:
                found.refused += 1
            turns.release()

    def run(act: Callable[..., None], *given: int) -> None:
        try:
            act(*given)
        except Exception as error:
            found.failures.append(f"configuration: {type(error).__name__}: {error}")

    workers = [threading.Thread(target=run, args=(administer,))]
    workers += [threading.Thread(target=run, args=(book, number)) for number in range(BOOKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found.booked = len(notes)
    for each in notes:
        possible = history.between(each.booked_after, each.by)
        allowed = [settings.allow(each.start, each.end, each.employee) for settings in possible]
        found.by_the_old += any(allowed) and not allowed[-1]
        if not any(allowed):
            found.by_neither += 1
            found.failures.append(f"configuration: booked, and never allowed in that time: {each}")
    found.failures += [str(violation) for violation in wrong_in(table, now())]
    found.failures += _too_close_or_too_many([each for each in notes if _stands(table, each)], history)
    return found


def _store(table: Table, settings: Settings, before: Settings) -> None:
    for (kind, id), body in settings.documents().items():
        if body != before.documents()[kind, id]:
            replace_configuration(table, kind, id, reading(kind, id, body), None, "admin", now)


class _Booker:
    """Books and moves meetings, and cancels most of them, so that there is room for others."""

    def __init__(self, desk: Desk, history: History, luck: random.Random, number: int) -> None:
        self.desk, self.history, self.luck, self.token = desk, history, luck, f"{number}"

    def act(self, day: int) -> list[Booked]:
        length = self.luck.choice((GRID * 2, GRID * 4, GRID * 8))
        start, there = (day * DAY + self.luck.randrange(0, DAY - length + 1, GRID) for _ in range(2))
        employee = self.luck.choice(("anna", "bo"))
        taken = booked = self.history.complete
        if self.luck.random() < 0.3:
            meeting = self.ask(lambda desk: desk.book(start, employee, length=length)).meeting
        else:
            hold = self.ask(lambda desk: desk.reserve(start, employee, token=self.token, length=length)).slot
            if self.luck.random() < 0.2:
                self.ask(lambda desk: desk.confirm(hold.id))
            booked = self.history.complete
            meeting = self.ask(lambda desk: desk.create(hold.id)).meeting
        notes = [self.note(start, length, employee, meeting.time_slot_id, taken, booked)]
        if self.luck.random() < 0.3:
            notes += self.move(meeting.id, there, length, employee)
        if self.luck.random() < 0.7:
            self.ask(lambda desk: desk.cancel(meeting.id))
        return notes

    def move(self, meeting_id: str, there: int, length: int, employee: str) -> list[Booked]:
        taken = self.history.complete
        token = f"{self.token} move"
        try:
            hold = self.ask(
                lambda desk: desk.reserve(there, employee, token=token, length=length, moving=meeting_id)
            ).slot
            booked = self.history.complete
            self.ask(lambda desk: desk.update(meeting_id, time_slot_id=hold.id))
        except BookingError:
            return []  # the meeting stays where it is
        return [self.note(there, length, employee, hold.id, taken, booked)]

    def ask[T](self, act: Callable[[Desk], T]) -> T:
        """As a function does, it decides again by the newest configuration if its copy was older."""
        while True:
            try:
                return act(self.desk)
            except (NotFound, Outdated, SlotNotOffered):
                newest = office_of(self.desk.table)
                if newest.version == self.desk.configuration.version:
                    raise
                self.desk = replace(self.desk, configuration=newest)

    def note(self, start: int, length: int, employee: str, slot_id: str, taken: int, booked: int) -> Booked:
        return Booked(start, start + length, employee, slot_id, taken, booked, len(self.history.settings) - 1)


def _stands(table: Table, booked: Booked) -> bool:
    slot = slots.get(table, booked.slot_id)
    return slot is not None and slot.is_live(now())


def _too_close_or_too_many(standing: list[Booked], history: History) -> list[str]:
    """What stands must be as far apart, and as few a day, as those settings wanted that let the last of them in.

    Which one that was is not known, so the loosest settings count that there were while they were booked.
    """
    wrong = []
    by_day: dict[tuple[str, int], list[Booked]] = {}
    for each in standing:
        by_day.setdefault((each.employee, each.start // DAY), []).append(each)
    for (employee, _), meetings in by_day.items():
        possible = [history.between(each.taken_after, each.by) for each in meetings]
        most = [settings.most_a_day for some in possible for settings in some]
        if None not in most and len(meetings) > max(each or 0 for each in most):
            wrong.append(
                f"configuration: {len(meetings)} meetings of {employee} a day, where at most {most} were allowed"
            )
        for (one, its), (other, others) in combinations(zip(meetings, possible, strict=True), 2):
            apart = max(one.start, other.start) - min(one.end, other.end)
            if apart < min(settings.buffer for settings in (*its, *others)):
                wrong.append(f"configuration: {one} and {other} are too close")
    return wrong
