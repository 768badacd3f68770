"""A function's way in and out: one API Gateway event to one route, and whatever comes of it to one response.

    api = Api()

    @api.route("GET", "/config/rooms", {Scope.READ})
    def list_rooms(request: Request) -> Reply: ...

    lambda_handler = api.handler

Every error leaves as the API's one error shape; an unforeseen one as a 500 that says nothing but the request id.
"""

import base64
import binascii
import json
import time
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.domain.caller import Caller, Scope
from booking.domain.errors import BookingError, Fault, InvalidRequest, NotFound
from booking.http import problems
from booking.http.identity import caller_of

if TYPE_CHECKING:
    from booking.http.idempotency import Once

logger = Logger()

MAX_BODY_BYTES = 256 * 1024
COMMON_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, Retry-After",
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

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an absent body is an empty one.

        Raises InvalidRequest, TooLarge, or UnsupportedMediaType.
        """
        value = self.json_value() if self.raw_body.strip() else {}
        if not isinstance(value, dict):
            raise InvalidRequest([Fault("body", type(value).__name__, "a JSON object")])
        return value

    def json_value(self) -> Any:
        """The body as any JSON value; errors as in `json`."""
        media_type = self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if media_type != "application/json" and not media_type.endswith("+json"):
            raise problems.UnsupportedMediaType("The body must be JSON.", accepted=["application/json"])
        try:
            return json.loads(self.raw_body, parse_constant=_no_constant)
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
    """The routes of one function. (One each: a shared resolver would collect every imported function's routes.)"""

    def __init__(self) -> None:
        self._answers: Once | None = None
        self._resolver = APIGatewayRestResolver()
        self._resolver.exception_handler(NotFoundError)(self._unknown_path)
        self._resolver.exception_handler(BookingError)(self._problem)
        self._resolver.exception_handler(Exception)(self._crash)

    def route(self, method: str, path: str, scopes: Collection[Scope]) -> Callable[[Route], Route]:
        """Registers a route; `path` writes its variables as <name>. A caller with none of the scopes gets 403."""
        allowed = frozenset(scopes)

        def register(route: Route) -> Route:
            def answer(**_variables: str) -> Response[Any]:
                event = self._resolver.current_event.raw_event
                caller = caller_of(event)
                caller.require(allowed)
                request = _request(event, caller)
                key = request.headers.get("idempotency-key", "").strip()
                if method != "POST" or not key:
                    return _response(route(request))
                return self._once().answer(
                    caller.owner,
                    event["path"],
                    key,
                    request.raw_body,
                    self._resolver.lambda_context,
                    lambda: _response(route(request)),
                )

            self._resolver.route(path, method)(answer)
            return route

        return register

    def _once(self) -> "Once":
        if self._answers is None:
            # Not imported by who does not need it: a key is rare, and a cold start is not.
            from booking.http.idempotency import Once

            self._answers = Once()
        return self._answers

    def handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda handler."""
        logger.set_correlation_id(_request_id(event))
        return self._resolver.resolve(event, context)

    def _problem(self, error: BookingError) -> Response[Any]:
        event = self._resolver.current_event.raw_event
        status = problems.status_of(error)
        logger.info("refused", extra={"code": error.code, "status": status})
        body = problems.body_of(error, _request_id(event))
        return _response(Reply(status, body, problems.headers_of(error)))

    def _unknown_path(self, _error: NotFoundError) -> Response[Any]:
        return self._problem(NotFound("path", self._resolver.current_event.path))

    def _crash(self, error: Exception) -> Response[Any]:
        # An unforeseen exception's text may quote what the customer sent, so only its type and place are logged.
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        logger.error("crashed", extra={"error": type(error).__name__, "where": where})
        return self._problem(BookingError("Something went wrong on our side."))


def _response(reply: Reply) -> Response[Any]:
    if reply.status is HTTPStatus.NO_CONTENT:
        return Response(reply.status, headers={**COMMON_HEADERS, **reply.headers}, body="")
    is_json = reply.content_type == "application/json"
    body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")) if is_json else reply.body
    headers = {**COMMON_HEADERS, **reply.headers}
    return Response(reply.status, content_type=reply.content_type, body=cast(str, body), headers=headers)


def _request(event: Mapping[str, Any], caller: Caller) -> Request:
    query = event.get("multiValueQueryStringParameters") or {
        name: [value] for name, value in (event.get("queryStringParameters") or {}).items()
    }
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    path = {name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()}
    return Request(caller, path, query, headers, _raw_body(event))


def _raw_body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise InvalidRequest([Fault("body", "undecodable", "a JSON document in UTF-8")]) from None
    if len(raw) > MAX_BODY_BYTES:
        raise problems.TooLarge("The body is too large.", limitBytes=MAX_BODY_BYTES)
    return raw


def _request_id(event: Mapping[str, Any]) -> str:
    return str((event.get("requestContext") or {}).get("requestId", ""))


def _no_constant(name: str) -> float:
    raise ValueError(name)
