from typing import Any

from tests.endpoints.conftest import Functions, caller, customer, path


def test_a_meeting_is_shown_with_its_etag(desk: Functions, booked: Any) -> None:
    answer = desk.call("get_meeting")

    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer.json == booked


def test_a_cancelled_meeting_stays_readable(desk: Functions, booked: Any) -> None:
    desk.call("cancel_meeting")
    answer = desk.call("get_meeting")

    assert answer.json == booked | {"status": "Cancelled", "version": 2}
    assert answer.headers["etag"] == '"2"'


def test_an_unknown_meeting_is_not_found(desk: Functions) -> None:
    assert desk.call("get_meeting", "get_meeting_unknown_meeting").status == 404


def test_a_meeting_is_its_makers_its_customers_and_the_employees(desk: Functions, booked: Any) -> None:
    assert desk.call("get_meeting", change=caller("other", "read", "partner")).status == 404
    assert desk.call("get_meeting", change=caller("other", "read", "admin")).status == 404
    assert desk.call("get_meeting", change=customer("ida")).status == 404
    assert desk.call("get_meeting", change=customer("67890")).status == 200
    assert desk.call("get_meeting", change=caller("other", "read", "staff")).status == 200
    assert desk.call("get_meeting", change=caller("partner-client", "partner")).status == 403


def test_an_id_longer_than_any_is_not_found(desk: Functions) -> None:
    assert desk.call("get_meeting", change=path(meetingId="x" * 3_000)).status == 404
