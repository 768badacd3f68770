"""Who reads personal data of customers leaves a line in the log, and no personal data in it."""

import json
from typing import Any

import pytest

from tests.endpoints.conftest import Functions, Log, customer, scopes

READERS = ("get_meeting", "list_meetings", "download_meeting_ical")


def readings(log: Log) -> list[dict[str, Any]]:
    return [line for line in log.lines if line["message"] == "personal data read"]


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("function", READERS)
def test_an_employee_who_reads_a_customers_data_is_noted(desk: Functions, log: Log, function: str) -> None:
    assert desk.call(function, change=scopes("read", "staff")).status == 200

    (line,) = readings(log)
    assert line["meetings"] == ["example-meeting"]
    assert line["subject"]
    assert line["clientId"]
    assert "67890" not in json.dumps(line)


@pytest.mark.usefixtures("booked")
def test_an_administrator_who_exports_a_customers_data_is_noted(desk: Functions, log: Log) -> None:
    assert desk.call("export_customer_data").status == 200

    (line,) = readings(log)
    assert line["meetings"] == ["example-meeting"]
    assert "67890" not in json.dumps(line)


@pytest.mark.usefixtures("booked")
def test_a_customer_who_reads_their_own_data_is_not(desk: Functions, log: Log) -> None:
    assert desk.call("get_meeting", change=customer("67890")).status == 200

    assert readings(log) == []


@pytest.mark.usefixtures("booked")
def test_the_answer_that_is_kept_for_an_idempotency_key_is_noted_each_time(desk: Functions, log: Log) -> None:
    def again(event: dict[str, Any]) -> None:
        scopes("read", "staff")(event)
        event["headers"]["Idempotency-Key"] = "key"
        event["multiValueHeaders"]["Idempotency-Key"] = ["key"]

    assert desk.call("download_meeting_ical", change=again).status == 200
    assert desk.call("download_meeting_ical", change=again).status == 200

    assert [line["meetings"] for line in readings(log)] == [["example-meeting"]] * 2
