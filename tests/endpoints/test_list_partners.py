from tests.endpoints.conftest import Clock, Functions, customer, path


def test_partners_are_listed_in_the_order_of_linking(desk: Functions, clock: Clock) -> None:
    for client_id in ("b", "a", "c"):
        desk.call("link_partner", change=path(clientId=client_id))
        clock.advance(60)
    listed = desk.call("list_partners").json["items"]

    assert [each["clientId"] for each in listed] == ["b", "a", "c"]
    assert listed[0]["dateLinked"] == "2027-01-04T08:00:00Z"


def test_a_customer_without_links_has_an_empty_list(desk: Functions) -> None:
    assert desk.call("list_partners", change=path(customerId="nobody")).json == {"items": []}


def test_customers_list_their_own(desk: Functions) -> None:
    desk.call("link_partner")

    assert len(desk.call("list_partners", change=customer("67890")).json["items"]) == 1
    assert desk.call("list_partners", change=customer("24680")).status == 403


def test_partners_do_not_list_a_customers_partners(desk: Functions) -> None:
    assert desk.call("list_partners", "list_partners_without_scope").status == 403
