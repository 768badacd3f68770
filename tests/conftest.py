"""What every test may use: the table, in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from hypothesis import HealthCheck, settings
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID, MockAWS, botocore_stubber
from moto.dynamodb.models import dynamodb_backends

from booking.storage import services, suppressions
from booking.storage.table import Table
from tests.memory import Session

# Without deadlines: how long a search takes is for the benchmarks to say, not for a machine that is busy.
ANY_SPEED: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
# `make fast`, before every commit: a few, others each time. An example that failed is tried again first, and what must
# not come back is an @example, which every profile tries.
settings.register_profile("short", max_examples=5, **ANY_SPEED)
settings.register_profile("long", max_examples=500, **ANY_SPEED)  # `make verify`
settings.register_profile("thorough", max_examples=2000, **ANY_SPEED)
settings.register_profile("mutants", max_examples=10, derandomize=True, database=None, **ANY_SPEED)
settings.load_profile("short")

TABLE_NAME = "booking-test"
ANSWERS_NAME = "answers-test"
REGION = "eu-west-1"

SESSION = Session()
"""One for all tests: each session reads the services' descriptions anew, which takes longer than most tests."""


@pytest.fixture(scope="session")
def aws() -> Iterator[MockAWS]:
    """moto, started once: it registers more than a thousand addresses, which takes longer than most tests."""
    with mock_aws() as started:
        botocore_stubber.enabled = False  # for those tests alone that have a table
        yield started


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, aws: MockAWS) -> Table:
    """An empty table with the keys and indexes of the template."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "TABLE_NAME": TABLE_NAME,
        "IDEMPOTENCY_TABLE_NAME": ANSWERS_NAME,
        "POWERTOOLS_SERVICE_NAME": "booking",
        "WEBHOOK_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/webhooks",
        "CALENDAR_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/calendars",
        "EVENT_BUS_NAME": "bus-test",
        "WAITLIST_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/waitlist",
        "WAITLIST": "on",
        "SENDER_ADDRESS": "booking@example.com",
        "SMS_SENDER_ID": "Booking",
        "CONFIGURATION_SET": "",
        "ADDRESS_SALT": "arn:aws:cloudformation:eu-west-1:123456789012:stack/booking-test/1",
        "MANAGE_URL": "https://booking.example.com/meetings/",
        "OFFER_URL": "https://booking.example.com/book/?booking=step:details,slot:{timeSlotId}",
        "SCHEDULE_GROUP": "reminders-test",
        "SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/reminders",
        "MESSAGE_QUEUE_ARN": "arn:aws:sqs:eu-west-1:123456789012:messages",
        "SIGN_IN_URL": "https://sign-in.example.com",
        "POWERTOOLS_METRICS_NAMESPACE": "booking-test",
        "POISON_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/poison-test",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(services, "session", lambda: SESSION)
    monkeypatch.setitem(suppressions.COST, "n", 2)  # what makes guessing an address slow makes a test slow too
    monkeypatch.setattr(botocore_stubber, "enabled", True)
    aws.reset()
    if not _made:
        _make_tables()
    client, tables = _made
    for each in tables.values():
        each.items.clear()
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.update(tables)
    return Table(client, TABLE_NAME)


_made: list[Any] = []
"""The client, and moto's tables: made for the first test, emptied for the others."""


def _make_tables() -> None:
    client = SESSION.create_client("dynamodb", config=Config(parameter_validation=False))  # as storage/table.py
    create_table(client, TABLE_NAME)
    client.create_table(
        TableName=ANSWERS_NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "customerId", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "BY_CUSTOMER",
                "KeySchema": [{"AttributeName": "customerId", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    _made.extend((client, dict(dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables)))


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
