"""Backfill: makes meetings and slots of version 0.1.0 appear in the lists of their additional employees.

    python -m local.backfill --table NAME [--endpoint URL]

Since 0.2.0 each additional employee of a meeting or slot has a pointer to it (`booking.storage.participants`). What was
stored before has none, and is missing from those employees' lists. This reads the whole table and writes the pointers.
It may run while the table is in use, and again: it writes the same items. Exit status: 0, or 2 if the table could not
be read or written; then the same command goes on.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from booking.domain.errors import BookingError
from booking.domain.meeting import SlotStatus
from booking.storage import meetings, participants, slots
from booking.storage.table import Item, Table, decode


def backfill(table: Table, clock: Callable[[], int]) -> int:
    """How many pointers there are now. Raises botocore's errors and BookingError."""
    count = 0
    for page in table.client.get_paginator("scan").paginate(TableName=table.name):
        pointers = [pointer for item in page["Items"] for pointer in _pointers(decode(item), clock())]
        table.put_all(pointers)
        count += len(pointers)
    return count


def _pointers(item: Item, now: int) -> Iterator[Item]:
    if item["sk"] == "MEETING":
        yield from participants.pointers_to_meeting(meetings.meeting_of(item))
    elif item["sk"] == "SLOT" and item["status"] != SlotStatus.RELEASED:
        # One that is due to be removed would be removed at once.
        yield from (each for each in participants.pointers_to_slot(slots.slot_of(item)) if each["ttl"] > now)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="backfill", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--table", required=True, help="the table's name")
    parser.add_argument("--endpoint", help="the database's URL, when it is not AWS's own")
    asked = parser.parse_args(arguments)
    config = Config(retries={"mode": "standard", "total_max_attempts": 10})
    try:
        client = botocore.session.get_session().create_client("dynamodb", endpoint_url=asked.endpoint, config=config)
        count = backfill(Table(client, asked.table), lambda: int(time.time()))
    except (BotoCoreError, ClientError, BookingError) as error:
        sys.stderr.write(f"The table could not be backfilled: {error}\n")
        return 2
    sys.stdout.write(f"{count} pointers to meetings and slots are there.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
