from typing import Any

from tests.endpoints.conftest import Clock, Functions, caller, customer


def test_a_slot_is_shown_as_it_is_now(desk: Functions, held: Any, clock: Clock) -> None:
    answer = desk.call("get_time_slot")
    clock.advance(5 * 60)

    assert answer.status == 200
    assert answer.json == {name: value for name, value in held.items() if name != "token"}
    assert desk.call("get_time_slot").json["status"] == "Expired"


def test_an_unknown_slot_is_not_found(desk: Functions) -> None:
    answer = desk.call("get_time_slot", "get_time_slot_unknown_slot")

    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")


def test_a_slot_is_its_owners_and_the_employees(desk: Functions, held: Any) -> None:
    assert desk.call("get_time_slot", change=caller("other", "read", "partner")).status == 404
    assert desk.call("get_time_slot", change=customer("ida")).status == 404
    assert desk.call("get_time_slot", change=caller("other", "staff")).status == 200
    assert desk.call("get_time_slot", change=caller("partner-client", "read")).status == 403
