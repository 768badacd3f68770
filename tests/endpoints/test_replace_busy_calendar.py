from datetime import UTC, datetime, timedelta
from typing import Any

from tests.endpoints.conftest import Functions, faults, path, sending


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
    assert "line 7" in answer.text
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
