"""A request waits for each call that it makes to the database, so each call here is one that somebody decided on."""

from collections.abc import Iterator

import botocore.session
import pytest

from booking.storage import services
from booking.storage.configurations import FRESH_SECONDS
from tests.benchmarks.artefact import variables
from tests.benchmarks.calls import CREATE, RESERVE, SEARCH, Desk, Request, configure_team, open_desk, searching
from tests.endpoints.conftest import ROOT

LISTS = ("list_meeting_topics", "list_customer_types", "list_employees", "list_rooms")


SESSION = botocore.session.get_session()
"""Whose calls go the whole way over HTTP, other than those of the other tests (tests/memory.py)."""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(services, "session", lambda: SESSION)
    with open_desk() as desk:
        yield desk


def operations(desk: Desk, request: Request) -> list[str]:
    desk.answer(request.function, request.change)
    return desk.meter.operations


def test_reserving_is_one_read_and_one_transaction(desk: Desk) -> None:
    desk.warm(RESERVE.function)

    assert operations(desk, RESERVE) == ["BatchGetItem", "TransactWriteItems"]


def test_making_a_reserved_slot_a_meeting_is_one_read_and_one_transaction(desk: Desk) -> None:
    desk.hold()
    desk.warm(CREATE.function)

    assert operations(desk, CREATE) == ["BatchGetItem", "TransactWriteItems"]


def test_searching_ten_employees_in_fourteen_days_is_two_calls_at_most(desk: Desk) -> None:
    SEARCH.before(desk)
    first, warm = operations(desk, SEARCH), operations(desk, SEARCH)
    desk.wait(FRESH_SECONDS)
    later = operations(desk, SEARCH)

    assert (len(first), len(warm), len(later)) == (2, 1, 2)


@pytest.mark.slow
def test_searching_fifty_employees_in_thirty_days_is_four_calls_at_most(desk: Desk) -> None:
    fifty = [f"employee-{number}" for number in range(50)]
    configure_team(desk.table, fifty)
    search = Request(SEARCH.function, change=searching(fifty, days=30))
    operations(desk, search)

    assert len(operations(desk, search)) <= 4


@pytest.mark.parametrize("function", LISTS)
def test_a_list_is_one_call_at_most(desk: Desk, function: str) -> None:
    cold, warm = operations(desk, Request(function)), operations(desk, Request(function))

    assert len(cold) == 1
    assert len(warm) <= 1


def test_every_function_starts_without_a_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # So a snapshot of a function that has just started has no connection, no configuration and no time in it.
    called = {}
    for function in sorted(folder.name for folder in (ROOT / "functions").iterdir()):
        with monkeypatch.context() as patched:
            for name in variables(function):
                patched.setenv(name, "https://example.com")
            desk.functions.module(function)
        called[function] = desk.meter.operations
        desk.meter.calls.clear()

    assert [function for function, operations in called.items() if operations] == []


def test_a_week_of_a_whole_location_is_read_like_a_search(desk: Desk) -> None:
    cold, warm = operations(desk, Request("list_agendas")), operations(desk, Request("list_agendas"))

    assert (len(cold), warm) == (2, ["BatchGetItem"])
