"""Why a call to AWS failed, in the few facts that an operator needs, without anything that a customer sent.

An exception's text may quote the request, so only names and codes leave here.
"""

from collections.abc import Iterator
from enum import StrEnum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as BotocoreConnectionError

THROTTLES = frozenset(
    {
        "ItemCollectionSizeLimitExceeded",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
    }
)
CONFLICTS = frozenset(
    {
        "ConditionalCheckFailed",
        "ConditionalCheckFailedException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
PERMISSIONS = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
CREDENTIALS = frozenset(
    {
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "UnrecognizedClientException",
    }
)


MISTAKES = frozenset({"ValidationException", "SerializationException"})
"""Error codes of AWS after which the same request would fail again."""


class Cause(StrEnum):
    """The cause that an operator has to look at."""

    PERMISSION = "permission"  # the function's role
    KEY = "key"  # the KMS key: its policy, its state
    CREDENTIALS = "credentials"
    THROTTLED = "throttled"
    CONFLICT = "conflict"  # others kept writing the same items
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # refused, closed, or no such host
    UNAVAILABLE = "unavailable"  # a 5xx of AWS
    OTHER = "other"


def facts_of(error: BaseException) -> dict[str, object]:
    """What to log of a failure: exception classes, and of the AWS call behind it what is known.

    `operation`, `awsErrorCode`, `cause`, `reasons` (of a cancelled transaction), `attempt` (the attempt of the command,
    see `storage.table.settle`) and `sdkRetries` (within that attempt).
    """
    chain = list(_chain(error))
    facts: dict[str, object] = {"error": [type(each).__name__ for each in chain]}
    for each in chain:
        for name in ("operation", "attempt"):
            value = getattr(each, name, None)
            if isinstance(value, str | int):
                facts.setdefault(name, value)
        if isinstance(each, ClientError):
            response = each.response
            facts.setdefault("operation", each.operation_name)
            facts["awsErrorCode"] = response["Error"]["Code"]
            facts["sdkRetries"] = response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
            if reasons := _reasons(each):
                facts["reasons"] = sorted(reasons)
        if isinstance(each, ClientError | BotoCoreError):
            facts["cause"] = cause_of(each).value
            break
    return facts


def cause_of(error: ClientError | BotoCoreError) -> Cause:
    """The cause of an error of the AWS SDK."""
    if isinstance(error, ReadTimeoutError | ConnectTimeoutError):
        return Cause.TIMEOUT
    if isinstance(error, HTTPClientError | BotocoreConnectionError):
        return Cause.UNREACHABLE
    if not isinstance(error, ClientError):
        return Cause.OTHER
    code = error.response["Error"]["Code"]
    # DynamoDB reports a key that it may not use as AccessDeniedException; only the text says that it is the key.
    text = str(error.response["Error"].get("Message", ""))
    if code.startswith("KMS") or (code in PERMISSIONS and ("KMS" in text or "kms:" in text)):
        return Cause.KEY
    codes = {code, *_reasons(error)}
    for known, cause in (
        (PERMISSIONS, Cause.PERMISSION),
        (CREDENTIALS, Cause.CREDENTIALS),
        (CONFLICTS, Cause.CONFLICT),
        (THROTTLES, Cause.THROTTLED),
    ):
        if codes & known:
            return cause
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Cause.UNAVAILABLE if status >= 500 else Cause.OTHER


def may_succeed_later(error: BaseException) -> bool:
    """Whether AWS failed. Then repeating helps: once AWS answers, or once somebody has corrected what it refuses."""
    return any(isinstance(each, ClientError | BotoCoreError) for each in _chain(error)) and not any(
        isinstance(each, ClientError) and each.response["Error"]["Code"] in MISTAKES for each in _chain(error)
    )


def _reasons(error: ClientError) -> set[str]:
    return {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())} - {"None"}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, also where it was raised `from None`."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
