"""Many requests for one customer at once pass neither limit of that customer's meetings, whatever goes wrong."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from booking.domain.configuration import Configuration
from booking.domain.errors import BookingError
from booking.storage import meetings, upcoming
from booking.storage.table import Table
from local.audit import CustomerLimits, Violation
from tests.races.clients import Call, FaultyClient, Killed
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, MINUTE, fresh_table, office, wrong_in
from tests.races.test_faults import FAULTS, with_client
from tests.races.test_holds import at_once

MONDAY = 1795996800
NOW = MONDAY - 3 * DAY
MANY = tuple(f"adviser {number}" for number in range(20))
IDA = "ida"


def limited(most: int | None = None, *, may_overlap: bool = True) -> Configuration:
    return office(MANY, most_upcoming=most, may_overlap=may_overlap)


def wrong(desk: Desk, most: int | None = None, *, may_overlap: bool = True) -> list[Violation]:
    limits = CustomerLimits({} if most is None else {None: most}, may_overlap)
    return wrong_in(desk.table, desk.clock(), limits=limits)


def times(table: Table, customer: str = IDA) -> list[tuple[int, int]]:
    """When the customer has meetings, by the meetings themselves."""
    found = meetings.all_of(table, meetings.of_customers([customer]))
    return sorted((meeting.start, meeting.end) for meeting in found if meeting.status == "Confirmed")


def held(desk: Desk, number: int, start: int = MONDAY) -> str:
    """A time of an employee of its own, held for nobody."""
    return desk.reserve(start, MANY[number], token=f"{number} {start}").slot.id


def test_of_20_bookings_of_one_customer_at_once_two_succeed_where_two_are_allowed(table: Table) -> None:
    desk = Desk(table, limited(2), Clock(NOW))
    slots = [held(desk, number) for number in range(20)]
    answers = at_once([partial(desk.create, slot_id, customer=IDA) for slot_id in slots])

    assert sorted(answers) == ["TOO_MANY_MEETINGS"] * 18 + ["done"] * 2
    assert len(times(table)) == 2
    assert wrong(desk, 2) == []


def test_of_20_direct_bookings_too(table: Table) -> None:
    desk = Desk(table, limited(2), Clock(NOW))
    answers = at_once([partial(desk.book, MONDAY, employee, customer=IDA) for employee in MANY])

    assert sorted(answers) == ["TOO_MANY_MEETINGS"] * 18 + ["done"] * 2
    assert wrong(desk, 2) == []


def test_of_many_overlapping_bookings_of_one_customer_only_one_succeeds(table: Table) -> None:
    desk = Desk(table, limited(may_overlap=False), Clock(NOW))
    slots = [held(desk, number, MONDAY - 15 * MINUTE * (number % 4)) for number in range(20)]
    answers = at_once([partial(desk.create, slot_id, customer=IDA) for slot_id in slots])

    assert sorted(answers) == ["CUSTOMER_BUSY"] * 19 + ["done"]
    assert wrong(desk, may_overlap=False) == []


def test_who_had_meetings_before_the_limit_has_no_more_than_it_allows(table: Table) -> None:
    """All of them find that the customer's item is missing, and fill it at once."""
    before = Desk(table, limited(), Clock(NOW))
    before.create(held(before, 0), customer=IDA)
    desk = Desk(table, limited(2), before.clock)
    slots = [held(desk, number) for number in range(1, 20)]
    answers = at_once([partial(desk.create, slot_id, customer=IDA) for slot_id in slots])

    assert sorted(answers) == ["TOO_MANY_MEETINGS"] * 18 + ["done"]
    assert wrong(desk, 2) == []


def test_cancellations_moves_and_bookings_at_once_leave_no_customer_beyond_a_limit(table: Table) -> None:
    desk = Desk(table, limited(3, may_overlap=False), Clock(NOW))
    made = [desk.create(held(desk, n, MONDAY + 2 * n * HOUR), customer=IDA).meeting for n in range(3)]
    there = [
        desk.reserve(MONDAY + 8 * HOUR, MANY[n], token=f"move {n}", moving=made[n].id).slot.id for n in range(3)
    ]  # all to the same hour
    more = [held(desk, n, MONDAY + (n % 5) * HOUR) for n in range(5, 17)]
    at_once(
        [
            partial(desk.cancel, made[0].id),
            *(partial(desk.update, made[n].id, time_slot_id=there[n]) for n in range(3)),
            *(partial(desk.create, slot_id, customer=IDA) for slot_id in more),
        ]
    )

    taken = times(table)
    assert 2 <= len(taken) <= 3
    assert all(end <= start for (_, end), (start, _) in pairwise(taken))
    assert wrong(desk, 3, may_overlap=False) == []


def test_a_meeting_that_is_cancelled_between_two_calls_lets_the_next_one_in_or_not_but_never_two(
    table: Table,
) -> None:
    at, done = 0, True
    while done:
        desk = Desk(table, limited(1), Clock(NOW))
        customer, start = f"ida {at}", MONDAY + 10 * at * HOUR
        meeting = desk.create(held(desk, 0, start), customer=customer).meeting
        slot_id = held(desk, 1, start)
        cancelled: list[str] = []

        def answer(
            _operation: str,
            index: int,
            call: Call,
            at: int = at,
            cancelled: list[str] = cancelled,
            desk: Desk = desk,
            meeting_id: str = meeting.id,
        ) -> Any:
            if index == at:
                cancelled.append(desk.cancel(meeting_id).id)
            return call()

        with suppress(BookingError):
            with_client(desk, FaultyClient(table.client, answer)).create(slot_id, customer=customer)
        done = bool(cancelled)
        assert len(times(table, customer)) == 1
        assert wrong(desk, 1) == []
        at += 1
    assert at > 1


@dataclass(frozen=True)
class Scenario:
    """`ask` is made with what `prepare` returned. Afterwards the customer has so many meetings."""

    prepare: Callable[[Desk], Any]
    ask: Callable[[Desk, Any], object]
    meetings: int


def _before_the_limit(desk: Desk) -> str:
    """A hold, and a meeting that is in no item."""
    unlimited = Desk(desk.table, limited(), desk.clock)
    unlimited.create(held(unlimited, 0), customer=IDA)
    return held(unlimited, 1, MONDAY + 2 * HOUR)


def _to_move(desk: Desk) -> tuple[str, str]:
    meeting = desk.create(held(desk, 0), customer=IDA).meeting
    there = desk.reserve(MONDAY + HOUR // 2, MANY[1], token="move", moving=meeting.id).slot
    return meeting.id, there.id


SCENARIOS = {
    "create": Scenario(lambda desk: held(desk, 0), lambda desk, hold: desk.create(hold, customer=IDA), 1),
    "create and fill": Scenario(_before_the_limit, lambda desk, hold: desk.create(hold, customer=IDA), 2),
    "book": Scenario(lambda desk: None, lambda desk, _: desk.book(MONDAY, MANY[0], key="key", customer=IDA), 1),
    "move": Scenario(_to_move, lambda desk, made: desk.update(made[0], time_slot_id=made[1]), 1),
    "cancel": Scenario(_to_move, lambda desk, made: desk.cancel(made[0]), 0),
}


def worlds(engine: str) -> Iterator[Desk]:
    with fresh_table(engine) as table:
        yield Desk(table, limited(2, may_overlap=False), Clock(NOW))


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_and_the_same_request_again_count_the_meeting_once(
    engine: str, scenario: str, fault: str
) -> None:
    this = SCENARIOS[scenario]
    at, done = 0, True
    while done:
        for desk in worlds(engine):
            made = this.prepare(desk)
            met: list[int] = []

            def answer(operation: str, index: int, call: Call, at: int = at, met: list[int] = met) -> Any:
                if index == at:
                    met.append(index)
                    return FAULTS[fault](operation, call)
                return call()

            with suppress(BookingError, Killed):
                this.ask(with_client(desk, FaultyClient(desk.table.client, answer)), made)
            assert wrong(desk, 2, may_overlap=False) == [], f"call {at}"
            this.ask(desk, made)
            assert wrong(desk, 2, may_overlap=False) == [], f"call {at}"
            noted = upcoming.get(desk.table, IDA).not_over(NOW)
            assert (len(noted), len(times(desk.table))) == (this.meetings, this.meetings), f"call {at}"
            done = bool(met)
        at += 1
    assert at > 2
