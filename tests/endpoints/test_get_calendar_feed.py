from typing import Any

import icalendar
import pytest

from tests.endpoints.conftest import Answer, Functions, path, reading, sending

LAST_TEXT = "Meeting description"


def secret_of(desk: Functions, *, details: bool) -> str:
    url: str = desk.call("create_calendar_feed", change=sending({"details": details})).json["url"]
    return url.rpartition("/")[2]


def read(desk: Functions, secret: str, etag: str | None = None, language: str = "") -> Answer:
    def change(event: dict[str, Any]) -> None:
        path(secret=secret)(event)
        reading(language)(event)
        if etag:
            event["headers"]["If-None-Match"] = etag

    return desk.call("get_calendar_feed", change=change)


def events(answer: Answer) -> list[Any]:
    return list(icalendar.Calendar.from_ical(answer.text).walk("VEVENT"))


def test_a_feed_shows_the_meetings_of_the_employee(desk: Functions) -> None:
    meeting = desk.call("create_meeting").json
    answer = read(desk, secret_of(desk, details=True))

    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = events(answer)
    assert event["UID"] == meeting["id"]
    assert event["DTSTART"].dt.isoformat() == "2027-01-11T11:00:00+01:00"
    assert LAST_TEXT in event["DESCRIPTION"]
    for line in ("REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M", "X-WR-CALNAME:Anna Holm"):
        assert f"{line}\r\n" in answer.text
    assert "METHOD" not in answer.text
    assert "ATTENDEE" not in answer.text


def test_a_feed_has_no_descriptions_unless_they_were_asked_for(desk: Functions) -> None:
    desk.call("create_meeting")
    answer = read(desk, secret_of(desk, details=False))

    assert len(events(answer)) == 1
    assert LAST_TEXT not in answer.text
    assert "\r\nDESCRIPTION:Meeting" not in answer.text


def test_an_unchanged_feed_is_not_sent_again(desk: Functions) -> None:
    secret = secret_of(desk, details=False)
    first = read(desk, secret)
    again = read(desk, secret, first.headers["etag"])
    assert (again.status, again.text, again.headers["etag"]) == (304, "", first.headers["etag"])

    desk.call("create_meeting")
    changed = read(desk, secret, first.headers["etag"])
    assert changed.status == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_cancelled_meeting_leaves_the_feed(desk: Functions) -> None:
    secret = secret_of(desk, details=False)
    meeting = desk.call("create_meeting").json
    desk.call("cancel_meeting", change=path(meetingId=meeting["id"]))
    assert events(read(desk, secret)) == []


def test_a_new_address_voids_the_one_before(desk: Functions) -> None:
    old, new = secret_of(desk, details=False), secret_of(desk, details=False)
    assert (read(desk, old).status, read(desk, new).status) == (404, 200)


@pytest.mark.parametrize(
    "change", [lambda secret: secret[:-1] + "x", lambda secret: secret[:26], lambda secret: "x" + secret]
)
def test_another_secret_is_not_found_and_not_repeated(desk: Functions, change: Any) -> None:
    wrong = change(secret_of(desk, details=False))
    answer = read(desk, wrong)
    assert answer.status == 404
    assert wrong not in answer.text
    assert desk.call("get_calendar_feed", "get_calendar_feed_unknown_secret").status == 404


def test_a_feed_that_comes_back_as_an_import_blocks_nothing(desk: Functions) -> None:
    desk.call("create_meeting")
    feed = read(desk, secret_of(desk, details=True)).text

    def importing(event: dict[str, Any]) -> None:
        event["body"] = feed

    assert desk.call("replace_busy_calendar", change=importing).json["busyTimes"] == 0


@pytest.mark.usefixtures("translated_bank")
def test_a_feed_is_in_the_language_of_the_program_that_reads_it(desk: Functions) -> None:
    body = {"startDate": "2027-01-11T10:00:00Z", "endDate": "2027-01-11T11:00:00Z", "employeeId": "anna"}
    more = {"type": "Online", "topicId": "mortgage", "customerId": "67890"}
    assert desk.call("create_meeting", change=sending(body | more)).status == 201
    secret = secret_of(desk, details=False)
    plain, danish = read(desk, secret), read(desk, secret, language="da")

    assert [event["SUMMARY"] for event in events(plain) + events(danish)] == [
        "Mortgage with Anna Holm",
        "Boliglån hos Anna Holm",
    ]
    assert plain.headers["etag"] != danish.headers["etag"]
    assert danish.headers["vary"] == "Accept-Language"
