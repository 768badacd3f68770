"""The request that a route handles."""

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from booking.domain.caller import Caller
from booking.domain.errors import Fault, InvalidRequest
from booking.http import problems
from booking.http.contract.operation import MAX_BODY_BYTES, Operation
from booking.http.contract.reading import UTC, read_body, read_query


class Request(Struct, frozen=True):
    """The request that a route handles.

    `path` and `headers` (lower-case names) are decoded. `parameters` has all values of each query parameter.
    """

    operation: Operation
    caller: Caller
    path: Mapping[str, str]
    parameters: Mapping[str, list[str]]
    headers: Mapping[str, str]
    raw_body: bytes
    base_url: str = "."

    def query[Q: Struct](self, model: type[Q], zone: ZoneInfo = UTC) -> Q:
        """The query as the operation declares it. `zone` is the time zone of date-times without an offset.

        Raises InvalidRequest with every fault.
        """
        _require_declared(model, self.operation.query)
        return read_query(model, self.parameters, zone)

    def body[B: Struct](self, model: type[B], zone: ZoneInfo = UTC) -> B:
        """The JSON body as the operation declares it. Raises the errors of `json`."""
        _require_declared(model, self.operation.body)
        return read_body(model, self.json(is_optional=self.operation.is_body_optional), zone)

    def json(self, *, is_optional: bool = False) -> dict[str, Any]:
        """The body as a JSON object. An optional body that is missing counts as an empty object.

        Raises InvalidRequest, TooLarge, or UnsupportedMediaType.
        """
        value = {} if is_optional and not self.raw_body.strip() else self.json_value()
        if not isinstance(value, dict):
            raise InvalidRequest([Fault("body", _kind_of(value), "a JSON object")])
        return value

    @property
    def _media_type(self) -> str:
        return (self.headers.get("content-type") or "application/json").partition(";")[0].strip().lower()

    def require_media_type(self, accepted: str) -> None:
        """Raises UnsupportedMediaType for another media type. A body without a media type counts as JSON."""
        if self._media_type != accepted:
            raise problems.UnsupportedMediaType(f"The body must be {accepted}.", accepted=[accepted])

    def json_value(self) -> Any:
        """The body as any JSON value. Raises the errors of `json`."""
        if not self._media_type.endswith("+json"):
            self.require_media_type("application/json")
        try:
            value = json.loads(self.raw_body.decode(), parse_constant=_no_constant)
            if b"\\u" in self.raw_body:
                json.dumps(value, ensure_ascii=False).encode()  # Reject lone surrogates.
            return value
        except (ValueError, RecursionError):
            raise InvalidRequest([Fault("body", "not JSON", "a JSON document in UTF-8")]) from None


def require_size(size: int, most: int = MAX_BODY_BYTES) -> None:
    """Raises TooLarge for a body, or the result of a patch, with more bytes than that."""
    if size > most:
        raise problems.TooLarge("The body is too large.", limitBytes=most)


def _require_declared(model: object, declared: object) -> None:
    if model is not declared:
        raise TypeError(f"The operation declares {declared}, and {model} was asked for.")


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
