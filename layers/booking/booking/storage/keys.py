"""Every key of the table, and nothing else."""

import hashlib
import os
import re
import time
from base64 import b32hexencode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from booking.domain.agenda import Resource
from booking.domain.interval import Interval

CONFIGURATION_PARTITION = "CONFIG"
# Sorts before every document, so that no document is older than the version that was read with it.
CONFIGURATION_VERSION = {"pk": CONFIGURATION_PARTITION, "sk": "#VERSION"}
RETENTION = {"pk": "RETENTION", "sk": "PROGRESS"}
FORMER_EMPLOYEE = "former-employee"
AGENDA = "AGENDA#"
"""The prefix of the partition key of every agenda."""


def new_id() -> str:
    """A new identifier: 26 characters that sort by time of making and cannot be guessed (80 random bits)."""
    milliseconds = time.time_ns() // 1_000_000
    return b32hexencode(milliseconds.to_bytes(6) + os.urandom(10)).decode().rstrip("=").lower()


def is_id(text: str) -> bool:
    """Whether the text has the form of the ids that `new_id` and `derived_id` make."""
    return re.fullmatch(r"[0-9a-v]{26}", text) is not None


def derived_id(owner: str, key: str) -> str:
    """The identifier that this caller's Idempotency-Key stands for. It is the same each time."""
    return b32hexencode(hashlib.sha256(f"{owner} {key}".encode()).digest()[:16]).decode().rstrip("=").lower()


def agenda(resource: Resource, week: str) -> dict[str, str]:
    return {"pk": f"{AGENDA}{resource.kind}#{resource.id}", "sk": week}


def weeks(interval: Interval) -> Iterator[str]:
    """The ISO weeks (of the UTC date) that an interval touches, such as 2026-W48."""
    day = datetime.fromtimestamp(interval.start, UTC)
    monday = day.replace(hour=0, minute=0, second=0) - timedelta(days=day.weekday())
    while monday.timestamp() < interval.end:
        yield monday.strftime("%G-W%V")
        monday += timedelta(days=7)


def interval_of_week(week: str) -> Interval:
    """The interval of a week as `weeks` names it."""
    monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC)
    return Interval(int(monday.timestamp()), int((monday + timedelta(days=7)).timestamp()))


def slot(id: str) -> dict[str, str]:
    return {"pk": f"SLOT#{id}", "sk": "SLOT"}


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token(owner: str, token_hash: str) -> dict[str, str]:
    return {"pk": f"TOKEN#{owner}#{token_hash}", "sk": "TOKEN"}


def holds(customer_id: str) -> dict[str, str]:
    """What a customer holds."""
    return {"pk": f"HOLDS#{customer_id}", "sk": "HOLDS"}


def upcoming(customer_id: str) -> dict[str, str]:
    """The meetings that a customer has to come."""
    return {"pk": f"UPCOMING#{customer_id}", "sk": "UPCOMING"}


def meeting(id: str) -> dict[str, str]:
    return {"pk": f"MEETING#{id}", "sk": "MEETING"}


PARTICIPANT = "WITH#"
"""The prefix of the sort key of items that point to a slot or a meeting of an additional employee."""


def kind_of(key: Mapping[str, str]) -> str:
    """The sort key of a slot or a meeting, derived from the partition key."""
    return key["pk"].partition("#")[0]


def participant_of_slot(slot_id: str, employee_id: str) -> dict[str, str]:
    return {"pk": slot(slot_id)["pk"], "sk": f"{PARTICIPANT}{employee_id}"}


def participant_of_meeting(meeting_id: str, employee_id: str, start: int) -> dict[str, str]:
    return {"pk": meeting(meeting_id)["pk"], "sk": f"{PARTICIPANT}{start}#{employee_id}"}


def slots_of_employee(id: str) -> str:
    """The partition of GSI2 that lists them."""
    return f"SLOTS#EMPLOYEE#{id}"


def held_by(owner: str, shard: int) -> str:
    """A partition of GSI4 that lists an owner's holds."""
    return f"HELD_BY#{owner}#{shard}"


def meetings_of_employee(id: str) -> str:
    """The partition of GSI2 that lists them."""
    return f"EMPLOYEE#{id}"


def feed(locator: str) -> dict[str, str]:
    return {"pk": f"FEED#{locator}", "sk": "FEED"}


def message(meeting_id: str, name: str) -> dict[str, str]:
    """What is known of one message about a meeting."""
    return {"pk": f"MESSAGES#{meeting_id}", "sk": f"MESSAGE#{name}"}


def suppressed(hashed: str) -> dict[str, str]:
    """An e-mail address that gets no messages, by its hash."""
    return {"pk": f"SUPPRESSED#{hashed}", "sk": "SUPPRESSED"}


def webhook_endpoint(webhook_id: str) -> dict[str, str]:
    return {"pk": f"WEBHOOK#{webhook_id}", "sk": "ENDPOINT"}


def webhook_delivery(webhook_id: str, position: str) -> dict[str, str]:
    return {"pk": f"WEBHOOK#{webhook_id}", "sk": f"DELIVERY#{position}"}


WAITLIST_LINE = "LINE"
"""The partition of all who wait, in order of joining."""


def waitlist_entry(id: str) -> dict[str, str]:
    return {"pk": f"WAITLIST#{id}", "sk": "WAITLIST"}


def waitlist_place(place: str) -> dict[str, str]:
    return {"pk": WAITLIST_LINE, "sk": place}


def waiting(customer_id: str) -> dict[str, str]:
    """For what a customer waits."""
    return {"pk": f"WAITING#{customer_id}", "sk": "WAITING"}


def partners(customer_id: str) -> dict[str, str]:
    """The partners that a customer is linked to."""
    return {"pk": f"PARTNERS#{customer_id}", "sk": "PARTNERS"}


SUBSCRIPTIONS = "SUBSCRIPTIONS"


def subscription(employee_id: str) -> dict[str, str]:
    return {"pk": SUBSCRIPTIONS, "sk": employee_id}


def configuration(kind: str, id: str) -> dict[str, str]:
    return {"pk": CONFIGURATION_PARTITION, "sk": f"{kind}#{id}"}


def former_employee(id: str) -> dict[str, str]:
    return configuration(FORMER_EMPLOYEE, id)
