"""Wherever a customer has left something, nothing of it is found after the erasure or the retention time."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
from tests.endpoints.conftest import (
    EXAMPLE_BANK,
    Clock,
    Context,
    Functions,
    all_of,
    configure,
    customer,
    load_event,
    sending,
)
from tests.endpoints.post_office import Services, book, services
from tests.endpoints.waiting import Line, line

__all__ = ["book", "line", "services"]

DAY = 86_400
KIM = {"name": "Kim Ærø", "email": "kim.aeroe@example.com", "phone": "+4512345678", "language": "da"}
PERSONAL = re.compile("kim|ærø|12345678|(?<!sub-of-)67890|bo berg|secret", re.IGNORECASE)
"""Not the subject of the customer's token: it names nobody once the user pool has forgotten the customer."""

NEVER = {"N": str(2**40)}

type Stored = Callable[..., list[str]]


@pytest.fixture
def stored(table: Table, services: Services) -> Stored:
    """What is personal in any table and in the scheduler, each with what stands around it.

    Given the time, without what DynamoDB has removed by then.
    """

    def stored(now: int = 0) -> list[str]:
        tables = table.client.list_tables()["TableNames"]
        items = [item for name in tables for item in table.client.scan(TableName=name)["Items"]]
        living = [item for item in items if int(item.get("ttl", item.get("expiration", NEVER))["N"]) > now]
        return [text for text in map(str, (*living, services.schedules)) if PERSONAL.search(text)]

    return stored


@pytest.fixture
def everywhere(services: Services, book: Any, line: Line, desk: Functions, stored: Stored) -> Any:
    """Kim has a meeting with a reminder, a bounced mail, a hold and an answer kept for a key, and waits for a time."""
    meeting = book(
        customer=KIM,
        description="Secret",
        externalAttendees=[{"name": "Bo Berg", "email": "secret@example.org"}],
    )
    services.happen(meeting)
    services.tell_of("send_messages_bounce", KIM["email"])
    line.join("67890", customer=KIM)
    later = {"startDate": "2027-01-12T09:00:00Z", "endDate": "2027-01-12T10:00:00Z", "employeeId": "anna"}
    held = sending({"timeSlot": later, "token": "token"}, Idempotency_Key="one")
    assert desk.call("reserve_time_slot", change=all_of(customer("67890"), held)).status == 201
    assert len(stored()) >= 6  # else the tests would look for what was never there
    return meeting


def test_after_the_erasure_no_table_and_no_schedule_knows_the_customer(
    everywhere: Any, desk: Functions, stored: Stored, services: Services, table: Table
) -> None:
    assert desk.call("link_partner").status == 200
    answer = desk.call("erase_customer_data")

    assert answer.json["isComplete"]
    assert stored() == []
    assert "SUPPRESSED#" not in str(table.client.scan(TableName=table.name)["Items"])
    assert services.happen(everywhere)  # an event that comes late leaves nothing either
    assert stored() == []


def test_after_the_retention_time_no_table_knows_the_customer(
    everywhere: Any, desk: Functions, stored: Stored, table: Table, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, EXAMPLE_BANK[0][2] | {"retentionDays": 20})
    clock.advance(40 * DAY)
    module = desk.module("apply_retention")
    monkeypatch.setattr(module, "now", clock)
    assert module.lambda_handler(load_event("apply_retention"), Context(300_000))["isComplete"]

    assert stored(clock()) == []
