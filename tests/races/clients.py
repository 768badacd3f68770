"""A database client in which things go wrong on purpose, at the calls that a test names."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

CALLS = frozenset({"get_item", "batch_get_item", "batch_write_item", "put_item", "query", "transact_write_items"})

type Call = Callable[[], Any]


class Killed(BaseException):
    """The process is gone: nothing in it catches this."""


class FaultyClient:
    """Botocore's client, but `fault(operation, index, call)` answers instead of each of its calls.

    `index` counts the calls from 0; `call()` does what was asked.
    """

    def __init__(self, client: Any, fault: Callable[[str, int, Call], Any]) -> None:
        self._client, self._fault = client, fault
        self.operations: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name not in CALLS:
            return getattr(self._client, name)

        def called(**request: Any) -> Any:
            index = len(self.operations)
            self.operations.append(name)
            return self._fault(name, index, lambda: getattr(self._client, name)(**request))

        return called


def transaction_cancelled(operation: str, code: str, items: int = 2) -> ClientError:
    """A transaction that failed because of its first item."""
    reasons = [{"Code": code}] + [{"Code": "None"}] * (items - 1)
    response = {"Error": {"Code": "TransactionCanceledException", "Message": code}, "CancellationReasons": reasons}
    return ClientError(response, operation)


def service_error(operation: str, code: str, status: int) -> ClientError:
    response = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)


def unreachable() -> EndpointConnectionError:
    return EndpointConnectionError(endpoint_url="http://127.0.0.1")


def no_answer() -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url="http://127.0.0.1")
