import pytest

from tests.endpoints.conftest import Functions, asking, faults, sending


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
    }


def test_what_is_held_is_no_longer_offered(desk: Functions) -> None:
    desk.call("reserve_time_slot")
    starts = {offer["startDate"][11:16] for offer in desk.call("list_available_time_slots").json}

    assert not starts & {"09:30", "10:00", "10:30"}
    assert {"09:00", "11:00"} <= starts


def test_every_offer_of_a_search_can_be_reserved(desk: Functions) -> None:
    for offer in desk.call("list_available_time_slots").json[::2]:
        body = {"timeSlot": offer | {"topicId": "mortgage"}, "token": offer["startDate"]}
        answer = desk.call("reserve_time_slot", change=sending(body))
        assert answer.status == 201, answer.text


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
