"""Turns values into items and back. The fields of a value are listed once, in its class.

A field's attribute has the field's name in camelCase, as in the API. What is None or empty is left out; what an item
leaves out has the class's default.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import asdict, fields

from booking.storage.table import Item

NAMES = {"created_at": "dateCreated", "modified_at": "dateModified"}
"""Attributes with another name than their field."""


class _Field(NamedTuple):
    name: str
    attribute: str
    to_item: Callable[[Any], Any]
    of_item: Callable[[Any], Any]


class Codec[V]:
    """Reads and writes the items of one kind. Their key is made of the value's `id`."""

    def __init__(self, of: Callable[..., V], key: Callable[[str], dict[str, str]]) -> None:
        self._of, self._key = of, key
        self._prefix = key("")["pk"]
        hints = get_type_hints(of)
        self._fields = [
            _Field(each.name, NAMES.get(each.name) or _camel_case(each.name), *_forms(hints[each.name]))
            for each in fields(of)  # type: ignore[arg-type]
            if each.name != "id"
        ]

    def item(self, value: V) -> Item:
        item: Item = dict(self._key(value.id))  # type: ignore[attr-defined]
        for field in self._fields:
            content = getattr(value, field.name)
            if content is not None and content != ():
                item[field.attribute] = field.to_item(content)
        return item

    def value(self, item: Item) -> V:
        found = {field.name: field.of_item(item[field.attribute]) for field in self._fields if field.attribute in item}
        return self._of(id=item["pk"].removeprefix(self._prefix), **found)


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _without_none(value: Any) -> Item:
    return {name: content for name, content in asdict(value).items() if content is not None}


def _forms(hint: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """The functions that store and read a field of that type."""
    classes = [each for each in (hint, *get_args(hint)) if isinstance(each, type)]
    is_many = any(each is Ellipsis for each in get_args(hint))
    enumeration = next((each for each in classes if issubclass(each, StrEnum)), None)
    nested = next((each for each in classes if issubclass(each, Struct)), None)
    if nested and is_many:
        return lambda values: [asdict(each) for each in values], lambda items: tuple(nested(**each) for each in items)
    if nested:
        return _without_none, lambda item: nested(**item)
    if is_many:
        return list, tuple
    if enumeration:
        return lambda value: value.value, enumeration
    return lambda value: value, lambda value: value
