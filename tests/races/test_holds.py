"""Many requests of one customer at once do not pass the limit of what one customer may hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import replace
from functools import partial

import pytest

from booking.domain.errors import BookingError, TooManyHolds
from booking.domain.meeting import Slot
from booking.storage.table import Table
from tests.races.clients import Call, FaultyClient
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, MINUTE, office, wrong_in

MONDAY = 1795996800
NOW = MONDAY - 3 * DAY
REQUESTS = 16


def at_once(asks: list[Callable[[], object]]) -> list[str]:
    def ask(request: Callable[[], object]) -> str:
        try:
            request()
        except BookingError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(ask, asks))


def reservations(desk: Desk, customer: str) -> list[Callable[[], object]]:
    def of(number: int) -> Callable[[], object]:
        return lambda: desk.reserve(MONDAY + number * HOUR, "anna", token=f"{customer} {number}", customer=customer)

    return [of(number) for number in range(REQUESTS)]


def test_parallel_reservations_of_one_customer_do_not_exceed_the_most_holds(table: Table) -> None:
    desk = Desk(table, office(), Clock(NOW))
    answers = at_once(reservations(desk, "ida"))

    assert sorted(answers) == ["TOO_MANY_HOLDS"] * (REQUESTS - 3) + ["done"] * 3
    assert wrong_in(table, NOW) == []


def test_lapsed_holds_are_not_revived_beyond_the_limit(table: Table) -> None:
    clock = Clock(NOW)
    desk = Desk(table, office(), clock)
    lapsed = []
    for round in range(3):
        lapsed += [
            desk.reserve(MONDAY + (3 * round + n) * HOUR, token=f"{round} {n}", customer="ida").slot.id
            for n in range(3)
        ]
        clock.time += 5 * MINUTE
    answers = at_once([*(partial(desk.confirm, slot_id) for slot_id in lapsed), *reservations(desk, "ida")])

    assert answers.count("done") == 3
    assert wrong_in(table, clock.time) == []


def test_a_hold_that_is_given_back_between_two_calls_lets_the_next_one_in_or_not_but_never_two(table: Table) -> None:
    at, done = 0, True
    while done:
        desk = Desk(table, office(), Clock(NOW))
        customer = f"ida {at}"
        held = [
            desk.reserve(MONDAY + (100 * at + n) * HOUR, token=f"{at} {n}", customer=customer).slot.id for n in range(3)
        ]
        given: list[str] = []
        give_back = partial(desk.release, held[0])

        def answer(
            _operation: str,
            index: int,
            call: Call,
            at: int = at,
            given: list[str] = given,
            give_back: Callable[[], Slot] = give_back,
        ) -> object:
            if index == at:
                given.append(give_back().id)
            return call()

        disturbed = replace(desk, table=Table(FaultyClient(table.client, answer), table.name))
        try:
            disturbed.reserve(MONDAY + (100 * at + 5) * HOUR, token=f"{at} more", customer=customer)
        except TooManyHolds:
            assert at > 0
        done = bool(given)
        assert wrong_in(table, NOW) == []
        at += 1


@pytest.mark.parametrize("use", ["create", "confirm", "release"])
def test_holds_used_during_other_reservations_are_counted_correctly(table: Table, use: str) -> None:
    desk = Desk(table, office(), Clock(NOW))
    held = [desk.reserve(MONDAY + n * HOUR, token=f"{n}", customer="ida").slot.id for n in range(3)]
    uses: dict[str, Callable[[str], object]] = {
        "create": partial(desk.create, customer="ida"),
        "confirm": desk.confirm,
        "release": desk.release,
    }
    more = [lambda n=n: desk.reserve(MONDAY + (20 + n) * HOUR, token=f"more {n}", customer="ida") for n in range(6)]
    answers = at_once([*(partial(uses[use], slot_id) for slot_id in held), *more])

    assert answers[:3] == ["done"] * 3
    assert wrong_in(table, NOW) == []
