from tests.endpoints.conftest import Clock, Functions, all_of, caller, customer, path


def test_an_entry_is_read_as_it_is_now(desk: Functions, clock: Clock) -> None:
    joined = desk.call("join_waitlist").json
    read = desk.call("get_waitlist_entry", change=path(waitlistId=joined["id"]))

    assert (read.status, read.json) == (200, joined)


def test_an_entry_ends_with_its_search(desk: Functions, clock: Clock) -> None:
    id = desk.call("join_waitlist").json["id"]
    clock.advance(8 * 86400)

    assert desk.call("get_waitlist_entry", change=path(waitlistId=id)).json["status"] == "Expired"


def test_the_entrys_customer_and_every_employee_read_it_too(desk: Functions) -> None:
    id = desk.call("join_waitlist").json["id"]
    for change in (customer("67890"), caller("staff", "read", "staff")):
        assert desk.call("get_waitlist_entry", change=all_of(change, path(waitlistId=id))).status == 200


def test_the_entry_of_another_customer_is_not_found(desk: Functions) -> None:
    id = desk.call("join_waitlist").json["id"]
    for change in (customer("13579"), caller("other", "read", "partner")):
        assert desk.call("get_waitlist_entry", change=all_of(change, path(waitlistId=id))).status == 404


def test_an_unknown_entry_is_not_found(desk: Functions) -> None:
    assert desk.call("get_waitlist_entry", "get_waitlist_entry_unknown_entry").status == 404
