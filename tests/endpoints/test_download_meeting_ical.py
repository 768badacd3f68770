import pytest

from tests.endpoints.conftest import Functions, caller, customer, faults, sending


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
def test_somebody_elses_meeting_is_not_found(desk: Functions) -> None:
    assert desk.call("download_meeting_ical", change=caller("other-client", "read", "partner")).status == 404
    assert desk.call("download_meeting_ical", change=customer("ida")).status == 404
    assert desk.call("download_meeting_ical", change=customer("67890")).status == 200
