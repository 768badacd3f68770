"""What a function's role in the template lets it do: asked of every call that a function makes in a test.

IAM's own rules, as far as the template uses them: a call is allowed if a statement allows its action on its resource,
for every partition key that it names (dynamodb:LeadingKeys).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from local.deployment import load_template

TABLES = {"booking-test": "Table", "answers-test": "IdempotencyTable"}
"""The tests' tables and what the template calls them."""


@dataclass(frozen=True, order=True)
class Access:
    """One action on one partition of a table, or of an index: as IAM sees a part of a call."""

    action: str
    resource: str
    """Such as Table, Table/index/GSI1 or IdempotencyTable."""
    partition: str


_WRITES = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def accesses(operation: str, sent: Mapping[str, Any]) -> Iterator[Access]:
    """What a DynamoDB call needs. `sent` is the call as it goes to the service."""
    match operation:
        case "TransactWriteItems":
            for each in sent["TransactItems"]:
                for kind, request in each.items():
                    yield _single(_WRITES[kind], request)
        case "BatchGetItem":
            for table, request in sent["RequestItems"].items():
                for key in request["Keys"]:
                    yield _single("dynamodb:BatchGetItem", {"TableName": table, "Key": key})
        case "BatchWriteItem":
            for table, requests in sent["RequestItems"].items():
                for request in requests:
                    [written] = request.values()
                    yield _single("dynamodb:BatchWriteItem", {"TableName": table, **written})
        case "Query":
            table = TABLES[sent["TableName"]]
            index = f"/index/{sent['IndexName']}" if "IndexName" in sent else ""
            yield Access("dynamodb:Query", f"{table}{index}", _queried_partition(sent))
        case _:
            yield _single(f"dynamodb:{operation}", sent)


def _single(action: str, request: Mapping[str, Any]) -> Access:
    key = request.get("Key") or request["Item"]
    table = TABLES[request["TableName"]]
    return Access(action, table, (key.get("pk") or key["id"])["S"])


def _queried_partition(sent: Mapping[str, Any]) -> str:
    name, _, value = sent["KeyConditionExpression"].partition(" AND ")[0].partition(" = ")
    assert name.endswith("pk") or name == "customerId", name
    partition: str = sent["ExpressionAttributeValues"][value]["S"]
    return partition


@dataclass(frozen=True)
class Statement:
    """A statement of a role, for one table, index, queue or bus."""

    action: str
    resource: str
    partitions: tuple[str, ...]
    """Patterns; none: any."""

    def allows(self, access: Access) -> bool:
        return (self.action, self.resource) == (access.action, access.resource) and (
            not self.partitions or any(fnmatchcase(access.partition, each) for each in self.partitions)
        )


@cache
def statements_of(function: str) -> tuple[Statement, ...]:
    """The statements of functions/<function>, an action, a resource and a set of partitions at a time."""
    logical_id = "".join(word.capitalize() for word in function.split("_")) + "Function"
    policies = load_template()["Resources"][logical_id]["Properties"].get("Policies", [])
    return tuple(
        Statement(action, _name_of(resource), _partitions(statement))
        for policy in policies
        for statement in _listed(policy["Statement"])
        for action in _listed(statement["Action"])
        if action.startswith("dynamodb:")
        for resource in _listed(statement["Resource"])
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name_of(resource: Mapping[str, str]) -> str:
    [text] = resource.values()
    return text.replace("${", "").replace("}", "").replace(".Arn", "")


def _partitions(statement: Mapping[str, Any]) -> tuple[str, ...]:
    condition = statement.get("Condition")
    if not condition:
        return ()
    [(operator, keys)] = condition.items()
    [(name, patterns)] = keys.items()
    assert (operator, name) == ("ForAllValues:StringLike", "dynamodb:LeadingKeys")
    return tuple(_listed(patterns))


class Role:
    """A function's role, in which its handler runs: DynamoDB refuses what the role's policy does not allow."""

    def __init__(self, function: str) -> None:
        self._statements = statements_of(function)

    def playing[**P, T](self, handler: Callable[P, T]) -> Callable[P, T]:
        def run(*arguments: P.args, **named: P.kwargs) -> T:
            _playing.append(self)
            try:
                return handler(*arguments, **named)
            finally:
                _playing.pop()

        return run

    def check(self, operation: str, sent: Mapping[str, Any]) -> None:
        """Raises AccessDeniedException, as the service would."""
        for access in accesses(operation, sent):
            if not any(statement.allows(access) for statement in self._statements):
                message = f"not authorized to perform {access.action} on {access.resource} {access.partition}"
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


_playing: list[Role] = []


@contextmanager
def as_administrator() -> Iterator[None]:
    """What somebody else does while a function runs, as some tests have it."""
    held = _playing[:]
    _playing.clear()
    try:
        yield
    finally:
        _playing.extend(held)


def check_call(params: Mapping[str, Any], model: Any, **_: object) -> None:
    """Called by the SDK before each call of DynamoDB."""
    if _playing:
        _playing[-1].check(model.name, params)
