import json
from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage import configuration_items, webhooks
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, all_of, sending


def body(**changes: Any) -> Any:
    def change(event: dict[str, Any]) -> None:
        document = json.loads(event["body"]) | changes
        event["body"] = json.dumps({name: value for name, value in document.items() if value is not ...})

    return change


def test_a_document_is_created_in_its_canonical_form(functions: Functions) -> None:
    answer = functions.call("create_configuration")

    assert answer.status == 201
    assert answer.headers["location"] == "rooms/cph-3"
    assert answer.headers["etag"] == '"1"'
    assert answer.json == {
        "id": "cph-3",
        "name": "Round Tower",
        "location": "Copenhagen",
        "capacity": 8,
        "features": ["screen"],
        "bookable": True,
    }


def test_a_document_without_an_id_is_given_one(functions: Functions) -> None:
    first = functions.call("create_configuration", change=body(id=...))
    second = functions.call("create_configuration", change=body(id=None))

    assert first.status == second.status == 201
    assert first.json["id"] != second.json["id"]
    assert first.headers["location"] == f"rooms/{first.json['id']}"


def test_the_location_of_a_document_is_relative_to_the_request_whatever_its_id(functions: Functions) -> None:
    answer = functions.call("create_configuration", change=body(id="a b ø"))

    assert answer.headers["location"] == "rooms/a%20b%20%C3%B8"


def test_an_id_that_is_taken_is_a_conflict_and_changes_nothing(functions: Functions) -> None:
    functions.call("create_configuration")
    answer = functions.call("create_configuration", change=body(name="Another"))

    assert answer.status == 409
    assert answer.json["code"] == "ALREADY_EXISTS"
    assert answer.json["details"] == {"kind": "room", "id": "cph-3"}


@pytest.mark.parametrize(
    "id", ["", 5, ["x"], "x" * 129, "line\nbreak", " cph-3", "cph-3 ", "a/b", "50%", ".", "..", "a,b", "[x]"]
)
def test_an_id_that_is_no_identifier_is_refused(functions: Functions, id: object) -> None:
    answer = functions.call("create_configuration", change=body(id=id))

    assert answer.status == 400
    assert [fault["where"] for fault in answer.json["details"]["errors"]] == ["body.id"]


def test_every_fault_is_listed_and_nothing_is_stored(functions: Functions, table: Table) -> None:
    answer = functions.call("create_configuration", "create_configuration_every_fault")

    assert answer.status == 400
    assert {fault["where"] for fault in answer.json["details"]["errors"]} == {
        "body.name",
        "body.email",
        "body.workdays.monday[1].to",
        "body.workdays.tuesday",
        "body.skills.topicIds[0]",
        "body.timeZone",
        "body.nickname",
    }
    assert configuration_items.read(table).by_kind == {}


def test_employees_who_are_no_administrators_may_not_write(functions: Functions, table: Table) -> None:
    answer = functions.call("create_configuration", "create_configuration_without_scope")

    assert answer.status == 403
    assert configuration_items.read(table).by_kind == {}


def test_a_body_that_is_no_object_is_refused(functions: Functions) -> None:
    def array(event: dict[str, Any]) -> None:
        event["body"] = "[]"

    assert functions.call("create_configuration", change=array).status == 400


def test_a_document_whose_first_answer_was_lost_is_not_created_twice(functions: Functions, table: Table) -> None:
    again = all_of(body(id=None), sending(Idempotency_Key="key"))
    first = functions.call("create_configuration", change=again)
    for item in table.client.scan(TableName="answers-test")["Items"]:
        table.client.delete_item(TableName="answers-test", Key={"id": item["id"]})
    second = functions.call("create_configuration", change=again)

    assert (first.status, second.status) == (201, 201)
    assert second.json == first.json
    assert len(configuration_items.read(table).of(Kind.ROOMS)) == 1


def test_a_new_webhook_is_answered_with_its_secret_this_once(functions: Functions, table: Table) -> None:
    answer = functions.call("create_configuration", "create_configuration_webhook")
    endpoint = webhooks.get_endpoint(table, "crm")

    assert answer.status == 201
    assert endpoint
    assert answer.json["secret"] == endpoint.secret
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in configuration_items.read(table).of(Kind.WEBHOOKS)["crm"].document


def test_a_repeated_creation_of_a_webhook_answers_the_same_secret(functions: Functions, table: Table) -> None:
    answers = [
        functions.call("create_configuration", "create_configuration_webhook", change=sending(idempotency_key="k"))
        for _ in range(2)
    ]

    assert answers[0].json == answers[1].json


def test_a_webhook_whose_first_answer_was_lost_is_answered_with_its_secret(functions: Functions, table: Table) -> None:
    key = sending(Idempotency_Key="key")
    first = functions.call("create_configuration", "create_configuration_webhook", change=key)
    for item in table.client.scan(TableName="answers-test")["Items"]:
        table.client.delete_item(TableName="answers-test", Key={"id": item["id"]})
    second = functions.call("create_configuration", "create_configuration_webhook", change=key)

    assert (first.status, second.status) == (201, 201)
    assert second.json == first.json


def test_a_webhook_is_refused_where_the_deployment_sends_none(
    functions: Functions, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOKS", "off")
    answer = functions.call("create_configuration", "create_configuration_webhook")

    assert (answer.status, answer.json["code"]) == (409, "SWITCHED_OFF")
    assert configuration_items.read(table).of(Kind.WEBHOOKS) == {}
