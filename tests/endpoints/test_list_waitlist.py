from typing import Any

from tests.endpoints.conftest import Clock, Functions, all_of, asking, caller, customer, faults, sending
from tests.endpoints.waiting import WANTED

EMPLOYEE = caller("staff", "read", "staff")


def join(desk: Functions, clock: Clock, change: Any, **wishes: Any) -> str:
    clock.advance(1)
    answer = desk.call("join_waitlist", change=all_of(change, sending(WANTED | wishes)))
    assert answer.status == 201, answer.text
    id: str = answer.json["id"]
    return id


def listed(desk: Functions, *changes: Any, **parameters: str | None) -> list[str]:
    answer = desk.call("list_waitlist", change=all_of(*changes, asking(**({"customerId": None} | parameters))))
    assert answer.status == 200, answer.text
    return [entry["id"] for entry in answer.json["items"]]


def test_entries_come_in_order_of_joining(desk: Functions, clock: Clock) -> None:
    ids = [join(desk, clock, customer(name)) for name in ("c", "a", "b")]

    assert listed(desk, EMPLOYEE) == ids


def test_customers_see_their_own(desk: Functions, clock: Clock) -> None:
    mine, _ = join(desk, clock, customer("67890")), join(desk, clock, customer("13579"))

    assert listed(desk, customer("67890")) == [mine]
    assert desk.call("list_waitlist", change=all_of(customer("67890"), asking(customerId="13579"))).status == 403


def test_partners_see_those_that_their_client_made(desk: Functions, clock: Clock) -> None:
    a, b = caller("partner-a", "read", "partner"), caller("partner-b", "read", "partner")
    first = join(desk, clock, a, customerId="67890")
    second = join(desk, clock, a, customerId="13579")
    join(desk, clock, b, customerId="67890")

    assert listed(desk, a) == [first, second]
    assert listed(desk, a, customerId="67890") == [first]


def test_employees_see_those_of_one_customer(desk: Functions, clock: Clock) -> None:
    mine, _ = join(desk, clock, customer("67890")), join(desk, clock, customer("13579"))

    assert listed(desk, EMPLOYEE, customerId="67890") == [mine]


def test_a_list_goes_on_page_by_page(desk: Functions, clock: Clock) -> None:
    ids = [join(desk, clock, customer(name)) for name in ("a", "b", "c")]
    first = desk.call("list_waitlist", change=all_of(EMPLOYEE, asking(customerId=None, limit="2"))).json
    second = listed(desk, EMPLOYEE, limit="2", cursor=first["nextCursor"])

    assert [entry["id"] for entry in first["items"]] + second == ids


def test_entries_can_be_listed_by_status(desk: Functions, clock: Clock) -> None:
    waiting = join(desk, clock, customer("67890"))

    assert listed(desk, EMPLOYEE, status="waiting") == [waiting]
    assert listed(desk, EMPLOYEE, status="Booked,Withdrawn") == []
    clock.advance(30 * 86400)
    assert listed(desk, EMPLOYEE, status="Expired") == [waiting]


def test_bad_parameters_are_refused(desk: Functions) -> None:
    assert faults(desk.call("list_waitlist", "list_waitlist_bad_parameters")) == {"query.status", "query.limit"}
