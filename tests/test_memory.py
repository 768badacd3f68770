"""The table in memory behaves as moto's own, which answers over HTTP."""

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from booking.storage.table import Collision, Refused, Table
from tests.conftest import TABLE_NAME
from tests.memory import HANDED_OVER


def key(name: str) -> dict[str, str]:
    return {"pk": name, "sk": "-"}


def test_a_transaction_that_fails_changes_nothing(table: Table) -> None:
    table.put({**key("a"), "count": 1, "list": [{"of": "maps"}]})
    before = table.get(key("a"))
    values = {":one": {"N": "1"}, ":none": {"L": []}}
    update = {"Key": {"pk": {"S": "a"}, "sk": {"S": "-"}}, "ExpressionAttributeNames": {"#c": "count", "#l": "list"}}
    update |= {"UpdateExpression": "SET #c = #c + :one, #l = :none", "ExpressionAttributeValues": values}
    put = {"Item": {"pk": {"S": "b"}, "sk": {"S": "-"}}}
    refused = {"Key": {"pk": {"S": "c"}, "sk": {"S": "-"}}, "ConditionExpression": "attribute_exists(pk)"}

    with pytest.raises(Collision):
        table.transact([{"Update": update}, {"Put": put}, {"ConditionCheck": refused}])

    assert table.get(key("a")) == before
    assert table.get(key("b")) is None

    table.transact([{"Update": update}, {"Put": put}])

    assert table.get(key("a")) == {**key("a"), "count": 2, "list": []}
    assert table.get(key("b")) == key("b")


def test_an_item_of_more_than_400_kilobytes_is_refused(table: Table) -> None:
    table.put({**key("a"), "text": "x" * 400_000})

    with pytest.raises(Refused):
        table.put({**key("b"), "text": "x" * 410_000})
    assert table.get(key("b")) is None


def test_answers_and_errors_are_those_of_moto_over_http(table: Table) -> None:
    over_http = botocore.session.Session().create_client("dynamodb")
    item = {"pk": {"S": "a"}, "sk": {"S": "-"}, "count": {"N": "1"}, "list": {"L": [{"M": {"on": {"BOOL": True}}}]}}
    a = {"pk": item["pk"], "sk": item["sk"]}
    put = {"TableName": TABLE_NAME, "Item": item}
    new = {"ConditionExpression": "attribute_not_exists(pk)"}
    of_a = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": a["pk"]}}
    change = {"UpdateExpression": "SET kind = :kind", "ExpressionAttributeValues": {":kind": {"S": "meeting"}}}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("put_item", put),
        ("put_item", put | new),
        ("get_item", {"TableName": TABLE_NAME, "Key": a}),
        ("batch_get_item", {"RequestItems": {TABLE_NAME: {"Keys": [a, a | {"sk": {"S": "+"}}]}}}),
        ("batch_write_item", {"RequestItems": {TABLE_NAME: [{"PutRequest": {"Item": item}}]}}),
        ("transact_get_items", {"TransactItems": [{"Get": {"TableName": TABLE_NAME, "Key": a}}]}),
        ("transact_write_items", {"TransactItems": [{"Put": put | new}]}),
        ("query", {"TableName": TABLE_NAME} | of_a),
        ("scan", {"TableName": TABLE_NAME}),
        ("update_item", {"TableName": TABLE_NAME, "Key": a, "ReturnValues": "ALL_NEW"} | change),
        ("delete_item", {"TableName": TABLE_NAME, "Key": a, "ReturnValues": "ALL_OLD"}),
    ]
    assert {name.title().replace("_", "") for name, _ in calls} == set(HANDED_OVER)

    for name, request in calls:
        before = table.client.scan(TableName=TABLE_NAME)["Items"]
        in_memory = outcome(table.client, name, request)
        for each in table.client.scan(TableName=TABLE_NAME)["Items"]:
            table.client.delete_item(TableName=TABLE_NAME, Key={part: each[part] for part in a})
        for each in before:
            table.client.put_item(TableName=TABLE_NAME, Item=each)
        assert in_memory == outcome(over_http, name, request), name


def outcome(client: Any, name: str, request: dict[str, Any]) -> Any:
    """The answer, or the error's code and text."""
    try:
        answer = getattr(client, name)(**request)
    except ClientError as error:
        return error.response["Error"], error.response.get("CancellationReasons")
    answer.pop("ResponseMetadata", None)
    return answer
