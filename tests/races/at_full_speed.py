"""Deletions of employees and rooms at full speed, while everybody books them."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from copy import replace
from typing import Any

from booking.commands.change_configuration import create_configuration
from booking.domain.errors import AlreadyExists, BookingError, NotFound, Outdated
from booking.storage import configuration_items
from booking.storage.table import Table, decode
from tests.races.desk import Desk
from tests.races.office import DAY, GRID, WEEK, everything, wrong_in
from tests.races.test_deletions import BO, DOCUMENTS, TIVOLI, Victim, delete, desk_of, office_of, reading

BOOKERS = 6


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
