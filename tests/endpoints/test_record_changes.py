from booking.storage.table import Table
from tests.endpoints.conftest import Functions, load_event


def record(functions: Functions) -> None:
    functions.module("record_changes").lambda_handler(load_event("record_changes"), None)


def test_who_changed_a_meeting_is_recorded_once_however_often_it_is_told(functions: Functions) -> None:
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
