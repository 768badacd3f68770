from typing import Any

from tests.endpoints.conftest import Functions, caller


def test_a_released_slot_is_free_and_releasing_it_again_changes_nothing(desk: Functions, held: Any) -> None:
    first, again = desk.call("release_time_slot"), desk.call("release_time_slot")

    assert (first.status, first.text) == (204, "")
    assert again.status == 204
    assert desk.call("get_time_slot").json["status"] == "Released"
    assert desk.call("create_meeting").status == 201


def test_the_slot_of_a_meeting_is_not_released_under_it(desk: Functions, booked: Any) -> None:
    answer = desk.call("release_time_slot")

    assert (answer.status, answer.json["code"]) == (409, "IN_USE")
    assert answer.json["details"] == {"meetingId": "example-meeting"}


def test_an_unknown_slot_is_not_found(desk: Functions) -> None:
    assert desk.call("release_time_slot", "release_time_slot_unknown_slot").status == 404


def test_the_slot_of_another_owner_is_not_found_and_stays(desk: Functions, held: Any) -> None:
    assert desk.call("release_time_slot", change=caller("other", "read", "partner")).status == 404
    assert desk.call("get_time_slot").json["status"] == "Reserved"
