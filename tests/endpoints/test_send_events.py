import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from booking.storage import event_bus
from tests.endpoints.conftest import Functions, load_event

type Sent = list[dict[str, Any]]


class Bus:
    """An event bus that takes what it is sent, but for the event ids that it is told to refuse."""

    def __init__(self) -> None:
        self.calls: list[Sent] = []
        self.refused: set[str] = set()

    def put_events(self, Entries: Sent) -> dict[str, Any]:  # noqa: N803
        taken = [json.loads(entry["Detail"])["id"] not in self.refused for entry in Entries]
        self.calls.append([entry for entry, is_taken in zip(Entries, taken, strict=True) if is_taken])
        return {
            "Entries": [{"EventId": "e"} if is_taken else {"ErrorCode": "ThrottlingException"} for is_taken in taken]
        }

    @property
    def sent(self) -> Sent:
        return [entry for call in self.calls for entry in call]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    bus = Bus()
    monkeypatch.setattr(event_bus, "connect", lambda: event_bus.EventBus(bus, "bus"))
    return bus


def send(functions: Functions) -> Any:
    return functions.module("send_events").lambda_handler(load_event("send_events"), None)


def names(sent: Sent) -> list[str]:
    return [entry["DetailType"] for entry in sent]


def test_what_happened_is_sent_in_order(functions: Functions, bus: Bus) -> None:
    assert send(functions) == {"batchItemFailures": []}
    assert names(bus.sent) == ["SlotReserved", "MeetingCreated", "SlotReleased", "MeetingCancelled"]


def test_an_event_has_ids_and_times_and_nothing_that_a_customer_wrote(functions: Functions, bus: Bus) -> None:
    send(functions)

    assert json.loads(bus.sent[1]["Detail"]) == {
        "id": "00000000000000000000000000000003",
        "meetingId": "example-meeting",
        "timeSlotId": "example-slot",
        "version": 1,
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "employeeIds": ["anna"],
        "customerId": "67890",
    }


def test_sending_again_sends_the_same_ids(functions: Functions, bus: Bus) -> None:
    send(functions)
    send(functions)
    ids = [json.loads(entry["Detail"])["id"] for entry in bus.sent]

    assert ids[:4] == ids[4:]
    assert len(set(ids)) == 4


def test_no_event_is_sent_before_an_earlier_one_of_its_meeting_was_taken(functions: Functions, bus: Bus) -> None:
    bus.refused = {"00000000000000000000000000000003"}

    assert send(functions) == {"batchItemFailures": [{"itemIdentifier": "300000000000000000001"}]}
    assert "MeetingCancelled" not in names(bus.sent)


def test_a_bus_that_does_not_answer_is_asked_again_from_the_first_event(functions: Functions, bus: Bus) -> None:
    def no_answer(Entries: Sent) -> Any:  # noqa: N803
        raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "PutEvents")

    bus.put_events = no_answer  # type: ignore[method-assign]

    assert send(functions) == {"batchItemFailures": [{"itemIdentifier": "100000000000000000001"}]}
