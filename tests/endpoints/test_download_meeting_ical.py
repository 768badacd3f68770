from collections.abc import Callable
from typing import Any

import pytest

from tests.endpoints.conftest import Functions, caller, customer, faults, path, reading, sending


@pytest.mark.usefixtures("booked")
def test_a_meeting_is_downloaded_as_a_calendar_file(desk: Functions) -> None:
    answer = desk.call("download_meeting_ical")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["content-disposition"] == 'attachment; filename="meeting-example-meeting.ics"'
    assert "SUMMARY:Meeting title\r\n" in answer.text
    assert "DESCRIPTION:Meeting description\r\n" in answer.text
    assert "DTSTART;TZID=Europe/Copenhagen:20270111T110000\r\n" in answer.text


@pytest.mark.usefixtures("booked")
def test_without_a_body_the_file_has_the_defaults(desk: Functions) -> None:
    def without_body(event: dict[str, object]) -> None:
        event["body"] = None

    answer = desk.call("download_meeting_ical", change=without_body)

    assert answer.status == 200
    assert "SUMMARY:Meeting title" not in answer.text


@pytest.mark.usefixtures("booked")
def test_the_file_of_a_cancelled_meeting_cancels_it(desk: Functions) -> None:
    desk.call("cancel_meeting")
    answer = desk.call("download_meeting_ical")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=CANCEL"
    assert "METHOD:CANCEL\r\n" in answer.text
    assert "SEQUENCE:1\r\n" in answer.text


@pytest.mark.usefixtures("booked")
def test_a_title_that_is_no_text_is_refused(desk: Functions) -> None:
    assert faults(desk.call("download_meeting_ical", change=sending({"title": 7}))) == {"body.title"}


def test_an_unknown_meeting_is_not_found(desk: Functions) -> None:
    answer = desk.call("download_meeting_ical", "download_meeting_ical_unknown_meeting")

    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")


@pytest.mark.usefixtures("booked")
def test_the_meeting_of_another_customer_is_not_found(desk: Functions) -> None:
    assert desk.call("download_meeting_ical", change=caller("other-client", "read", "partner")).status == 404
    assert desk.call("download_meeting_ical", change=customer("ida")).status == 404
    assert desk.call("download_meeting_ical", change=customer("67890")).status == 200


def without_texts(*changes: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def change(event: dict[str, Any]) -> None:
        event["body"] = None
        for each in changes:
            each(event)

    return change


@pytest.mark.usefixtures("translated_bank")
def test_the_file_is_in_the_language_of_the_request_else_in_the_customers(desk: Functions) -> None:
    body = {
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "employeeId": "anna",
        "roomId": "cph-1",
        "type": "Physical",
        "topicId": "mortgage",
        "customerId": "67890",
        "customer": {"language": "da"},
    }
    meeting = desk.call("create_meeting", change=sending(body)).json
    this = path(meetingId=meeting["id"])

    english = desk.call("download_meeting_ical", change=without_texts(this, reading("en-GB")))
    assert "SUMMARY:Home loan with Anna Holm\r\n" in english.text
    assert english.headers["vary"] == "Accept-Language"

    assert "SUMMARY:Mortgage with" in desk.call("download_meeting_ical", change=without_texts(this, reading("sv"))).text
    for changes in ((this,), (this, reading("da-DK")), (this, reading("*"))):
        danish = desk.call("download_meeting_ical", change=without_texts(*changes))
        assert "SUMMARY:Boliglån hos Anna Holm\r\n" in danish.text
        assert "DESCRIPTION:Medbring pas.\\n\\nAnna Holm\r\n" in danish.text
        assert "LOCATION:Tivoli\\, København\\, Rådhuspladsen\r\n" in danish.text
