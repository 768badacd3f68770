"""The one DynamoDB table: the client, the calls, and what their failures mean.

Every call goes through here, so that a throttle, a conflict and a lost answer mean the same everywhere. Items go
in and out as plain Python values; numbers are ints.
"""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotocoreConnectionError
from msgspec import Struct
from snapshot_restore_py import register_after_restore

from booking import metrics
from booking.domain.errors import BookingError, TryAgain
from booking.storage.failures import CONFLICTS, THROTTLES
from booking.storage.services import client_of

type Item = dict[str, Any]
type Key = Mapping[str, str]
type Action = dict[str, Any]
"""One element of a TransactWriteItems call, without the table's name."""

BATCH_KEYS = 100  # the most that one BatchGetItem takes
BATCH_PUTS = 25  # the most that one BatchWriteItem takes
MOST_IN_TURN = 2  # batches; of more, each of the readers takes the next
READERS = 4

# How long a write keeps trying while others write the same agenda week; see `settle`. Of 32 writers at once of one
# week, each takes 3.2 attempts with these pauses, 4.5 where the service refuses transactions that meet, and the slowest
# 1.1 s. From 5 ms up to 50 ms it is 14 attempts; from 200 ms up to 2 s it is 3.1, but the slowest takes twice as long.
# (`python -m tests.races.test_contention` measures it.) The budget leaves a function time to answer in its 20 s.
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5
BUDGET_SECONDS = 8.0


class Unsettled(TryAgain):
    """A call that may well succeed when what it rests on is read again: `settle` does, other callers answer 503.

    `operation` is the database's name of the call and `attempt` counts from 1; both are for the log.
    """

    def __init__(self, operation: str | None = None) -> None:
        super().__init__("The booking system is busy; please try again.")
        self.operation = operation
        self.attempt = 1


class Collision(Unsettled):
    """A condition no longer holds, or another transaction was in flight: nothing was written."""


class Throttled(Unsettled):
    """The database is busy: nothing was written."""


class Unanswered(Unsettled):
    """No answer came: it may have been written or not. Reading again tells."""


class Refused(BookingError):
    """The database refuses the call and would refuse it again: a permission, a key, or a mistake in this code."""

    def __init__(self, operation: str) -> None:
        super().__init__("Something went wrong on our side.")
        self.operation = operation
        self.attempt = 1


class Table(Struct, frozen=True):
    """The table, with its client (botocore's own; safe to share between threads)."""

    client: Any
    name: str

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """The item, or None if there is none."""
        response = self._call("get_item", Key=encode(key), ConsistentRead=consistent)
        return decode(response["Item"]) if "Item" in response else None

    def get_many(self, keys: Iterable[Key], *, consistent: bool) -> list[Item]:
        """The items that exist of these keys, in no order: one call for each 100 keys."""
        return list(self.get_each(keys, decode, consistent=consistent))

    def get_each[T](self, keys: Iterable[Key], read: Callable[[Item], T], *, consistent: bool) -> Iterator[T]:
        """What `read` makes of each of them, one after the other. It is given DynamoDB's attribute values."""
        wanted = [encode(key) for key in {(key["pk"], key["sk"]): key for key in keys}.values()]
        batches = [wanted[first : first + BATCH_KEYS] for first in range(0, len(wanted), BATCH_KEYS)]

        def read_batch(batch: list[dict[str, Any]]) -> list[T]:
            return [read(item) for item in self._batch(batch, consistent)]

        if len(batches) <= MOST_IN_TURN:
            for batch in batches:
                yield from read_batch(batch)
            return
        from concurrent.futures import ThreadPoolExecutor  # imported lazily: few searches are that large

        readers = ThreadPoolExecutor(READERS)
        try:
            for found in readers.map(read_batch, batches):
                yield from found
        finally:
            readers.shutdown(cancel_futures=True)

    def _batch(self, wanted: list[dict[str, Any]], consistent: bool) -> list[Item]:
        found: list[Item] = []
        pause = FIRST_PAUSE_SECONDS
        while wanted:
            request = {self.name: {"Keys": wanted, "ConsistentRead": consistent}}
            response = self._call("batch_get_item", RequestItems=request)
            found += response["Responses"].get(self.name, [])
            wanted = response.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if wanted:
                if pause > LONGEST_PAUSE_SECONDS:
                    raise Throttled("BatchGetItem")
                time.sleep(random.uniform(0, pause))
                pause *= 2
        return found

    def query_page(self, limit: int, **request: Any) -> tuple[list[Item], bool]:
        """At most `limit` items of a Query in one call, and whether there may be more."""
        response = self._call("query", Limit=limit, **request)
        return [decode(item) for item in response["Items"]], "LastEvaluatedKey" in response

    def query(self, **request: Any) -> Iterator[Item]:
        """Every item of a Query, page by page. `request` is the call's own, values encoded by `encode`."""
        start: dict[str, Any] = {}
        while True:
            response = self._call("query", **request, **start)
            yield from map(decode, response["Items"])
            if "LastEvaluatedKey" not in response:
                return
            start = {"ExclusiveStartKey": response["LastEvaluatedKey"]}

    def put(self, item: Item) -> None:
        """Writes one item, replacing what was there. Raises Throttled, Unanswered or Refused."""
        self._call("put_item", Item=encode(item))

    def delete(self, key: Key) -> None:
        """Removes one item, if it is there."""
        self._call("delete_item", Key=encode(key))

    def put_all(self, items: Iterable[Item]) -> None:
        """Writes the items, without a condition and not at one instant: one call for each 25."""
        wanted = [{"PutRequest": {"Item": encode(item)}} for item in items]
        pause = FIRST_PAUSE_SECONDS
        while wanted:
            batch, wanted = wanted[:BATCH_PUTS], wanted[BATCH_PUTS:]
            response = self._call("batch_write_item", RequestItems={self.name: batch})
            unprocessed = response.get("UnprocessedItems", {}).get(self.name, [])
            if unprocessed:
                if pause > LONGEST_PAUSE_SECONDS:
                    raise Throttled("batch_write_item")
                time.sleep(random.uniform(0, pause))
                pause *= 2
                wanted = unprocessed + wanted

    def transact(self, actions: Sequence[Action]) -> None:
        """Makes all of the actions or none. Raises Collision, Throttled or Unanswered."""
        items = [{kind: {"TableName": self.name, **request} for kind, request in action.items()} for action in actions]
        self._call("transact_write_items", TransactItems=items)

    def write(self, action: Action) -> None:
        """One action by itself, at half the price of a transaction. Raises as `transact` does."""
        [(kind, request)] = action.items()
        self._call({"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[kind], **request)

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        if operation not in ("batch_get_item", "batch_write_item", "transact_write_items"):
            request["TableName"] = self.name
        try:
            return cast(dict[str, Any], getattr(self.client, operation)(**request))
        except ClientError as error:
            raise _meaning_of(error) from error
        except (HTTPClientError, BotocoreConnectionError) as error:
            raise Unanswered(operation.title().replace("_", "")) from error


def _meaning_of(error: ClientError) -> Unsettled | Refused:
    code, operation = error.response["Error"]["Code"], error.operation_name
    if code == "ConditionalCheckFailedException":
        return Collision(operation)
    if code == "TransactionCanceledException":
        reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())}
        if reasons & CONFLICTS:
            return Collision(operation)
        return Throttled(operation) if reasons & THROTTLES else Refused(operation)
    if code in THROTTLES:
        return Throttled(operation)
    if code == "TransactionInProgressException":  # an earlier sending of this very call, which may yet be done
        return Unanswered(operation)
    # Broken on its side, or in front of it and without a code of its own: done or not, nobody knows.
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Unanswered(operation) if status >= 500 else Refused(operation)


def settle[T](attempt: Callable[[], T]) -> T:
    """Runs `attempt` (read, decide, write) until it is settled, for at most `BUDGET_SECONDS`.

    A collision only means that somebody wrote the same agenda week since it was read: read again, decide again.
    The pauses have full jitter, so that the writers of one week do not meet again. When the budget is spent
    the last failure, a TryAgain, is raised.
    """
    deadline = time.monotonic() + BUDGET_SECONDS
    pause = FIRST_PAUSE_SECONDS
    number = 0
    while True:
        number += 1
        try:
            return attempt()
        except (Unsettled, Refused) as error:
            error.attempt = number
            if isinstance(error, Refused) or time.monotonic() + pause > deadline:
                raise
        metrics.count(metrics.Count.RETRIES)
        time.sleep(random.uniform(0, pause))
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def connect() -> Table:
    """The table named by the environment. `DYNAMODB_ENDPOINT`, when set, points to another engine (SAM local)."""
    client = client_of(
        "dynamodb",
        endpoint=os.environ.get("DYNAMODB_ENDPOINT") or None,
        # Short, so that a lost answer leaves time to ask again within the function's own timeout.
        config=Config(
            connect_timeout=1,
            read_timeout=3,
            retries={"mode": "standard", "total_max_attempts": 3},
            parameter_validation=False,  # what is sent is made by this module, and DynamoDB validates it anyway
        ),
    )
    client.meta.events.register("before-parse.dynamodb", _parse_once)
    # Environments that start from one snapshot (SnapStart) share neither its connections nor the length of pauses.
    register_after_restore(client.close)
    register_after_restore(random.seed)
    return Table(client, os.environ["TABLE_NAME"])


def _parse_once(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Takes an answer as the JSON that it is.

    The SDK would walk through every value with the service's model in hand, only to copy it: this table holds no
    binary values, and no answer has a time. That walk is half of a large search's CPU. Errors go the SDK's own way.
    """
    if response_dict["status_code"] < 300:
        customized_response_dict |= msgspec.json.decode(response_dict["body"])
        response_dict["body"] = b"{}"


def encode(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB's attribute values; None is left out.

    The kinds of value that this table holds, and no others. (boto3 has all kinds in `boto3.dynamodb.types`, but
    importing it takes a tenth of a small function's whole start.)
    """
    return {
        name: {"S": value} if type(value) is str else _encoded(value)
        for name, value in values.items()
        if value is not None
    }


def decode(item: Mapping[str, Any]) -> Item:
    return {name: value["S"] if "S" in value else _decoded(value) for name, value in item.items()}


def _encoded(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [_encoded(element) for element in value]}
        case dict():
            return {"M": {name: _encoded(element) for name, element in value.items()}}
    raise TypeError(f"the table holds no {type(value).__name__}")


def _decoded(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    match kind:
        case "BOOL" | "S":
            return content
        case "N":
            return int(content)
        case "L":
            return [_decoded(element) for element in content]
        case "M":
            return decode(content)
    raise TypeError(f"the table holds no {kind}")
