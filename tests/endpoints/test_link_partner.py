from typing import Any

from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, all_of, caller, customer, path


def partners(desk: Functions) -> Any:
    return [each["clientId"] for each in desk.call("list_partners").json["items"]]


def test_an_administrator_links_a_customer_to_a_partner(desk: Functions, clock: Clock) -> None:
    answer = desk.call("link_partner")

    assert (answer.status, answer.json) == (200, {"clientId": "partner-client", "dateLinked": clock.text})
    assert partners(desk) == ["partner-client"]


def test_linking_again_changes_nothing(desk: Functions, clock: Clock) -> None:
    first = desk.call("link_partner").json
    clock.advance(60)

    assert desk.call("link_partner").json == first


def test_an_employee_links_any_customer(desk: Functions) -> None:
    assert desk.call("link_partner", change=caller("staff", "read", "staff")).status == 200


def test_customers_link_themselves_under_either_of_their_names(desk: Functions) -> None:
    assert desk.call("link_partner", change=all_of(customer("67890"), path(customerId="sub-of-67890"))).status == 200
    assert partners(desk) == ["partner-client"]


def test_a_customer_does_not_link_another_one(desk: Functions) -> None:
    assert desk.call("link_partner", "link_partner_of_another_customer").status == 403
    assert partners(desk) == []


def test_a_partner_does_not_link_itself(desk: Functions) -> None:
    assert desk.call("link_partner", change=caller("partner-client", "read", "partner")).status == 403
    # Nor does a client whose token would let a customer book: it is nobody's.
    client = all_of(caller("67890", "read", "book"), path(customerId="67890"))
    assert desk.call("link_partner", change=client).status == 403


def test_a_customer_is_linked_to_twenty_partners_at_most(desk: Functions) -> None:
    for number in range(20):
        assert desk.call("link_partner", change=path(clientId=f"client-{number}")).status == 200
    answer = desk.call("link_partner")

    assert (answer.status, answer.json["code"]) == (409, "TOO_MANY_PARTNERS")
    assert answer.json["details"] == {"mostPartners": 20}


def test_links_are_kept_in_an_item_of_the_customer(desk: Functions, table: Table) -> None:
    desk.call("link_partner")

    assert table.get({"pk": "PARTNERS#67890", "sk": "PARTNERS"})
