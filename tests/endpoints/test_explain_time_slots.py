import pytest

from tests.endpoints.conftest import Functions, asking, faults


def test_an_offered_employee_is_said_to_be_offered(desk: Functions) -> None:
    answer = desk.call("explain_time_slots")

    assert answer.status == 200
    assert answer.json["startDate"] == "2027-01-11T10:00:00Z"
    anna = next(each for each in answer.json["employees"] if each["id"] == "anna")
    assert anna == {"id": "anna", "offered": True}


def test_a_refusal_names_the_rule_and_its_facts(desk: Functions) -> None:
    desk.call("replace_busy_calendar")
    answer = desk.call("explain_time_slots")

    anna = next(each for each in answer.json["employees"] if each["id"] == "anna")
    assert anna["reason"] == "BUSY"
    assert "11:00–11:30" in anna["message"]
    assert anna["facts"]["busyFrom"] == "2027-01-11T10:00:00Z"


@pytest.mark.usefixtures("held")
def test_a_hold_is_explained_like_a_meeting(desk: Functions) -> None:
    anna = next(each for each in desk.call("explain_time_slots").json["employees"] if each["id"] == "anna")

    assert anna["reason"] == "BUSY"


def test_a_start_is_required(desk: Functions) -> None:
    assert faults(desk.call("explain_time_slots", "explain_time_slots_without_start")) == {"query.start"}


def test_a_start_outside_the_time_searched_is_said_to_be_that(desk: Functions) -> None:
    answer = desk.call("explain_time_slots", change=asking(startDate="2027-01-12", lookForwardTime="P1D"))

    assert {each["reason"] for each in answer.json["employees"]} == {"OUTSIDE_SEARCH"}


def test_only_employees_may_ask_for_reasons(desk: Functions) -> None:
    assert desk.call("explain_time_slots", "explain_time_slots_without_scope").status == 403


def test_a_search_at_the_end_of_time_is_explained_too(desk: Functions) -> None:
    late = asking(startDate="9998-12-31", endDate=None, lookForwardTime="P3660D")

    assert desk.call("explain_time_slots", change=late).status == 200
