"""The forms in which values are sent and given back: durations, date-times, lists, enumerations, identifiers.

Each `parse_` function takes what came out of a query or of JSON and raises ValueError, whose text says what is
accepted. Rules: the API's 'Names and forms accepted'. Standard library only, so that searches start fast.
"""

import calendar
import json
import re
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from booking.domain.errors import Stale
from booking.domain.interval import SECONDS_PER_DAY

CUSTOMER_TYPE = ("customerTypeId", "customerCategoryId")
"""The names of one field. Answers use the first."""
TOPIC = ("topicId", "themeId", "theme", "topic")

LONGEST_DURATION_SECONDS = 3660 * SECONDS_PER_DAY
LONGEST_IDENTIFIER = 128
LONGEST_EMAIL = 320
LONGEST_URL = 1_000
SPACES = " \t\r\n"
"""The spaces that are removed around a value. Others, such as U+00A0 and U+3000, are part of a text."""
SHOWN_CHARACTERS = 100  # of a bad value, in the answer that refuses it

_DURATION = "minutes (60), hh:mm[:ss], d.hh:mm:ss or ISO 8601 (PT1H, P7D), at most 3660 days"
_INSTANT = "an ISO 8601 date or date-time in the years 1970 to 9998, such as 2026-11-24T10:00:00Z"
_DATE = "a date in the years 1970 to 9998, such as 2026-11-24"
_TIME_OF_DAY = "a time of day from 00:00 to 24:00, such as 08:30"

CLOCK = re.compile(r"(?:(\d{1,5})\.)?(\d{1,2}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
ISO_DURATION = re.compile(
    r"[Pp](?=.)(?:(\d{1,9})[Ww])?(?:(\d{1,9})[Dd])?"
    r"(?:[Tt](?=.)(?:(\d{1,9})[Hh])?(?:(\d{1,9})[Mm])?(?:(\d{1,9})[Ss])?)?",
    re.ASCII,
)
# A '+' that was not percent-encoded in a query arrives as a space.
DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:([Zz])|([+ -])(\d\d):?(\d\d)?)?)?",
    re.ASCII,
)
CALENDAR_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
HTTPS_URL = re.compile(r"[Hh][Tt][Tt][Pp][Ss]://[^\s/?#\\@]+(?:[/?#][^\s]*)?")
NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ETAG = re.compile(r'(?:W/)?"(\d{1,15})"', re.ASCII)  # weak once a proxy has compressed the answer


def parse_duration(value: object) -> int:
    """Seconds: whole minutes (a number or digits), clock form with optional days, or an ISO 8601 duration."""
    seconds = _duration_seconds(value)
    if seconds is None or not 0 <= seconds <= LONGEST_DURATION_SECONDS:
        raise ValueError(_DURATION)
    return seconds


def _duration_seconds(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) * 60 if value == value // 1 else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text) * 60
    if clock := CLOCK.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        if clock[1] and hours > 23:
            return None
        return days * SECONDS_PER_DAY + hours * 3600 + minutes * 60 + seconds
    if iso := ISO_DURATION.fullmatch(text):
        units = (7 * SECONDS_PER_DAY, SECONDS_PER_DAY, 3600, 60, 1)
        return sum(int(part or 0) * unit for part, unit in zip(iso.groups(), units, strict=True))
    return None


def format_duration(seconds: int) -> str:
    """`hh:mm:ss`, with days before it from 24 hours on: `7.00:00:00`."""
    days, rest = divmod(seconds, SECONDS_PER_DAY)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}.{clock}" if days else clock


def parse_instant(value: object, zone: ZoneInfo) -> int:
    """Unix seconds; fractions of a second are dropped. Without an offset it is wall-clock time in `zone`.

    A bare date is the first moment of that day. A wall-clock time that occurs twice is the first; one that the
    change to summer time skips is refused.
    """
    match = DATE_TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(_INSTANT)
    day, hour, minute, second, utc, sign, offset_hours, offset_minutes = match.groups()
    try:
        local = datetime.combine(
            parse_date(day), datetime.min.time().replace(int(hour or 0), int(minute or 0), int(second or 0))
        )
    except ValueError:
        raise ValueError(_INSTANT) from None
    if utc or sign:
        offset = int(offset_hours or 0) * 3600 + int(offset_minutes or 0) * 60
        if offset >= SECONDS_PER_DAY or int(offset_minutes or 0) > 59:
            raise ValueError(_INSTANT)
        instant = calendar.timegm(local.timetuple()) - (-offset if sign == "-" else offset)
    else:
        instant = int(local.replace(tzinfo=zone).timestamp())
        exists = datetime.fromtimestamp(instant, zone).replace(tzinfo=None) == local
        if hour and not exists:
            raise ValueError(f"a time that exists in {zone}: clocks there skip this one")
    if not 0 <= instant < _END_OF_9998:
        raise ValueError(_INSTANT)
    return instant


_END_OF_9998 = calendar.timegm((9999, 1, 1, 0, 0, 0))


def parse_date(value: object) -> date:
    if not isinstance(value, str) or not CALENDAR_DATE.fullmatch(value):
        raise ValueError(_DATE)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(_DATE) from None
    if not 1970 <= day.year <= 9998:
        raise ValueError(_DATE)
    return day


def parse_time_of_day(value: object) -> int:
    """Minutes after midnight, 0..1440."""
    match = LOCAL_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(_TIME_OF_DAY)
    return int(match[1]) * 60 + int(match[2]) if match[1] else 1440


def format_time_of_day(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_time_zone(value: object) -> ZoneInfo:
    if not isinstance(value, str) or value not in _time_zones():
        raise ValueError("the name of an IANA time zone, such as Europe/Copenhagen")
    return ZoneInfo(value)


@cache
def _time_zones() -> set[str]:
    return available_timezones() - {"localtime"}  # which is whatever the machine says


def parse_boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    match value.strip().lower() if isinstance(value, str) else None:
        case "true":
            return True
        case "false":
            return False
    raise ValueError("true or false")


def parse_enumeration[E: StrEnum](value: object, enumeration: type[E]) -> E:
    """The member with that name. Upper and lower case do not matter."""
    if isinstance(value, str):
        sent = value.strip().lower()
        for member in enumeration:
            if member.value.lower() == sent:
                return member
    raise ValueError("one of " + ", ".join(enumeration))


def parse_identifier(value: object) -> str:
    """The id without spaces around it, in NFC. So two Unicode forms of one id are the same id."""
    stripped = value.strip(SPACES) if isinstance(value, str) else ""
    if not 1 <= len(stripped) <= LONGEST_IDENTIFIER or stripped.isspace():
        raise ValueError(f"an identifier: text of 1 to {LONGEST_IDENTIFIER} characters")
    _refuse_characters(stripped, "an identifier")
    return normalized(stripped)


def normalized(text: str) -> str:
    """The text in NFC, the form in which texts are compared."""
    return _in_form("NFC", text)


def compatible(text: str) -> str:
    """The text in NFKC: full-width letters, for example, become normal letters."""
    return _in_form("NFKC", text)


def _in_form(form: Literal["NFC", "NFKC"], text: str) -> str:
    if text.isascii():
        return text
    from unicodedata import normalize  # imported lazily: nearly every id is ASCII

    return normalize(form, text)


def _refuse_characters(text: str, what: str, allowed: str = "") -> None:
    """Raises ValueError for the first character that is not allowed, with the character and its place."""
    for found in NO_TEXT.finditer(text):
        character = found[0]
        if character not in allowed:
            raise ValueError(
                f"{what} without {_kind_of(character)}s; character {found.start() + 1} is U+{ord(character):04X}"
            )


def _kind_of(character: str) -> str:
    match character:
        case "\n" | "\r":
            return "line break"
        case "\u2028":
            return "line separator"
        case "\u2029":
            return "paragraph separator"
    return "control character" if character < "\u00a0" else "lone surrogate"


def parse_text(value: object, shortest: int, longest: int, *, is_multi_line: bool = False) -> str:
    """Without the spaces and line breaks around it; lengths are in characters.

    Everything that people write is text, no-break spaces, joiners and emoji sequences included; control characters,
    line and paragraph separators and lone surrogates are not. A text of several lines may have tabs and line breaks;
    CR LF is one line break, kept as LF.
    """
    stripped = value.strip(SPACES) if isinstance(value, str) else ""
    if is_multi_line:
        stripped = stripped.replace("\r\n", "\n")
    if not isinstance(value, str) or not shortest <= len(stripped) <= longest or (shortest and stripped.isspace()):
        raise ValueError(f"text of {shortest} to {longest} characters")
    _refuse_characters(stripped, "text", "\t\n" if is_multi_line else "")
    return stripped


def parse_email(value: object) -> str:
    address = parse_text(value, 1, LONGEST_EMAIL)
    if not EMAIL.fullmatch(address):
        raise ValueError("an e-mail address")
    return address


def parse_phone(value: object) -> str:
    number = parse_identifier(value)
    if not PHONE.fullmatch(number):
        raise ValueError("a number in E.164 form, such as +4512345678")
    return number


def parse_language(value: object) -> str:
    """The tag as it was sent."""
    tag = parse_identifier(value)
    if not LANGUAGE.fullmatch(tag):
        raise ValueError("a BCP 47 language tag, such as da or en-GB")
    return tag


def parse_locale(value: object) -> str:
    """The tag in its usual case (RFC 5646, 2.1.1): da-DK, zh-Hant-TW."""
    language, *others = parse_language(value).split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([language.lower(), *(cased.get(len(each), str.lower)(each) for each in others)])


def parse_https_url(value: object) -> str:
    url = parse_text(value, 1, LONGEST_URL)
    if not HTTPS_URL.fullmatch(url):
        raise ValueError("an https URL")
    return url


def parse_list(values: list[str]) -> list[str]:
    """The elements of a list parameter, each once: repeated, comma-separated, or JSON arrays; may be empty."""
    elements: list[str] = []
    for value in values:
        if value.lstrip().startswith("["):
            elements += _json_elements(value)
        else:
            elements += value.split(",")
    stripped = (element.strip() for element in elements)
    return list(dict.fromkeys(element for element in stripped if element))


def _json_elements(value: str) -> list[str]:
    try:
        elements = json.loads(value)
    except (ValueError, RecursionError):
        elements = None
    if not isinstance(elements, list) or not all(type(element) in (str, int) for element in elements):
        raise ValueError("values separated by commas, or a JSON array of them")
    return [str(element) for element in elements]


def format_etag(version: int) -> str:
    return f'"{version}"'


def expected_version(if_match: str | None) -> int | None:
    """The version in an If-Match header. None if the header is missing or `*`.

    Raises Stale for an ETag that this API did not make: no version can match it.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise Stale("If-Match does not name a version of this resource.")
    return int(match[1])


def shown(value: object) -> object:
    """The part of a sent value that a fault repeats: its beginning, or the size of an object or list."""
    match value:
        case None | bool():
            return value
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
        case int() | float() if abs(value) < 1e15:
            return value
        case str():
            return value[:SHOWN_CHARACTERS].encode(errors="replace").decode()
    return "a number"
