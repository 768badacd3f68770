"""Webhooks on the running stack: an event's whole way, from a booking over HTTP to endpoints on this machine."""

import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.endpoints.receiver import Got, Receiver, answers, receiving
from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

PATIENCE_SECONDS = 60
CHANGES = ["MeetingCreated", "MeetingUpdated", "MeetingCancelled"]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def add(callers: Callers, receiver: Receiver) -> Iterator[Callable[..., dict[str, Any]]]:
    """Makes webhooks, which are gone after the test."""
    admin, made = callers.client("admin"), list[str]()

    def add(path: str, *events: str) -> dict[str, Any]:
        answer = admin.post("/config/webhooks", {"url": receiver.url(path), "events": list(events)})
        assert answer.status_code == 201, answer.text
        webhook: dict[str, Any] = answer.json()
        made.append(webhook["id"])
        return webhook

    yield add
    for id in made:
        admin.call("DELETE", f"/config/webhooks/{id}")


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def got_by(receiver: Receiver, path: str, count: int, meeting_id: str | None = None) -> list[Got]:
    """What an endpoint has got, about one meeting if given, once there is that much of it."""

    def found() -> list[Got]:
        return [got for got in receiver.of(path) if meeting_id in (None, got.body["data"].get("meetingId"))]

    until(lambda: len(found()) >= count)
    return found()


def book(staff: Api, times: Times) -> str:
    slot = staff.post("/bookme/time-slots/reserve", {"timeSlot": times.next(), "token": str(uuid.uuid4())})
    meeting = staff.post("/bookme/meetings", {"timeSlotId": slot.json()["id"], "customerId": "67890"})
    assert meeting.status_code == 201, meeting.text
    return str(meeting.json()["id"])


def test_a_meetings_life_reaches_an_endpoint_in_an_order_that_can_be_restored(
    callers: Callers, receiver: Receiver, add: Callable[..., dict[str, Any]]
) -> None:
    staff = callers.client("staff")
    webhook = add("life", *CHANGES)
    meeting_id = book(staff, Times(staff))
    patch = [{"op": "replace", "path": "/title", "value": "A new title"}]
    staff.call("PATCH", f"/bookme/meetings/{meeting_id}", json=patch)
    staff.call("DELETE", f"/bookme/meetings/{meeting_id}")

    got = got_by(receiver, "life", 3, meeting_id)
    assert len(got) == 3
    assert all(each.verify(webhook["secret"]) for each in got)
    in_order = sorted(got, key=lambda each: each.body["data"]["version"])
    assert [each.body["type"] for each in in_order] == CHANGES
    assert len({each.id for each in got}) == 3
    assert "A new title" not in str(got)
    assert got[0].body["data"]["customerId"] == "67890"


def test_a_slow_and_a_failing_endpoint_hold_up_no_other(
    callers: Callers, receiver: Receiver, add: Callable[..., dict[str, Any]]
) -> None:
    staff, admin = callers.client("staff"), callers.client("admin")
    times = Times(staff)

    def hangs(request: BaseHTTPRequestHandler) -> None:
        time.sleep(8)
        answers(200)(request)

    receiver.behaviours |= {"slow": hangs, "failing": answers(500)}
    add("slow", "MeetingCreated")
    failing = add("failing", "MeetingCreated")
    add("good", "MeetingCreated")
    delays = []
    for _ in range(4):
        meeting_id = book(staff, times)
        before = time.monotonic()
        got_by(receiver, "good", 1, meeting_id)
        delays.append(time.monotonic() - before)
    assert max(delays) < 8

    receiver.behaviours["failing"] = answers(204)

    def all_delivered() -> bool:
        listed = admin.get(f"/config/webhooks/{failing['id']}/deliveries").json()["items"]
        return [each["status"] for each in listed] == ["Delivered"] * 4

    until(all_delivered)
    tried = [got.id for got in receiver.of("failing")]
    assert len(tried) > len(set(tried)) == 4


def test_ping_rotation_and_replay(callers: Callers, receiver: Receiver, add: Callable[..., dict[str, Any]]) -> None:
    admin = callers.client("admin")
    webhook = add("managed", "WebhookDisabled")
    path = f"/config/webhooks/{webhook['id']}"
    ping = admin.post(f"{path}/test").json()
    [got] = got_by(receiver, "managed", 1)
    assert (got.id, got.body["type"]) == (ping["eventId"], "Ping")

    rotated = admin.post(f"{path}/secret").json()
    until(lambda: admin.get(f"{path}/deliveries").json()["items"][0]["status"] == "Delivered")
    assert admin.post(f"{path}/deliveries/{ping['id']}/replay").status_code == 202
    _, again = got_by(receiver, "managed", 2)
    assert again.id == got.id
    assert again.verify(webhook["secret"]) == again.verify(rotated["secret"]) == got.body
    replay = admin.call("POST", f"{path}/replay", params={"since": ping["date"]})
    assert replay.json() == {"replayed": 1, "isComplete": True}
