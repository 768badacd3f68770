"""Each condition of each write: without it, one of these would write over what somebody else wrote."""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from typing import Any

import pytest

from booking.domain.agenda import NOTHING, Agenda, Entry, employee
from booking.domain.documents import Kind, Stored
from booking.domain.errors import Outdated
from booking.domain.holds import CustomerHolds
from booking.domain.interval import Interval
from booking.domain.meeting import Slot
from booking.storage import agendas, configuration_items, holds, keys, meetings, slots
from booking.storage import table as table_module
from booking.storage.agendas import Agendas, AgendaWeek, SlotChange
from booking.storage.table import Action, Collision, Table, Throttled, decode
from tests.storage.test_codec import MEETING, SLOT

NOW = SLOT.created_at
ANNA = employee("anna")
WEEK = next(keys.weeks(SLOT.interval))
HOLD = replace(SLOT, meeting_id=None, employee_ids=("anna",), room_id=None, version=1)


def put_of(slot: Slot) -> Action:
    return slots.create(slot, "by")


def a_week(version: int, *entries: Entry) -> AgendaWeek:
    return AgendaWeek(ANNA, WEEK, version, Agenda(entries))


UNLIKE: dict[str, tuple[list[Action], Action]] = {
    "a slot is created once": ([slots.create(SLOT, "by")], slots.create(SLOT, "by")),
    "a slot is replaced at the version read": (
        [slots.create(replace(SLOT, version=5), "by")],
        slots.replace(replace(SLOT, version=5), "by"),
    ),
    "a meeting is created once": ([meetings.create(MEETING, "by")], meetings.create(MEETING, "by")),
    "a meeting is replaced at the version read": (
        [meetings.create(replace(MEETING, version=5), "by")],
        meetings.replace(replace(MEETING, version=5), "by"),
    ),
    "a token is first pointed once": ([slots.point_token(SLOT, None)], slots.point_token(SLOT, None)),
    "a token is pointed from where it was read": (
        [slots.point_token(SLOT, None)],
        slots.point_token(SLOT, "another"),
    ),
    "a week is first used once": ([agendas.put(a_week(0), NOTHING)], agendas.put(a_week(0), NOTHING)),
    "a week is written at the version read": ([agendas.put(a_week(4), NOTHING)], agendas.put(a_week(4), NOTHING)),
    "a customer's holds are first written once": (
        holds.actions(CustomerHolds("67890"), NOW, [SlotChange(None, HOLD)]),
        holds.actions(CustomerHolds("67890"), NOW, [SlotChange(None, replace(HOLD, id="b"))])[0],
    ),
    "a customer's holds are written at the version read": (
        holds.actions(CustomerHolds("67890", 4), NOW, [SlotChange(None, HOLD)]),
        holds.actions(CustomerHolds("67890", 4), NOW, [SlotChange(None, HOLD)])[0],
    ),
    "the configuration is first changed once": (
        [configuration_items.raise_version(0)],
        configuration_items.raise_version(0),
    ),
    "the configuration is changed at the version read": (
        [configuration_items.raise_version(4)],
        configuration_items.raise_version(4),
    ),
}


def put_anyway(table: Table, action: Action) -> None:
    table.client.put_item(TableName=table.name, Item=action["Put"]["Item"])


@pytest.mark.parametrize("name", UNLIKE)
def test_a_stale_write_changes_nothing(table: Table, name: str) -> None:
    before, late = UNLIKE[name]
    for action in before:
        put_anyway(table, action)
    kept = table.client.scan(TableName=table.name)["Items"]

    with pytest.raises(Collision):
        table.transact([late])
    assert table.client.scan(TableName=table.name)["Items"] == kept


def confirming(decided_by: int = 0) -> list[Action]:
    return Agendas(decided_by=decided_by).actions(NOW, [SlotChange(HOLD, HOLD.booked(NOW, "meeting"))])


def releasing() -> list[Action]:
    return Agendas().actions(NOW, [SlotChange(HOLD, HOLD.released(NOW))])


ENTRY = Entry(HOLD.start, HOLD.end, HOLD.id, HOLD.expires_at, HOLD.topic_id)


def test_a_hold_that_was_not_read_is_confirmed_where_it_stands(table: Table) -> None:
    put_anyway(table, agendas.put(a_week(0, ENTRY), Agenda((ENTRY,))))
    table.transact(confirming())

    (week,) = agendas.read(table, [ANNA], HOLD.interval, consistent=True).weeks
    assert (week.version, week.agenda.entries) == (2, (ENTRY._replace(until=None),))


@pytest.mark.parametrize("there", [(), (ENTRY._replace(until=1),), (ENTRY._replace(slot_id="another"),)])
def test_a_hold_that_was_overtaken_or_renewed_is_not_confirmed(table: Table, there: tuple[Entry, ...]) -> None:
    put_anyway(table, agendas.put(a_week(0), Agenda(there)))

    with pytest.raises(Collision):
        table.transact(confirming())


def test_a_hold_is_not_confirmed_on_an_agenda_that_was_closed_since(table: Table) -> None:
    put_anyway(table, agendas.put(a_week(0, ENTRY), Agenda((ENTRY,))))
    agendas.close(table, ANNA, HOLD.interval, version=7)

    with pytest.raises(Collision):
        table.transact(confirming(decided_by=6))
    table.transact(confirming(decided_by=7))


def test_a_closed_agenda_is_read_as_such_and_stays_closed(table: Table) -> None:
    agendas.close(table, ANNA, HOLD.interval, version=7)
    change = [SlotChange(None, HOLD)]
    with pytest.raises(Outdated):
        agendas.read(table, [ANNA], HOLD.interval, consistent=True, decided_by=6).actions(NOW, change)

    table.transact(agendas.read(table, [ANNA], HOLD.interval, consistent=True, decided_by=7).actions(NOW, change))
    (week,) = agendas.read(table, [ANNA], HOLD.interval, consistent=True).weeks
    assert (week.closed_at, week.agenda.entries) == (7, (ENTRY,))


def test_closing_makes_whoever_has_read_a_week_read_it_again(table: Table) -> None:
    for _ in range(2):  # one that was never used, and one that was
        read = agendas.read(table, [ANNA], HOLD.interval, consistent=True, decided_by=9)
        agendas.close(table, ANNA, HOLD.interval, version=7)
        with pytest.raises(Collision):
            table.transact(read.actions(NOW, [SlotChange(None, HOLD)]))


def test_a_week_that_a_decision_rests_on_takes_part_though_it_does_not_change(table: Table) -> None:
    far = Interval(HOLD.start + 7 * 86400, HOLD.start + 8 * 86400)
    both = Interval(HOLD.start, far.end)
    read = agendas.read(table, [ANNA], both, consistent=True)
    put_anyway(table, agendas.put(AgendaWeek(ANNA, next(keys.weeks(far)), 0, NOTHING), NOTHING))

    with pytest.raises(Collision):
        table.transact(read.actions(NOW, [SlotChange(None, HOLD)]))


def test_lapsed_entries_go_with_the_next_write(table: Table) -> None:
    lapsed = Entry(HOLD.start, HOLD.end, "lapsed", NOW)
    put_anyway(table, agendas.put(a_week(0), Agenda((lapsed,))))
    table.transact(agendas.read(table, [ANNA], HOLD.interval, consistent=True).actions(NOW, []))

    (week,) = agendas.read(table, [ANNA], HOLD.interval, consistent=True).weeks
    assert week.agenda.entries == ()


def test_a_release_takes_nothing_but_its_own_entry(table: Table) -> None:
    other = Entry(HOLD.end, HOLD.end + 60, "other")
    put_anyway(table, agendas.put(a_week(0), Agenda((ENTRY, other))))
    table.transact(releasing())
    table.transact(releasing())

    (week,) = agendas.read(table, [ANNA], HOLD.interval, consistent=True).weeks
    assert week.agenda.entries == (other,)


def test_a_hold_is_given_back_although_the_customers_item_is_gone(table: Table) -> None:
    table.transact(holds.actions(None, NOW, [SlotChange(HOLD, HOLD.released(NOW))]))

    found = holds.among(table.get_many([keys.holds("67890")], consistent=True), "67890")
    assert found is not None
    assert found.until == {}


def test_a_document_that_is_leaving_is_none_and_comes_back(table: Table) -> None:
    stored = Stored({"id": "anna"}, 3)
    table.transact([configuration_items.put(Kind.EMPLOYEES, "anna", stored, leaving_since=4)])
    read = configuration_items.read(table)
    assert (read.of(Kind.EMPLOYEES), read.leaving[Kind.EMPLOYEES, "anna"].since) == ({}, 4)

    table.transact([configuration_items.put(Kind.EMPLOYEES, "anna", stored)])
    assert configuration_items.read(table).of(Kind.EMPLOYEES) == {"anna": stored}


@dataclass
class Busy:
    """A client that leaves a part of every batch undone, `times` times."""

    client: Any
    times: int

    def __getattr__(self, operation: str) -> Any:
        return getattr(self.client, operation)

    def _part(self, batch: list[Any]) -> list[Any]:
        """What is left undone."""
        self.times -= 1
        return batch[len(batch) // 2 :] if self.times >= 0 else []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        [(name, request)] = RequestItems.items()
        left = self._part(request["Keys"])
        done = [key for key in request["Keys"] if key not in left]
        answer = self.client.batch_get_item(RequestItems={name: {**request, "Keys": done}}) if done else {}
        rest = {name: {**request, "Keys": left}} if left else {}
        return {"Responses": answer.get("Responses", {}), "UnprocessedKeys": rest}

    def batch_write_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        [(name, puts)] = RequestItems.items()
        left = self._part(puts)
        done = [put for put in puts if put not in left]
        if done:
            self.client.batch_write_item(RequestItems={name: done})
        return {"UnprocessedItems": {name: left} if left else {}}


ITEMS = [{"pk": f"ITEM#{number}", "sk": "ITEM"} for number in range(120)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "FIRST_PAUSE_SECONDS", 0.001)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("call", ["put_all", "get_many"])
def test_unprocessed_keys_are_sent_in_another_call(table: Table, call: str) -> None:
    table.put_all(ITEMS)
    busy = replace(table, client=Busy(table.client, 3))
    if call == "put_all":
        changed = [{**item, "value": 1} for item in ITEMS]
        busy.put_all(changed)
        found = [decode(item) for item in table.client.scan(TableName=table.name)["Items"]]
        assert sorted(found, key=lambda item: str(item["pk"])) == sorted(changed, key=lambda item: str(item["pk"]))
    else:
        found = busy.get_many(ITEMS, consistent=True)
        assert sorted(item["pk"] for item in found) == sorted(item["pk"] for item in ITEMS)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "call", [lambda busy: busy.put_all(ITEMS[:2]), lambda busy: busy.get_many(ITEMS[:2], consistent=True)]
)
def test_a_batch_that_is_never_done_is_busy_and_does_not_go_on_for_ever(
    table: Table, call: Callable[[Table], object]
) -> None:
    with pytest.raises(Throttled):
        call(replace(table, client=Busy(table.client, 1_000)))
