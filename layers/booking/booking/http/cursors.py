"""Cursors: where the next page of a list begins. They are opaque to clients.

A cursor holds a place only. Which partitions are read always comes from what the caller may see, so a forged cursor
leads nowhere that its bearer could not go anyway.
"""

import base64
import binascii
import json

from booking.storage.walks import Place

LONGEST_POSITION = 200


def format_cursor(place: Place | None) -> str | None:
    if place is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def parse_cursor(cursor: str) -> Place:
    """The position that a cursor stands for. Raises ValueError for a text that is not a cursor."""
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    match place:
        case [str(leg), str(position)] if position.isascii() and 1 <= len(position) <= LONGEST_POSITION:
            return leg, position
    raise ValueError("a nextCursor of this list, as it was given")
