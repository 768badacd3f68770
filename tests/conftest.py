"""What every test may use: the table, in memory."""

from collections.abc import Iterator

import boto3
import botocore.session
import pytest
from hypothesis import settings
from moto import mock_aws

from booking.storage.table import Table

# Without deadlines: how long a search takes is for the benchmarks to say, not for a machine that is busy.
settings.register_profile("short", max_examples=25, deadline=None)
settings.register_profile("long", max_examples=500, deadline=None)  # `make verify`
settings.load_profile("short")

TABLE_NAME = "booking-test"

SESSION = botocore.session.get_session()
"""One for all tests: each session reads the services' descriptions anew, which takes longer than most tests."""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """An empty table with the keys and indexes of the template."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "TABLE_NAME": TABLE_NAME,
        "IDEMPOTENCY_TABLE_NAME": "answers-test",
        "POWERTOOLS_SERVICE_NAME": "booking",
        "WEBHOOK_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/webhooks",
        "EVENT_BUS_NAME": "bus-test",
        "SIGN_IN_URL": "https://sign-in.example.com",
        "POWERTOOLS_METRICS_NAMESPACE": "booking-test",
        "POISON_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/poison-test",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(botocore.session, "get_session", lambda: SESSION)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, TABLE_NAME)
        client.create_table(
            TableName="answers-test",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield Table(client, TABLE_NAME)


def create_table(client: object, name: str) -> None:
    """The table of the template: string keys, four indexes."""
    attributes = ["pk", "sk"] + [f"gsi{n}{key}" for n in (1, 2, 3, 4) for key in ("pk", "sk")]
    client.create_table(  # type: ignore[attr-defined]
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": f"GSI{n}",
                "KeySchema": _keys(f"gsi{n}pk", f"gsi{n}sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for n in (1, 2, 3, 4)
        ],
    )


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
