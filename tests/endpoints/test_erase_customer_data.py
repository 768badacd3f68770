from typing import Any

import pytest

from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, all_of, asking, caller, customer, faults, sending
from tests.endpoints.waiting import Line, line, meeting

__all__ = ["line", "meeting"]

STAFF = caller("staff-client", "read", "staff")
PERSONAL = {
    "customerId": "67890",
    "title": "Secret title",
    "description": "Secret description",
    "videoLink": "https://secret.example.com",
    "customFields": [{"key": "secret", "value": "Secret value"}],
    "externalAttendees": [{"name": "Secret name", "email": "secret@example.com"}],
    "customer": {"name": "Secret", "email": "secret@example.com"},
    "salesforceId": "secret-salesforce",
    "portalId": "secret-portal",
}


@pytest.fixture
def secret(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The meeting example-meeting, full of personal data."""
    body = {"startDate": "2027-01-11T10:00:00Z", "endDate": "2027-01-11T11:00:00Z", "employeeId": "anna"}
    ids = iter(["example-slot", "example-meeting"])
    with monkeypatch.context() as patched:
        patched.setattr("booking.storage.keys.new_id", lambda: next(ids))
        answer = desk.call("create_meeting", change=sending(body | {"type": "Online"} | PERSONAL))
    assert answer.status == 201, answer.text
    return answer.json


def test_a_customers_data_is_gone_from_every_meeting_and_what_was_done_is_told(
    desk: Functions, secret: Any, table: Table
) -> None:
    answer = desk.call("erase_customer_data")
    stored = str(table.client.scan(TableName=table.name)["Items"])

    assert (answer.status, answer.json) == (
        200,
        {"meetingsErased": 1, "slotsErased": 1, "meetingsCancelled": 1, "isComplete": True},
    )
    assert "secret" not in stored.lower()
    assert "67890" not in stored


def test_a_meeting_to_come_is_cancelled_and_its_time_is_free(desk: Functions, secret: Any) -> None:
    desk.call("erase_customer_data")
    left = desk.call("get_meeting", change=STAFF).json

    assert left["status"] == "Cancelled"
    assert left["startDate"] == secret["startDate"]
    assert left["employeeId"] == "anna"
    assert desk.call("create_meeting").status == 201


def test_a_meeting_to_come_keeps_its_time_if_it_is_not_to_be_cancelled(desk: Functions, secret: Any) -> None:
    answer = desk.call("erase_customer_data", change=asking(cancelFuture="false"))

    assert answer.json["meetingsCancelled"] == 0
    assert desk.call("get_meeting", change=STAFF).json["status"] == "Confirmed"
    assert desk.call("create_meeting").json["code"] == "SLOT_TAKEN"


def test_a_meeting_that_is_over_is_erased_and_not_cancelled(desk: Functions, secret: Any, clock: Clock) -> None:
    clock.advance(30 * 86400)

    assert desk.call("erase_customer_data").json["meetingsCancelled"] == 0
    assert desk.call("get_meeting", change=STAFF).json["status"] == "Confirmed"


def test_erasing_again_finds_nothing_more(desk: Functions, secret: Any) -> None:
    desk.call("erase_customer_data")

    assert desk.call("erase_customer_data").json["meetingsErased"] == 0


def test_other_customers_keep_theirs(desk: Functions, secret: Any) -> None:
    def of_another(event: dict[str, Any]) -> None:
        event["pathParameters"] = {"customerId": "another"}

    assert desk.call("erase_customer_data", change=of_another).json["meetingsErased"] == 0
    assert desk.call("get_meeting").json == secret


def test_the_customer_no_longer_sees_the_meeting(desk: Functions, secret: Any) -> None:
    assert desk.call("get_meeting", change=customer("67890")).status == 200
    desk.call("erase_customer_data")

    assert desk.call("get_meeting", change=customer("67890")).status == 404


def test_the_change_is_told_to_who_asks_what_has_changed(desk: Functions, secret: Any, clock: Clock) -> None:
    clock.advance(60)
    desk.call("erase_customer_data")
    clock.advance(60)

    def since(event: dict[str, Any]) -> None:
        STAFF(event)
        event["multiValueQueryStringParameters"] = {"startDateModified": ["2027-01-04T08:00:30Z"]}

    assert [each["id"] for each in desk.call("list_meetings", change=since).json["items"]] == ["example-meeting"]


def test_only_administrators_may_erase(desk: Functions, secret: Any) -> None:
    assert desk.call("erase_customer_data", "erase_customer_data_without_scope").status == 403
    assert desk.call("get_meeting").json == secret


def test_a_parameter_that_is_no_boolean_erases_nothing(desk: Functions, secret: Any) -> None:
    assert faults(desk.call("erase_customer_data", change=asking(cancelFuture="maybe"))) == {"query.cancelFuture"}
    assert desk.call("get_meeting").json == secret


def test_answers_kept_for_an_idempotency_key_are_forgotten_too(desk: Functions, table: Table) -> None:
    body = {"startDate": "2027-01-11T13:00:00Z", "endDate": "2027-01-11T14:00:00Z", "employeeId": "anna"}
    made = desk.call("create_meeting", change=sending(body | {"type": "Online"} | PERSONAL, Idempotency_Key="one"))
    assert made.status == 201, made.text
    hold = desk.call("reserve_time_slot", change=all_of(customer("67890"), sending(Idempotency_Key="two")))
    assert hold.status == 201, hold.text
    later = {"startDate": "2027-01-12T09:00:00Z", "endDate": "2027-01-12T10:00:00Z", "employeeId": "anna"}
    others = sending({"timeSlot": later, "token": "theirs"}, Idempotency_Key="three")
    other = desk.call("reserve_time_slot", change=all_of(customer("13579"), others))

    def kept() -> list[str]:
        return [item["data"]["S"] for item in table.client.scan(TableName="answers-test")["Items"]]

    assert len(kept()) == 3
    assert desk.call("erase_customer_data").json["isComplete"]
    [left] = kept()
    assert other.json["id"] in left


def test_the_token_of_a_hold_is_forgotten_too(desk: Functions, table: Table) -> None:
    hold = desk.call("reserve_time_slot", change=customer("67890"))
    assert hold.status == 201, hold.text

    def has_token() -> bool:
        items = table.client.scan(TableName=table.name)["Items"]
        [slot] = [item for item in items if item["pk"]["S"] == f"SLOT#{hold.json['id']}"]
        return "tokenHash" in slot

    assert has_token()
    assert desk.call("erase_customer_data").json["isComplete"]
    assert not has_token()


def test_the_customer_leaves_the_waitlist_without_a_trace_and_what_was_held_is_free(
    line: Line, meeting: Any, table: Table
) -> None:
    kim = line.join("67890", customer={"name": "Secret", "email": "secret@example.com"})
    line.join("67890", customer={"name": "Secret"}, startDate="2027-01-12T10:00:00Z", endDate="2027-01-12T10:30:00Z")
    pat = line.join("pat")
    line.cancel(meeting)
    assert line.status("67890", kim) == "Offered"
    erased = line.functions.call("erase_customer_data")
    stored = str(table.client.scan(TableName=table.name)["Items"])
    line.run()

    assert erased.json["isComplete"]
    assert "secret" not in stored.lower()
    assert "'67890'" not in stored
    assert line.status("pat", pat) == "Offered"
