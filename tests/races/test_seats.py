"""A group meeting has as many customers as it has seats, however many want one at once."""

from collections.abc import Callable
from copy import replace
from functools import partial

import pytest

from booking.domain.configuration import MeetingTopic
from booking.domain.errors import SlotTaken, TryAgain
from booking.storage.table import Table
from local.audit import Violation
from tests.races.clients import Call, FaultyClient, no_answer
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, office, wrong_in
from tests.races.test_holds import at_once

MONDAY = 1795996800
NOW = MONDAY - 3 * DAY


@pytest.fixture
def desk(table: Table) -> Desk:
    return Desk(table, replace(office(), meeting_topics={"course": MeetingTopic("course", seats=7)}), Clock(NOW))


def wrong_with(desk: Desk) -> list[Violation]:
    return wrong_in(desk.table, NOW, seats={"course": 7})


def until_answered(ask: Callable[[], object]) -> Callable[[], object]:
    """Asks again like a client that is told that the system is busy, which on a slow machine may be often."""

    def ask_again() -> object:
        while True:
            try:
                return ask()
            except TryAgain:
                continue

    return ask_again


@pytest.mark.parametrize("way", ["reserve", "book"])
def test_of_fifty_at_once_seven_get_the_seven_seats(desk: Desk, way: str) -> None:
    ways: dict[str, Callable[[int], object]] = {
        "reserve": lambda n: desk.reserve(MONDAY, "anna", token=f"{n}", room="tivoli", topic="course"),
        "book": lambda _: desk.book(MONDAY, "anna", room="tivoli", topic="course"),
    }
    answers = at_once([until_answered(partial(ways[way], number)) for number in range(50)])

    assert sorted(answers) == ["SLOT_TAKEN"] * 43 + ["done"] * 7
    assert wrong_with(desk) == []


def test_seats_that_are_given_back_while_others_ask_are_taken_once_each(desk: Desk) -> None:
    full = [desk.book(MONDAY, "anna", topic="course").meeting.id for _ in range(7)]
    leave = [partial(desk.cancel, id) for id in full[:4]]
    ask = [partial(desk.book, MONDAY, "anna", topic="course") for _ in range(12)]

    answers = at_once([*leave, *ask])

    assert answers[:4] == ["done"] * 4
    assert answers[4:].count("done") <= 4
    more = at_once([partial(desk.book, MONDAY, "anna", topic="course") for _ in range(8)])
    assert answers[4:].count("done") + more.count("done") == 4
    assert wrong_with(desk) == []


@pytest.mark.parametrize("is_lost", [False, True], ids=["it fails", "its answer is lost"])
def test_a_seat_that_is_taken_between_two_calls_is_not_given_again(desk: Desk, is_lost: bool) -> None:
    """Somebody takes the last seat before one of the calls of a booking, or that call fails and is made again."""
    at, was_reached = 0, True
    while was_reached:
        day = MONDAY + at * DAY
        for _ in range(6):
            desk.book(day, "anna", topic="course")
        taken: list[str] = []

        def answer(
            _operation: str, index: int, call: Call, at: int = at, day: int = day, taken: list[str] = taken
        ) -> object:
            if index == at:
                taken.append(desk.book(day, "anna", topic="course").meeting.id)
                if is_lost:
                    call()
                    raise no_answer()
            return call()

        disturbed = replace(desk, table=Table(FaultyClient(desk.table.client, answer), desk.table.name))
        was_reached = False
        try:
            disturbed.book(day, "anna", topic="course")
        except SlotTaken:
            was_reached = True
        assert len(taken) == was_reached
        assert wrong_with(desk) == []
        at += 1
    assert at > 2


def test_a_group_meeting_and_another_meeting_never_share_the_time(desk: Desk) -> None:
    for day in range(5):
        start = MONDAY + day * DAY
        sit: list[Callable[[], object]] = [partial(desk.book, start, "anna", topic="course") for _ in range(5)]
        take: list[Callable[[], object]] = [partial(desk.book, start + HOUR // 2, "anna") for _ in range(5)]
        answers = at_once(sit + take)

        assert (answers[:5].count("done"), answers[5:].count("done")) in ((5, 0), (0, 1))
    assert wrong_with(desk) == []
