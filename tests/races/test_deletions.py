"""An employee or a room is deleted while a booking of it is under way: one of the two happens, never both.

The deletion, whole or cut off after any of its calls, runs before each database call of every command that can take
time; and every such command runs before each call of the deletion.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import replace
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from booking.commands.change_configuration import (
    create_configuration,
    delete_configuration,
    finish_deletions,
    replace_configuration,
)
from booking.domain.configuration import Configuration
from booking.domain.documents import Kind
from booking.domain.errors import BookingError, InUse, NotFound, Outdated
from booking.http.configuration_documents import document_of
from booking.storage import configuration_items, configuration_values
from booking.storage.table import Table, decode
from tests.races.clients import Call, FaultyClient, Killed
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, everything, fresh_table, wrong_in
from tests.races.test_torn_reads import SlowBatches

START = 1795996800 + 9 * HOUR
NOW = START - 3 * DAY
ALL_DAY = [{"from": "00:00", "to": "24:00", "location": "City"}]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = dict.fromkeys(WEEKDAYS, ALL_DAY)
DOCUMENTS: dict[tuple[Kind, str], dict[str, Any]] = {
    (Kind.ORGANISATION, "organisation"): {"timeZone": "UTC", "slotInterval": 15, "bookingHorizonDays": 14},
    (Kind.EMPLOYEES, "anna"): {"name": "Anna", "locations": ["City"], "workdays": ALWAYS},
    (Kind.EMPLOYEES, "bo"): {"name": "Bo", "locations": ["City"], "workdays": ALWAYS},
    (Kind.ROOMS, "tivoli"): {"name": "Tivoli", "location": "City"},
}


@dataclass(frozen=True)
class Victim:
    """What is deleted, and what it is called in a booking."""

    kind: Kind
    id: str


BO, TIVOLI = Victim(Kind.EMPLOYEES, "bo"), Victim(Kind.ROOMS, "tivoli")


def office_of(table: Table) -> Configuration:
    return configuration_values.configuration_of(configuration_items.read(table))


def desk_of(table: Table) -> Desk:
    for (kind, id), body in DOCUMENTS.items():
        create_configuration(table, kind, id, reading(kind, id, body), "admin", lambda: 0)
    return Desk(table, office_of(table), Clock(NOW))


def reading(kind: Kind, id: str, body: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda documents: document_of(kind, id, body, documents)


def delete(table: Table, victim: Victim, clock: Callable[[], int]) -> bool:
    """Whether it is deleted: not if it is in use."""
    try:
        delete_configuration(table, victim.kind, victim.id, None, "admin", clock)
    except InUse:
        return False
    except NotFound:
        return True
    return True


@dataclass(frozen=True)
class Taking:
    """A command that takes time of Bo, of Tivoli, or of both."""

    prepare: Callable[[Desk], Any]
    ask: Callable[[Desk, Any], Any]
    takes: tuple[Victim, ...]


def _nothing(desk: Desk) -> None:
    pass


def _hold(desk: Desk) -> str:
    return desk.reserve(START, "anna").slot.id


def _lapsed(desk: Desk) -> str:
    slot_id = desk.reserve(START, "bo", room="tivoli").slot.id
    assert isinstance(desk.clock, Clock)
    desk.clock.time += HOUR
    return slot_id


def _meeting(desk: Desk) -> str:
    return desk.create(_hold(desk)).meeting.id


def _meeting_and_lapsed_hold(desk: Desk) -> tuple[str, str]:
    meeting_id = desk.create(desk.reserve(START + DAY, "anna", token="first").slot.id).meeting.id
    return meeting_id, _lapsed(desk)


TAKING = {
    "reserve": Taking(_nothing, lambda desk, _: desk.reserve(START, "bo", room="tivoli"), (BO, TIVOLI)),
    "reserve with others": Taking(_nothing, lambda desk, _: desk.reserve(START, "anna", "bo"), (BO,)),
    "move a hold": Taking(_hold, lambda desk, _: desk.reserve(START, "bo", room="tivoli"), (BO, TIVOLI)),
    "renew a lapsed hold": Taking(_lapsed, lambda desk, _: desk.reserve(START, "bo", room="tivoli"), (BO, TIVOLI)),
    "create after a lapse": Taking(_lapsed, lambda desk, made: desk.create(made), (BO, TIVOLI)),
    "create and claim": Taking(
        _hold, lambda desk, made: desk.create(made, room_id="tivoli", additional_employees=("bo",)), (BO, TIVOLI)
    ),
    "book directly": Taking(_nothing, lambda desk, _: desk.book(START, "bo", room="tivoli"), (BO, TIVOLI)),
    "confirm after a lapse": Taking(_lapsed, lambda desk, made: desk.confirm(made), (BO, TIVOLI)),
    "change": Taking(
        _meeting,
        lambda desk, made: desk.update(made, room_id="tivoli", additional_employees=("bo",)),
        (BO, TIVOLI),
    ),
    "reschedule after a lapse": Taking(
        _meeting_and_lapsed_hold, lambda desk, made: desk.update(made[0], time_slot_id=made[1]), (BO, TIVOLI)
    ),
}
CASES = [pytest.param(name, victim, id=f"{name}, {victim.id}") for name in TAKING for victim in TAKING[name].takes]


def takes(desk: Desk, ask: Callable[[Desk, Any], Any], given: Any) -> bool:
    """Whether the time was taken. As a function does, it decides again by the newest configuration if it changed."""
    for _ in range(3):
        try:
            ask(desk, given)
        except (Outdated, NotFound):
            newest = office_of(desk.table)
            if newest == desk.configuration:
                return False
            desk = replace(desk, configuration=newest)
        except BookingError:
            return False
        else:
            return True
    return False


def is_there(table: Table, victim: Victim) -> bool:
    documents = configuration_items.read(table)
    assert not documents.leaving, "nothing stays marked"
    return victim.id in documents.of(victim.kind)


def is_taken(table: Table, victim: Victim, now: int) -> bool:
    """Whether some slot that counts has time of it, by the slots alone."""
    slots = (decode(item) for item in everything(table) if item["sk"]["S"] == "SLOT")
    return any(
        slot["status"] != "Released"
        and slot.get("expiresAt", now + 1) > now
        and (victim.id in slot["employeeIds"] or victim.id == slot.get("roomId"))
        for slot in slots
    )


def interrupted(table: Table, at: int, by: Callable[[], bool], answers: list[bool], *, after: bool = False) -> Table:
    """The table, but something else happens before its call number `at`, or after it; what came of that is noted."""

    def answer(_operation: str, index: int, call: Call) -> Any:
        if index != at:
            return call()
        if not after:
            answers.append(by())
            return call()
        call()
        return answers.append(by())

    return Table(FaultyClient(table.client, answer), table.name)


@pytest.mark.parametrize(("name", "victim"), CASES)
def test_a_deletion_between_any_two_calls_of_a_booking(engine: str, name: str, victim: Victim) -> None:
    taking, at, done = TAKING[name], 0, True
    while done:
        with fresh_table(engine) as table:
            desk = desk_of(table)
            given = taking.prepare(desk)
            deleted: list[bool] = []
            delete_it = partial(delete, table, victim, desk.clock)
            disturbed = replace(desk, table=interrupted(table, at, delete_it, deleted))
            is_booked = takes(disturbed, taking.ask, given)
            done = bool(deleted)
            if done:
                assert is_booked != deleted[0], f"deleted before call {at}"
                assert is_there(table, victim) == is_booked == is_taken(table, victim, desk.clock())
                assert wrong_in(table, desk.clock()) == []
        at += 1
    assert at >= 3


@pytest.mark.parametrize("victim", [BO, TIVOLI], ids=lambda victim: victim.id)
def test_a_deletion_closes_what_could_be_booked_before_the_horizon_became_shorter(engine: str, victim: Victim) -> None:
    kind, id = Kind.ORGANISATION, "organisation"
    settings = DOCUMENTS[kind, id]
    at, done = 0, True
    while done:
        with fresh_table(engine) as table:
            desk = desk_of(table)
            far = settings | {"bookingHorizonDays": 120}
            replace_configuration(table, kind, id, reading(kind, id, far), None, "admin", lambda: 0)
            desk = replace(desk, configuration=office_of(table))
            deleted: list[bool] = []

            def shorten_and_delete(table: Table = table, desk: Desk = desk) -> bool:
                for days in (7, 1):
                    shorter = settings | {"bookingHorizonDays": days}
                    replace_configuration(table, kind, id, reading(kind, id, shorter), None, "admin", lambda: 0)
                return delete(table, victim, desk.clock)

            disturbed = replace(desk, table=interrupted(table, at, shorten_and_delete, deleted))
            is_booked = takes(disturbed, lambda desk, _: desk.reserve(START + 100 * DAY, "bo", room="tivoli"), None)
            done = bool(deleted)
            if done:
                assert is_booked != deleted[0], f"deleted before call {at}"
                assert is_there(table, victim) == is_booked == is_taken(table, victim, desk.clock())
        at += 1
    assert at >= 3


@pytest.mark.parametrize(("name", "victim"), CASES)
def test_a_booking_between_any_two_calls_of_a_deletion(engine: str, name: str, victim: Victim) -> None:
    taking, at, done = TAKING[name], 0, True
    while done:
        with fresh_table(engine) as table:
            desk = desk_of(table)
            given = taking.prepare(desk)
            booked: list[bool] = []
            book_it = partial(takes, desk, taking.ask, given)
            is_deleted = delete(interrupted(table, at, book_it, booked), victim, desk.clock)
            done = bool(booked)
            if done:
                assert booked[0] != is_deleted, f"booked before call {at}"
                assert is_there(table, victim) == booked[0]
                assert wrong_in(table, desk.clock()) == []
        at += 1
    assert at >= 5


@pytest.mark.parametrize("after", [False, True], ids=["before it is made", "after it was made"])
@pytest.mark.parametrize("resumed", ["by the same call", "by the daily job", "by storing it anew"])
@pytest.mark.parametrize("victim", [BO, TIVOLI], ids=lambda victim: victim.id)
def test_a_deletion_that_is_cut_off_at_any_call_is_finished_or_undone(
    engine: str, victim: Victim, resumed: str, after: bool
) -> None:
    at, done = 0, True
    while done:
        with fresh_table(engine) as table:
            desk = desk_of(table)
            killed: list[bool] = []

            def die(killed: list[bool] = killed) -> bool:
                killed.append(True)
                raise Killed

            with suppress(Killed):
                delete(interrupted(table, at, die, [], after=after), victim, desk.clock)
            done = bool(killed)
            if resumed == "by the same call":
                assert delete(table, victim, desk.clock)
                assert not is_there(table, victim)
            elif resumed == "by the daily job":
                finish_deletions(table, "schedule", desk.clock)
                is_there(table, victim)
            else:
                body = DOCUMENTS[victim.kind, victim.id]
                with suppress(BookingError):
                    create_configuration(
                        table, victim.kind, victim.id, reading(victim.kind, victim.id, body), "admin", lambda: 0
                    )
                assert is_there(table, victim)
                newest = replace(desk, configuration=office_of(table))
                assert takes(newest, lambda desk, _: desk.reserve(START, "bo", room="tivoli"), None)
            assert wrong_in(table, desk.clock()) == []
        at += 1


@pytest.mark.parametrize("agendas_come", ["first", "last"])
@pytest.mark.parametrize(("name", "victim"), CASES)
def test_a_deletion_between_two_items_of_one_read(engine: str, name: str, victim: Victim, agendas_come: str) -> None:
    taking = TAKING[name]
    with fresh_table(engine) as table:
        desk = desk_of(table)
        given = taking.prepare(desk)
        deleted: list[bool] = []
        client = SlowBatches(table.client, agendas_come, lambda: deleted.append(delete(table, victim, desk.clock)))
        is_booked = takes(replace(desk, table=Table(client, table.name)), taking.ask, given)

        assert [not is_booked] == deleted
        assert is_there(table, victim) == is_booked == is_taken(table, victim, desk.clock())
        assert wrong_in(table, desk.clock()) == []


def test_a_room_that_was_given_back_to_the_configuration_can_be_booked(table: Table) -> None:
    desk = desk_of(table)
    assert delete(table, TIVOLI, desk.clock)
    body = DOCUMENTS[TIVOLI.kind, TIVOLI.id]
    create_configuration(table, TIVOLI.kind, TIVOLI.id, reading(TIVOLI.kind, TIVOLI.id, body), "admin", lambda: 0)

    newest = replace(desk, configuration=office_of(table))
    assert newest.create(newest.reserve(START, room="tivoli").slot.id).meeting.room_id == "tivoli"
    assert not delete(table, TIVOLI, desk.clock)
