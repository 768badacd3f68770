from typing import Any

import pytest

from tests.endpoints.conftest import Functions, all_of, caller, faults, sending


def patch(*operations: Any, **headers: str) -> Any:
    return sending(list(operations), **({"If_Match": "*"} | headers))


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def test_texts_and_fields_are_changed(desk: Functions, booked: Any) -> None:
    answer = desk.call("update_meeting")

    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    changes = {"version": 2, "title": "Second talk", "customFields": [{"key": "purpose", "value": "mortgage"}]}
    assert answer.json == booked | changes
    assert desk.call("get_meeting").json == answer.json


def test_the_customers_contact_is_given_changed_in_part_and_taken_away(desk: Functions, booked: Any) -> None:
    contact = {"name": "Kim", "email": "kim@example.com", "language": "da"}
    given = desk.call("update_meeting", change=patch({"op": "add", "path": "/customer", "value": contact}))
    changed = desk.call("update_meeting", change=patch(replace("/customer/email", "new@example.com")))
    taken = desk.call("update_meeting", change=patch({"op": "remove", "path": "/customer"}))

    assert given.json["customer"] == contact
    assert changed.json["customer"] == contact | {"email": "new@example.com"}
    assert "customer" not in taken.json


def test_a_patch_that_changes_nothing_makes_no_version(desk: Functions, booked: Any) -> None:
    answer = desk.call("update_meeting", change=patch(replace("/description", booked["description"])))

    assert answer.json == booked


def test_a_stale_version_changes_nothing(desk: Functions, booked: Any) -> None:
    answer = desk.call("update_meeting", "update_meeting_stale")

    assert (answer.status, answer.json["code"]) == (412, "STALE")
    assert desk.call("get_meeting").json == booked


def test_a_second_change_of_the_same_version_is_refused(desk: Functions, booked: Any) -> None:
    first = desk.call("update_meeting", change=patch(replace("/title", "First"), If_Match='"1"'))
    second = desk.call("update_meeting", change=patch(replace("/title", "Second"), If_Match='"1"'))

    assert (first.status, second.status) == (200, 412)
    assert desk.call("get_meeting").json["title"] == "First"


def test_a_test_that_fails_changes_nothing(desk: Functions, booked: Any) -> None:
    test = {"op": "test", "path": "/title", "value": "Another"}
    answer = desk.call("update_meeting", change=patch(replace("/description", "New"), test))

    assert (answer.status, answer.json["code"]) == (412, "STALE")
    assert desk.call("get_meeting").json == booked


def test_another_slot_moves_the_meeting_and_frees_its_old_time(desk: Functions, booked: Any) -> None:
    slot = {"startDate": "2027-01-11T10:30:00Z", "endDate": "2027-01-11T11:30:00Z", "employeeId": "anna"}
    body = {"timeSlot": slot, "token": "t", "existingMeetingId": "example-meeting"}
    new = desk.call("reserve_time_slot", change=sending(body)).json
    answer = desk.call("update_meeting", change=patch(replace("/timeSlotId", new["id"])))

    assert answer.status == 200, answer.text
    assert answer.json["startDate"] == "2027-01-11T10:30:00Z"
    assert answer.json["timeSlotId"] == new["id"]
    assert desk.call("get_time_slot").json["status"] == "Released"


def test_a_room_is_claimed_changed_and_given_back(desk: Functions, booked: Any) -> None:
    assert desk.call("update_meeting", change=patch(replace("/roomId", "cph-1"))).json["roomId"] == "cph-1"
    vacancies = {"location": ["Copenhagen"], "startDate": [booked["startDate"]], "endDate": [booked["endDate"]]}

    def asked(event: dict[str, Any]) -> None:
        event["multiValueQueryStringParameters"] = vacancies

    assert desk.call("list_room_vacancies", change=asked).json == []
    assert desk.call("update_meeting", change=patch({"op": "remove", "path": "/roomId"})).json["roomId"] is None
    assert [room["id"] for room in desk.call("list_room_vacancies", change=asked).json] == ["cph-1"]


def test_an_unknown_room_changes_nothing(desk: Functions, booked: Any) -> None:
    answer = desk.call("update_meeting", change=patch(replace("/title", "New"), replace("/roomId", "nowhere")))

    assert answer.status == 404
    assert desk.call("get_meeting").json == booked


@pytest.mark.parametrize(
    ("operation", "where"),
    [
        (replace("/status", "Cancelled"), "body[0].path"),
        (replace("/employeeId", "bo"), "body[0].path"),
        (replace("", {}), "body[0].path"),
        ({"op": "copy", "from": "/owner", "path": "/title"}, "body[0].from"),
        ({"op": "move", "path": "/title"}, "body[0].from"),
        ({"op": "spam", "path": "/title"}, "body[0].op"),
        ({"op": "add", "path": "/title"}, "body[0].value"),
        ({"op": "remove", "path": "/customFields/7"}, "body[0]"),
        ({"op": "add", "path": "/title/x", "value": 1}, "body[0]"),
        (replace("/title", 7), "body.title"),
        (replace("/title", "x" * 1_001), "body.title"),
        (replace("/timeSlotId", None), "body.timeSlotId"),
        (replace("/customFields", [{"key": "k"}]), "body.customFields[0].value"),
        (replace("/externalAttendees", [{"name": "Ida", "email": "none"}]), "body.externalAttendees[0].email"),
        (replace("/customer", {"phone": "12345678"}), "body.customer.phone"),
        (replace("/additionalEmployees", "bo"), "body.additionalEmployees"),
    ],
    ids=str,
)
def test_a_change_of_a_read_only_field_is_refused_with_its_path(
    desk: Functions, booked: Any, operation: Any, where: str
) -> None:
    assert faults(desk.call("update_meeting", change=patch(operation))) == {where}
    assert desk.call("get_meeting").json == booked


def test_a_body_that_is_no_patch_is_refused(desk: Functions, booked: Any) -> None:
    assert faults(desk.call("update_meeting", "update_meeting_not_a_patch")) == {"body"}


def test_a_value_copied_into_itself_does_not_grow_without_bound(desk: Functions, booked: Any) -> None:
    start = replace("/customFields", [{"key": "k", "value": "v" * 1000}])
    doubling = {"op": "copy", "from": "/customFields", "path": "/customFields/-"}

    assert faults(desk.call("update_meeting", change=patch(start, *[doubling] * 90))) == {"body[8]"}


def test_a_cancelled_meeting_cannot_be_changed(desk: Functions, booked: Any) -> None:
    desk.call("cancel_meeting")
    answer = desk.call("update_meeting", change=patch(replace("/title", "New")))

    assert (answer.status, answer.json["code"]) == (409, "MEETING_CANCELLED")


def test_the_meeting_of_another_customer_is_not_found(desk: Functions, booked: Any) -> None:
    change = all_of(caller("other", "read", "partner"), patch(replace("/title", "New")))

    assert desk.call("update_meeting", change=change).status == 404


def test_a_meeting_does_not_grow_patch_by_patch(desk: Functions, booked: Any) -> None:
    fields = [{"key": f"k{number}", "value": "x" * 4_000} for number in range(50)]
    attendees = [{"name": "n" * 1_000, "email": f"{'x' * 300}@example.com"} for _ in range(50)]

    assert desk.call("update_meeting", change=patch(replace("/customFields", fields))).status == 200
    assert desk.call("update_meeting", change=patch(replace("/externalAttendees", attendees))).status == 413


@pytest.mark.parametrize("depth", [100, 600, 5_000])
def test_a_body_that_is_nested_too_deeply_is_refused(desk: Functions, booked: Any, depth: int) -> None:
    def nested(event: dict[str, Any]) -> None:
        deep = "[" * depth + "]" * depth
        event["body"] = f'[{{"op": "add", "path": "/customFields", "value": {deep}}}]'

    assert desk.call("update_meeting", change=nested).status == 400
