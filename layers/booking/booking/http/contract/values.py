"""The types of fields: what Python value each becomes, how it is parsed, and under which name it is described.

A type is the Python value's with a `Meta`: `parse` is how a request's value is read, `x-form` the name under which
`local/openapi.py` describes the forms that are accepted. Limits stand in the `Meta` once, for both.
"""

from collections.abc import Callable
from typing import Annotated, Any, dataclass_transform
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from booking.http.forms import (
    CUSTOMER_TYPE,
    TOPIC,
    parse_boolean,
    parse_duration,
    parse_email,
    parse_https_url,
    parse_identifier,
    parse_instant,
    parse_language,
    parse_phone,
    parse_text,
    parse_time_zone,
)

type Parse = Callable[[object, ZoneInfo], Any]
"""Reads one value, `zone` being that of date-times without an offset. Raises ValueError with what is accepted."""

LONGEST_LINE, LONGEST_TEXT = 1_000, 10_000
MOST_NAMED = 5_000
"""Elements of a list parameter."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Fields(Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of everything that is sent or answered as a JSON object, or as a query."""


def says(description: str, *examples: object, aliases: tuple[str, ...] = ()) -> Meta:
    """A field's sentence and examples, and the other names that a request may use for it."""
    extra = {"aliases": aliases} if aliases else None
    return Meta(description=description, examples=list(examples) or None, extra=extra)


def form(name: str, parse: Parse) -> Meta:
    """A form that `local/openapi.py` describes under this name."""
    return Meta(extra={"parse": parse}, extra_json_schema={"x-form": name})


def _text(shortest: int, longest: int, *, is_multi_line: bool = False) -> Meta:
    def parse(value: object, _zone: ZoneInfo) -> str:
        return parse_text(value, shortest, longest, is_multi_line=is_multi_line)

    return Meta(
        min_length=shortest or None,
        max_length=longest,
        extra={"parse": parse},
        extra_json_schema={"x-form": "Text" if is_multi_line else "Line"},
    )


Identifier = Annotated[str, form("Identifier", lambda value, _zone: parse_identifier(value))]
Instant = Annotated[int, form("Instant", parse_instant)]
"""Unix seconds."""
Duration = Annotated[int, form("Duration", lambda value, _zone: parse_duration(value))]
"""Seconds."""
Flag = Annotated[bool, form("Flag", lambda value, _zone: parse_boolean(value))]
TimeZone = Annotated[ZoneInfo, form("TimeZone", lambda value, _zone: parse_time_zone(value))]
Email = Annotated[str, form("Email", lambda value, _zone: parse_email(value))]
Phone = Annotated[str, form("Phone", lambda value, _zone: parse_phone(value))]
Language = Annotated[str, form("Language", lambda value, _zone: parse_language(value))]
HttpsUrl = Annotated[str, form("HttpsUrl", lambda value, _zone: parse_https_url(value))]
Line = Annotated[str, _text(0, LONGEST_LINE)]
Text = Annotated[str, _text(0, LONGEST_TEXT, is_multi_line=True)]
Token = Annotated[str, _text(1, LONGEST_LINE)]
Key = Annotated[str, _text(1, 100)]

CustomerTypeId = Annotated[
    Identifier | None,
    says("The customer's type: an id of `/config/customer-types`.", "private", aliases=CUSTOMER_TYPE[1:]),
]
TopicId = Annotated[
    Identifier | None,
    says("What the meeting is about: an id of `/bookme/meeting-topics`.", "mortgage", aliases=TOPIC[1:]),
]

UtcInstant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""An instant in an answer: UTC with Z, whole seconds."""
