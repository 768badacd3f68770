from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, asking, configure, customer, faults, sending


def test_the_free_starts_of_the_day_are_offered(desk: Functions) -> None:
    answer = desk.call("list_available_time_slots")

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert [offer["startDate"][11:16] for offer in answer.json] == [
        f"{hour:02}:{minute}" for hour in range(7, 15) for minute in ("00", "30") if (hour, minute) != (14, "30")
    ]
    assert answer.json[0] == {
        "startDate": "2027-01-11T07:00:00Z",
        "endDate": "2027-01-11T08:00:00Z",
        "meetingType": "Online",
        "employeeId": "anna",
        "meetingTopicId": "mortgage",
    }


def test_a_held_time_is_no_longer_offered(desk: Functions) -> None:
    desk.call("reserve_time_slot")
    starts = {offer["startDate"][11:16] for offer in desk.call("list_available_time_slots").json}

    assert not starts & {"09:30", "10:00", "10:30"}
    assert {"09:00", "11:00"} <= starts


def test_every_offer_of_a_search_can_be_reserved(desk: Functions) -> None:
    for offer in desk.call("list_available_time_slots").json[::2]:
        body = {"timeSlot": offer, "token": offer["startDate"]}
        answer = desk.call("reserve_time_slot", change=sending(body))
        assert (answer.status, answer.json.get("topicId")) == (201, "mortgage"), answer.text


def test_the_seats_that_are_left_are_offered_until_there_are_none(desk: Functions, table: Table) -> None:
    configure(table, Kind.MEETING_TOPICS, "mortgage", {"name": "Mortgage", "seats": 2})

    def at_ten() -> Any:
        offers = desk.call("list_available_time_slots").json
        return next((each for each in offers if each["startDate"] == "2027-01-11T10:00:00Z"), None)

    first = at_ten()
    assert first["seatsLeft"] == 2
    for token, left in (("one", 1), ("two", None)):
        reserved = desk.call("reserve_time_slot", change=sending({"timeSlot": first, "token": token}))
        assert reserved.status == 201, reserved.text
        assert (at_ten() or {}).get("seatsLeft") == left
    refused = desk.call("reserve_time_slot", change=sending({"timeSlot": first, "token": "three"}))
    assert (refused.status, refused.json["code"], refused.json["details"]["reason"]) == (409, "SLOT_TAKEN", "FULL")


def test_every_bad_parameter_is_listed(desk: Functions) -> None:
    answer = desk.call("list_available_time_slots", "list_available_time_slots_bad_parameters")

    assert faults(answer) == {"query.requireEmployeeParticipation", "query.startDate", "query.meetingDuration"}


def test_an_unknown_topic_is_not_found(desk: Functions) -> None:
    assert desk.call("list_available_time_slots", change=asking(theme="nothing")).status == 404


def test_only_employees_may_search_past_the_rules_for_customers(desk: Functions) -> None:
    assert desk.call("list_available_time_slots", change=asking(isCustomerInitiated="false")).status == 403


def test_no_time_at_all_is_no_time_to_search(desk: Functions) -> None:
    answer = desk.call("list_available_time_slots", change=asking(lookForwardTime="PT0S", endDate=None))

    assert faults(answer) == {"query.lookForwardTime"}


def test_an_answer_that_no_function_could_give_is_refused(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.http.api.MAX_ANSWER_BYTES", 1_000)
    answer = desk.call("list_available_time_slots")

    assert (answer.status, answer.json["code"]) == (400, "INVALID_REQUEST")


def starts_of(desk: Functions, **parameters: str) -> set[str]:
    answer = desk.call("list_available_time_slots", change=asking(**parameters))
    assert answer.status == 200, answer.text
    return {offer["startDate"][11:16] for offer in answer.json}


def test_no_time_is_offered_to_move_a_meeting_once_the_notice_has_passed(
    desk: Functions, booked: Any, table: Table
) -> None:
    configure(table, Kind.MEETING_TOPICS, booked["topicId"], {"name": "Mortgage", "changeNotice": "100.00:00:00"})

    answer = desk.call("list_available_time_slots", change=asking(existingMeetingId=booked["id"]))

    assert (answer.status, answer.json["code"]) == (409, "TOO_LATE_TO_CHANGE")


@pytest.mark.parametrize("field", ["existingMeetingId", "ignoreMeetingIds"])
def test_a_meeting_to_be_moved_does_not_stand_in_its_own_way(desk: Functions, booked: Any, field: str) -> None:
    assert not starts_of(desk) & {"09:30", "10:00", "10:30"}

    assert starts_of(desk, **{field: booked["id"]}) >= {"09:30", "10:00", "10:30"}


@pytest.mark.usefixtures("held")
def test_ones_own_hold_does_not_stand_in_its_own_way(desk: Functions) -> None:
    assert starts_of(desk, token="reservation-token") >= {"09:30", "10:00", "10:30"}
    assert not starts_of(desk, token="another") & {"09:30", "10:00", "10:30"}


def test_a_meeting_that_fills_the_cap_is_moved_through_a_search(desk: Functions, booked: Any, table: Table) -> None:
    anna = desk.call("get_configuration").json | {"maxMeetingTimePerDay": "01:00:00"}
    configure(table, Kind.EMPLOYEES, "anna", anna)
    assert starts_of(desk) == set()

    offers = desk.call("list_available_time_slots", change=asking(existingMeetingId=booked["id"])).json
    body = {"timeSlot": offers[0], "token": "move"}
    assert desk.call("reserve_time_slot", change=sending(body)).json["details"]["reason"] == "NOT_AVAILABLE"
    moved = desk.call("reserve_time_slot", change=sending(body | {"existingMeetingId": booked["id"]}))
    assert moved.status == 201, moved.text


@pytest.mark.parametrize("field", ["existingMeetingId", "ignoreMeetingIds"])
def test_a_meeting_of_another_customer_is_not_found(desk: Functions, booked: Any, field: str) -> None:
    def as_another(event: dict[str, Any]) -> None:
        customer("somebody")(event)
        asking(**{field: booked["id"]})(event)

    assert desk.call("list_available_time_slots", change=as_another).status == 404
    assert desk.call("list_available_time_slots", change=asking(**{field: "nothing"})).status == 404


def test_a_cancelled_meeting_is_not_moved(desk: Functions, booked: Any) -> None:
    desk.call("cancel_meeting")
    answer = desk.call("list_available_time_slots", change=asking(existingMeetingId=booked["id"]))

    assert (answer.status, answer.json["code"]) == (409, "MEETING_CANCELLED")


@pytest.mark.parametrize("function", ["list_available_time_slots", "explain_time_slots"])
def test_a_search_uses_the_configuration_that_was_just_stored(desk: Functions, table: Table, function: str) -> None:
    before = desk.call(function)
    anna = desk.call("get_configuration").json
    configure(table, Kind.EMPLOYEES, "anna", anna | {"canBeBooked": False})

    assert desk.call(function).json != before.json
    assert starts_of(desk) == set()
