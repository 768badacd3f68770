"""Several items are not read at one instant. Whatever is written between two of them, nobody is refused for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from booking.storage.table import Table
from tests.races.clients import Call, FaultyClient
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, office, wrong_in

START = 1795996800 + 9 * HOUR
NOW = START - 3 * DAY


class SlowBatches:
    """A client whose first BatchGetItem reads its agendas last, after `between` (an order that DynamoDB may choose)."""

    def __init__(self, client: Any, between: Callable[[], object]) -> None:
        self._client, self._between = client, between
        self._is_first = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        if not self._is_first:
            return self._client.batch_get_item(RequestItems=RequestItems)
        self._is_first = False
        [(name, request)] = RequestItems.items()
        agendas = [key for key in request["Keys"] if key["pk"]["S"].startswith("AGENDA#")]
        others = [key for key in request["Keys"] if key not in agendas]
        first = self._client.batch_get_item(RequestItems={name: {**request, "Keys": others}})
        self._between()
        second = self._client.batch_get_item(RequestItems={name: {**request, "Keys": agendas}})
        items = first["Responses"].get(name, []) + second["Responses"].get(name, [])
        return {"Responses": {name: items}, "UnprocessedKeys": {}}


def desk_of(table: Table) -> Desk:
    return Desk(table, office(), Clock(NOW))


def slow(desk: Desk, between: Callable[[], object]) -> Desk:
    return replace(desk, table=Table(SlowBatches(desk.table.client, between), desk.table.name))


def test_a_reservation_that_is_sent_twice_at_once_is_one_reservation(table: Table) -> None:
    desk = desk_of(table)
    first = []
    second = slow(desk, lambda: first.append(desk.reserve(START))).reserve(START)

    assert not second.is_new
    assert second.slot.id == first[0].slot.id


def test_a_token_is_not_in_its_own_way_when_it_moves_twice_at_once(table: Table) -> None:
    desk = desk_of(table)
    desk.reserve(START)
    moved = slow(desk, lambda: desk.reserve(START + 3 * HOUR)).reserve(START + 3 * HOUR, length=2 * HOUR)

    assert moved.is_new
    assert wrong_in(table, NOW) == []


def test_a_meeting_that_is_moved_meanwhile_is_not_in_the_way_of_its_own_next_move(table: Table) -> None:
    desk = desk_of(table)
    meeting = desk.create(desk.reserve(START).slot.id).meeting
    there = desk.reserve(START + 3 * HOUR, token="there", moving=meeting.id).slot
    between = slow(desk, lambda: desk.update(meeting.id, time_slot_id=there.id))

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
