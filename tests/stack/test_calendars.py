"""Calendar files over HTTP, as bytes, and the feed that calendar programs subscribe to."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.endpoints.calendar_server import calendar, serving
from tests.stack.conftest import Callers
from tests.stack.times import Times

BUSY = "/bookme/employees/anna/busy-calendar"
FEED = "/bookme/employees/anna/calendar-feed"
LINES = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//example//EN",
    "BEGIN:VEVENT",
    "UID:one@example.com",
    "SUMMARY:Møde",
    "DTSTART:20200101T100000Z",
    "DURATION:PT1H",
    "RRULE:FREQ=YEARLY;COUNT=2",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
]
FILE = "\r\n".join(LINES)


@pytest.mark.parametrize(
    "content",
    [
        FILE.encode(),
        FILE.encode().replace("ø".encode(), b"\xc3\r\n \xb8"),
        FILE.encode("latin-1"),
        FILE.encode("utf-16"),
        b"\xef\xbb\xbf" + FILE.encode(),
    ],
    ids=["utf-8", "folded inside a character", "latin-1", "utf-16", "byte order mark"],
)
def test_a_calendar_arrives_as_the_bytes_that_were_sent(callers: Callers, content: bytes) -> None:
    headers = {"Content-Type": "text/calendar; charset=utf-8"}
    answer = callers.client("staff").call("PUT", BUSY, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["busyTimes"], answer.json()["passedOver"], answer.json()["assumed"]) == (0, [], [])


@pytest.mark.parametrize("accept", ["*/*", "text/calendar", "application/json"])
def test_a_meeting_is_downloaded_as_text_and_blocks_nothing_when_it_comes_back(callers: Callers, accept: str) -> None:
    staff = callers.client("staff")
    slot = Times(staff).next()
    held = staff.post("/bookme/time-slots/reserve", {"timeSlot": slot, "token": str(uuid.uuid4())}).json()
    title = "Boliglån på Østerbro"
    meeting = staff.post("/bookme/meetings", {"timeSlotId": held["id"], "title": title}).json()
    path = f"/bookme/meetings/{meeting['id']}/ical"
    answer = staff.call("POST", path, headers={"Accept": accept})

    assert f"SUMMARY:{title}\r\n" in answer.text
    assert answer.content.decode().startswith("BEGIN:VCALENDAR\r\n")
    imported = staff.call(
        "PUT",
        f"/bookme/employees/{meeting['employeeId']}/busy-calendar",
        content=answer.content,
        headers={"Content-Type": "text/calendar"},
    ).json()
    assert imported["busyTimes"] == 0
    assert [each["reason"] for each in imported["passedOver"]] == ["OWN_MEETING"]


def test_a_feed_is_read_without_a_token_until_it_is_voided(callers: Callers) -> None:
    staff = callers.client("staff")

    def create() -> httpx.URL:
        answer = staff.post(FEED)
        return answer.url.join(answer.json()["url"])

    url = create()
    with httpx.Client(trust_env=False, timeout=60) as program:
        first = program.get(url)
        assert (first.status_code, first.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert first.text.startswith("BEGIN:VCALENDAR\r\n")
        again = program.get(url, headers={"If-None-Match": first.headers["ETag"], "Accept": "text/calendar"})
        assert (again.status_code, again.content) == (304, b"")
        other = create()
        assert (program.get(url).status_code, program.get(other).status_code) == (404, 200)
        assert staff.call("DELETE", FEED).status_code == 204
        assert program.get(other).status_code == 404


EMPLOYEE = "/config/employees/bo"
SUBSCRIBED = "/bookme/employees/bo/busy-calendar"
PATIENCE_SECONDS = 240  # two functions start for the first time, one after the other


def test_a_subscribed_calendar_is_read_and_its_busy_time_is_not_offered(
    callers: Callers, aws: Callable[[str], Any]
) -> None:
    staff, admin = callers.client("staff"), callers.client("admin")
    functions = aws("lambda")
    [request] = [
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if "RequestBusyCalendars" in each["FunctionName"]
    ]

    def read(until: Callable[[Any], bool]) -> Any:
        """What is said of the calendar after it was asked to be read, as the schedule does."""
        functions.invoke(FunctionName=request, Payload=b"{}")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not until(state := staff.get(SUBSCRIBED).json()):
            assert time.monotonic() < deadline, state
            time.sleep(0.1)
        return state

    def offers() -> list[dict[str, Any]]:
        query = {
            "requireEmployeeParticipation": "true",
            "explicitEmployeeIds": "bo",
            "meetingTypes": "Online",
            "meetingDuration": "60",
            "lookForwardTime": "P14D",
        }
        found: list[dict[str, Any]] = staff.get("/bookme/time-slots/available", **query).json()
        return found

    before = admin.get(EMPLOYEE).json()
    taken = offers()[0]
    compact = {name: taken[name].replace("-", "").replace(":", "") for name in ("startDate", "endDate")}
    with serving() as server:
        try:
            server.body = calendar(compact["startDate"], compact["endDate"])
            assert admin.call("PUT", EMPLOYEE, json=before | {"busyCalendarUrl": server.url}).status_code == 200
            assert read(lambda state: "dateRead" in state)["busyTimes"] == 1
            assert taken["startDate"] not in {each["startDate"] for each in offers()}
            read(lambda _: len(server.asked) > 1)
            assert server.asked[1]["if-none-match"] == server.etag
            server.status = 500
            assert "500" in read(lambda state: state["failures"] > 0)["lastError"]
        finally:
            admin.call("PUT", EMPLOYEE, json=before)
    read(lambda state: not state["isSubscribed"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while taken["startDate"] not in {each["startDate"] for each in offers()}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
