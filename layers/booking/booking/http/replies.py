"""The answer of a route."""

from collections.abc import Mapping
from http import HTTPStatus

from msgspec import Struct, field


class Reply(Struct, frozen=True):
    """The answer of a route: a status, and a body that is JSON unless `content_type` says otherwise.

    `customer_id`: whose data the body holds, if it is one customer's and the answer may be kept for an Idempotency-Key.
    `personal_of`: the ids of the meetings whose customers' data the body holds.
    """

    status: HTTPStatus
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    customer_id: str | None = None
    personal_of: tuple[str, ...] = ()
