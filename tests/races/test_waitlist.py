"""Nobody is offered what another one has, or one time twice, and everybody in line is asked in order; whatever goes
wrong, and however many walks, bookings and departures meet."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.errors import BookingError
from booking.domain.waitlist import WaitlistStatus
from booking.storage.table import Table, decode
from tests.races.clients import Call, FaultyClient, Killed
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, MINUTE, everything, fresh_table, office, wrong_in
from tests.races.test_faults import FAULTS, with_client

SUNDAY_NIGHT = 1795996800 - HOUR  # an hour from there on touches one week, two hours two
NOW = SUNDAY_NIGHT - 3 * DAY
HELD = 30 * MINUTE
NAMES = ("ann", "ben", "cia", "dan", "eva", "fay")


def at_once(asks: Sequence[Callable[[], object]]) -> None:
    """All of them at the same time; what is refused is refused."""

    def ask(request: Callable[[], object]) -> None:
        with suppress(BookingError):
            request()

    with ThreadPoolExecutor(len(asks)) as pool:
        list(pool.map(ask, asks))


def asked(desk: Desk, ids: list[str]) -> list[int]:
    """Whom of them a time is held for, by their place in the list."""
    return [n for n, id in enumerate(ids) if desk.entry(id).status is WaitlistStatus.OFFERED]


def asked_twice(table: Table) -> list[str]:
    """Entries that were offered one time twice. (What is held for them the audit compares.)"""
    items = [decode(raw) for raw in everything(table)]
    entries = [item for item in items if item["pk"].startswith("WAITLIST#")]
    return [each["pk"] for each in entries if len(set(each.get("asked", ()))) < len(each.get("asked", ()))]


def test_however_many_walks_meet_one_time_goes_along_the_line_in_order(table: Table) -> None:
    clock = Clock(NOW)
    desk = Desk(table, office(), clock)
    ids = []
    for name in NAMES:
        clock.time += 1
        ids.append(desk.join(SUNDAY_NIGHT, name))
    order = []
    for _ in range(len(NAMES) + 1):
        at_once([desk.walk] * 6)
        order.append(asked(desk, ids))
        assert wrong_in(table, clock()) == []
        assert asked_twice(table) == []
        clock.time += HELD

    assert order == [[n] for n in range(len(NAMES))] + [[]]


def test_walks_bookings_and_departures_at_once_leave_no_time_to_two(table: Table) -> None:
    clock = Clock(NOW)
    desk = Desk(table, office(), clock)
    times = [SUNDAY_NIGHT + n * HOUR for n in range(4)]
    ids = [desk.join(times[0], name, length=4 * HOUR) for name in NAMES]
    at_once(
        [desk.walk] * 4
        + [partial(desk.reserve, start, token=f"direct {start}") for start in times[:2]]
        + [partial(desk.book, start + HOUR // 2) for start in times[2:3]]
        + [partial(desk.leave, id) for id in ids[:2]]
    )
    desk.walk()

    assert wrong_in(table, clock()) == []
    assert asked_twice(table) == []
    taken = [decode(item) for item in everything(table) if item["pk"]["S"].startswith("SLOT#")]
    hours = sum(each["end"] - each["start"] for each in taken if each["status"] != "Released") // HOUR
    assert hours >= 3  # nothing that somebody waits for is left lying


def test_a_direct_search_may_take_the_time_before_it_is_offered(table: Table) -> None:
    desk = Desk(table, office(), Clock(NOW))
    id = desk.join(SUNDAY_NIGHT, "ann")
    desk.reserve(SUNDAY_NIGHT)
    desk.walk()

    assert asked(desk, [id]) == []


def test_an_offer_is_accepted_once_however_often_it_is_tried_and_the_entry_ends(table: Table) -> None:
    clock = Clock(NOW)
    desk = Desk(table, office(), clock)
    ids = [desk.join(SUNDAY_NIGHT, name) for name in NAMES[:2]]
    desk.walk()
    offer = desk.entry(ids[0]).offer
    assert offer
    at_once(
        [partial(desk.create, offer.time_slot_id, customer="ann")] * 4
        + [partial(desk.leave, ids[0]), desk.walk, partial(desk.note_booking, offer.time_slot_id)]
    )
    desk.note_booking(offer.time_slot_id)
    desk.walk()

    first, second = (desk.entry(id) for id in ids)
    assert {first.status, second.status} in (
        {WaitlistStatus.BOOKED, WaitlistStatus.WAITING},
        {WaitlistStatus.WITHDRAWN, WaitlistStatus.OFFERED},
    )
    assert wrong_in(table, clock()) == []
    assert asked_twice(table) == []


def test_a_late_acceptance_of_what_lapsed_gives_a_newer_offer_back(table: Table) -> None:
    clock = Clock(NOW)
    desk = Desk(table, office(), clock)
    id = desk.join(SUNDAY_NIGHT, "ann", length=2 * HOUR)
    desk.walk()
    older = desk.entry(id).offer
    assert older
    clock.time += HELD
    passing = desk.reserve(older.start, token="passing by").slot
    desk.walk()
    desk.release(passing.id)
    newer = desk.entry(id).offer
    assert newer
    assert newer.start == older.end
    desk.create(older.time_slot_id, customer="ann")
    desk.note_booking(older.time_slot_id)

    assert desk.entry(id).status is WaitlistStatus.BOOKED
    assert wrong_in(table, clock()) == []
    desk.reserve(newer.start, token="somebody else")


def test_leaving_while_an_offer_is_written_prevents_the_offer(table: Table) -> None:
    desk = Desk(table, office(), Clock(NOW))
    ids = [desk.join(SUNDAY_NIGHT, name) for name in NAMES[:2]]
    has_left: list[str] = []

    def leave_first(operation: str, _index: int, call: Call) -> Any:
        if operation == "transact_write_items" and not has_left:
            has_left.append(ids[0])
            desk.leave(ids[0])
        return call()

    with_client(desk, FaultyClient(table.client, leave_first)).walk()

    assert has_left
    assert [desk.entry(id).status for id in ids] == [WaitlistStatus.WITHDRAWN, WaitlistStatus.OFFERED]
    assert wrong_in(table, NOW) == []


@pytest.fixture(scope="module")
def calls_of_a_walk(engine: str) -> int:
    """How many database calls a walk makes that offers a time to the first of two."""
    for desk, _ in lines(engine):
        client = FaultyClient(desk.table.client, lambda _operation, _index, call: call())
        with_client(desk, client).walk()
        return len(client.operations)
    raise AssertionError


def lines(engine: str) -> Iterator[tuple[Desk, list[str]]]:
    """Two who wait for one time that has become free."""
    with fresh_table(engine) as table:
        clock = Clock(NOW)
        desk = Desk(table, office(), clock)
        ids = []
        for name in NAMES[:2]:
            clock.time += 1
            ids.append(desk.join(SUNDAY_NIGHT, name))
        yield desk, ids


@pytest.mark.parametrize("fault", FAULTS)
def test_a_walk_that_meets_a_fault_at_any_call_and_is_repeated_offers_once_and_to_the_first(
    engine: str, fault: str, calls_of_a_walk: int
) -> None:
    assert calls_of_a_walk > 5
    for faulty in range(calls_of_a_walk):
        for desk, ids in lines(engine):

            def answer(operation: str, index: int, call: Call, faulty: int = faulty) -> Any:
                return FAULTS[fault](operation, call) if index == faulty else call()

            with suppress(BookingError, Killed):
                with_client(desk, FaultyClient(desk.table.client, answer)).walk()
            assert wrong_in(desk.table, desk.clock()) == [], f"call {faulty}"
            assert asked_twice(desk.table) == [], f"call {faulty}"
            assert asked(desk, ids) in ([], [0]), f"call {faulty}"

            desk.walk()
            assert asked(desk, ids) == [0], f"call {faulty}"
            assert len(desk.entry(ids[0]).asked) == 1, f"call {faulty}"
            assert wrong_in(desk.table, desk.clock()) == [], f"call {faulty}"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["walk", "reserve", "cancel", "accept", "leave", "join", "release", "wait"]),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_whatever_happens_in_whatever_order_the_line_is_served_as_an_observer_would(
    engine: str, steps: list[tuple[str, int]]
) -> None:
    """The observer knows the rule only: of those who wait and were not asked about a free hour, the first gets it."""
    with fresh_table(engine) as table:
        clock = Clock(NOW)
        desk = Desk(table, office(), clock)
        start = SUNDAY_NIGHT
        ids = [desk.join(start, name) for name in NAMES[:3]]
        known: dict[str, set[int]] = {id: set() for id in ids}
        meetings: list[str] = []
        for number, (step, which) in enumerate(steps):
            clock.time += 1
            offered = asked(desk, ids)
            with suppress(BookingError):
                match step:
                    case "walk":
                        _walk_as_observed(desk, ids, start, known)
                    case "reserve":
                        meetings.append(desk.create(desk.reserve(start, token=f"{number}").slot.id).meeting.id)
                    case "cancel" if meetings:
                        desk.cancel(meetings[which % len(meetings)])
                    case "accept" if offered:
                        offer = desk.entry(ids[offered[0]]).offer
                        assert offer
                        name = desk.entry(ids[offered[0]]).customer_id
                        meetings.append(desk.create(offer.time_slot_id, customer=name).meeting.id)
                        desk.note_booking(offer.time_slot_id)
                    case "leave":
                        desk.leave(ids[which % len(ids)])
                    case "join":
                        ids.append(desk.join(start, NAMES[3 + which % 3]))
                        known[ids[-1]] = set()
                    case "release" if offered:
                        offer = desk.entry(ids[offered[0]]).offer
                        assert offer
                        desk.release(offer.time_slot_id)
                    case "wait":
                        clock.time += HELD
            assert wrong_in(table, clock()) == []
            assert asked_twice(table) == []


def _walk_as_observed(desk: Desk, ids: list[str], start: int, known: dict[str, set[int]]) -> None:
    before = {id: desk.entry(id).status for id in ids}
    try:
        probe = desk.reserve(start, token="observer")
        desk.release(probe.slot.id)
        is_free = True
    except BookingError:
        is_free = False
    expected = next((id for id in ids if before[id] is WaitlistStatus.WAITING and start not in known[id]), None)
    desk.walk()
    gained = [
        id for id in ids if before[id] is WaitlistStatus.WAITING and desk.entry(id).status is WaitlistStatus.OFFERED
    ]
    assert gained == ([expected] if is_free and expected else [])
    for id in gained:
        known[id].add(start)
