"""What the functions count, as CloudWatch reads it from their output."""

import json
from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage.table import Collision, Table, settle
from tests.endpoints.conftest import Functions, configure, emitted, sending
from tests.endpoints.receiver import Receiver, answers
from tests.endpoints.webhook_world import World


def test_a_conflict_is_counted_in_all_and_by_its_kind(
    desk: Functions, held: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def of_another(event: dict[str, Any]) -> None:
        event["body"] = json.dumps(json.loads(event["body"]) | {"token": "another-basket"})

    emitted(capsys)
    assert desk.call("reserve_time_slot", change=of_another).status == 409
    [conflict] = emitted(capsys)["Conflicts"]

    assert (conflict["kind"], conflict["Conflicts"]) == ("SLOT_TAKEN", [1.0])
    assert conflict["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"], ["kind"]]


def test_a_rule_that_refuses_is_the_conflicts_kind(
    desk: Functions, held: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def at_night(event: dict[str, Any]) -> None:
        body = json.loads(event["body"])
        body["timeSlot"] |= {"startDate": "2027-01-11T02:00:00Z", "endDate": "2027-01-11T03:00:00Z"}
        event["body"] = json.dumps(body | {"token": "another-basket"})

    emitted(capsys)
    answer = desk.call("reserve_time_slot", change=at_night)
    [conflict] = emitted(capsys)["Conflicts"]

    assert answer.status == 409
    assert conflict["kind"] == "OUTSIDE_WORKING_TIME"


def test_successes_and_404_do_not_count_as_conflicts(
    desk: Functions, held: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.call("get_meeting")
    assert "Conflicts" not in emitted(capsys)


def test_the_average_of_conflicts_is_their_rate(desk: Functions, held: Any, capsys: pytest.CaptureFixture[str]) -> None:
    emitted(capsys)
    assert desk.call("reserve_time_slot").status == 200
    [granted] = emitted(capsys)["Conflicts"]

    assert granted["Conflicts"] == [0.0]


def test_a_search_is_timed(desk: Functions, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.call("list_available_time_slots").status == 200
    [search] = emitted(capsys)["SearchDuration"]

    assert search["SearchDuration"][0] > 0
    assert search["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"] == "Milliseconds"


def test_a_calendar_that_cannot_be_imported_is_counted(desk: Functions, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(event: dict[str, Any]) -> None:
        event["body"] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"

    assert desk.call("replace_busy_calendar").status == 200
    assert "ImportFailures" not in emitted(capsys)
    assert desk.call("replace_busy_calendar", change=broken).status == 400
    assert len(emitted(capsys)["ImportFailures"]) == 1


def test_each_retry_is_counted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "booking-test")
    left = iter([Collision(), Collision()])

    def attempt() -> str:
        for collision in left:
            raise collision
        return "done"

    assert settle(attempt) == "done"
    assert len(emitted(capsys)["Retries"]) == 2


def test_no_metric_has_what_a_customer_sent(desk: Functions, held: Any, capsys: pytest.CaptureFixture[str]) -> None:
    desk.call("create_meeting", change=sending({"timeSlotId": held["id"], "employeeId": "bo", "customerId": "67890"}))
    assert "67890" not in str(emitted(capsys))


@pytest.mark.parametrize(("endpoint", "kind"), [(answers(200), "delivered"), (answers(500), "failed")])
def test_each_try_of_a_webhook_is_counted_by_what_came_of_it(
    world: World, table: Table, receiver: Receiver, capsys: pytest.CaptureFixture[str], endpoint: Any, kind: str
) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": receiver.url("crm"), "events": ["*"]})
    receiver.behaviours["crm"] = endpoint
    world.happen()
    emitted(capsys)
    world.run()
    [tried] = emitted(capsys)["WebhookTries"]

    assert (tried["kind"], tried["WebhookTries"]) == (kind, [1.0])
