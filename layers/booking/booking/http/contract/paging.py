"""The parameters and the answer that all paged lists share."""

from typing import Annotated
from zoneinfo import ZoneInfo

from booking.http.contract.values import Fields, form, says
from booking.http.cursors import parse_cursor
from booking.storage.walks import Place

HIGHEST_LIMIT = 200
DEFAULT_LIMIT = 50


def _limit(value: object, _zone: ZoneInfo) -> int:
    text = value if isinstance(value, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= HIGHEST_LIMIT):
        raise ValueError(f"a whole number from 1 to {HIGHEST_LIMIT}")
    return int(text)


def _cursor(value: object, _zone: ZoneInfo) -> Place:
    return parse_cursor(value if isinstance(value, str) else "")


Limit = Annotated[int, form("Limit", _limit)]
Cursor = Annotated[Place, form("Cursor", _cursor)]


class CursorQuery(Fields):
    cursor: Annotated[Cursor | None, says("Where the page begins: `nextCursor` of the page before.")] = None


class PageQuery(CursorQuery):
    limit: Annotated[Limit, says("How many entries a page has at most.", 50)] = DEFAULT_LIMIT


NextCursor = Annotated[str | None, says("Where the next page begins; null on the last page.", None)]
