"""Calendar feeds: one item for an employee's feed, which has the hash of its secret."""

import hashlib
import hmac
import secrets

from msgspec import Struct

from booking.storage import keys
from booking.storage.table import Table, encode

SECRET_BYTES = 32
LOCATOR = 26
"""The first characters of a secret are the feed's identifier. This is their number."""


class Feed(Struct, frozen=True):
    """The employee whose meetings the feed shows, and whether it shows their descriptions."""

    employee_id: str
    details: bool


def create(table: Table, feed: Feed, now: int) -> str:
    """Stores the employee's feed in place of the one before, whose secret is void from now on; returns the new secret.

    Only the secret's hash is stored.
    """
    locator = _locator(feed.employee_id)
    secret = locator + secrets.token_hex(SECRET_BYTES)
    values = {"employeeId": feed.employee_id, "details": feed.details, "secretHash": _hash(secret), "dateCreated": now}
    table.transact([{"Put": {"Item": encode({**keys.feed(locator), **values})}}])
    return secret


def delete(table: Table, employee_id: str) -> None:
    """Voids the employee's feed, if there is one."""
    table.transact([{"Delete": {"Key": encode(keys.feed(_locator(employee_id)))}}])


def find(table: Table, secret: str) -> Feed | None:
    """The feed with this secret, compared in constant time."""
    item = table.get(keys.feed(secret[:LOCATOR])) if keys.is_id(secret[:LOCATOR]) else None
    if item is None or not hmac.compare_digest(item["secretHash"], _hash(secret)):
        return None
    return Feed(item["employeeId"], item["details"])


def _locator(employee_id: str) -> str:
    return keys.derived_id("calendar-feed", employee_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
