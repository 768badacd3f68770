import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.storage import meetings, waitlist, walks
from booking.storage.table import Item, Table, encode
from booking.storage.walks import Page, Place, Walk, position, positions, walk
from tests.storage.test_audit import a_meeting, a_slot, an_entry, at, put, wait

LEGS = [("a", ["A#0", "A#1"]), ("b", ["B"]), ("c", ["C"])]

Entries = list[tuple[int, int]]
"""Partition number and instant of each item, which is numbered by its place in the list."""


def store(table: Table, entries: Entries) -> list[str]:
    """Puts the items, and returns their names in the order that a walk should find them in."""
    partitions = [(leg, partition) for leg, names in LEGS for partition in names]
    found = []
    for number, (which, instant) in enumerate(entries):
        leg, partition = partitions[which]
        name = f"{number:03}"
        place = position(instant, name)
        item = {"pk": f"ITEM#{name}", "sk": "ITEM", "gsi1pk": partition, "gsi1sk": place, "name": name}
        table.client.put_item(TableName=table.name, Item=encode(item))
        found.append((leg, place, name))
    return [name for _leg, _place, name in sorted(found)]


def clear(table: Table) -> None:
    for item in table.client.scan(TableName=table.name)["Items"]:
        table.client.delete_item(TableName=table.name, Key={"pk": item["pk"], "sk": item["sk"]})


def page(table: Table, start: Place | None, limit: int, first: int | None = None, last: int | None = None) -> Page[str]:
    def read(item: Item) -> str:
        return str(item["name"])

    return walk(table, Walk("GSI1", LEGS, *positions(first, last)), start, limit, read, lambda name: name[-1] != "7")


def pages(table: Table, limit: int, first: int | None = None, last: int | None = None) -> list[str]:
    names: list[str] = []
    start: Place | None = None
    for _ in range(1000):
        found = page(table, start, limit, first, last)
        assert len(found.items) <= limit
        names += found.items
        if found.next is None:
            return names
        start = found.next
    raise AssertionError("the pages do not end")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    entries=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=20),
    limit=st.integers(1, 7),
    first=st.none() | st.integers(0, 6),
    last=st.none() | st.integers(0, 6),
)
def test_pages_of_any_size_have_everything_once_and_in_order(
    table: Table, entries: Entries, limit: int, first: int | None, last: int | None
) -> None:
    clear(table)
    names = store(table, entries)
    wanted = [
        name
        for name in names
        if name[-1] != "7"
        and (first is None or entries[int(name)][1] >= first)
        and (last is None or entries[int(name)][1] < last)
    ]

    assert pages(table, limit, first, last) == wanted


def test_a_page_looks_at_no_more_than_it_may(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    names = store(table, [(0, instant) for instant in range(20)])
    monkeypatch.setattr(walks, "READ_AT_MOST", 4)

    def nothing(_name: object) -> bool:
        return False

    first = walk(table, Walk("GSI1", LEGS), None, 2, lambda item: item["name"], nothing)
    assert first.items == []
    assert first.next is not None
    assert pages(table, 2) == [name for name in names if name[-1] != "7"]


def test_a_place_in_a_leg_that_is_not_the_readers_leads_nowhere(table: Table) -> None:
    store(table, [(2, 1), (3, 1)])
    only_c = Walk("GSI1", LEGS[2:])
    stolen: Place = ("b", "0")

    assert walk(table, only_c, stolen, 5, lambda item: item["gsi1pk"], lambda _: True).items == ["C"]
    assert walk(table, only_c, ("d", "0"), 5, lambda item: item["gsi1pk"], lambda _: True).items == []


def test_every_meeting_of_a_list_of_many_pages_is_read_once(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meetings, "PAGE", 2)
    made = [a_meeting(a_slot(f"slot-{hour}", at(hour), at(hour + 1))) for hour in range(8, 13)]
    for meeting in made:
        put(table, meetings.create(meeting, meeting.owner))

    assert list(meetings.all_of(table, meetings.of_customers(["Klara Jensen"]))) == made


def test_every_entry_of_a_waitlist_of_many_pages_is_read_once(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waitlist, "PAGE", 2)
    made = [an_entry(id=f"entry-{second}", place=position(second, f"entry-{second}")) for second in range(5)]
    for entry in made:
        wait(table, entry)

    assert list(waitlist.all_of(table, waitlist.of_customers(["ann"]))) == made
