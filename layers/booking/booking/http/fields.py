"""The JSON bodies of the booking calls, field by field.

By hand, where the administration's documents have pydantic: loading that takes a quarter of a booking function's start.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import cast
from zoneinfo import ZoneInfo

from booking.domain.errors import Fault, InvalidRequest
from booking.http.forms import parse_boolean, parse_enumeration, parse_identifier, parse_instant, shown

UTC = ZoneInfo("UTC")

MOST_FAULTS = 200
"""In one answer: a hostile body could have more than an answer can hold."""

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


class Fields:
    """Typed values of a JSON object, with every fault kept until `check`. None, or nothing, where not given.

    A field that is null counts as not given, and one that nobody asks for is ignored. `zone` reads date-times
    without an offset. `where` is the object's place in the body.
    """

    def __init__(
        self,
        value: object,
        zone: ZoneInfo = UTC,
        where: str = "body",
        *,
        personal: bool = False,
        faults: list[Fault] | None = None,
    ) -> None:
        self._zone = zone
        self._where = where
        self._personal = personal
        self._faults: list[Fault] = [] if faults is None else faults
        self._values: dict[str, object] = {}
        if isinstance(value, dict):
            self._values = {name: sent for name, sent in value.items() if sent is not None}
        else:
            self._faults.append(Fault(where, None if personal else shown(value), "an object"))

    def check(self) -> None:
        """Raises InvalidRequest with all faults of what has been read so far."""
        if self._faults:
            raise InvalidRequest(self._faults[:MOST_FAULTS])

    def needed[T](self, name: str, value: T | None) -> T:
        """The value of a field that has to be given: None only where `check` raises."""
        if value is None and name not in self._values:
            self.fault(name, "a value; it is required")
        return cast(T, value)

    def text(self, name: str, longest: int, *, shortest: int = 0) -> str | None:
        """Without the spaces around it; lengths are in characters."""

        def parse(value: object) -> str:
            stripped = value.strip() if isinstance(value, str) else ""
            if not isinstance(value, str) or not shortest <= len(stripped) <= longest:
                raise ValueError(f"text of {shortest} to {longest} characters")
            return stripped

        return self._read(name, parse)

    def identifier(self, *names: str) -> str | None:
        """A field that has several names may be given under any of them, unless they differ."""
        given = {name: self._values[name] for name in names if name in self._values}
        if len({str(value) for value in given.values()}) > 1:
            self.fault(names[0], f"one value for {' and '.join(given)}, which mean the same")
            return None
        return self._read(next(iter(given), names[0]), _identifier)

    def identifiers(self, name: str, most: int) -> tuple[str, ...]:
        return tuple(
            identifier
            for place, value in self._elements(name, most)
            if (identifier := self._parse(place, value, _identifier)) is not None
        )

    def instant(self, name: str) -> int | None:
        """Unix seconds."""
        return self._read(name, lambda value: parse_instant(value, self._zone))

    def boolean(self, name: str) -> bool | None:
        return self._read(name, parse_boolean)

    def enumeration[E: StrEnum](self, name: str, enumeration: type[E]) -> E | None:
        return self._read(name, lambda value: parse_enumeration(value, enumeration))

    def nested(self, name: str) -> "Fields":
        """An object that has to be given; its faults come with this one's."""
        if name not in self._values:
            self.fault(name, "a value; it is required")
        return self._inner(name, self._values.get(name, {}))

    def each(self, name: str, most: int) -> tuple["Fields", ...]:
        return tuple(self._inner(place, value) for place, value in self._elements(name, most))

    def fault(self, name: str, accepted: str) -> None:
        """Notes what is wrong with a field that is well formed by itself."""
        self._note(name, self._values.get(name), accepted)

    def _read[T](self, name: str, parse: Callable[[object], T]) -> T | None:
        return self._parse(name, self._values[name], parse) if name in self._values else None

    def _parse[T](self, place: str, value: object, parse: Callable[[object], T]) -> T | None:
        try:
            return parse(value)
        except ValueError as error:
            self._note(place, value, str(error))
            return None

    def _elements(self, name: str, most: int) -> Iterator[tuple[str, object]]:
        values = self._values.get(name, [])
        if not isinstance(values, list) or len(values) > most:
            self._note(name, values, f"a list of at most {most}")
            return
        yield from ((f"{name}[{number}]", value) for number, value in enumerate(values))

    def _inner(self, place: str, value: object) -> "Fields":
        return Fields(
            value, self._zone, f"{self._where}.{place}", personal=self._is_personal(place), faults=self._faults
        )

    def _note(self, place: str, value: object, accepted: str) -> None:
        sent = None if self._is_personal(place) else shown(value)
        self._faults.append(Fault(f"{self._where}.{place}", sent, accepted))

    def _is_personal(self, place: str) -> bool:
        return self._personal or place.partition("[")[0] in PERSONAL


def _identifier(value: object) -> str:
    return parse_identifier(value).strip()
