from typing import Any

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, caller, configure, scopes, sending


def test_cancelling_frees_the_time_and_cancelling_again_changes_nothing(desk: Functions, booked: Any) -> None:
    first, again = desk.call("cancel_meeting"), desk.call("cancel_meeting")

    assert (first.status, first.text) == (204, "")
    assert again.status == 204
    assert desk.call("get_meeting").json["version"] == 2
    assert desk.call("get_time_slot").json["status"] == "Released"
    assert desk.call("create_meeting").status == 201


def test_a_version_that_is_not_the_newest_cancels_nothing(desk: Functions, booked: Any) -> None:
    answer = desk.call("cancel_meeting", change=sending(If_Match='"7"'))

    assert (answer.status, answer.json["code"]) == (412, "STALE")
    assert desk.call("get_meeting").json["status"] == "Confirmed"
    assert desk.call("cancel_meeting", change=sending(If_Match='"1"')).status == 204


def test_an_unknown_meeting_is_not_found(desk: Functions) -> None:
    assert desk.call("cancel_meeting", "cancel_meeting_unknown_meeting").status == 404


def test_the_meeting_of_another_customer_is_not_found_and_stays(desk: Functions, booked: Any) -> None:
    assert desk.call("cancel_meeting", change=caller("other", "read", "partner")).status == 404
    assert desk.call("get_meeting").json["status"] == "Confirmed"


def test_only_an_employee_cancels_a_meeting_once_the_notice_of_its_topic_has_passed(
    desk: Functions, booked: Any, table: Table
) -> None:
    configure(table, Kind.MEETING_TOPICS, booked["topicId"], {"name": "Mortgage", "cancelNotice": "100.00:00:00"})

    refused = desk.call("cancel_meeting")
    assert (refused.status, refused.json["code"]) == (409, "TOO_LATE_TO_CANCEL")
    assert refused.json["details"] == {
        "reason": "TOO_LATE_TO_CANCEL",
        "meetingId": booked["id"],
        "noticeMinutes": 100 * 24 * 60,
    }
    assert desk.call("cancel_meeting", change=scopes("read", "staff")).status == 204
