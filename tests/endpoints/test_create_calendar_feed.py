import pytest

from booking.storage.table import Table, decode
from tests.endpoints.conftest import Functions, caller, faults, sending


def test_a_feed_has_an_address_of_its_own(desk: Functions) -> None:
    answer = desk.call("create_calendar_feed")

    assert answer.status == 201
    assert answer.json["url"].startswith("https://api.example.com/v1/calendars/")
    assert (answer.json["employeeId"], answer.json["details"]) == ("anna", True)


@pytest.mark.usefixtures("desk")
def test_the_secret_is_not_stored(desk: Functions, table: Table) -> None:
    secret = desk.call("create_calendar_feed").json["url"].rpartition("/")[2]
    items = [decode(item) for item in table.client.scan(TableName=table.name)["Items"]]

    assert [item["sk"] for item in items if item["pk"].startswith("FEED#")] == ["FEED"]
    assert secret not in str(items)


def test_a_body_may_be_left_out_and_is_checked(desk: Functions) -> None:
    def without_body(event: dict[str, object]) -> None:
        event["body"] = None

    assert desk.call("create_calendar_feed", change=without_body).json["details"] is False
    assert faults(desk.call("create_calendar_feed", change=sending({"details": "maybe"}))) == {"body.details"}


def test_an_unknown_employee_is_not_found(desk: Functions) -> None:
    assert desk.call("create_calendar_feed", "create_calendar_feed_unknown_employee").status == 404


def test_only_staff_may_create_one(desk: Functions) -> None:
    assert desk.call("create_calendar_feed", change=caller("partner", "read", "partner")).status == 403
