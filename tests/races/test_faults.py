"""Every fault at every single database call of every command; then the client asks again, as clients do.

Whatever went wrong, the world is then as if the request had been made once and nothing had happened.
"""

import json
from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from typing import Any

import pytest

from booking.domain.errors import BookingError, Stale, TryAgain
from booking.domain.meeting import ExternalAttendee
from booking.storage import table as table_module
from booking.storage.table import Table, decode
from tests.races.clients import (
    Call,
    FaultyClient,
    Killed,
    no_answer,
    service_error,
    transaction_cancelled,
    unreachable,
)
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, MINUTE, WEEK, everything, fresh_table, office, wrong_in

SUNDAY_NIGHT = 1795996800 - HOUR  # 2026-11-29T23:00:00Z: an hour from there on touches one week, two hours two
NOW = SUNDAY_NIGHT - 3 * DAY

ATTENDEE = ExternalAttendee("Guest", "guest@example.com")


@dataclass(frozen=True)
class Scenario:
    """`ask` is the request under test, made with what `prepare` returned.

    One that names the version it changes is told Stale when it is made again, since then it is.
    """

    name: str
    prepare: Callable[[Desk], Any]
    ask: Callable[[Desk, Any], Any]
    is_stale_again: bool = False


def _lapsed(desk: Desk) -> str:
    slot_id = desk.reserve(SUNDAY_NIGHT, room="tivoli", length=2 * HOUR).slot.id
    _advance(desk, 6 * MINUTE)
    return slot_id


def _lapsed_and_overtaken(desk: Desk) -> str:
    slot_id = _lapsed(desk)
    desk.reserve(SUNDAY_NIGHT + HOUR, token="quicker")
    return slot_id


def _advance(desk: Desk, seconds: int) -> None:
    assert isinstance(desk.clock, Clock)
    desk.clock.time += seconds


def _hold(desk: Desk) -> str:
    return desk.reserve(SUNDAY_NIGHT, "anna", "bo", room="tivoli", length=2 * HOUR).slot.id


def _plain_hold(desk: Desk) -> str:
    return desk.reserve(SUNDAY_NIGHT).slot.id


def _customers_hold(desk: Desk, number: int = 0) -> str:
    start = SUNDAY_NIGHT + 2 * number * HOUR
    return desk.reserve(start, token=f"customer {number}", length=2 * HOUR, customer="customer").slot.id


def _confirmed(desk: Desk) -> str:
    return desk.confirm(_hold(desk)).id


def _meeting(desk: Desk) -> str:
    return desk.create(_hold(desk), title="before").meeting.id


def _to_move(desk: Desk) -> tuple[str, str]:
    """A meeting, and a slot that is held to move it, over a part of its own time and into another week."""
    meeting_id = _meeting(desk)
    hold = desk.reserve(SUNDAY_NIGHT + HOUR, "anna", token="move", length=2 * HOUR, moving=meeting_id)
    return meeting_id, hold.slot.id


def _waiting(desk: Desk) -> str:
    return desk.join(SUNDAY_NIGHT, "ida")


def _offered(desk: Desk) -> str:
    id = _waiting(desk)
    desk.walk()
    return id


def _offer(desk: Desk) -> str:
    offer = desk.entry(_offered(desk)).offer
    assert offer
    return offer.time_slot_id


def _accepted(desk: Desk) -> str:
    slot_id = _offer(desk)
    desk.create(slot_id, customer="ida")
    return slot_id


SCENARIOS = [
    Scenario("reserve", lambda desk: None, lambda desk, _: _hold(desk)),
    Scenario("reserve again", _hold, lambda desk, _: _hold(desk)),
    Scenario("move a hold", _hold, lambda desk, _: desk.reserve(SUNDAY_NIGHT + WEEK, "cy", "anna")),
    Scenario("move a hold by an hour", _hold, lambda desk, _: desk.reserve(SUNDAY_NIGHT + HOUR, room="tivoli")),
    Scenario("reserve after a lapse", _lapsed, lambda desk, _: desk.reserve(SUNDAY_NIGHT, "bo", length=2 * HOUR)),
    Scenario(
        "reserve what is taken",
        lambda desk: desk.reserve(SUNDAY_NIGHT, token="quicker"),
        lambda desk, _: _hold(desk),
    ),
    Scenario(
        "reserve to move a meeting",
        _meeting,
        lambda desk, made: desk.reserve(SUNDAY_NIGHT + HOUR, token="move", moving=made),
    ),
    Scenario("create", _hold, lambda desk, made: desk.create(made)),
    Scenario(
        "create and claim",
        _plain_hold,
        lambda desk, made: desk.create(made, room_id="tivoli", additional_employees=("bo", "cy")),
    ),
    Scenario("create from a confirmed slot", _confirmed, lambda desk, made: desk.create(made)),
    Scenario("create after a lapse", _lapsed, lambda desk, made: desk.create(made)),
    Scenario("create from what was overtaken", _lapsed_and_overtaken, lambda desk, made: desk.create(made)),
    Scenario(
        "book",
        lambda desk: None,
        lambda desk, _: desk.book(SUNDAY_NIGHT, "anna", "bo", room="tivoli", length=2 * HOUR, key="key"),
    ),
    Scenario("reserve for a customer", lambda desk: None, lambda desk, _: _customers_hold(desk)),
    Scenario("reserve again for a customer", _customers_hold, lambda desk, _: _customers_hold(desk)),
    Scenario(
        "exchange a customer's last hold",
        lambda desk: [_customers_hold(desk, number) for number in range(3)],
        lambda desk, _: desk.reserve(SUNDAY_NIGHT + 9 * HOUR, token="customer 0", customer="customer"),
    ),
    Scenario("confirm for a customer", _customers_hold, lambda desk, made: desk.confirm(made)),
    Scenario("create for a customer", _customers_hold, lambda desk, made: desk.create(made)),
    Scenario("release a customer's hold", _customers_hold, lambda desk, made: desk.release(made)),
    Scenario("confirm", _hold, lambda desk, made: desk.confirm(made)),
    Scenario("confirm after a lapse", _lapsed, lambda desk, made: desk.confirm(made)),
    Scenario("release", _hold, lambda desk, made: desk.release(made)),
    Scenario("release a confirmed slot", _confirmed, lambda desk, made: desk.release(made)),
    Scenario("cancel", _meeting, lambda desk, made: desk.cancel(made)),
    Scenario("cancel at a version", _meeting, lambda desk, made: desk.cancel(made, version=1)),
    Scenario("join the waitlist", lambda desk: None, lambda desk, _: desk.join(SUNDAY_NIGHT, "ida", key="key")),
    Scenario("leave the waitlist", _waiting, lambda desk, made: desk.leave(made)),
    Scenario("leave the waitlist with an offer", _offered, lambda desk, made: desk.leave(made)),
    Scenario("end an entry whose offer was accepted", _accepted, lambda desk, made: desk.note_booking(made)),
    Scenario("create from an offer", _offer, lambda desk, made: desk.create(made, customer="ida")),
    Scenario("change the title", _meeting, lambda desk, made: desk.update(made, title="after")),
    Scenario(
        "add an attendee at a version",
        _meeting,
        lambda desk, made: desk.update(made, version=1, external_attendees=lambda before: (*before, ATTENDEE)),
        is_stale_again=True,
    ),
    Scenario("change the room", _meeting, lambda desk, made: desk.update(made, room_id="round-tower")),
    Scenario("change the employees", _meeting, lambda desk, made: desk.update(made, additional_employees=("cy",))),
    Scenario("reschedule", _to_move, lambda desk, ids: desk.update(ids[0], time_slot_id=ids[1])),
    Scenario(
        "reschedule at a version",
        _to_move,
        lambda desk, ids: desk.update(ids[0], 1, time_slot_id=ids[1]),
        is_stale_again=True,
    ),
]


def _never_arrives(operation: str, call: Call) -> Any:
    raise unreachable()


def _answer_lost(operation: str, call: Call) -> Any:
    call()
    raise no_answer()


def _conflict(operation: str, call: Call) -> Any:
    if operation == "transact_write_items":
        raise transaction_cancelled(operation, "TransactionConflict")
    return call()


def _throttled(operation: str, call: Call) -> Any:
    if operation == "transact_write_items":
        raise transaction_cancelled(operation, "ThrottlingError")
    raise service_error(operation, "ProvisionedThroughputExceededException", 400)


def _unavailable(operation: str, call: Call) -> Any:
    raise service_error(operation, "503", 503)  # a front end without the service's own code


def _failed_after_writing(operation: str, call: Call) -> Any:
    call()
    raise service_error(operation, "InternalServerError", 500)


def _in_progress(operation: str, call: Call) -> Any:
    """What the SDK is told when it sends a call again that the service is still at work on."""
    call()
    if operation == "transact_write_items":
        raise service_error(operation, "TransactionInProgressException", 400)
    raise no_answer()


def _killed_before(operation: str, call: Call) -> Any:
    raise Killed


def _killed_after(operation: str, call: Call) -> Any:
    """Also what a slow answer past the function's timeout comes to."""
    call()
    raise Killed


FAULTS: dict[str, Callable[[str, Call], Any]] = {
    "it never arrives": _never_arrives,
    "its answer is lost": _answer_lost,
    "it meets another transaction": _conflict,
    "it is throttled": _throttled,
    "the service is unavailable": _unavailable,
    "it fails after writing": _failed_after_writing,
    "it is in progress still": _in_progress,
    "the function is killed before it": _killed_before,
    "the function is killed after it": _killed_after,
}
FATAL = {"the function is killed before it", "the function is killed after it"}


@dataclass(frozen=True)
class Outcome:
    """What a client was told, and what the table holds then."""

    told: str
    world: list[str]


@pytest.fixture(scope="module")
def undisturbed(engine: str) -> Callable[[Scenario], tuple[list[str], Outcome]]:
    """The database calls of a scenario in which nothing goes wrong, and what comes of it."""
    known: dict[str, tuple[list[str], Outcome]] = {}

    def run(scenario: Scenario) -> tuple[list[str], Outcome]:
        if scenario.name not in known:
            for desk, given in prepared(engine, scenario):
                client = FaultyClient(desk.table.client, lambda _operation, _index, call: call())
                told = ask(scenario, with_client(desk, client), given)
                known[scenario.name] = client.operations, Outcome(told, canonical(desk.table))
        return known[scenario.name]

    return run


def prepared(engine: str, scenario: Scenario) -> Iterator[tuple[Desk, Any]]:
    with fresh_table(engine) as table:
        desk = Desk(table, office(), Clock(NOW))
        yield desk, scenario.prepare(desk)


def with_client(desk: Desk, client: FaultyClient) -> Desk:
    return replace(desk, table=Table(client, desk.table.name))


def ask(scenario: Scenario, desk: Desk, given: Any) -> str:
    """What the client is told: done, or which error."""
    try:
        scenario.ask(desk, given)
    except BookingError as error:
        return TryAgain.__name__ if isinstance(error, TryAgain) else type(error).__name__
    except Killed:
        return "nothing"
    return "done"


def said_again(scenario: Scenario, expected: Outcome) -> set[str]:
    return {expected.told} | ({Stale.__name__} if scenario.is_stale_again else set())


def canonical(table: Table) -> list[str]:
    """The whole table as comparable text: made-up ids, counters of writes and index positions say nothing."""
    contents = []
    for raw in everything(table):
        item = decode(raw)
        if item["sk"].startswith("WITH#"):
            continue  # pointers may be left over; the audit misses none that is needed
        for name in [name for name in item if name.startswith("gsi")]:
            del item[name]
        if not item["pk"].startswith("MEETING#"):
            item.pop("version", None)
        if item["pk"].startswith(("HOLDS#", "WAITING#")):
            item = {"pk": item["pk"], "holds": sorted([name, until] for name, until in item.items() if "#" in name)}
        if item["pk"] == "LINE":
            item["pk"] = f"{item['pk']}#{item.pop('sk').partition('#')[0]}"  # behind that is an id of its own
        item.pop("place", None)
        contents.append(item)
    ids = [item["pk"].split("#")[1] for item in contents if item["pk"].startswith(("SLOT#", "MEETING#", "WAITLIST#"))]

    def text(item: dict[str, Any], names: dict[str, str]) -> str:
        said = json.dumps(item, sort_keys=True, default=str)
        for id in ids:
            said = said.replace(id, names.get(id, "*"))
        return said

    by_content = sorted(contents, key=lambda item: text(item, {}))
    names = {item["pk"].split("#")[1]: f"<{n}>" for n, item in enumerate(by_content)}
    return sorted(text(item, names) for item in contents)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_request_that_is_repeated_after_a_fault_was_made_once(
    engine: str, scenario: Scenario, fault: str, undisturbed: Callable[[Scenario], tuple[list[str], Outcome]]
) -> None:
    operations, expected = undisturbed(scenario)
    for faulty in range(len(operations)):
        for desk, given in prepared(engine, scenario):

            def answer(operation: str, index: int, call: Call, faulty: int = faulty) -> Any:
                return FAULTS[fault](operation, call) if index == faulty else call()

            told = ask(scenario, with_client(desk, FaultyClient(desk.table.client, answer)), given)
            assert told == ("nothing" if fault in FATAL else expected.told), f"call {faulty}"
            if told != "nothing":
                assert canonical(desk.table) == expected.world, f"call {faulty}"

            assert ask(scenario, desk, given) in said_again(scenario, expected), f"call {faulty}"
            assert canonical(desk.table) == expected.world, f"call {faulty}"
            assert wrong_in(desk.table, desk.clock()) == [], f"call {faulty}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_write_that_arrives_after_the_request_has_been_repeated_changes_nothing(
    engine: str, scenario: Scenario, undisturbed: Callable[[Scenario], tuple[list[str], Outcome]]
) -> None:
    operations, expected = undisturbed(scenario)
    if "transact_write_items" not in operations:
        return
    write = operations.index("transact_write_items")
    for desk, given in prepared(engine, scenario):
        under_way: list[Call] = []

        def answer(operation: str, index: int, call: Call, under_way: list[Call] = under_way) -> Any:
            if index == write:
                under_way.append(call)
                raise Killed
            return call()

        assert ask(scenario, with_client(desk, FaultyClient(desk.table.client, answer)), given) == "nothing"
        assert ask(scenario, desk, given) == expected.told
        with pytest.raises(desk.table.client.exceptions.TransactionCanceledException):
            under_way[0]()
        assert canonical(desk.table) == expected.world
        assert wrong_in(desk.table, desk.clock()) == []


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in FATAL])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_fault_that_does_not_end_is_a_clear_answer_and_the_repeat_succeeds(
    engine: str,
    scenario: Scenario,
    fault: str,
    undisturbed: Callable[[Scenario], tuple[list[str], Outcome]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operations, expected = undisturbed(scenario)
    monkeypatch.setattr(table_module, "BUDGET_SECONDS", 0.05)
    for first in {0, len(operations) - 1}:  # from the first read on, and from the write on
        for desk, given in prepared(engine, scenario):
            before = canonical(desk.table)

            def answer(operation: str, index: int, call: Call, first: int = first) -> Any:
                return FAULTS[fault](operation, call) if index >= first else call()

            told = ask(scenario, with_client(desk, FaultyClient(desk.table.client, answer)), given)
            assert told in (TryAgain.__name__, expected.told)
            assert canonical(desk.table) in (before, expected.world), f"from call {first}"
            assert ask(scenario, desk, given) in said_again(scenario, expected), f"from call {first}"
            assert canonical(desk.table) == expected.world, f"from call {first}"
