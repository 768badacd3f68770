"""Parses the bytes of a calendar file into components and their properties (RFC 5545, 3.1 to 3.6).

The library's parser is not used. It stops at the first line that it cannot read, decodes lines before it unfolds them,
and takes 20 times as long, because it builds an object for every property. This one reads only the properties that
decide when somebody is busy.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from booking.domain.errors import Fault, InvalidRequest

LINE_END = re.compile(rb"\r*\n|\r")
FRAME = re.compile(r"(BEGIN|END)\s*(?:;[^:]*)?:(.*)", re.IGNORECASE)
NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?=[;:])")
PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^;]*)')
TIMES = re.compile(r"[-+0-9PTZWDHMS,/:.\s]*", re.IGNORECASE)
MOST_COLONS = 8
"""The most colons that are tried as the end of a property's parameters."""

WITH_TIMES = {"DTSTART", "DTEND", "DURATION", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"}
WANTED = WITH_TIMES | {
    "EXRULE",
    "METHOD",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-MICROSOFT-CDO-BUSYSTATUS",
}


class Property(NamedTuple):
    """One content line: its name and its parameters' names in capitals, its value, and its line number."""

    name: str
    parameters: dict[str, str]
    value: str
    line: int


@dataclass
class Component:
    """The lines between BEGIN and END. `line` is the line of BEGIN, counted from 1 in the file as it was sent."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def value(self, name: str) -> str:
        """The first value of this property, empty if there is none."""
        found = self.first(name)
        return found.value.strip() if found else ""

    def within(self) -> Iterator["Component"]:
        """All components inside this one, in the order of the file. Not those inside a nested VCALENDAR."""
        following = self.parts[::-1]
        while following:
            component = following.pop()
            if component.name != "VCALENDAR":
                yield component
                following.extend(reversed(component.parts))


def calendars(ics: bytes) -> list[Component]:
    """All VCALENDAR components of the file, nested ones too, each with its components and their parts.

    Lines outside a calendar and lines that are no content lines are ignored: mail programs and broken line breaks leave
    some behind. Raises InvalidRequest, with the line, if there is no calendar or if BEGIN and END do not match: in an
    incomplete file, busy time would come out free.
    """
    found: list[Component] = []
    open_components: list[Component] = []
    last = 1
    for last, text in _lines(ics):
        frame = FRAME.fullmatch(text) if text[:1] in "BbEe" else None
        if frame is None:
            if open_components and (parsed := _property(text, last)):
                open_components[-1].properties.append(parsed)
            continue
        name = frame[2].strip().upper()
        if frame[1].upper() == "BEGIN":
            component = Component(name, last)
            if name == "VCALENDAR":
                found.append(component)
            elif not open_components:
                raise refusal(last, "BEGIN:VCALENDAR")
            if open_components:
                open_components[-1].parts.append(component)
            open_components.append(component)
        elif not open_components:
            raise refusal(last, "BEGIN:VCALENDAR")
        elif name != open_components[-1].name:
            raise _unfinished(last, open_components[-1])
        else:
            open_components.pop()
    if open_components:
        raise _unfinished(last, open_components[-1])
    if not found:
        raise refusal(1, "BEGIN:VCALENDAR")
    return found


def refusal(line: int, accepted: str) -> InvalidRequest:
    """The error for this line of the file. It never quotes the line."""
    return InvalidRequest([Fault(f"line {line}", None, accepted)])


def _unfinished(line: int, component: Component) -> InvalidRequest:
    name = component.name if re.fullmatch(r"[A-Z0-9-]{1,32}", component.name) else "the component"
    return refusal(line, f"END:{name}, which closes the BEGIN in line {component.line}")


def _lines(ics: bytes) -> Iterator[tuple[int, str]]:
    """The unfolded lines that are not empty, each with the number of its first line in the file.

    Lines are unfolded as bytes, because a line may be folded inside a character of several bytes (3.1).
    """
    numbers: list[int] = []
    lines: list[list[bytes]] = []
    for number, line in enumerate(LINE_END.split(_utf8(ics)), start=1):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line[1:])
        elif line := line.strip():
            numbers.append(number)
            lines.append([line])
    content = b"\n".join(b"".join(parts) for parts in lines)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        # Programs that do not write UTF-8 write one byte for each character. No text is stored. It is enough that the
        # name of a time zone is decoded in the same way everywhere in the file.
        text = content.decode("latin-1")
    return zip(numbers, text.split("\n"), strict=False)


def _utf8(ics: bytes) -> bytes:
    """The file without its byte order mark; as UTF-8 if it is UTF-16."""
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"B\0": "utf-16-le", b"\0B": "utf-16-be"}.get(
        ics[:2]
    )
    if encoding:
        return ics.decode(encoding, errors="replace").removeprefix("\ufeff").encode()
    return ics.removeprefix(b"\xef\xbb\xbf")


def _property(text: str, line: int) -> Property | None:
    found = NAME.match(text)
    name = found[1].upper() if found else ""
    if not found or name not in WANTED:
        return None
    rest = text[found.end() :]
    colons = _colons(rest)
    if not colons:
        return None
    end = colons[0]
    if name in WITH_TIMES:
        # Some Microsoft programs write names of time zones with a colon and without quotation marks.
        end = next((colon for colon in colons if TIMES.fullmatch(rest, colon + 1)), end)
    parameters = {match[1].upper(): match[2].strip().strip('"').strip() for match in PARAMETER.finditer(rest[:end])}
    return Property(name, parameters, rest[end + 1 :].strip(), line)


def _colons(rest: str) -> list[int]:
    """The places where the value may begin: the first colons. Colons inside closed quotation marks do not count."""
    colons: list[int] = []
    is_quoted = False
    for match in re.finditer(r'[:"]', rest):
        if match[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            colons.append(match.start())
            if len(colons) == MOST_COLONS:
                break
    return colons or [match.start() for match in re.finditer(":", rest)][:1]
