import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.endpoints.conftest import Functions, all_of, faults, path, sending


def replaced(text: str, by: str) -> Any:
    """A change: another text in the file."""

    def change(event: dict[str, Any]) -> None:
        assert text in event["body"]
        event["body"] = event["body"].replace(text, by)

    return change


def test_imported_times_block_like_meetings(desk: Functions) -> None:
    answer = desk.call("replace_busy_calendar")

    assert answer.status == 200
    assert answer.json["busyTimes"] == 1
    assert (answer.json["passedOver"], answer.json["assumed"]) == ([], [])
    refused = desk.call("reserve_time_slot")
    assert refused.status == 409
    assert refused.json["code"] == "SLOT_TAKEN"


def test_an_import_replaces_the_one_before(desk: Functions) -> None:
    desk.call("replace_busy_calendar")
    desk.call("replace_busy_calendar", change=replaced("20270111", "20270112"))

    assert desk.call("reserve_time_slot").status == 201


def test_a_broken_file_names_its_line_and_the_import_before_stays(desk: Functions) -> None:
    desk.call("replace_busy_calendar")
    answer = desk.call("replace_busy_calendar", "replace_busy_calendar_broken_file")

    assert answer.status == 400
    assert "line 9" in answer.text
    assert desk.call("reserve_time_slot").status == 409


def test_meetings_stay_when_a_calendar_is_imported(desk: Functions) -> None:
    desk.call("reserve_time_slot")
    desk.call("replace_busy_calendar", change=replaced("20270111", "20270112"))

    other = desk.call("reserve_time_slot", change=sending_token("another"))
    assert other.status == 409


def sending_token(token: str) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["body"] = event["body"].replace("reservation-token", token)

    return change


def test_imported_times_stay_busy_when_others_are_booked_and_cancelled_beside_them(desk: Functions) -> None:
    desk.call("replace_busy_calendar")
    times = {"startDate": "2027-01-11T13:00:00Z", "endDate": "2027-01-11T14:00:00Z", "employeeId": "anna"}
    meeting = desk.call("create_meeting", change=sending({**times, "type": "Online", "customerId": "67890"}))
    assert meeting.status == 201
    assert desk.call("reserve_time_slot").status == 409
    cancelled = desk.call("cancel_meeting", change=all_of(path(meetingId=meeting.json["id"]), sending(if_match="*")))

    assert cancelled.status == 204
    assert desk.call("reserve_time_slot").status == 409


def test_an_unknown_employee_is_not_found(desk: Functions) -> None:
    assert desk.call("replace_busy_calendar", change=path(employeeId="nobody")).status == 404


def test_a_file_of_another_kind_is_refused(desk: Functions) -> None:
    assert desk.call("replace_busy_calendar", change=sending(Content_Type="application/json")).status == 415


def test_a_file_that_is_too_large_is_refused(desk: Functions) -> None:
    answer = desk.call("replace_busy_calendar", change=replaced("SUMMARY:Dentist", "SUMMARY:" + "x" * 1_100_000))

    assert answer.status == 413


def test_a_week_has_a_limited_number_of_busy_times(desk: Functions) -> None:
    seconds = range(0, 2_001 * 60, 60)
    monday = datetime(2027, 1, 11, tzinfo=UTC)
    periods = ",".join(f"{monday + timedelta(seconds=second):%Y%m%dT%H%M%SZ}/PT1S" for second in seconds)
    lines = ["BEGIN:VCALENDAR", "BEGIN:VFREEBUSY", f"FREEBUSY:{periods}", "END:VFREEBUSY", "END:VCALENDAR", ""]

    def crowded(event: dict[str, Any]) -> None:
        event["body"] = "\r\n".join(lines)

    answer = desk.call("replace_busy_calendar", change=crowded)

    assert faults(answer) == {"body"}
    assert "2027-W02" in answer.text


def test_the_gateway_hands_a_calendar_on_as_the_bytes_that_were_sent(desk: Functions) -> None:
    def in_bytes(event: dict[str, Any]) -> None:
        folded = event["body"].encode().replace(b"Dentist", b"Bes\xc3\r\n \xb8g")
        event["body"] = base64.b64encode(folded).decode()
        event["isBase64Encoded"] = True

    assert desk.call("replace_busy_calendar", change=in_bytes).json["busyTimes"] == 1


def test_passed_over_and_assumed_parts_are_counted(desk: Functions) -> None:
    change = replaced("SUMMARY:Dentist", "TRANSP:TRANSPARENT")
    assert desk.call("replace_busy_calendar", change=change).json["passedOver"] == [
        {"reason": "FREE", "count": 1, "firstLine": 4}
    ]
    change = replaced("TZID=Europe/Copenhagen", "TZID=Customized Time Zone")
    assert desk.call("replace_busy_calendar", change=change).json["assumed"] == [
        {"reason": "LOCAL_TIME_ZONE", "count": 2, "firstLine": 7}
    ]


def book_and_download(desk: Functions) -> tuple[str, str]:
    """A meeting of Anna's, and its calendar file."""
    meeting = desk.call("create_meeting").json
    file = desk.call("download_meeting_ical", change=path(meetingId=meeting["id"])).text
    return meeting["id"], file


def sent(file: str, employee: str = "anna") -> Any:
    def change(event: dict[str, Any]) -> None:
        event["body"] = file
        event["pathParameters"] = {"employeeId": employee}

    return change


def test_a_meeting_that_comes_back_blocks_nothing_by_itself(desk: Functions) -> None:
    meeting_id, file = book_and_download(desk)
    answer = desk.call("replace_busy_calendar", change=sent(file))

    assert answer.json["busyTimes"] == 0
    assert [each["reason"] for each in answer.json["passedOver"]] == ["OWN_MEETING"]
    assert desk.call("cancel_meeting", change=path(meetingId=meeting_id)).status == 204
    assert desk.call("replace_busy_calendar", change=sent(file)).json["busyTimes"] == 0
    assert desk.call("reserve_time_slot").status == 201


def test_a_meeting_of_others_is_busy_in_the_calendar_of_who_takes_no_part(desk: Functions) -> None:
    _, file = book_and_download(desk)
    assert desk.call("replace_busy_calendar", change=sent(file, "bo")).json["busyTimes"] == 1


def test_a_meeting_of_another_system_is_busy(desk: Functions) -> None:
    meeting_id, file = book_and_download(desk)
    other = file.replace(meeting_id, meeting_id[::-1]).replace("T110000", "T140000").replace("T120000", "T150000")
    assert desk.call("replace_busy_calendar", change=sent(other)).json["busyTimes"] == 1
