"""A function's way in and out: one API Gateway event to one route, and whatever comes of it to one response.

    api = Api()

    @api.route("GET", "/config/rooms", {Scope.READ})
    def list_rooms(request: Request) -> Reply: ...

    lambda_handler = api.handler

Every error leaves as the API's one error shape; an unforeseen one as a 500 that says nothing but the request id.
"""

import base64
import binascii
import gc
import json
import time
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.domain.caller import Caller, Scope
from booking.domain.errors import (
    BookingError,
    Conflict,
    Fault,
    InvalidRequest,
    NotFound,
    Outdated,
    SlotNotOffered,
    TryAgain,
)
from booking.http import problems
from booking.http.forms import LONGEST_IDENTIFIER
from booking.http.identity import caller_of
from booking.metrics import Count, count
from booking.storage.failures import facts_of

if TYPE_CHECKING:
    from booking.http.idempotency import Once
    from booking.storage.configuration import Configurations

logger = Logger()

MAX_BODY_BYTES = 256 * 1024
MAX_ANSWER_BYTES = 4_500_000
"""Lambda hands on 6 MB at most, in which every quotation mark of the answer is escaped."""

DECIDE_SECONDS = 8
"""How long a function decides again while the configuration keeps changing under it, as an import makes it do."""

COMMON_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Location, Retry-After",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Request:
    """What a route is given. `path` and `headers` (lower-case names) are decoded; `query` keeps repeated values."""

    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    raw_body: bytes

    def json(self, *, is_optional: bool = False) -> dict[str, Any]:
        """The body as a JSON object; an optional one that is absent is empty.

        Raises InvalidRequest, TooLarge, or UnsupportedMediaType.
        """
        value = {} if is_optional and not self.raw_body.strip() else self.json_value()
        if not isinstance(value, dict):
            raise InvalidRequest([Fault("body", _kind_of(value), "a JSON object")])
        return value

    @property
    def _media_type(self) -> str:
        return self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()

    def require_media_type(self, accepted: str) -> None:
        """Raises UnsupportedMediaType for a body of another kind; one of no kind counts as JSON."""
        if self._media_type != accepted:
            raise problems.UnsupportedMediaType(f"The body must be {accepted}.", accepted=[accepted])

    def json_value(self) -> Any:
        """The body as any JSON value; errors as in `json`."""
        if not self._media_type.endswith("+json"):
            self.require_media_type("application/json")
        try:
            value = json.loads(self.raw_body.decode(), parse_constant=_no_constant)
            if b"\\u" in self.raw_body:
                json.dumps(value, ensure_ascii=False).encode()  # half of an escaped pair is no text
            return value
        except (ValueError, RecursionError):
            raise InvalidRequest([Fault("body", "not JSON", "a JSON document in UTF-8")]) from None


@dataclass(frozen=True)
class Reply:
    """What a route answers: a status, and a body that is JSON unless `content_type` says otherwise."""

    status: HTTPStatus
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


Route = Callable[[Request], Reply]


def now() -> int:
    """This second, in Unix seconds: the clock that the handlers hand to the domain."""
    return int(time.time())


class Api:
    """The routes of one function.

    Which route an event is for, the gateway has found out: `resource` is the path of the template. So there is
    nothing to match here, and no router to load at each cold start.

    `configurations`: the copy that its routes decide by, which may be some seconds old. It never makes them refuse
    what has just been configured, or accept what no longer is.
    """

    def __init__(self, configurations: "Configurations | None" = None) -> None:
        gc.freeze()  # all is imported; why, see booking/__init__.py
        self._configurations = configurations
        self._routes: dict[tuple[str, str], tuple[frozenset[Scope], int, Route]] = {}
        self._answers: Once | None = None

    def route(
        self, method: str, path: str, scopes: Collection[Scope], *, max_body_bytes: int = MAX_BODY_BYTES
    ) -> Callable[[Route], Route]:
        """Registers a route; `path` is the template's: variables as {name}. Without any of the scopes: 403."""

        def register(route: Route) -> Route:
            self._routes[method, path] = frozenset(scopes), max_body_bytes, route
            return route

        return register

    def handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda handler."""
        request_id = _request_id(event)
        logger.set_correlation_id(request_id)
        try:
            return _response(self._reply(event, context))
        except BookingError as error:
            return _response(_problem(error, request_id))
        except RecursionError:  # only what was sent can be that deep
            deep = InvalidRequest([Fault("body", "nested too deeply", "a flatter JSON document")])
            return _response(_problem(deep, request_id))
        except Exception as error:
            return _response(_crash(error, request_id))

    def _reply(self, event: Mapping[str, Any], context: LambdaContext) -> Reply:
        found = self._routes.get((event["httpMethod"], event["resource"]))
        if found is None:
            raise NotFound("path", event["path"])
        scopes, max_body_bytes, route = found
        caller = caller_of(event)
        caller.require(scopes)
        request = _request(event, caller, max_body_bytes)
        key = request.headers.get("idempotency-key", "").strip()
        if event["httpMethod"] != "POST" or not key:
            return self._decide(route, request)
        return self._once().answer(
            caller.owner, event["path"], key, request.raw_body, context, lambda: self._decide(route, request)
        )

    def _decide(self, route: Route, request: Request) -> Reply:
        deadline = time.monotonic() + DECIDE_SECONDS
        while True:
            try:
                return route(request)
            except (InvalidRequest, NotFound, Outdated, SlotNotOffered):  # nothing was written
                copy = self._configurations
                if copy is None or time.monotonic() > deadline or not copy.was_old(now()):
                    raise

    def _once(self) -> "Once":
        if self._answers is None:
            # Not imported by who does not need it: a key is rare, and a cold start is not.
            from booking.http.idempotency import Once

            self._answers = Once()
        return self._answers


def _problem(error: BookingError, request_id: str) -> Reply:
    status = problems.status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log = logger.warning if isinstance(error, TryAgain) else logger.error
        log("failed", extra={"code": error.code, "status": status, **facts_of(error)})
    else:
        logger.info("refused", extra={"code": error.code, "status": status})
    if isinstance(error, Conflict):
        count(Count.CONFLICTS, kind=str(error.details.get("reason", error.code)))
    return _told(error, request_id)


def _told(error: BookingError, request_id: str) -> Reply:
    return Reply(problems.status_of(error), problems.body_of(error, request_id), problems.headers_of(error))


def _crash(error: Exception, request_id: str) -> Reply:
    # An unforeseen exception's text may quote what the customer sent, so only its type and place are logged.
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    logger.error("crashed", extra={"status": HTTPStatus.INTERNAL_SERVER_ERROR, "where": where, **facts_of(error)})
    return _told(BookingError("Something went wrong on our side."), request_id)


def _response(reply: Reply) -> dict[str, Any]:
    headers = {**COMMON_HEADERS, **reply.headers}
    if reply.status is HTTPStatus.NO_CONTENT:
        body = ""
    else:
        headers["Content-Type"] = reply.content_type
        is_json = reply.content_type == "application/json"
        body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")) if is_json else str(reply.body)
    if len(body.encode()) > MAX_ANSWER_BYTES:
        raise InvalidRequest([Fault("query", "too much", "a question with a shorter answer")])
    return {
        "statusCode": int(reply.status),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": body,
        "isBase64Encoded": False,
    }


def _request(event: Mapping[str, Any], caller: Caller, max_body_bytes: int) -> Request:
    query = event.get("multiValueQueryStringParameters") or {
        name: [value] for name, value in (event.get("queryStringParameters") or {}).items()
    }
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    path = {name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()}
    if any(len(value) > LONGEST_IDENTIFIER for value in path.values()):
        raise NotFound("path", event["path"][:LONGEST_IDENTIFIER])
    return Request(caller, path, query, headers, _raw_body(event, max_body_bytes))


def _raw_body(event: Mapping[str, Any], max_bytes: int) -> bytes:
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise InvalidRequest([Fault("body", "undecodable", "a JSON document in UTF-8")]) from None
    require_size(len(raw), max_bytes)
    return raw


def require_size(size: int, most: int = MAX_BODY_BYTES) -> None:
    """Raises TooLarge for what is sent, or what a patch would make, with more bytes than that."""
    if size > most:
        raise problems.TooLarge("The body is too large.", limitBytes=most)


def _request_id(event: Mapping[str, Any]) -> str:
    return str((event.get("requestContext") or {}).get("requestId", ""))


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case list():
            return "a list"
    return "a number"


def _no_constant(name: str) -> float:
    raise ValueError(name)
