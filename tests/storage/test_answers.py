"""DynamoDB's answers as the client of `connect` takes them: as the JSON that they are."""

import json
from collections.abc import Iterator

import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ClientError

from booking.storage.table import Table, connect


class Service:
    """Stands in for the connection: gives the same answer to every request."""

    def __init__(self, status: int, body: object) -> None:
        self._status, self._body = status, json.dumps(body).encode()

    def send(self, request: object) -> AWSResponse:
        headers = HeadersDict({"Content-Type": "application/x-amz-json-1.0"})
        return AWSResponse("https://dynamodb", self._status, headers, self)

    def stream(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None:
        """Nothing is open."""


def answering(status: int, body: object, monkeypatch: pytest.MonkeyPatch) -> Table:
    for name, value in {"TABLE_NAME": "table", "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    table = connect()
    table.client._endpoint.http_session = Service(status, body)
    return table


def test_answers_do_not_go_through_the_sdks_own_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """That parser drops what the service's description does not name; whatever else arrives has not been through it."""
    table = answering(200, {"Item": {"pk": {"S": "ROOM"}}, "NotInTheDescription": 1}, monkeypatch)

    answer = table.client.get_item(TableName="table", Key={"pk": {"S": "ROOM"}, "sk": {"S": "x"}})

    assert answer["NotInTheDescription"] == 1
    assert answer["Item"] == {"pk": {"S": "ROOM"}}


def test_errors_still_go_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no such table"}
    table = answering(400, refusal, monkeypatch)

    with pytest.raises(ClientError) as raised:
        table.client.get_item(TableName="table", Key={"pk": {"S": "ROOM"}, "sk": {"S": "x"}})

    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"
