from tests.endpoints.conftest import Functions, all_of, caller, customer, path


def test_a_link_is_removed_and_removing_it_again_changes_nothing(desk: Functions) -> None:
    desk.call("link_partner")
    desk.call("link_partner", change=path(clientId="another"))

    for _ in range(2):
        assert desk.call("unlink_partner").status == 204
    assert [each["clientId"] for each in desk.call("list_partners").json["items"]] == ["another"]


def test_a_customer_removes_what_was_linked_under_either_name(desk: Functions) -> None:
    for name in ("67890", "sub-of-67890"):
        desk.call("link_partner", change=path(customerId=name))
    mine = desk.call("list_partners", change=customer("67890"))
    assert len(mine.json["items"]) == 1

    assert desk.call("unlink_partner", change=customer("67890")).status == 204
    for name in ("67890", "sub-of-67890"):
        assert desk.call("list_partners", change=path(customerId=name)).json == {"items": []}


def test_a_customer_does_not_unlink_another_one(desk: Functions) -> None:
    desk.call("link_partner")

    assert desk.call("unlink_partner", "unlink_partner_of_another_customer").status == 403
    assert len(desk.call("list_partners").json["items"]) == 1


def test_a_partner_removes_no_links(desk: Functions) -> None:
    change = all_of(caller("partner-client", "read", "partner"))
    assert desk.call("unlink_partner", change=change).status == 403
