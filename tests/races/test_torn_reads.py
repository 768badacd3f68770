"""Several items are not read at one instant. Whatever is written between two of them, nobody is refused for it."""

from collections.abc import Callable
from copy import replace
from typing import Any

import pytest

from booking.storage.table import Table
from tests.races.clients import Call, FaultyClient
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, office, wrong_in

START = 1795996800 + 9 * HOUR
NOW = START - 3 * DAY


ORDERS = pytest.mark.parametrize("agendas_come", ["first", "last"])
"""DynamoDB reads the items of a batch in any order that it likes."""


class SlowBatches:
    """A client whose first BatchGetItem of agendas and other items reads the agendas first, or last.

    `between` happens before the rest is read.
    """

    def __init__(self, client: Any, agendas_come: str, between: Callable[[], object]) -> None:
        self._client, self._agendas_come, self._between = client, agendas_come, between
        self._is_first = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        [(name, request)] = RequestItems.items()
        agendas = [key for key in request["Keys"] if key["pk"]["S"].startswith("AGENDA#")]
        others = [key for key in request["Keys"] if key not in agendas]
        if not (self._is_first and agendas and others):
            return self._client.batch_get_item(RequestItems=RequestItems)
        self._is_first = False
        found: list[Any] = []
        for keys in (agendas, others) if self._agendas_come == "first" else (others, agendas):
            response = self._client.batch_get_item(RequestItems={name: {**request, "Keys": keys}})
            found += response["Responses"].get(name, [])
            between, self._between = self._between, lambda: None
            between()
        return {"Responses": {name: found}, "UnprocessedKeys": {}}


def desk_of(table: Table) -> Desk:
    return Desk(table, office(), Clock(NOW))


def slow(desk: Desk, agendas_come: str, between: Callable[[], object]) -> Desk:
    return replace(desk, table=Table(SlowBatches(desk.table.client, agendas_come, between), desk.table.name))


@ORDERS
def test_a_reservation_that_is_sent_twice_at_once_is_one_reservation(table: Table, agendas_come: str) -> None:
    desk = desk_of(table)
    first = []
    second = slow(desk, agendas_come, lambda: first.append(desk.reserve(START))).reserve(START)

    assert not second.is_new
    assert second.slot.id == first[0].slot.id


@ORDERS
def test_a_token_is_not_in_its_own_way_when_it_moves_twice_at_once(table: Table, agendas_come: str) -> None:
    desk = desk_of(table)
    desk.reserve(START)
    moved = slow(desk, agendas_come, lambda: desk.reserve(START + 3 * HOUR)).reserve(START + 3 * HOUR, length=2 * HOUR)

    assert moved.is_new
    assert wrong_in(table, NOW) == []


@ORDERS
def test_a_meeting_that_is_moved_meanwhile_is_not_in_the_way_of_its_own_next_move(
    table: Table, agendas_come: str
) -> None:
    desk = desk_of(table)
    meeting = desk.create(desk.reserve(START).slot.id).meeting
    there = desk.reserve(START + 3 * HOUR, token="there", moving=meeting.id).slot
    between = slow(desk, agendas_come, lambda: desk.update(meeting.id, time_slot_id=there.id))

    assert between.reserve(START + 3 * HOUR, token="further", length=2 * HOUR, moving=meeting.id).is_new


def test_a_meeting_that_is_moved_meanwhile_is_changed_where_it_is_now(table: Table) -> None:
    desk = desk_of(table)
    meeting = desk.create(desk.reserve(START).slot.id).meeting
    there = desk.reserve(START + 3 * HOUR, token="there", moving=meeting.id).slot

    def move_after_reading_the_meeting(operation: str, index: int, call: Call) -> Any:
        answer = call()
        if index == 0:
            desk.update(meeting.id, time_slot_id=there.id)
            desk.reserve(START, token="another")
        return answer

    client = FaultyClient(table.client, move_after_reading_the_meeting)
    changed = replace(desk, table=Table(client, table.name)).update(meeting.id, room_id="tivoli")

    assert (changed.time_slot_id, changed.room_id) == (there.id, "tivoli")
    assert wrong_in(table, NOW) == []
