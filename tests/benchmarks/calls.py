"""What a request asks of the database: its calls, counted as the SDK makes them, and their units.

Units of on-demand tables, by the documented rules: a read is one unit for each 4 KB of an item (in a Query, of all
items together), half of that where eventual consistency is enough; a write is one unit for each KB of the larger of the
item before and after. A transaction takes twice as many, also for items that it only checks. Each index that an item
stands in is one write more, two where it moves. (Amazon DynamoDB Developer Guide, 'Read and write operations'.)
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.core.models import botocore_stubber

from booking.domain.documents import Kind
from booking.storage import table as storage
from tests.conftest import TABLE_NAME, create_table
from tests.endpoints.conftest import EXAMPLE_BANK, Functions, configure, configure_many, load_event, sending

MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)
"""A week before the time that the event files book."""

INDEXES = (1, 2, 3, 4)


@dataclass(frozen=True)
class Call:
    """One call as the SDK made it, with the units that it takes."""

    operation: str
    reads: float
    writes: float


@dataclass
class Meter:
    """Counts the calls of the clients that it watches. `peek` reads an item behind its back, by key."""

    peek: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    calls: list[Call] = field(default_factory=list)
    _asked: dict[str, Any] = field(default_factory=dict)
    _writes: float = 0

    def watch(self, client: Any) -> None:
        client.meta.events.register("before-parameter-build.dynamodb", self._before)
        client.meta.events.register("after-call.dynamodb", self._after)

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    def _before(self, params: dict[str, Any], **_: object) -> None:
        self._asked = params
        self._writes = sum(map(self._write_units, params.get("TransactItems", ())))
        if "UpdateExpression" in params or "Item" in params:
            self._writes = 1  # the record of an idempotency key, under 1 KB and in no transaction

    def _after(self, parsed: dict[str, Any], model: Any, **_: object) -> None:
        self.calls.append(Call(model.name, _read_units(self._asked, parsed), self._writes))

    def _write_units(self, action: Mapping[str, Any]) -> float:
        ((kind, request),) = action.items()
        new = request.get("Item", {})
        key = request.get("Key") or {name: new[name] for name in ("pk", "sk")}
        old = self.peek(key) or {}
        base = 2 * _kilobytes(max(_bytes(old), _bytes(new)))
        if kind != "Put":
            return base
        return base + sum(_index_units(old, new, number) for number in INDEXES)


def _index_units(old: Mapping[str, Any], new: Mapping[str, Any], number: int) -> float:
    keys = [[item.get(f"gsi{number}{part}") for part in ("pk", "sk")] for item in (old, new)]
    before, after = (all(pair) for pair in keys)
    moved = before and after and keys[0] != keys[1]
    return (before or after) * (1 + moved) * _kilobytes(max(_bytes(old), _bytes(new)))


def _read_units(asked: Mapping[str, Any], answered: Mapping[str, Any]) -> float:
    if "RequestItems" in asked:
        ((table, request),) = asked["RequestItems"].items()
        found = answered["Responses"].get(table, [])
        missing = len(request["Keys"]) - len(found)
        return (sum(map(_blocks, map(_bytes, found))) + missing) * (1 if request.get("ConsistentRead") else 0.5)
    factor = 1 if asked.get("ConsistentRead") else 0.5
    if "Items" in answered:
        return _blocks(sum(map(_bytes, answered["Items"]))) * factor
    if "Responses" in answered:  # TransactGetItems
        return sum(2 * _blocks(_bytes(each.get("Item", {}))) for each in answered["Responses"])
    if "Key" in asked and "UpdateExpression" not in asked:
        return _blocks(_bytes(answered.get("Item", {}))) * factor
    return 0


def _blocks(size: int) -> int:
    return max(1, math.ceil(size / 4096))


def _kilobytes(size: int) -> int:
    return max(1, math.ceil(size / 1024))


def _bytes(item: Mapping[str, Any]) -> int:
    """An item's size as DynamoDB counts it."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.lstrip("-")) // 2 + 2
        case "L":
            return 3 + sum(1 + _value_bytes(element) for element in content)
        case "M":
            return 3 + len(content) + _bytes(content)
    return 1


class Desk:
    """The functions over a table in memory, each of their calls metered."""

    def __init__(self, table: storage.Table, meter: Meter, time: list[float]) -> None:
        self.table, self.meter, self._time = table, meter, time
        self.functions = Functions()

    def wait(self, seconds: float) -> None:
        """Lets time pass."""
        self._time[0] += seconds

    def warm(self, function: str) -> None:
        """Loads the function and, where it works with it, the configuration."""
        configurations = getattr(self.functions.module(function), "configurations", None)
        if configurations:
            configurations.current(int(self._time[0]))

    def answer(self, function: str, change: Callable[[dict[str, Any]], object] = lambda event: None) -> list[Call]:
        """The calls that the function makes to answer its good event, which has to be answered well."""
        self.meter.calls.clear()
        answer = self.functions.call(function, change=change)
        if answer.status >= 400:
            raise RuntimeError(f"{function} answered {answer.status}: {answer.text}")
        return list(self.meter.calls)

    def hold(self) -> None:
        """Holds the slot `example-slot`, which the other event files name."""
        self._named("reserve_time_slot", "example-slot")

    def book(self) -> None:
        """Makes that slot the meeting `example-meeting`."""
        self._named("create_meeting", "example-slot", "example-meeting")

    def _named(self, function: str, *ids: str) -> None:
        names = iter(ids)
        with patch("booking.storage.keys.new_id", lambda: next(names)):
            self.answer(function)


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk of the example bank, on a day when the events' time can be booked."""
    environment = {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "TABLE_NAME": TABLE_NAME,
        "IDEMPOTENCY_TABLE_NAME": "answers-bench",
        "POWERTOOLS_SERVICE_NAME": "booking",
        "LOG_LEVEL": "CRITICAL",
    }
    time = [MONDAY.timestamp()]
    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ", environment))
        stack.enter_context(mock_aws()).reset()
        stack.enter_context(patch.object(botocore_stubber, "enabled", True))
        client = boto3.Session().client("dynamodb")
        create_table(client, TABLE_NAME)
        table = storage.Table(client, TABLE_NAME)
        for kind, id, body in EXAMPLE_BANK:
            configure(table, kind, id, body)
        meter = Meter(lambda key: client.get_item(TableName=TABLE_NAME, Key=key).get("Item"))
        connect = storage.connect

        def watched() -> storage.Table:
            connected = connect()
            meter.watch(connected.client)
            return connected

        stack.enter_context(patch("booking.storage.table.connect", watched))
        stack.enter_context(patch("booking.http.api.now", lambda: int(time[0])))
        yield Desk(table, meter, time)


TEAM = tuple(f"employee-{number:03}" for number in range(10))


def configure_team(table: storage.Table, ids: Sequence[str] = TEAM) -> None:
    """Employees, ten of them if not told otherwise, who all work on weekdays."""
    window = {"from": "08:00", "to": "16:00", "location": "Copenhagen"}
    week = {day: [window] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    bodies = {id: {"name": id, "locations": ["Copenhagen"], "workdays": week} for id in ids}
    configure_many(table, Kind.EMPLOYEES, bodies)


def searching(employee_ids: Sequence[str], days: int) -> Callable[[dict[str, Any]], None]:
    """A change to the search's event: these employees, in that many days from the event's first."""

    def change(event: dict[str, Any]) -> None:
        first = load_event("list_available_time_slots")["multiValueQueryStringParameters"]
        event["queryStringParameters"] = None
        event["multiValueQueryStringParameters"] = {
            "requireEmployeeParticipation": ["true"],
            "explicitEmployeeIds": [json.dumps(list(employee_ids))],
            "startDate": first["startDate"],
            "lookForwardTime": [f"P{days}D"],
            "meetingDuration": ["60"],
        }

    return change


@dataclass(frozen=True)
class Request:
    """A request whose calls are shown: a function's good event, changed or not, after something was done before."""

    function: str
    title: str = ""
    before: Callable[[Desk], object] = lambda desk: None
    change: Callable[[dict[str, Any]], object] = lambda event: None


@dataclass(frozen=True)
class Cost:
    """What a request asks: its calls where the function has just started, its calls and units where it was warm."""

    request: Request
    cold: int
    warm: int
    reads: float
    writes: float


SEARCH = Request(
    "list_available_time_slots", "10 employees, 14 days", lambda desk: configure_team(desk.table), searching(TEAM, 14)
)
RESERVE = Request("reserve_time_slot")
CREATE = Request("create_meeting", "from a slot", Desk.hold, sending({"timeSlotId": "example-slot", "type": "Online"}))

REQUESTS = (
    SEARCH,
    RESERVE,
    CREATE,
    Request("create_meeting", "without a slot"),
    Request("download_meeting_ical", before=Desk.book),
    Request("update_meeting", before=Desk.book),
    Request("cancel_meeting", before=Desk.book),
    Request("get_meeting", before=Desk.book),
    Request("list_meetings"),
    Request("get_time_slot", before=Desk.hold),
    Request("update_time_slot", before=Desk.hold),
    Request("release_time_slot", before=Desk.hold),
    Request("list_time_slots"),
    Request("list_room_vacancies"),
    Request("list_meeting_topics"),
    Request("list_customer_types"),
    Request("list_employees"),
    Request("list_rooms"),
    Request("list_configuration"),
    Request("get_organisation"),
    Request("get_configuration"),
    Request("create_configuration"),
    Request("replace_configuration"),
    Request("replace_organisation"),
)


def cost(request: Request) -> Cost:
    cold = _calls(request, warm=False)
    warm = _calls(request, warm=True)
    return Cost(request, len(cold), len(warm), sum(call.reads for call in warm), sum(call.writes for call in warm))


def _calls(request: Request, *, warm: bool) -> list[Call]:
    with open_desk() as desk:
        request.before(desk)
        desk.functions = Functions()
        if warm:
            desk.warm(request.function)
        return desk.answer(request.function, request.change)
