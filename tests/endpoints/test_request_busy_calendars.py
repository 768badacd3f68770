import json

import pytest

from booking.domain.documents import Kind
from booking.domain.subscriptions import Subscription
from booking.storage import calendar_queue, subscriptions
from booking.storage.table import Table
from tests.endpoints.calendar_server import Surroundings
from tests.endpoints.conftest import Functions, configure, load_event


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    around = Surroundings()
    monkeypatch.setattr(calendar_queue, "connect", lambda: calendar_queue.CalendarQueue(around, "queue"))
    return around


def test_each_calendar_is_queued_once_also_one_that_was_taken_away(
    desk: Functions, table: Table, around: Surroundings
) -> None:
    subscribed = {f"employee-{number:02}" for number in range(12)}
    for id in subscribed:
        configure(table, Kind.EMPLOYEES, id, {"name": id, "busyCalendarUrl": f"https://calendar.example.com/{id}.ics"})
    subscriptions.put(table, Subscription("employee-00"))
    subscriptions.put(table, Subscription("gone"))

    answer = desk.module("request_busy_calendars").lambda_handler(load_event("request_busy_calendars"), None)

    assert answer == {"calendars": 13}
    assert sorted(json.loads(each)["employeeId"] for each in around.queued) == sorted({*subscribed, "gone"})
