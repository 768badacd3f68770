"""Calendars that employees subscribe to: asked for, fetched, and imported as with PUT busy-calendar."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from booking import subscribed_calendar
from booking.domain.documents import Kind
from booking.storage import calendar_queue, event_bus
from booking.storage.table import Table
from tests.endpoints.calendar_server import CalendarServer, Surroundings, calendar, serving
from tests.endpoints.conftest import Clock, Functions, configure, load_event, of_example_bank, scopes

QUARTER = 15 * 60
BUSY = calendar("20270111T100000Z", "20270111T103000Z")
ELSEWHERE = calendar("20270112T100000Z", "20270112T103000Z")
ANNA = of_example_bank(Kind.EMPLOYEES, "anna")


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    around = Surroundings()
    monkeypatch.setattr(calendar_queue, "connect", lambda: calendar_queue.CalendarQueue(around, "queue"))
    monkeypatch.setattr(event_bus, "connect", lambda: event_bus.EventBus(around, "bus"))
    monkeypatch.setenv("ALLOWS_LOOPBACK", "true")
    return around


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with serving() as server:
        yield server


@pytest.fixture
def subscribe(table: Table, server: CalendarServer, desk: Functions, around: Surroundings) -> Callable[..., None]:
    """Gives anna the server's calendar, or another URL."""

    def subscribe(url: str | None = "") -> None:
        configure(table, Kind.EMPLOYEES, "anna", {**ANNA, "busyCalendarUrl": server.url if url == "" else url})

    return subscribe


@pytest.fixture
def turn(desk: Functions, around: Surroundings, clock: Clock) -> Callable[[], None]:
    """A quarter of an hour passes, and every calendar that is queued then is read."""

    def turn() -> None:
        clock.advance(QUARTER)
        desk.module("request_busy_calendars").lambda_handler(load_event("request_busy_calendars"), None)
        for body in around.queued:
            event = load_event("read_busy_calendars")
            event["Records"][0]["body"] = body
            desk.module("read_busy_calendars").lambda_handler(event, None)
        around.queued.clear()

    return turn


def state(desk: Functions) -> Any:
    answer = desk.call("get_busy_calendar")
    assert answer.status == 200
    return answer.json


def is_free(desk: Functions) -> bool:
    """Whether anna can be booked when BUSY is."""
    answer = desk.call("reserve_time_slot")
    if answer.status == 201:
        desk.call(
            "release_time_slot", change=lambda event: event.update(pathParameters={"timeSlotId": answer.json["id"]})
        )
    return answer.status == 201


def test_a_subscribed_calendar_blocks_like_an_imported_one(
    desk: Functions, server: CalendarServer, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    assert is_free(desk)
    assert state(desk) == {"employeeId": "anna", "isSubscribed": True, "busyTimes": 0, "failures": 0}
    server.body = BUSY
    turn()

    assert not is_free(desk)
    assert state(desk) == {
        "employeeId": "anna",
        "isSubscribed": True,
        "busyTimes": 1,
        "failures": 0,
        "dateRead": "2027-01-04T08:15:00Z",
    }


def test_what_has_not_changed_is_not_sent_again_and_what_has_is_read(
    desk: Functions, server: CalendarServer, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    server.body = BUSY
    turn()
    turn()
    assert [("if-none-match" in each) for each in server.asked] == [False, True]
    assert not is_free(desk)
    assert state(desk)["dateRead"] == "2027-01-04T08:30:00Z"

    server.body = ELSEWHERE
    turn()
    assert is_free(desk)


def test_a_new_week_needs_the_whole_calendar_again(
    server: CalendarServer, clock: Clock, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    server.body = BUSY
    turn()
    clock.advance(7 * 86400)
    turn()

    assert ["if-none-match" in each for each in server.asked] == [False, False]


@pytest.mark.parametrize(
    ("break_it", "error"),
    [
        ({"status": 404}, "The calendar's server answered 404. Redirects are not followed."),
        ({"status": 500}, "The calendar's server answered 500. Redirects are not followed."),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1/"}}, "answered 302"),
        ({"body": b"<html>Sign in</html>"}, "The calendar cannot be read: "),
        ({"body": b"x" * 10_000_000}, "The answer has more than 1000000 bytes."),
        ({"headers": {"Content-Encoding": "gzip"}}, "compressed"),
        ({"headers": {"Content-Length": "100000"}}, ""),
    ],
    ids=["not found", "broken", "redirect", "a page", "10 MB", "compressed", "cut off"],
)
def test_after_a_failure_the_import_before_stays_and_the_state_says_why(
    desk: Functions,
    server: CalendarServer,
    subscribe: Callable[..., None],
    turn: Callable[[], None],
    break_it: dict[str, Any],
    error: str,
) -> None:
    subscribe()
    server.body = BUSY
    turn()
    server.body = ELSEWHERE
    vars(server).update(break_it)
    turn()

    assert not is_free(desk)
    found = state(desk)
    assert (found["failures"], found["busyTimes"], found["dateRead"]) == (1, 1, "2027-01-04T08:15:00Z")
    assert error in found["lastError"]
    assert "key=" not in found["lastError"]

    vars(server).update(status=200, headers={}, body=ELSEWHERE)
    turn()
    assert is_free(desk)
    assert "lastError" not in state(desk)


def test_a_calendar_that_is_too_much_work_is_a_failure(
    desk: Functions, server: CalendarServer, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    server.body = BUSY.replace(b"SUMMARY:Dentist\r\n", b"RRULE:FREQ=SECONDLY\r\n")
    turn()

    assert "cannot be read" in state(desk)["lastError"]


def test_a_slow_server_is_given_up(
    desk: Functions,
    server: CalendarServer,
    subscribe: Callable[..., None],
    turn: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subscribed_calendar, "ANSWERED_WITHIN_SECONDS", 0.2)
    subscribe()
    server.body, server.seconds = BUSY, 0.1
    turn()

    assert state(desk)["lastError"] == "There was no complete answer in time."


def giving_anna(url: str) -> Callable[[dict[str, Any]], None]:
    """A change: anna's document with this calendar is what is replaced."""

    def change(event: dict[str, Any]) -> None:
        event["resource"] = "/config/employees/{id}"
        event["path"] = "/config/employees/anna"
        event["pathParameters"] = {"id": "anna"}
        event["body"] = json.dumps({**ANNA, "busyCalendarUrl": url})

    return change


PRIVATE = ["http://10.0.0.1/a.ics", "http://169.254.169.254/a.ics", "http://[::ffff:10.0.0.1]/a.ics"]


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_that_is_not_public_is_no_calendar(desk: Functions, around: Surroundings, url: str) -> None:
    assert desk.call("replace_configuration", change=giving_anna(url)).status == 400


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_not_asked_either(
    desk: Functions, subscribe: Callable[..., None], turn: Callable[[], None], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("booking.http.configuration_documents.target_of", lambda *_, **__: None)
        subscribe(url)
    turn()

    assert "not accepted" in state(desk)["lastError"]


def test_three_failures_in_a_row_are_told_once(
    desk: Functions,
    server: CalendarServer,
    around: Surroundings,
    subscribe: Callable[..., None],
    turn: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    subscribe()
    server.status = 503
    for _ in range(4):
        turn()

    [told] = around.told
    assert told["DetailType"] == "BusyCalendarFailing"
    assert json.loads(told["Detail"])["employeeIds"] == ["anna"]
    assert state(desk)["failures"] == 4
    written = capsys.readouterr().out
    assert written.count('"BusyCalendarsFailing":[') + written.count('"BusyCalendarsFailing": [') == 1
    assert "a-secret" not in written


def test_a_calendar_that_is_taken_away_blocks_nothing_any_more(
    desk: Functions, server: CalendarServer, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    server.body = BUSY
    turn()
    subscribe(None)
    turn()
    turn()

    assert is_free(desk)
    assert state(desk) == {"employeeId": "anna", "isSubscribed": False, "busyTimes": 0, "failures": 0}
    assert len(server.asked) == 1


def test_busy_times_imported_by_hand_stay_when_the_subscription_is_removed(
    desk: Functions, server: CalendarServer, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    server.body = ELSEWHERE
    turn()
    subscribe(None)
    desk.call("replace_busy_calendar")
    turn()

    assert not is_free(desk)


def test_a_url_is_refused_where_no_calendars_are_read(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_SUBSCRIPTIONS", "off")

    answer = desk.call("replace_configuration", change=giving_anna("https://calendar.example.com/anna.ics"))

    assert (answer.status, answer.json["code"]) == (409, "SWITCHED_OFF")


def test_the_url_is_for_employees_only(desk: Functions, subscribe: Callable[..., None]) -> None:
    subscribe()

    assert "a-secret" not in desk.call("list_employees", change=scopes("read", "partner")).text
