"""JSON bodies read through pydantic models, and what pydantic finds wrong, as the API's faults."""

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from booking.domain.errors import Fault, InvalidRequest
from booking.http.forms import shown

PERSONAL = frozenset(
    {
        "cpr",
        "customFields",
        "description",
        "email",
        "externalAttendees",
        "membershipEmail",
        "name",
        "phone",
        "title",
        "token",
        "value",
        "videoLink",
    }
)
"""Fields whose bad value is never repeated in the answer."""


def parse_body[M: BaseModel](model: type[M], data: object, *, zone: ZoneInfo | None = None, where: str = "body") -> M:
    """The body as a `model`; `zone` is the context's zone for date-times without an offset.

    Raises InvalidRequest with every fault, each at its place under `where`.
    """
    try:
        return model.model_validate(data, context={"zone": zone})
    except ValidationError as error:
        raise InvalidRequest(faults_of(error, where)) from None


MOST = 200
"""Faults in one answer: a hostile body could have more than an answer can hold."""


def faults_of(error: ValidationError, where: str = "body") -> list[Fault]:
    # The values that were sent stay out of pydantic's own texts.
    details = error.errors(include_url=False, include_context=False)
    return [_fault(detail["type"], detail["loc"], detail["input"], detail["msg"], where) for detail in details[:MOST]]


def _fault(type: str, location: tuple[str | int, ...], sent: Any, message: str, where: str) -> Fault:
    place = where + "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in location)
    match type:
        case "missing":
            return Fault(place, None, "a value; it is required")
        case "extra_forbidden":
            return Fault(place, None, "no field of this name")
        case "model_type" | "model_attributes_type" | "dict_type":
            accepted = "an object"
        case _:
            accepted = message.removeprefix("Value error, ").removeprefix("Input should be ")
    hidden = any(part in PERSONAL for part in location)
    return Fault(place, None if hidden else shown(sent), accepted)
