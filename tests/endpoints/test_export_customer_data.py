from typing import Any

from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, asking, customer, path, sending
from tests.endpoints.test_erase_customer_data import PERSONAL, secret

__all__ = ["secret"]


def test_everything_about_a_customers_meeting_is_told(desk: Functions, secret: Any) -> None:
    answer = desk.call("export_customer_data")

    assert answer.status == 200
    assert answer.json["customerId"] == "67890"
    [entry] = answer.json["meetings"]
    assert entry["meeting"]["id"] == "example-meeting"
    assert PERSONAL.items() <= (entry["meeting"] | {"customer": PERSONAL["customer"]}).items()
    assert entry["meeting"]["customer"]["email"] == "secret@example.com"
    assert answer.json["nextCursor"] is None


def test_the_audit_trail_of_the_meetings_comes_with_them(desk: Functions, secret: Any, table: Table) -> None:
    table.put(
        {
            "pk": "TRAIL#MEETING#example-meeting",
            "sk": "000000000001",
            "at": 1799049600,
            "by": "client:partner",
            "action": "MeetingCreated",
        }
    )
    [entry] = desk.call("export_customer_data").json["meetings"]

    assert [(each["by"], each["action"]) for each in entry["changes"]] == [("client:partner", "MeetingCreated")]


def test_the_first_page_includes_the_holds_of_the_customer(desk: Functions, clock: Clock) -> None:
    held = desk.call("reserve_time_slot", change=customer("67890")).json

    [slot] = desk.call("export_customer_data").json["heldTimeSlots"]
    assert (slot["id"], slot["customerId"], slot["status"]) == (held["id"], "67890", "Reserved")


def test_the_first_page_includes_the_waitlist_entries_of_the_customer(desk: Functions) -> None:
    joined = desk.call("join_waitlist").json

    assert desk.call("export_customer_data").json["waitlist"] == [joined]


def test_links_to_partners_come_with_the_first_page_and_with_who_made_them(desk: Functions, clock: Clock) -> None:
    desk.call("link_partner", change=customer("67890"))
    desk.call("link_partner", change=path(clientId="another"))
    clock.advance(60)
    desk.call("unlink_partner")
    told = desk.call("export_customer_data").json

    assert [each["clientId"] for each in told["partners"]] == ["another"]
    assert [(each["action"], each["clientId"], each["by"]) for each in told["partnerChanges"]] == [
        ("PartnerLinked", "partner-client", "subject:sub-of-67890"),
        ("PartnerLinked", "another", "subject:admin-client"),
        ("PartnerUnlinked", "partner-client", "subject:admin-client"),
    ]
    assert told["partnerChanges"][2]["date"] == clock.text


def test_many_meetings_come_page_by_page(desk: Functions) -> None:
    for hour in (8, 10, 12):
        times = {"startDate": f"2027-01-11T{hour:02}:00:00Z", "endDate": f"2027-01-11T{hour + 1:02}:00:00Z"}
        made = desk.call(
            "create_meeting", change=sending(times | {"employeeId": "anna", "type": "Online", "customerId": "67890"})
        )
        assert made.status == 201, made.text
    first = desk.call("export_customer_data", change=asking(limit="2")).json
    second = desk.call("export_customer_data", change=asking(limit="2", cursor=first["nextCursor"])).json

    starts = [entry["meeting"]["startDate"][11:13] for page in (first, second) for entry in page["meetings"]]
    assert starts == ["08", "10", "12"]
    assert second["nextCursor"] is None


def test_the_export_holds_nothing_of_other_customers(desk: Functions, secret: Any) -> None:
    answer = desk.call("export_customer_data", change=path(customerId="13579"))

    assert answer.json == {
        "customerId": "13579",
        "meetings": [],
        "heldTimeSlots": [],
        "waitlist": [],
        "partners": [],
        "partnerChanges": [],
        "nextCursor": None,
    }


def test_after_an_erasure_there_is_nothing_to_export(desk: Functions, secret: Any) -> None:
    desk.call("reserve_time_slot", change=customer("67890"))
    desk.call("join_waitlist")
    desk.call("link_partner")
    desk.call("erase_customer_data")
    left = desk.call("export_customer_data").json

    assert (left["meetings"], left["heldTimeSlots"], left["waitlist"]) == ([], [], [])
    assert (left["partners"], left["partnerChanges"]) == ([], [])


def test_only_administrators_export(desk: Functions, secret: Any) -> None:
    assert desk.call("export_customer_data", "export_customer_data_without_scope").status == 403
