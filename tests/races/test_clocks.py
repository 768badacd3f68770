"""Clocks that disagree, jump, or stand still for too long between reading and writing.

Who holds a time is what the agenda says: a hold counts while a slot's entry stands on every agenda and week of it.
Writers of an agenda week are put in one order by its version, so at any instant there is one truth about each time,
whatever the clocks say. A clock only decides two things, and neither makes two holders:

- *Is another's entry lapsed?* A clock that is ahead may overtake a hold up to that much early. The entry goes with the
  same write, so the earlier holder finds it gone and is told ReservationExpired. A clock that is behind refuses a time
  up to that much longer.
- *Is one's own hold live?* A clock that is behind, or a function that is slow between reading its clock and writing,
  may think so for too long. Every write on the strength of a hold rests on the entry itself: it must be there, on
  every agenda and in every week that the slot touches.

So skew can matter to how long a hold lasts, never to how many there are.
"""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import pytest

from booking.domain.errors import Conflict
from booking.storage.table import Table
from tests.races.clients import Call, FaultyClient
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, MINUTE, fresh_table, office, wrong_in

MONDAY = 1795996800  # 2026-11-30T00:00:00Z, where one week of an agenda ends and another begins
START, LENGTH = MONDAY - HOUR, 2 * HOUR  # the hold that is fought for stands in both weeks
LIFETIME = 5 * MINUTE
NOW = MONDAY - 3 * DAY


@dataclass(frozen=True)
class Hold:
    """The hold that is fought for, and a meeting of the same customer that it may be used to move."""

    slot_id: str
    meeting_id: str
    length: int


def hold(desk: Desk, length: int = LENGTH) -> Hold:
    meeting = desk.create(desk.reserve(MONDAY + DAY, token="elsewhere").slot.id).meeting
    slot = desk.reserve(START, room="tivoli", length=length, token="holder").slot
    return Hold(slot.id, meeting.id, length)


USES: dict[str, Callable[[Desk, Hold], Any]] = {
    "renew": lambda desk, held: desk.reserve(START, room="tivoli", length=held.length, token="holder"),
    "confirm": lambda desk, held: desk.confirm(held.slot_id),
    "create": lambda desk, held: desk.create(held.slot_id),
    "create and claim": lambda desk, held: desk.create(held.slot_id, additional_employees=("cy",)),
    "reschedule to it": lambda desk, held: desk.update(held.meeting_id, time_slot_id=held.slot_id),
}
"""Everything that can be done on the strength of a hold."""

OVERTAKERS: dict[str, Callable[[Desk], Any]] = {
    "all of it": lambda desk: desk.reserve(START, length=LENGTH, token="overtaker"),
    "its first week": lambda desk: desk.book(START, "anna"),
    "its second week": lambda desk: desk.reserve(MONDAY + HOUR // 2, token="overtaker"),
    "its room": lambda desk: desk.book(START, "bo", room="tivoli"),
    "its room in the second week": lambda desk: desk.reserve(MONDAY, "bo", room="tivoli", token="overtaker"),
}
"""Somebody else takes a part of the hold's time."""

# How far a function's clock is off: set back by an hour, behind, right, ahead.
HOLDERS_OFFSETS = (-HOUR, -2, 0, 2)
OTHERS_OFFSETS = (0, 2)


def succeeds(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except Conflict:
        return False
    return True


@pytest.mark.parametrize("overtaking", OVERTAKERS)
@pytest.mark.parametrize("use", USES)
def test_clocks_that_disagree_make_no_two_holders(engine: str, use: str, overtaking: str) -> None:
    now = NOW + LIFETIME
    for holders, others, is_holder_first in product(HOLDERS_OFFSETS, OTHERS_OFFSETS, (True, False)):
        with fresh_table(engine) as table:
            desk = Desk(table, office(lifetime=LIFETIME), Clock(NOW))
            held = hold(desk)
            use_it = partial(USES[use], replace(desk, clock=Clock(now + holders)), held)
            overtake = partial(OVERTAKERS[overtaking], replace(desk, clock=Clock(now + others)))
            for ask in (use_it, overtake) if is_holder_first else (overtake, use_it):
                succeeds(ask)

            assert wrong_in(table, now) == [], (holders, others, is_holder_first)


@pytest.mark.parametrize("overtaking", OVERTAKERS)
@pytest.mark.parametrize("use", USES)
def test_a_hold_that_is_overtaken_at_any_call_of_its_use_makes_no_two_holders(
    engine: str, use: str, overtaking: str
) -> None:
    overtake_at_every_call(engine, use, OVERTAKERS[overtaking])


@pytest.mark.parametrize("use", USES)
def test_a_hold_whose_buffer_is_taken_in_the_week_after_it_is_lost(engine: str, use: str) -> None:
    def take_the_next_time(desk: Desk) -> None:
        desk.reserve(MONDAY, token="overtaker")

    overtake_at_every_call(engine, use, take_the_next_time, length=MONDAY - START, buffer=15 * MINUTE)


def overtake_at_every_call(
    engine: str, use: str, taking: Callable[[Desk], Any], length: int = LENGTH, buffer: int = 0
) -> None:
    at = 0
    while overtaken_at_call(engine, use, taking, at, length, buffer):
        at += 1
    assert at >= 2, "a use of a hold is a read and a write at the least"


def overtaken_at_call(engine: str, use: str, taking: Callable[[Desk], Any], at: int, length: int, buffer: int) -> bool:
    """The hold lapses and is overtaken just before database call `at` of its use; False if there are fewer calls."""
    with fresh_table(engine) as table:
        clock = Clock(NOW)
        desk = Desk(table, office(lifetime=LIFETIME, buffer=buffer), clock)
        held = hold(desk, length)
        overtaken: list[bool] = []

        def overtake(operation: str, index: int, call: Call) -> Any:
            if index == at:
                clock.time = NOW + LIFETIME
                overtaken.append(succeeds(partial(taking, desk)))
            return call()

        disturbed = replace(desk, table=Table(FaultyClient(table.client, overtake), table.name))
        is_used = succeeds(partial(USES[use], disturbed, held))

        assert is_used != (overtaken == [True]), f"overtaken before call {at}"
        assert wrong_in(table, clock(), buffer) == []
        return bool(overtaken)
