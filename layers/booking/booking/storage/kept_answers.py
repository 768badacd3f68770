"""Which kept answers are a customer's: for erasure, without loading the utility that keeps them (`answers`)."""

import os
from copy import replace

from booking.storage.table import Table, encode

BY_CUSTOMER = "BY_CUSTOMER"


def forget(table: Table, customer_id: str) -> int:
    """Deletes the answers about this customer, and returns how many there were.

    The index is some milliseconds behind: an answer of just now may be left for the next call.
    """
    kept = replace(table, name=os.environ["IDEMPOTENCY_TABLE_NAME"])
    found = list(
        kept.query(
            IndexName=BY_CUSTOMER,
            KeyConditionExpression="customerId = :customer",
            ExpressionAttributeValues=encode({":customer": customer_id}),
        )
    )
    for item in found:
        kept.delete({"id": item["id"]})
    return len(found)
