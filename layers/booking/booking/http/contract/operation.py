"""One route of the API: what the function registers, and what its description says."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from msgspec import Struct

from booking.domain.caller import Scope
from booking.domain.documents import Kind
from booking.domain.errors import BookingError

MAX_BODY_BYTES = 256 * 1024


class Tag(StrEnum):
    """The groups of operations in the description."""

    BOOKING = "Booking"
    TIME_SLOTS = "Time slots"
    WAITLIST = "Waitlist"
    MEETINGS = "Meetings"
    CALENDARS = "Calendars"
    CONFIGURATION = "Configuration"
    WEBHOOKS = "Webhooks"
    CUSTOMERS = "Customers"
    ASSISTANTS = "Assistants"
    DESCRIPTION = "Description"


class Document(Struct, frozen=True):
    """A configuration document of that kind, as the pydantic models describe it. Named, not imported: those models
    would make every function that only reads configuration start slowly."""

    kind: Kind


class Listed(Document, frozen=True):
    """The same in a plain list, with the later documentation's names beside ours."""


class ListOf(Struct, frozen=True):
    """A plain JSON array of them."""

    item: Any


class PageOf(Struct, frozen=True):
    """`items`, and the `nextCursor` of the next page."""

    item: Any


class Answer(Struct, frozen=True):
    """An answer to a request that succeeded. `body` is a struct, one of the above, or None; `headers` are names."""

    description: str
    body: Any = None
    headers: tuple[str, ...] = ()
    media_type: str = "application/json"


class Operation(Struct, frozen=True, kw_only=True):
    """One route.

    `id` is the function's name, with a suffix where a function has several routes. `path` is the template's. `query`
    and `body` are what the function reads. `errors` are those of its own: the ones that every route has, or every
    route with a body or a path variable, are added by the description. Without `scopes` no token is needed.
    """

    id: str
    method: str
    path: str
    tag: Tag
    summary: str
    scopes: frozenset[Scope]
    answers: Mapping[HTTPStatus, Answer]
    description: str = ""
    query: type[Struct] | None = None
    body: Any = None
    media_types: tuple[str, ...] = ("application/json",)
    is_body_optional: bool = False
    has_if_match: bool = False
    errors: tuple[type[BookingError], ...] = ()
    max_body_bytes: int = MAX_BODY_BYTES
    deprecated: bool = False
