from collections.abc import Callable
from typing import Any

from booking.storage.table import Table
from tests.endpoints.conftest import Context, Functions, load_event


def record(functions: Functions) -> None:
    functions.module("record_changes").lambda_handler(load_event("record_changes"), Context())


def test_a_change_of_a_meeting_is_recorded_once_even_if_its_record_comes_twice(functions: Functions) -> None:
    record(functions)
    record(functions)
    [created, cancelled] = functions.call("list_changes").json["items"]

    assert created["action"] == "MeetingCreated"
    assert cancelled == {
        "version": 2,
        "date": "2027-01-04T08:00:02Z",
        "by": "subject:staff-client",
        "action": "MeetingCancelled",
        "fields": ["status"],
    }


def test_who_changed_the_configuration_is_recorded(functions: Functions) -> None:
    def of_configuration(event: dict[str, object]) -> None:
        event["path"] = event["resource"] = "/config/changes"
        event["pathParameters"] = None

    record(functions)

    assert functions.call("list_changes", change=of_configuration).json["items"] == [
        {
            "version": 8,
            "date": "2027-01-04T08:00:06Z",
            "by": "subject:admin-client",
            "action": "Replaced",
            "kind": "rooms",
            "id": "cph-1",
        }
    ]


def test_the_trail_has_nothing_that_a_customer_wrote(functions: Functions, table: Table) -> None:
    record(functions)
    stored = str(table.client.scan(TableName=table.name)["Items"])

    assert "MeetingCreated" in stored
    assert "description" in stored
    assert "Meeting description" not in stored
    assert "67890" not in stored


def test_a_change_that_cannot_be_read_does_not_stop_the_others(
    functions: Functions, poisoned: Callable[[], list[Any]], table: Table
) -> None:
    event = load_event("record_changes")
    del event["Records"][0]["dynamodb"]["NewImage"]["start"]

    assert functions.module("record_changes").lambda_handler(event, Context()) == {"batchItemFailures": []}
    assert [entry["action"] for entry in functions.call("list_changes").json["items"]] == ["MeetingCancelled"]
    assert [message["keys"]["pk"] for message in poisoned()] == [{"S": "MEETING#example-meeting"}]


def test_a_change_that_cannot_be_stored_now_is_repeated(functions: Functions, table: Table) -> None:
    module = functions.module("record_changes")
    module.table = Table(table.client, "no-such-table")  # type: ignore[attr-defined]
    answer = module.lambda_handler(load_event("record_changes"), Context())

    assert [failure["itemIdentifier"][0] for failure in answer["batchItemFailures"]] == ["3", "5", "6"]
