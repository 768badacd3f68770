from typing import Any

import pytest

from booking.storage.table import Table
from tests.endpoints.conftest import (
    Clock,
    Functions,
    all_of,
    asking,
    caller,
    colleague_of_anna,
    customer,
    faults,
    path,
    sending,
)

STAFF = caller("staff-client", "read", "staff")
OTHER = caller("other-client", "read", "partner")


def book(desk: Functions, hour: int, who: str = "67890", change: Any = None, **fields: Any) -> str:
    body = {
        "startDate": f"2027-01-11T{hour:02}:00:00Z",
        "endDate": f"2027-01-11T{hour:02}:30:00Z",
        "employeeId": "anna",
        "type": "Online",
        "customerId": who,
        **fields,
    }
    answer = desk.call("create_meeting", change=all_of(*filter(None, [change]), sending(body)))
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def ids(desk: Functions, *changes: Any) -> list[str]:
    answer = desk.call("list_meetings", change=all_of(*changes))
    assert answer.status == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def only(**parameters: str) -> Any:
    """A change: these query parameters and no others."""

    def change(event: dict[str, Any]) -> None:
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in parameters.items()}
        event["queryStringParameters"] = None

    return change


def test_a_customers_meetings_are_listed_by_start(desk: Functions) -> None:
    late, early = book(desk, 14), book(desk, 8)
    book(desk, 9, "another")

    assert ids(desk) == [early, late]


def test_a_customers_list_is_of_the_days_asked_for(desk: Functions) -> None:
    first, second = book(desk, 8), book(desk, 14)
    noon = "2027-01-11T12:00:00Z"

    assert ids(desk, only(customerId="67890", endDate=noon)) == [first]
    assert ids(desk, only(customerId="67890", startDate=noon)) == [second]


def test_a_partner_lists_what_its_client_made_and_nothing_else(desk: Functions) -> None:
    own, other = book(desk, 8), book(desk, 9, change=OTHER)

    assert ids(desk, only()) == [own]
    assert ids(desk) == [own]
    assert ids(desk, OTHER, only()) == [other]
    assert ids(desk, STAFF, only(customerId="67890")) == [own, other]


def test_a_customer_lists_their_own_meetings_whoever_made_them(desk: Functions) -> None:
    by_bank, by_self = book(desk, 9), book(desk, 8, "67890", change=customer("67890"))
    by_subject = book(desk, 10, "sub-of-67890", change=customer("67890"))
    book(desk, 11, "ida")

    assert ids(desk, customer("67890"), only()) == [by_self, by_bank, by_subject]
    assert ids(desk, customer("67890"), only(customerId="sub-of-67890")) == [by_self, by_bank, by_subject]
    by_bank_under_subject = book(desk, 13, "sub-of-67890")
    for name in ("67890", "sub-of-67890"):
        assert ids(desk, customer("67890"), only(customerId=name))[-1] == by_bank_under_subject
    assert desk.call("list_meetings", change=all_of(customer("ida"), only(customerId="67890"))).status == 403


def test_a_reader_without_a_customer_lists_nothing(desk: Functions) -> None:
    book(desk, 8)

    assert ids(desk, caller("reader", "read"), only()) == []


def test_employees_list_by_employee_date_and_slot(desk: Functions) -> None:
    first, second = book(desk, 8), book(desk, 9)
    slot = desk.call("list_meetings").json["items"][1]["timeSlotId"]

    assert ids(desk, STAFF, only(employeeId="anna")) == [first, second]
    assert ids(desk, STAFF, only(employeeId="bo")) == []
    assert ids(desk, STAFF, only(startDate="2027-01-11T08:30:00Z")) == [second]
    assert ids(desk, STAFF, only(endDate="2027-01-11T09:00:00Z")) == [first]
    assert ids(desk, STAFF, only(timeSlotId=slot)) == [second]
    assert ids(desk, OTHER, only(timeSlotId=slot)) == []
    assert ids(desk, STAFF, only(timeSlotId="no-such-slot")) == []


def test_the_slot_that_a_meeting_was_moved_from_has_no_meeting(desk: Functions, booked: Any) -> None:
    slot = {"startDate": "2027-01-11T12:00:00Z", "endDate": "2027-01-11T13:00:00Z", "employeeId": "anna"}
    new = desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "t"})).json["id"]
    move = sending([{"op": "replace", "path": "/timeSlotId", "value": new}], If_Match="*")
    assert desk.call("update_meeting", change=move).status == 200

    assert ids(desk, only(timeSlotId="example-slot")) == []
    assert ids(desk, only(timeSlotId=new)) == ["example-meeting"]


def test_changes_since_a_time_are_listed_in_their_order(desk: Functions, clock: Clock) -> None:
    first, second, third = book(desk, 8), book(desk, 9), book(desk, 10)
    clock.advance(60)
    since = only(startDateModified="2027-01-04T08:01:00Z")
    for meeting_id in (second, first):
        assert desk.call("cancel_meeting", change=_of(meeting_id)).status == 204
        clock.advance(60)

    assert ids(desk, STAFF, since) == [second, first]
    assert ids(desk, since) == [second, first]
    assert ids(desk, OTHER, since) == []
    assert ids(desk, STAFF, only(endDateModified="2027-01-04T08:01:00Z")) == [third]


def test_changes_too_young_to_be_in_every_list_are_left_to_the_next_question(desk: Functions, clock: Clock) -> None:
    meeting = book(desk, 8)
    since = only(startDateModified="2027-01-04T00:00:00Z", endDateModified="2030-01-01T00:00:00Z")
    clock.advance(29)
    early = desk.call("list_meetings", change=since).json
    clock.advance(2)
    late = desk.call("list_meetings", change=since).json

    assert early == {"items": [], "nextCursor": None, "endDateModified": "2027-01-04T07:59:59Z"}
    assert [item["id"] for item in late["items"]] == [meeting]


def test_pages_of_changes_lose_nothing_that_is_written_between_them(desk: Functions, clock: Clock) -> None:
    meetings = [book(desk, hour) for hour in (8, 9, 10, 11, 12)]
    clock.advance(60)
    seen: set[str] = set()
    cursor: dict[str, str] = {}
    for _ in range(9):
        query = only(startDateModified="2027-01-04T08:00:00Z", limit="2", **cursor)
        answer = desk.call("list_meetings", change=all_of(STAFF, query)).json
        seen |= {item["id"] for item in answer["items"]}
        if answer["nextCursor"] is None:
            break
        cursor = {"cursor": answer["nextCursor"]}
        desk.call("cancel_meeting", change=_of(meetings[0]))
        clock.advance(60)

    assert seen == set(meetings)


def test_a_cursor_of_another_caller_leads_to_ones_own_meetings_only(desk: Functions) -> None:
    for hour in (8, 9, 10):
        book(desk, hour)
    own = book(desk, 11, change=OTHER)
    stolen = desk.call("list_meetings", change=asking(limit="1")).json["nextCursor"]

    assert ids(desk, OTHER, asking(cursor=stolen)) == [own]
    assert ids(desk, OTHER, only(cursor=stolen)) in ([], [own])


def test_items_of_other_owners_are_not_read(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.storage.walks.READ_AT_MOST", 1)
    monkeypatch.setattr("booking.storage.meetings.SHARDS", 1)
    for hour in (8, 9, 10):
        book(desk, hour)
    answer = desk.call("list_meetings", change=all_of(OTHER, only(limit="1"))).json

    assert answer == {"items": [], "nextCursor": None}


def test_a_forged_cursor_is_refused(desk: Functions) -> None:
    for cursor in ("x", "!!!!", "W10", "WyJhIiwgMV0", "WyIiLCAiXHVkODAwIl0"):
        assert faults(desk.call("list_meetings", change=asking(cursor=cursor))) == {"query.cursor"}


def test_dates_in_the_wrong_order_are_refused(desk: Functions) -> None:
    assert faults(desk.call("list_meetings", "list_meetings_bad_parameters")) == {"query.endDate"}


def _of(meeting_id: str) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["pathParameters"] = {"meetingId": meeting_id}

    return change


def test_an_employees_list_has_the_meetings_that_they_have_joined(desk: Functions, table: Table) -> None:
    colleague_of_anna(table, "dea")
    joint, own = book(desk, 8, additionalEmployees=["dea"]), book(desk, 9, employeeId="dea")
    book(desk, 10)
    left = book(desk, 11, additionalEmployees=["dea"])
    patch = [{"op": "replace", "path": "/additionalEmployees", "value": []}]
    changed = desk.call("update_meeting", change=all_of(path(meetingId=left), sending(patch)))
    assert changed.status == 200, changed.text

    assert ids(desk, STAFF, only(employeeId="dea")) == [joint, own]
    assert desk.call("cancel_meeting", change=path(meetingId=joint)).status == 204
    assert ids(desk, STAFF, only(employeeId="dea")) == [joint, own]
    assert sorted(ids(desk, STAFF, only())) == sorted({*ids(desk, STAFF, only())})


def test_a_meeting_is_listed_once_and_where_it_is_now(desk: Functions, table: Table) -> None:
    colleague_of_anna(table, "dea")
    meeting = book(desk, 8, additionalEmployees=["dea"])
    slot = {
        "timeSlot": {
            "startDate": "2027-01-11T08:00:00Z",
            "endDate": "2027-01-11T08:30:00Z",
            "employeeId": "dea",
        },
        "token": "move",
        "existingMeetingId": meeting,
    }
    held = desk.call("reserve_time_slot", change=sending(slot))
    assert held.status == 201, held.text
    patch = [
        {"op": "replace", "path": "/additionalEmployees", "value": ["anna"]},
        {"op": "replace", "path": "/timeSlotId", "value": held.json["id"]},
    ]
    moved = desk.call("update_meeting", change=all_of(path(meetingId=meeting), sending(patch)))
    assert moved.status == 200, moved.text

    assert ids(desk, STAFF, only(employeeId="dea")) == [meeting]
    assert ids(desk, STAFF, only(employeeId="anna")) == [meeting]


def test_a_days_list_has_the_meeting_that_began_before(desk: Functions, table: Table) -> None:
    colleague_of_anna(table, "dea")
    meeting = book(desk, 8, additionalEmployees=["dea"])
    within = {"startDate": "2027-01-11T08:15:00Z", "endDate": "2027-01-12T00:00:00Z"}
    after = {**within, "startDate": "2027-01-11T08:30:00Z"}

    for who, parameters in (
        (STAFF, {"employeeId": "anna"}),
        (STAFF, {"employeeId": "dea"}),
        (STAFF, {}),
        (STAFF, {"customerId": "67890"}),
        (customer("67890"), {}),
    ):
        assert ids(desk, who, only(**within, **parameters)) == [meeting]
        assert ids(desk, who, only(**after, **parameters)) == []
