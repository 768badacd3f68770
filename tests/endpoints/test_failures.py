"""What an operator reads in the log when a request fails on our side."""

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from booking.storage import table as storage
from booking.storage.table import Table
from tests.endpoints.conftest import Answer, Functions, Log

SECRET = "Divorce settlement of Quentin Quisling"  # what a customer wrote, which exception texts may quote


@dataclass
class Broken:
    """A database client whose every call fails."""

    error: Exception

    def __getattr__(self, operation: str) -> Any:
        def fail(**_request: object) -> Any:
            raise self.error

        return fail


def answered(code: str, message: str = SECRET, status: int = 400, operation: str = "GetItem") -> ClientError:
    metadata = {"HTTPStatusCode": status, "RetryAttempts": 2}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, operation)


def cancelled(reason: str) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": SECRET},
        "CancellationReasons": [{"Code": "None"}, {"Code": reason}],
    }
    return ClientError(response, "TransactWriteItems")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "BUDGET_SECONDS", 0.12)


def ask(functions: Functions, error: Exception, function: str = "cancel_meeting") -> Answer:
    functions.module(function).table = Table(Broken(error), "booking-test")  # type: ignore[attr-defined]
    return functions.call(function)


@pytest.mark.parametrize(
    ("error", "status", "cause", "code"),
    [
        pytest.param(answered("AccessDeniedException"), 500, "permission", "AccessDeniedException", id="permission"),
        pytest.param(
            answered("AccessDeniedException", "KMS key access denied error"),
            500,
            "key",
            "AccessDeniedException",
            id="key",
        ),
        pytest.param(answered("KMSDisabledException"), 500, "key", "KMSDisabledException", id="key disabled"),
        pytest.param(
            answered("UnrecognizedClientException"), 500, "credentials", "UnrecognizedClientException", id="credentials"
        ),
        pytest.param(answered("ThrottlingException"), 503, "throttled", "ThrottlingException", id="throttled"),
        pytest.param(
            answered("ProvisionedThroughputExceededException"),
            503,
            "throttled",
            "ProvisionedThroughputExceededException",
            id="hot partition",
        ),
        pytest.param(
            cancelled("ThrottlingError"), 503, "throttled", "TransactionCanceledException", id="throttled transaction"
        ),
        pytest.param(
            cancelled("TransactionConflict"), 503, "conflict", "TransactionCanceledException", id="conflict to the end"
        ),
        pytest.param(
            answered("InternalServerError", status=500), 503, "unavailable", "InternalServerError", id="AWS broken"
        ),
        pytest.param(ReadTimeoutError(endpoint_url=SECRET), 503, "timeout", None, id="time-out"),
        pytest.param(EndpointConnectionError(endpoint_url=SECRET), 503, "unreachable", None, id="refused connection"),
        pytest.param(answered("ValidationException"), 500, "other", "ValidationException", id="our mistake"),
    ],
)
def test_a_failing_database_is_logged_once_with_its_cause(
    functions: Functions, log: Log, error: Exception, status: int, cause: str, code: str | None
) -> None:
    answer = ask(functions, error)
    [line] = log.failures

    assert answer.status == status
    assert line["level"] == ("ERROR" if status == 500 else "WARNING")
    assert (line["cause"], line.get("awsErrorCode")) == (cause, code)
    assert line["operation"] in ("BatchGetItem", "GetItem", "TransactWriteItems")
    assert line["error"][-1] == type(error).__name__
    assert line["correlation_id"] == answer.json["requestId"]
    assert "Quisling" not in log.stream.getvalue()
    assert "Quisling" not in answer.text


def test_the_log_tells_how_often_it_was_tried(functions: Functions, log: Log) -> None:
    ask(functions, answered("ThrottlingException"))
    ask(functions, answered("AccessDeniedException"))
    throttled, denied = log.failures

    assert throttled["attempt"] > 1
    assert throttled["sdkRetries"] == 2
    assert denied["attempt"] == 1


def test_a_crash_is_logged_once_with_its_place_and_without_its_text(
    functions: Functions, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(functions, RuntimeError(SECRET), "get_meeting")
    [line] = log.failures

    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert (line["level"], line["message"], line["error"]) == ("ERROR", "crashed", ["RuntimeError"])
    assert any("get_meeting" in place for place in line["where"])
    assert "Quisling" not in log.stream.getvalue()


def test_a_refusal_is_no_warning(functions: Functions, log: Log) -> None:
    assert functions.call("get_meeting").status == 404
    assert log.failures == []
    assert [line["code"] for line in log.lines] == ["NOT_FOUND"]
