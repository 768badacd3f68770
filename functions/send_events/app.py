"""The table's stream -> the event bus: what happened to slots and meetings, told at least once and in order."""

from typing import Any

from booking.storage.event_bus import connect
from booking.storage.stream import change_of

bus = connect()


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    changes = [change for record in event["Records"] if (change := change_of(record))]
    failed = bus.send(changes)
    # The stream goes on from the first record that is reported, and repeats all after it.
    return {"batchItemFailures": [{"itemIdentifier": failed.sequence_number}] if failed else []}
