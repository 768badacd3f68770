"""The bus, the queue and the clock around the function that delivers webhooks, with all the time in the world."""

import heapq
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from booking.storage import webhook_queue

VISIBILITY_SECONDS = 90
EVENT = Path(__file__).parents[2] / "events" / "deliver_webhooks.json"


class Killed(BaseException):
    """The function's process ends where this is raised."""


@dataclass
class World:
    """`functions` and `clock` are the tests' own; `sent` are the events that went to the bus.

    Messages come back as SQS hands them out again.
    """

    functions: Any
    clock: Any
    waiting: list[tuple[int, int, str]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    # What the function calls, as the SDK's clients have it.

    def send_message(self, QueueUrl: str, MessageBody: str, MessageGroupId: str, DelaySeconds: int) -> None:  # noqa: N803
        assert 0 <= DelaySeconds <= webhook_queue.LONGEST_DELAY_SECONDS
        self.queue(MessageBody, DelaySeconds)

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.sent += Entries
        return {"Entries": [{"EventId": "e"} for _ in Entries]}

    # What a test does.

    def queue(self, body: str, delay: int = 0) -> None:
        heapq.heappush(self.waiting, (self.clock.time + delay, next(self.numbers), body))

    def happen(self, id: str = "event-1", type: str = "MeetingCreated", **detail: Any) -> None:
        """Something happens, and the bus tells the queue."""
        [record] = json.loads(EVENT.read_text())["Records"]
        event = json.loads(record["body"])
        event["detail-type"] = type
        event["time"] = self.clock.text
        event["detail"] |= {"id": id, **detail}
        self.queue(json.dumps(event))

    def run(self, seconds: int = 0) -> None:
        """Time passes, and whatever is due in it is done."""
        end = self.clock.time + seconds
        while self.waiting and self.waiting[0][0] <= end:
            due, _, body = heapq.heappop(self.waiting)
            self.clock.time = max(self.clock.time, due)
            self.hand_out(body)
        self.clock.time = max(self.clock.time, end)

    def hand_out(self, body: str) -> None:
        """One message to the function; it comes back if the function fails, says so or is killed."""
        event = {"Records": [{"messageId": "m", "body": body}]}
        try:
            failures = self.functions.module("deliver_webhooks").lambda_handler(event, None)["batchItemFailures"]
        except Killed:
            failures = ["killed"]
        if failures:
            self.queue(body, VISIBILITY_SECONDS)

    @contextmanager
    def killed(self, owner: Any, name: str, monkeypatch: Any) -> Iterator[None]:
        """The function ends whenever it calls that."""

        def kill(*_: object, **__: object) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(owner, name, kill)
            yield
