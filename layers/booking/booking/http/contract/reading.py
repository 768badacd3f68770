"""Reads what was sent into the structs of the contract, and lists every fault: where, what was sent, what is accepted.

msgspec itself stops at the first fault and words it for programmers, so fields are gone through one by one here.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, cast, get_args, get_origin
from zoneinfo import ZoneInfo

from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields

from booking.domain.errors import Fault, InvalidRequest
from booking.http.contract.values import Parse
from booking.http.forms import parse_enumeration, parse_list, shown

UTC = ZoneInfo("UTC")

MOST_FAULTS = 200
"""How many faults one answer lists. A hostile body could have more than fit into an answer."""

PERSONAL = frozenset(
    {
        "cpr",
        "customer",
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
"""Fields with personal data. An answer never repeats their values."""

_PERSONAL_IN_ANY_CASE = frozenset(name.lower() for name in PERSONAL)


def is_personal(name: object) -> bool:
    """Whether a field of that name, in any case, may hold personal data."""
    return isinstance(name, str) and name.lower() in _PERSONAL_IN_ANY_CASE


REQUIRED = "a value; it is required"
ZONE = "time_zone"


class Field(NamedTuple):
    """How one field is read. `model` is set for objects, `parse` for everything else."""

    attribute: str
    names: tuple[str, ...]
    is_required: bool
    is_list: bool
    most: int | None
    parse: Parse | None
    model: type[Struct] | None
    takes_empty: bool


@cache
def fields_of(model: type[Struct]) -> tuple[Field, ...]:
    """The fields of a request's struct, in the order of their declaration."""
    return tuple(
        _field(each.name, each.encode_name, each.type, is_required=each.default is NODEFAULT) for each in fields(model)
    )


def _field(attribute: str, name: str, declared: Any, *, is_required: bool) -> Field:
    metas, inner = _unwrapped(declared)
    aliases = tuple(alias for meta in metas if meta.extra for alias in meta.extra.get("aliases", ()))
    is_list = get_origin(inner) is tuple and not any(meta.extra and "parse" in meta.extra for meta in metas)
    most = next((meta.max_length for meta in metas if meta.max_length is not None), None) if is_list else None
    if is_list:
        metas, inner = _unwrapped(get_args(inner)[0])
    parse = next((meta.extra["parse"] for meta in metas if meta.extra and "parse" in meta.extra), None)
    model = None
    if parse is None and issubclass(inner, StrEnum):
        parse = partial(_enumeration, inner)
    elif parse is None:
        model = inner
    takes_empty = any(meta.max_length is not None and not meta.min_length for meta in metas)
    return Field(attribute, (name, *aliases), is_required, is_list, most, parse, model, takes_empty)


def _unwrapped(declared: Any) -> tuple[list[Meta], Any]:
    """Every Meta around a type, and the type itself; None is no alternative but 'not given'."""
    metas: list[Meta] = []
    while True:
        if get_origin(declared) is Annotated:
            declared, *found = get_args(declared)
            metas += [meta for meta in found if isinstance(meta, Meta)]
        elif get_origin(declared) in (Union, UnionType):
            [declared] = [each for each in get_args(declared) if each is not NoneType]
        else:
            return metas, declared


def _enumeration(enumeration: type[StrEnum], value: object, _zone: ZoneInfo) -> StrEnum:
    return parse_enumeration(value, enumeration)


def read_body[M: Struct](model: type[M], sent: object, zone: ZoneInfo = UTC) -> M:
    """The body as a `model`; `zone` is that of date-times without an offset.

    A field that is null counts as not given, and one that is not declared is ignored. Raises InvalidRequest with every
    fault.
    """
    reading = _Reading(zone)
    value = reading.struct(model, "body", sent, hidden=False)
    return cast(M, reading.checked(value))


def read_query[M: Struct](model: type[M], parameters: Mapping[str, list[str]], zone: ZoneInfo = UTC) -> M:
    """The query as a `model`. An empty parameter counts as not given. Raises InvalidRequest with every fault.

    `zone` is that of date-times without an offset, unless the query has a `timeZone` of its own.
    """
    reading = _Reading(zone)
    declared = sorted(fields_of(model), key=lambda field: field.attribute != ZONE)
    values = {field.attribute: reading.parameter(field, parameters) for field in declared}
    reading.checked(None)
    return model(**{name: value for name, value in values.items() if value is not None})


class _Reading:
    """One request's, with the faults found so far."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._faults: list[Fault] = []

    def checked[T](self, value: T) -> T:
        """The value, if there was no fault."""
        if self._faults:
            raise InvalidRequest(self._faults[:MOST_FAULTS])
        return value

    def struct(self, model: type[Struct], where: str, sent: object, *, hidden: bool) -> Struct | None:
        """The value, or None after a fault."""
        if not isinstance(sent, dict):
            self._note(where, None if hidden else shown(sent), "an object")
            return None
        before = len(self._faults)
        values = {field.attribute: self._field(field, where, sent, hidden) for field in fields_of(model)}
        if len(self._faults) > before:
            return None
        return model(**{name: value for name, value in values.items() if value is not None})

    def _field(self, field: Field, where: str, sent: Mapping[str, object], hidden: bool) -> object:
        given = {name: sent[name] for name in field.names if _is_given(field, sent.get(name))}
        hidden = hidden or not PERSONAL.isdisjoint(field.names)
        place = f"{where}.{next(iter(given), field.names[0])}"
        if len({str(value) for value in given.values()}) > 1:
            self._note(f"{where}.{field.names[0]}", None, f"one value for {' and '.join(given)}, which mean the same")
            return None
        if not given:
            if field.is_required:
                self._note(place, None if hidden else shown(sent.get(field.names[0])), REQUIRED)
            return None
        value = next(iter(given.values()))
        if not field.is_list:
            return self._one(field, place, value, hidden=hidden)
        if not isinstance(value, list) or (field.most is not None and len(value) > field.most):
            self._note(place, None if hidden else shown(value), f"a list of at most {field.most}")
            return None
        return tuple(self._one(field, f"{place}[{number}]", each, hidden=hidden) for number, each in enumerate(value))

    def _one(self, field: Field, place: str, value: object, *, hidden: bool) -> object:
        if field.model is not None:
            return self.struct(field.model, place, value, hidden=hidden)
        try:
            read: object = cast(Parse, field.parse)(value, self._zone)
        except ValueError as error:
            self._note(place, None if hidden else shown(value), str(error))
            return None
        return read

    def parameter(self, field: Field, parameters: Mapping[str, list[str]]) -> object:
        """A query parameter's value; None where it was not given, or where there was a fault."""
        if field.is_list:
            return self._list_parameter(field, parameters)
        given = {name: value for name in field.names for value in parameters.get(name, ()) if value.strip()}
        if not given:
            if field.is_required:
                self._note(f"query.{field.names[0]}", None, REQUIRED)
            return None
        sent = {value for name in given for value in parameters[name] if value.strip()}
        name, value = next(iter(given.items()))
        if len(sent) > 1:
            accepted = "one value" if len(given) == 1 else f"one value: {' and '.join(given)} mean the same"
            self._note(f"query.{name}", shown(", ".join(sorted(sent))), accepted)
            return None
        read = self._one(field, f"query.{name}", value, hidden=False)
        if isinstance(read, ZoneInfo):
            self._zone = read
        return read

    def _list_parameter(self, field: Field, parameters: Mapping[str, list[str]]) -> object:
        name = field.names[0]
        values = [value for each in _names_sent(name, parameters) for value in parameters[each]]
        place = f"query.{name}"
        try:
            elements = parse_list(values)
        except ValueError as error:
            self._note(place, shown(", ".join(values)), str(error))
            return None
        if field.most is not None and len(elements) > field.most:
            self._note(place, shown(elements), f"a list of at most {field.most}")
            return None
        return tuple(self._one(field, place, element, hidden=False) for element in elements)

    def _note(self, place: str, sent: object, accepted: str) -> None:
        self._faults.append(Fault(place, sent, accepted))


def _is_given(field: Field, value: object) -> bool:
    """Whether there is a value: null is none, and neither is an empty text where the field is optional."""
    if isinstance(value, str) and not field.takes_empty and not field.is_required:
        return bool(value.strip())
    return value is not None


def _names_sent(name: str, parameters: Mapping[str, list[str]]) -> Iterator[str]:
    """The names under which a list was sent: `name`, `name[]`, and `name[0]`, `name[1]` … in that order."""
    numbered: list[tuple[int, str]] = []
    form = re.compile(rf"{re.escape(name)}(?:\[(\d{{0,6}})\])?", re.ASCII)
    for sent in parameters:
        if match := form.fullmatch(sent):
            numbered.append((int(match[1] or -1), sent))
    yield from (sent for _, sent in sorted(numbered))
