"""The waitlist's queue, and the bus that feeds it from the table's stream, on the functions' clock."""

import heapq
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from booking.storage import waitlist_queue
from booking.storage.event_bus import detail_of, event_of
from booking.storage.stream import change_of
from booking.storage.table import Table
from booking.storage.waitlist_queue import WaitlistQueue
from tests.endpoints.conftest import Answer, Clock, Context, Functions, all_of, customer, path, sending

WANTED = {
    "requireEmployeeParticipation": True,
    "explicitEmployeeIds": ["anna"],
    "startDate": "2027-01-11T10:00:00Z",
    "endDate": "2027-01-11T11:00:00Z",
    "meetingDuration": "60",
    "meetingTypes": ["Online"],
}
HEARD = ("MeetingCreated", "MeetingRescheduled", "MeetingUpdated", "SlotReserved", "SlotReleased", "WaitlistJoined")


@dataclass
class Line:
    """A bank with a waitlist. Messages come out of the queue in their time; `told` are the events of the bus."""

    functions: Functions
    table: Table
    clock: Clock
    milliseconds: int = 60_000
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _waiting: list[tuple[int, int, str]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _images: dict[tuple[str, str], Any] = field(default_factory=dict)

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:  # noqa: N803
        assert 0 <= DelaySeconds <= waitlist_queue.LONGEST_DELAY_SECONDS
        heapq.heappush(self._waiting, (self.clock.time + DelaySeconds, next(self._numbers), MessageBody))

    @property
    def queued(self) -> list[Any]:
        """The messages in the queue, the next one first."""
        return [json.loads(body) for _, _, body in sorted(self._waiting)]

    def run(self, seconds: int = 0) -> None:
        """Time passes, and whatever is due in it is done."""
        until = self.clock.time + seconds
        while True:
            self._hear()
            if not self._waiting or self._waiting[0][0] > until:
                break
            at, _, body = heapq.heappop(self._waiting)
            self.clock.time = max(self.clock.time, at)
            if not self.hand_out(json.loads(body)):
                self.send_message("", body, 90)
        self.clock.time = until

    def hand_out(self, body: dict[str, Any]) -> bool:
        """False where the message is to come again."""
        event = {"Records": [{"messageId": "m", "body": json.dumps(body)}]}
        answer = self.functions.module("offer_waitlist").lambda_handler(event, Context(self.milliseconds))
        return not answer["batchItemFailures"]

    def _hear(self) -> None:
        """What has been written since is told on the bus, as the stream's function does."""
        items = self.table.client.scan(TableName=self.table.name)["Items"]
        now = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
        before, self._images = self._images, now
        for key, item in now.items():
            if before.get(key) == item:
                continue
            images = {
                "NewImage": item,
                "SequenceNumber": "1",
                "ApproximateCreationDateTime": self.clock.time,
                **({"OldImage": before[key]} if key in before else {}),
            }
            change = change_of({"eventID": f"{key}", "dynamodb": images})
            event = event_of(change) if change else None
            if change and event:
                detail = detail_of(change, event)
                self.told.append((event.type, detail))
                self.tell(event.type, detail)

    def tell(self, type: str, detail: dict[str, Any]) -> None:
        """The bus puts an event into the queue, if its rule says so."""
        if type in HEARD:
            self.send_message("", json.dumps({"detail-type": type, "detail": detail}), 0)

    # What people do.

    def join(self, name: str, **wishes: Any) -> str:
        """The customer joins, a second after whoever was last. The id of the entry."""
        self.clock.advance(1)
        answer = self.functions.call("join_waitlist", change=all_of(customer(name), sending(WANTED | wishes)))
        assert answer.status == 201, answer.text
        self.run()
        id: str = answer.json["id"]
        return id

    def entry(self, name: str, id: str) -> Any:
        answer = self.functions.call("get_waitlist_entry", change=all_of(customer(name), path(waitlistId=id)))
        assert answer.status == 200, answer.text
        return answer.json

    def status(self, name: str, id: str) -> str:
        status: str = self.entry(name, id)["status"]
        return status

    def leave(self, name: str, id: str) -> Answer:
        answer = self.functions.call("leave_waitlist", change=all_of(customer(name), path(waitlistId=id)))
        self.run()
        return answer

    def accept(self, name: str, id: str) -> Answer:
        """The customer makes the meeting with the slot that was offered."""
        offer = self.entry(name, id)["offer"]
        body = {"timeSlotId": offer["timeSlotId"], "type": offer["meetingType"]}
        return self.functions.call("create_meeting", change=all_of(customer(name), sending(body)))

    def book(self, start: str = "2027-01-11T10:00:00Z", topic_id: str | None = None) -> Any:
        """A partner books Anna for an hour."""
        body: dict[str, Any] = {
            "startDate": start,
            "endDate": f"{start[:11]}{int(start[11:13]) + 1:02}{start[13:]}",
            "employeeId": "anna",
        }
        body |= {"topicId": topic_id, "type": "Online", "customerId": "13579"}
        answer = self.functions.call("create_meeting", change=sending(body))
        assert answer.status == 201, answer.text
        self.run()
        return answer.json

    def cancel(self, meeting: Any, *, run: bool = True) -> None:
        def change(event: dict[str, Any]) -> None:
            event["pathParameters"] = {"meetingId": meeting["id"]}
            event["headers"]["If-Match"] = None

        answer = self.functions.call("cancel_meeting", change=change)
        assert answer.status == 204, answer.text
        if run:
            self.run()


@pytest.fixture
def line(desk: Functions, table: Table, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line(desk, table, clock)
    monkeypatch.setattr(waitlist_queue, "connect", lambda: WaitlistQueue(line, "queue"))
    return line


@pytest.fixture
def meeting(line: Line) -> Any:
    """Takes the hour that everybody wants."""
    return line.book()
