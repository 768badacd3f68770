"""The table's stream -> the audit trail: who changed which meeting or configuration document."""

from typing import Any

from booking.storage import trail
from booking.storage.table import connect

table = connect()


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    trail.record(table, event["Records"])
