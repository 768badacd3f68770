"""Reads the JSON bodies of the administration through pydantic models, and turns their errors into faults."""

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from booking.domain.errors import Fault, InvalidRequest
from booking.http.contract.reading import MOST_FAULTS, REQUIRED, is_personal
from booking.http.forms import shown


def parse_body[M: BaseModel](model: type[M], data: object, *, zone: ZoneInfo | None = None, where: str = "body") -> M:
    """The body as a `model`; `zone` is the context's zone for date-times without an offset.

    Raises InvalidRequest with every fault, each at its place under `where`.
    """
    try:
        return model.model_validate(data, context={"zone": zone})
    except ValidationError as error:
        raise InvalidRequest(faults_of(error, where)) from None


def faults_of(error: ValidationError, where: str = "body") -> list[Fault]:
    # The values that were sent stay out of pydantic's own texts.
    details = error.errors(include_url=False, include_context=False)
    return [
        _fault(detail["type"], detail["loc"], detail["input"], detail["msg"], where) for detail in details[:MOST_FAULTS]
    ]


def _fault(type: str, location: tuple[str | int, ...], sent: Any, message: str, where: str) -> Fault:
    place = where + "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in location)
    match type:
        case "missing":
            return Fault(place, None, REQUIRED)
        case "extra_forbidden":
            accepted = "no field of this name"
        case "model_type" | "model_attributes_type" | "dict_type":
            accepted = "an object"
        case _:
            accepted = message.removeprefix("Value error, ").removeprefix("Input should be ")
    hidden = any(is_personal(part) for part in location)
    return Fault(place, None if hidden else shown(sent), accepted)
