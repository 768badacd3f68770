"""An office that never closes, so that any time can be fought for; a fresh table of the real engine; who may ask."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import botocore.session
from botocore.config import Config

from booking.domain.caller import Caller, Scope
from booking.domain.configuration import Buffers, Configuration, Employee, MeetingTopic, Organisation, Room, Window
from booking.storage.table import Table, decode
from local.audit import CustomerLimits, InForce, ItemKey, Violation, violations
from tests.conftest import create_table

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 7 * 86400
GRID = 15 * MINUTE

STAFF = Caller("staff", "staff", None, frozenset({Scope.READ, Scope.STAFF}))
PARTNER = Caller("partner", "partner", None, frozenset({Scope.READ, Scope.PARTNER}))

EMPLOYEES = ("anna", "bo", "cy")
ROOMS = ("tivoli", "round-tower")
SEATS = {"course": 3}
"""How many customers a meeting about a topic is for."""
TOPIC_BUFFERS = {"loan": Buffers(GRID, 2 * GRID)}
"""What meetings about a topic want before and after them."""
TOPICS = (
    *(MeetingTopic(id, seats=seats) for id, seats in SEATS.items()),
    *(MeetingTopic(id, buffer_before=before, buffer_after=after) for id, (before, after) in TOPIC_BUFFERS.items()),
)


def office(
    employees: tuple[str, ...] = EMPLOYEES,
    lifetime: int = 5 * MINUTE,
    buffer: int = 0,
    cap: int | None = None,
    most_upcoming: int | None = None,
    may_overlap: bool = True,
) -> Configuration:
    """Everybody works day and night, every day, and may start at every quarter of an hour. Durations in seconds."""
    always = ((Window(0, 1440, location="City"),),) * 7
    return Configuration(
        organisation=Organisation(
            time_zone=ZoneInfo("UTC"),
            slot_interval=GRID,
            booking_horizon_days=3650,
            reservation_lifetime=lifetime,
            buffer=buffer,
            max_meeting_time_per_day=cap,
            max_upcoming_meetings=most_upcoming,
            overlap_for_customer=may_overlap,
        ),
        employees={id: Employee(id, locations=("City",), workdays=always) for id in employees},
        rooms={id: Room(id, location="City", capacity=10) for id in ROOMS},
        meeting_topics={topic.id: topic for topic in TOPICS},
    )


@cache
def connect(endpoint: str) -> Any:
    """A client of an engine on this machine; what goes wrong is not retried by the SDK, so that tests see it."""
    return botocore.session.get_session().create_client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}, max_pool_connections=50),
    )


@contextmanager
def fresh_table(endpoint: str) -> Iterator[Table]:
    """An empty table of its own, gone afterwards."""
    table = Table(connect(endpoint), f"booking-{secrets.token_hex(4)}")
    create_table(table.client, table.name)
    try:
        yield table
    finally:
        table.client.delete_table(TableName=table.name)


def wrong_in(
    table: Table,
    now: int,
    buffer: int = 0,
    seats: Mapping[str, int] = SEATS,
    limits: CustomerLimits | None = None,
) -> list[Violation]:
    """What the audit says of a table that nobody is writing."""
    items = map(decode, everything(table))
    world = {ItemKey(item["pk"], item["sk"]): item for item in items}
    return violations(world, now, InForce(buffer, TOPIC_BUFFERS, seats=seats, limits=limits))


def everything(table: Table) -> list[dict[str, Any]]:
    """Every item, as the engine has it."""
    pages = table.client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]
