"""A slot's and a meeting's whole life over HTTP, and what the rest of the organisation learns of it."""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

type Json = dict[str, Any]

PATIENCE = timedelta(seconds=30)


@pytest.fixture(scope="module")
def times(callers: Callers) -> Times:
    return Times(callers.client("staff"), days_ahead=36)


def reserve(api: Api, times: Times, **body: Any) -> Json:
    answer = api.post("/bookme/time-slots/reserve", {"timeSlot": times.next(), "token": str(uuid.uuid4()), **body})
    assert answer.status_code == 201, answer.text
    slot: Json = answer.json()
    return slot


def book(api: Api, times: Times, **body: Any) -> Json:
    answer = api.post("/bookme/meetings", {"timeSlotId": reserve(api, times)["id"], **body})
    assert answer.status_code == 201, answer.text
    meeting: Json = answer.json()
    return meeting


def patch(api: Api, path: str, *operations: Json, **headers: str) -> Any:
    sent = {"Content-Type": "application/json-patch+json", **headers}
    return api.call("PATCH", path, content=json.dumps(operations), headers=sent)


def replace(path: str, value: Any) -> Json:
    return {"op": "replace", "path": path, "value": value}


class Listener:
    """What the event bus passes on, kept as it comes."""

    def __init__(self, queues: Any, url: str) -> None:
        self.queues, self.url = queues, url
        self.heard: list[Json] = []

    def of(self, meeting_id: str, last: str) -> list[str]:
        """The names of a meeting's events in the order of its versions, once `last` has come."""
        deadline = datetime.now(UTC) + PATIENCE
        while last not in self._names(meeting_id):
            assert datetime.now(UTC) < deadline, self._names(meeting_id)
            answer = self.queues.receive_message(QueueUrl=self.url, WaitTimeSeconds=1, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self.heard.append(json.loads(message["Body"]))
                self.queues.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self._names(meeting_id)

    def _names(self, meeting_id: str) -> list[str]:
        told = {each["detail"]["id"]: each for each in self.heard if each["detail"].get("meetingId") == meeting_id}
        meetings = [each for each in told.values() if each["detail-type"].startswith("Meeting")]
        return [each["detail-type"] for each in sorted(meetings, key=lambda each: each["detail"]["version"])]


@pytest.fixture(scope="module")
def listener(aws: Callable[[str], Any]) -> Iterator[Listener]:
    events, queues = aws("events"), aws("sqs")
    [bus] = [each["Name"] for each in events.list_event_buses()["EventBuses"] if each["Name"] != "default"]
    name = f"listener-{uuid.uuid4()}"
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["booking"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "listener", "Arn": arn}])
    yield Listener(queues, url)
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["listener"])
    events.delete_rule(Name=name, EventBusName=bus)
    queues.delete_queue(QueueUrl=url)


def test_a_meeting_is_changed_moved_and_cancelled_and_every_step_is_told(
    partner: Api, times: Times, listener: Listener
) -> None:
    slot = reserve(partner, times)
    assert patch(partner, f"/bookme/time-slots/{slot['id']}", replace("/status", "Booked")).status_code == 200
    meeting = partner.post("/bookme/meetings", {"timeSlotId": slot["id"], "customerId": "life"}).json()
    path = f"/bookme/meetings/{meeting['id']}"

    changed = patch(partner, path, replace("/title", "Title"), **{"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert patch(partner, path, replace("/title", "Other"), **{"If-Match": '"1"'}).status_code == 412

    while (new := reserve(partner, times, existingMeetingId=meeting["id"]))["startDate"] == slot["startDate"]:
        partner.call("DELETE", f"/bookme/time-slots/{new['id']}")
    moved = patch(partner, path, replace("/timeSlotId", new["id"]))
    assert moved.status_code == 200, moved.text
    assert moved.json()["startDate"] == new["startDate"]
    assert partner.get(f"/bookme/time-slots/{slot['id']}").json()["status"] == "Released"

    assert partner.call("DELETE", path).status_code == 204
    assert partner.call("DELETE", path).status_code == 204
    assert partner.get(path).json()["status"] == "Cancelled"
    assert patch(partner, path, replace("/title", "Late")).status_code == 409
    calendar = partner.post(f"{path}/ical").text
    assert "METHOD:CANCEL" in calendar
    assert "SEQUENCE:2" in calendar

    assert listener.of(meeting["id"], "MeetingCancelled") == [
        "MeetingCreated",
        "MeetingUpdated",
        "MeetingRescheduled",
        "MeetingCancelled",
    ]
    assert "Title" not in json.dumps(listener.heard)


def test_a_slot_that_is_released_can_be_reserved_by_the_next(partner: Api, callers: Callers, times: Times) -> None:
    slot = reserve(partner, times)
    again = {name: slot[name] for name in ("startDate", "endDate", "employeeId")}
    other = callers.customer("24680")
    assert other.post("/bookme/time-slots/reserve", {"timeSlot": again, "token": "t"}).status_code == 409
    assert partner.call("DELETE", f"/bookme/time-slots/{slot['id']}").status_code == 204
    assert other.post("/bookme/time-slots/reserve", {"timeSlot": again, "token": "t"}).status_code == 201


def test_the_same_idempotency_key_books_once(partner: Api, callers: Callers, times: Times) -> None:
    time = times.next()
    body = {"type": time.pop("meetingType"), "customerId": "once", **time}
    key = str(uuid.uuid4())
    answers = [partner.post("/bookme/meetings", body, **{"Idempotency-Key": key}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201], answers[0].text
    assert len({answer.json()["id"] for answer in answers}) == 1
    other = partner.post("/bookme/meetings", body | {"title": "Other"}, **{"Idempotency-Key": key})
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_the_same_idempotency_key_sent_many_times_at_once_books_once(partner: Api, times: Times) -> None:
    time = times.next()
    body = {"type": time.pop("meetingType"), "customerId": "at once", **time}
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    def send(_number: int) -> httpx.Response:
        return partner.client.post("/bookme/meetings", json=body, headers=headers)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(16)))

    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert send(0).status_code == 201


def test_lists_are_read_page_by_page(callers: Callers, times: Times) -> None:
    # Not a partner, which may not book two times that overlap for one customer.
    staff, customer = callers.client("staff"), f"pages-{uuid.uuid4()}"
    made = sorted((book(staff, times, customerId=customer) for _ in range(3)), key=lambda each: each["startDate"])
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = staff.get("/bookme/meetings", customerId=customer, limit=2, **cursor).json()
        seen += [each["id"] for each in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}

    assert sorted(seen) == sorted(each["id"] for each in made)
    [of_slot] = staff.get("/bookme/meetings", timeSlotId=made[0]["timeSlotId"]).json()["items"]
    assert of_slot["id"] == made[0]["id"]


def test_a_forgotten_customer_leaves_a_trail_without_a_name(partner: Api, callers: Callers, times: Times) -> None:
    customer, admin = f"forgotten-{uuid.uuid4()}", callers.client("admin")
    meeting = book(partner, times, customerId=customer, title="Secret title")
    path = f"/bookme/meetings/{meeting['id']}"

    erased = admin.call("DELETE", f"/bookme/customers/{customer}/data").json()
    assert erased == {"meetingsErased": 1, "slotsErased": 1, "meetingsCancelled": 1, "isComplete": True}
    left = partner.get(path).json()
    assert (left["status"], left["customerId"], left["title"]) == ("Cancelled", None, None)

    deadline = datetime.now(UTC) + PATIENCE
    while len(trail := admin.get(f"{path}/changes").json()["items"]) < 2:
        assert datetime.now(UTC) < deadline, trail
    assert [each["action"] for each in trail] == ["MeetingCreated", "MeetingCancelled"]
    assert trail[0]["by"] == f"client:{callers.stack['clients']['partner']['clientId']}"
    assert customer not in json.dumps(trail)
    assert "Secret" not in json.dumps(trail)


def test_an_object_that_an_upcoming_meeting_needs_cannot_be_deleted(callers: Callers, times: Times) -> None:
    meeting, admin = book(callers.client("partner"), times), callers.client("admin")
    path = f"/config/employees/{meeting['employeeId']}"
    refused = admin.call("DELETE", path)

    assert (refused.status_code, refused.json()["code"]) == (409, "IN_USE")
    assert refused.json()["details"]["usedBy"]
    assert admin.get(path).status_code == 200


@pytest.fixture
def retention_of_a_year(callers: Callers) -> Iterator[None]:
    admin = callers.client("admin")
    before = admin.get("/config/organisation").json()
    admin.call("PUT", "/config/organisation", json=before | {"retentionDays": 365})
    yield
    admin.call("PUT", "/config/organisation", json=before)


@pytest.mark.usefixtures("retention_of_a_year")
def test_the_daily_retention_runs_with_the_permissions_that_it_has(aws: Callable[[str], Any]) -> None:
    functions = aws("lambda")
    [name] = [
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if "ApplyRetention" in each["FunctionName"]
    ]
    answer = functions.invoke(FunctionName=name, Payload=b"{}")
    said = answer["Payload"].read()

    assert "FunctionError" not in answer, said
    assert json.loads(said) == {"meetingsErased": 0, "meetingsFailed": 0, "isComplete": True}
