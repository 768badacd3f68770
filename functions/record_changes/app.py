"""The table's stream -> the audit trail: who changed which meeting or configuration document."""

from booking.batches import Batches, Record
from booking.storage import poison, trail
from booking.storage.table import connect

table = connect()


def record_change(record: Record) -> None:
    trail.record(table, record)


lambda_handler = Batches(record_change, poison.connect()).handler
