import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from booking.storage import event_bus
from tests.endpoints.conftest import Context, Functions, emitted, load_event

type Sent = list[dict[str, Any]]


class Bus:
    """An event bus that takes what it is sent, but for the event ids that it is told to refuse, with `code`."""

    def __init__(self) -> None:
        self.calls: list[Sent] = []
        self.refused: set[str] = set()
        self.code = "ThrottlingException"

    def put_events(self, Entries: Sent) -> dict[str, Any]:  # noqa: N803
        taken = [json.loads(entry["Detail"])["id"] not in self.refused for entry in Entries]
        self.calls.append([entry for entry, is_taken in zip(Entries, taken, strict=True) if is_taken])
        return {"Entries": [{"EventId": "e"} if is_taken else {"ErrorCode": self.code} for is_taken in taken]}

    @property
    def sent(self) -> Sent:
        return [entry for call in self.calls for entry in call]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    bus = Bus()
    monkeypatch.setattr(event_bus, "connect", lambda: event_bus.EventBus(bus, "bus"))
    return bus


def send(functions: Functions, milliseconds: int = 20_000) -> Any:
    return functions.module("send_events").lambda_handler(load_event("send_events"), Context(milliseconds))


def repeated(answer: Any) -> list[str]:
    """The event ids' last digits of what is to be repeated: record 3 has the sequence number 3000…"""
    return [failure["itemIdentifier"][0] for failure in answer["batchItemFailures"]]


def names(sent: Sent) -> list[str]:
    return [entry["DetailType"] for entry in sent]


def test_events_are_sent_in_their_order(functions: Functions, bus: Bus) -> None:
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

    assert repeated(send(functions)) == ["3", "5"]
    assert names(bus.sent) == ["SlotReserved", "SlotReleased"]


def test_a_bus_that_does_not_answer_is_asked_again_from_the_first_event(functions: Functions, bus: Bus) -> None:
    def no_answer(Entries: Sent) -> Any:  # noqa: N803
        raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "PutEvents")

    bus.put_events = no_answer  # type: ignore[method-assign]

    assert repeated(send(functions))[0] == "1"


def test_records_for_which_no_time_is_left_are_not_begun_and_come_again(functions: Functions, bus: Bus) -> None:
    assert repeated(send(functions, milliseconds=5_000))[0] == "1"
    assert bus.sent == []


def test_an_event_that_the_bus_never_takes_does_not_stop_the_others(
    functions: Functions, bus: Bus, poisoned: Callable[[], list[Any]]
) -> None:
    bus.refused, bus.code = {"00000000000000000000000000000003"}, "MalformedDetail"

    assert repeated(send(functions)) == []
    assert names(bus.sent) == ["SlotReserved", "SlotReleased", "MeetingCancelled"]
    assert [message["sequenceNumber"] for message in poisoned()] == ["300000000000000000001"]


@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_record_that_cannot_be_read_does_not_stop_the_others(
    functions: Functions, bus: Bus, poisoned: Callable[[], list[Any]], position: int
) -> None:
    event = load_event("send_events")
    broken = event["Records"][position]
    del broken["dynamodb"]["NewImage"]["status"]

    assert repeated(functions.module("send_events").lambda_handler(event, Context())) == []
    assert len(bus.sent) == 4 - (position != 1)
    [message] = poisoned()
    assert message["keys"] == broken["dynamodb"]["Keys"]
    assert message["error"]
    assert set(message) == {"function", "eventSourceARN", "eventID", "sequenceNumber", "keys", "error"}


def test_a_record_that_can_neither_be_read_nor_put_aside_is_repeated(functions: Functions, bus: Bus) -> None:
    event = load_event("send_events")  # and there is no queue
    del event["Records"][2]["dynamodb"]["NewImage"]["status"]

    assert repeated(functions.module("send_events").lambda_handler(event, Context())) == ["3", "5"]


def test_only_events_that_were_sent_are_counted(
    functions: Functions, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    bus.refused = {"00000000000000000000000000000003"}
    send(functions)

    assert sorted(emitted(capsys)) == ["Holds", "HoldsConfirmed"]
    bus.refused = set()
    send(functions)
    assert sorted(emitted(capsys)) == ["Bookings", "Cancellations", "Holds", "HoldsConfirmed"]
