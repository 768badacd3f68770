import json
from collections.abc import Callable
from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage import configuration_items, webhooks
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, configure


def when_at(etag: str) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["headers"]["If-Match"] = etag

    return change


@pytest.mark.usefixtures("example_bank")
def test_a_document_is_replaced_as_a_whole(functions: Functions) -> None:
    answer = functions.call("replace_configuration")

    assert answer.status == 200
    assert answer.json == {
        "id": "mortgage",
        "name": "Mortgage and home",
        "localizedName": {},
        "availableToCustomers": True,
        "customerTypeIds": ["private"],
        "meetingTypes": ["Physical", "Online"],
        "duration": "00:45:00",
        "bufferBefore": None,
        "bufferAfter": None,
        "reminders": None,
        "longestMeeting": None,
        "bookableFrom": None,
        "cancelNotice": None,
        "changeNotice": None,
        "maxUpcomingMeetings": None,
        "seats": 1,
    }


def test_a_document_that_was_not_there_is_created(functions: Functions, table: Table) -> None:
    configure(table, Kind.CUSTOMER_TYPES, "private", {"name": "Private"})

    answer = functions.call("replace_configuration")

    assert answer.status == 201
    assert answer.headers["etag"] == '"2"'


@pytest.mark.usefixtures("example_bank")
def test_a_document_can_be_sent_back_as_it_was_answered(functions: Functions) -> None:
    first = functions.call("replace_configuration")

    def same(event: dict[str, Any]) -> None:
        event["body"] = first.text

    again = functions.call("replace_configuration", change=same)
    assert again.json == first.json
    assert again.headers["etag"] != first.headers["etag"]


@pytest.mark.usefixtures("example_bank")
def test_only_the_version_that_was_seen_is_replaced(functions: Functions) -> None:
    seen = functions.call("replace_configuration").headers["etag"]
    changed = functions.call("replace_configuration", change=when_at(seen))
    late = functions.call("replace_configuration", change=when_at(seen))

    assert changed.status == 200
    assert late.status == 412
    assert late.json["code"] == "STALE"


@pytest.mark.usefixtures("example_bank")
@pytest.mark.parametrize("etag", ['W/"1"', "1", '"one"', ""])
def test_an_etag_of_no_version_is_stale(functions: Functions, etag: str) -> None:
    assert functions.call("replace_configuration", change=when_at(etag)).status == 412


@pytest.mark.usefixtures("example_bank")
def test_a_stale_change_is_refused(functions: Functions) -> None:
    assert functions.call("replace_configuration", "replace_configuration_stale").status == 412


@pytest.mark.usefixtures("example_bank")
def test_the_body_cannot_name_another_id_than_the_path(functions: Functions, table: Table) -> None:
    answer = functions.call("replace_configuration", "replace_configuration_other_id")

    assert answer.status == 400
    assert [fault["where"] for fault in answer.json["details"]["errors"]] == ["body.id"]
    assert "pension" not in configuration_items.read(table).of(Kind.MEETING_TOPICS)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ORGANISATION])
def test_every_kind_has_its_path(functions: Functions, kind: Kind) -> None:
    def of_kind(event: dict[str, Any]) -> None:
        event["path"], event["resource"] = f"/config/{kind}/x", f"/config/{kind}/{{id}}"
        event["pathParameters"] = {"id": "x"}
        bodies = {
            Kind.ROOMS: {"name": "X", "location": "here"},
            Kind.WEBHOOKS: {"url": "https://crm.example.com/", "events": ["*"]},
        }
        event["body"] = json.dumps(bodies.get(kind, {"name": "X"}))

    answer = functions.call("replace_configuration", change=of_kind)
    assert answer.status == 201
    assert answer.json["id"] == "x"


def test_a_webhook_that_is_replaced_keeps_its_secret_and_does_not_show_it(functions: Functions, table: Table) -> None:
    def with_events(*events: str) -> Callable[[dict[str, Any]], None]:
        def change(event: dict[str, Any]) -> None:
            event["path"], event["resource"] = "/config/webhooks/crm", "/config/webhooks/{id}"
            event["pathParameters"] = {"id": "crm"}
            event["body"] = json.dumps({"url": "https://crm.example.com/", "events": list(events)})

        return change

    created = functions.call("replace_configuration", change=with_events("*"))
    replaced = functions.call("replace_configuration", change=with_events("MeetingCreated"))
    endpoint = webhooks.get_endpoint(table, "crm")

    assert (created.status, replaced.status) == (201, 200)
    assert endpoint
    assert endpoint.secret == created.json["secret"]
    assert "secret" not in replaced.json
    assert replaced.json["events"] == ["MeetingCreated"]


def test_an_unknown_kind_is_not_found(functions: Functions) -> None:
    def of_no_kind(event: dict[str, Any]) -> None:
        event["path"], event["resource"] = "/config/branches/x", "/config/branches/{id}"

    assert functions.call("replace_configuration", change=of_no_kind).status == 404
