"""The entry point of a function: it passes an API Gateway event to a route, and turns the result into a response.

    api = Api()

    @api.route(LIST_ROOMS)
    def list_rooms(request: Request) -> Reply: ...

    lambda_handler = api.handler

Every error becomes the API's one error shape. An unexpected error becomes a 500 with the request id only.
"""

import base64
import binascii
import gc
import os
import time
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.domain.caller import GROUPS, Caller
from booking.domain.errors import (
    BookingError,
    Conflict,
    Fault,
    InvalidRequest,
    NotFound,
    NotLinked,
    Outdated,
    SlotNotOffered,
    SlotTaken,
    TooLate,
    TryAgain,
    Unauthenticated,
)
from booking.http import problems
from booking.http.contract.operation import Operation
from booking.http.forms import LONGEST_IDENTIFIER, normalized
from booking.http.identity import caller_of
from booking.http.replies import Reply
from booking.http.requests import Request, require_size
from booking.metrics import Count, count
from booking.storage.failures import facts_of

if TYPE_CHECKING:
    from booking.http.idempotency import Once
    from booking.storage.configurations import Configurations

__all__ = ["Api", "Reply", "Request", "Route", "now"]

logger = Logger()

MAX_ANSWER_BYTES = 4_500_000
"""The largest answer. Lambda's limit is 6 MB, in which every quotation mark of the answer is escaped."""

DECIDE_SECONDS = 8
"""For how long a function tries again while the configuration keeps changing, for example during an import."""

ANYBODY = Caller(subject="", client_id="", username=None, scopes=frozenset())
"""The caller of an operation that needs no token."""

COMMON_HEADERS = {
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Location, Retry-After",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


Route = Callable[[Request], Reply]


def now() -> int:
    """The current Unix second: the clock that handlers pass to commands."""
    return int(time.time())


class Api:
    """The routes of one function.

    The gateway has already found the route: `resource` is the path in the template. So there is
    nothing to match here, and no router to load at each cold start.

    `configurations`: the copy that its routes decide by, which may be some seconds old. It never makes them refuse
    what has just been configured, or accept what no longer is.
    """

    def __init__(self, configurations: "Configurations | None" = None) -> None:
        gc.freeze()  # all is imported; why, see booking/__init__.py
        self._configurations = configurations
        self._routes: dict[tuple[str, str], tuple[Operation, Route]] = {}
        self._answers: Once | None = None

    def route(self, operation: Operation) -> Callable[[Route], Route]:
        """Registers the function of an operation. A caller without any of the operation's scopes gets 403."""

        def register(route: Route) -> Route:
            self._routes[operation.method, operation.path] = operation, route
            return route

        return register

    @property
    def operations(self) -> list[Operation]:
        """The operations that are registered."""
        return [operation for operation, _ in self._routes.values()]

    def handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda handler."""
        request_id = _request_id(event)
        logger.set_correlation_id(request_id)
        try:
            return _response(self._reply(event, context))
        except BookingError as error:
            return _response(_problem(error, request_id, is_public=not _is_staff(event)))
        except RecursionError:  # only what was sent can be that deep
            deep = InvalidRequest([Fault("body", "nested too deeply", "a flatter JSON document")])
            return _response(_problem(deep, request_id, is_public=True))
        except Exception as error:
            return _response(_crash(error, request_id))

    def call(self, request: Request) -> Reply:
        """What the operation's route answers to a request of another function, in process: an error is a reply too.

        It has no Idempotency-Key.
        """
        _, route = self._routes[request.operation.method, request.operation.path]
        try:
            request.caller.require(request.operation.scopes)
            return self._decide(route, request)
        except BookingError as error:
            return self.refusal(error, request.caller)

    def refusal(self, error: BookingError, caller: Caller) -> Reply:
        """The error as this caller is told it, logged and counted."""
        return _problem(error, logger.get_correlation_id() or "", is_public=not caller.is_staff)

    def _reply(self, event: Mapping[str, Any], context: LambdaContext) -> Reply:
        found = self._routes.get((event["httpMethod"], event["resource"]))
        if found is None:
            raise NotFound("path", event["path"])
        operation, route = found
        caller = ANYBODY
        if operation.scopes:
            caller = caller_of(event)
            caller.require(operation.scopes)
        request = _request(event, caller, operation)
        key = request.headers.get("idempotency-key", "").strip()
        if event["httpMethod"] != "POST" or not key:
            reply = self._decide(route, request)
        else:
            reply = self._once().answer(
                caller.owner, event["path"], key, request.raw_body, context, lambda: self._decide(route, request)
            )
        if SlotTaken in operation.errors:
            count(Count.CONFLICTS, 0)  # so that the metric's average is the rate
        if reply.personal_of and caller.scopes & GROUPS.keys():
            # Only the meetings' ids, because a customer's id may be an identity number.
            reader = {"subject": caller.subject, "clientId": caller.client_id}
            logger.info("personal data read", extra={**reader, "meetings": list(reply.personal_of)})
        return reply

    def _decide(self, route: Route, request: Request) -> Reply:
        deadline = time.monotonic() + DECIDE_SECONDS
        while True:
            try:
                return route(request)
            except (InvalidRequest, NotFound, NotLinked, Outdated, SlotNotOffered, TooLate):  # nothing was written
                copy = self._configurations
                if copy is None or time.monotonic() > deadline or not copy.was_old(now()):
                    raise

    def _once(self) -> "Once":
        if self._answers is None:
            # Imported lazily: most requests carry no key.
            from booking.http.idempotency import Once

            self._answers = Once()
        return self._answers


def _is_staff(event: Mapping[str, Any]) -> bool:
    try:
        return caller_of(event).is_staff
    except Unauthenticated:
        return False


def _problem(error: BookingError, request_id: str, *, is_public: bool) -> Reply:
    status = problems.status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log = logger.warning if isinstance(error, TryAgain) else logger.error
        log("failed", extra={"code": error.code, "status": status, **facts_of(error)})
    else:
        logger.info("refused", extra={"code": error.code, "status": status})
    if isinstance(error, Conflict):
        count(Count.CONFLICTS, kind=str(error.details.get("reason", error.code)))
    return _told(problems.in_public(error) if is_public else error, request_id)


def _told(error: BookingError, request_id: str) -> Reply:
    return Reply(problems.status_of(error), problems.body_of(error, request_id), problems.headers_of(error))


def _crash(error: Exception, request_id: str) -> Reply:
    # An unforeseen exception's text may quote what the customer sent, so only its type and place are logged.
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    logger.error("crashed", extra={"status": HTTPStatus.INTERNAL_SERVER_ERROR, "where": where, **facts_of(error)})
    return _told(BookingError("Something went wrong on our side."), request_id)


def _response(reply: Reply) -> dict[str, Any]:
    allowed = os.environ.get("ALLOWED_ORIGIN", "*")
    headers = {"Access-Control-Allow-Origin": allowed, **COMMON_HEADERS, **reply.headers}
    if reply.body is None:
        body = b""
    else:
        headers["Content-Type"] = reply.content_type
        is_json = reply.content_type == "application/json"
        body = msgspec.json.encode(reply.body) if is_json else str(reply.body).encode()
    if len(body) > MAX_ANSWER_BYTES:
        raise InvalidRequest([Fault("query", "too much", "narrow the query: the answer is too large")])
    return {
        "statusCode": int(reply.status),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def _request(event: Mapping[str, Any], caller: Caller, operation: Operation) -> Request:
    query = event.get("multiValueQueryStringParameters") or {
        name: [value] for name, value in (event.get("queryStringParameters") or {}).items()
    }
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    path = {name: normalized(unquote(value)) for name, value in (event.get("pathParameters") or {}).items()}
    if any(len(value) > LONGEST_IDENTIFIER for value in path.values()):
        raise NotFound("path", event["path"][:LONGEST_IDENTIFIER])
    body = _raw_body(event, operation.max_body_bytes)
    return Request(operation, caller, path, query, headers, body, _base_url(event))


def _raw_body(event: Mapping[str, Any], max_bytes: int) -> bytes:
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise InvalidRequest([Fault("body", "undecodable", "a JSON document in UTF-8")]) from None
    require_size(len(raw), max_bytes)
    return raw


def _base_url(event: Mapping[str, Any]) -> str:
    """The API's address for clients: absolute, or relative to the request if the gateway does not tell it."""
    context = event.get("requestContext") or {}
    if "domainName" not in context:
        return "."
    return f"https://{context['domainName']}{context['path'].removesuffix(event['path'])}"


def _request_id(event: Mapping[str, Any]) -> str:
    return str((event.get("requestContext") or {}).get("requestId", ""))
