"""A rush over HTTP: 200 customers at once for 20 time slots, through the gateway of the stack on this machine."""

import asyncio
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from local.audit import main as audit
from local.sign_in import Stack
from tests.stack.conftest import Api, Callers

CUSTOMERS, SLOTS = 200, 20

type Json = dict[str, Any]


@dataclass
class Rush:
    """What the customers were told, and how long each request took, in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    meetings: list[Json] = field(default_factory=list)


@pytest.fixture
def adviser(callers: Callers) -> str:
    """Somebody new whom only an explicit choice finds, at work all day from Monday to Friday."""
    adviser = f"rush-{uuid.uuid4().hex[:8]}"
    all_day = [{"from": "08:00", "to": "18:00", "location": "Copenhagen", "meetingTypes": ["Online"]}]
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    document = {"name": adviser, "onlyExplicitlyAvailable": True, "workdays": dict.fromkeys(weekdays, all_day)}
    made = callers.client("admin").call("PUT", f"/config/employees/{adviser}", json=document)
    assert made.status_code == 201, made.text
    return adviser


def apart(offers: list[Json]) -> list[Json]:
    """The first offers that leave an hour between each other, so that all of them can be booked."""
    chosen: list[Json] = []
    for offer in offers:
        start = datetime.fromisoformat(offer["startDate"])
        if not chosen or start >= datetime.fromisoformat(chosen[-1]["endDate"]) + timedelta(hours=1):
            chosen.append(offer)
    return chosen[:SLOTS]


async def rush(api: Api, offers: list[Json]) -> Rush:
    """Every customer wants one of the offers, reserves it, and makes it a meeting if that succeeds."""
    result = Rush()

    async def post(path: str, body: Json) -> httpx.Response:
        begin = time.perf_counter()
        answer = await client.post(path, json=body)
        result.seconds.append(time.perf_counter() - begin)
        result.statuses[answer.status_code] += 1
        return answer

    async def customer(number: int) -> None:
        offer = offers[number % len(offers)]
        wanted = {name: offer[name] for name in ("startDate", "endDate", "employeeId", "meetingType")}
        token = f"{offer['employeeId']} {number}"
        held = await post("/bookme/time-slots/reserve", {"timeSlot": wanted, "token": token})
        if held.status_code == 201:
            body = {"timeSlotId": held.json()["id"], "customerId": f"customer-{number}", "bookedBy": "Customer"}
            result.meetings.append((await post("/bookme/meetings", body)).json())

    async with httpx.AsyncClient(
        base_url=api.client.base_url,
        headers=api.client.headers,
        trust_env=False,
        timeout=120,
        limits=httpx.Limits(max_connections=CUSTOMERS),
    ) as client:
        await asyncio.gather(*(customer(number) for number in range(CUSTOMERS)))
    return result


def test_two_hundred_customers_at_once_get_twenty_slots_once_each(
    callers: Callers, stack: Stack, adviser: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    search = {"requireEmployeeParticipation": "true", "explicitEmployeeIds": adviser, "meetingTypes": "Online"}
    partner = callers.client("partner")
    offers = apart(partner.get("/bookme/time-slots/available", **search, lookForwardTime="P21D").json())
    assert len(offers) == SLOTS

    result = asyncio.run(rush(partner, offers))

    times = sorted(result.seconds)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{CUSTOMERS} customers at once, {SLOTS} slots, {len(times)} requests: "
            f"p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[len(times) * 99 // 100] * 1000:.0f} ms\n"
        )
    assert result.statuses == {201: 2 * SLOTS, 409: CUSTOMERS - SLOTS}
    assert sorted(meeting["startDate"] for meeting in result.meetings) == [offer["startDate"] for offer in offers]

    listed = callers.client("staff").get("/bookme/meetings", employeeId=adviser, limit="100").json()["items"]
    assert sorted(meeting["id"] for meeting in listed) == sorted(meeting["id"] for meeting in result.meetings)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", stack["region"])
    assert audit(["--table", stack["tableName"], "--endpoint", stack["endpointUrl"]]) == 0
