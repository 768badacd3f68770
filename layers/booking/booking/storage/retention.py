"""The position at which the last run of the retention stopped, so that the next one continues there."""

from msgspec import Struct

from booking.storage import keys
from booking.storage.table import Table
from booking.storage.walks import Place


class Progress(Struct, frozen=True):
    """`stopped_at`: where a run ran out of time, None after one that reached the end. `at`: when, in Unix seconds."""

    stopped_at: Place | None
    at: int


def read(table: Table) -> Progress | None:
    """None before the first run."""
    item = table.get(keys.RETENTION)
    if item is None:
        return None
    return Progress((item["leg"], item["position"]) if "position" in item else None, item["at"])


def write(table: Table, progress: Progress) -> None:
    leg, position = progress.stopped_at or (None, None)
    table.put({**keys.RETENTION, "at": progress.at, "leg": leg, "position": position})
