"""What has been sent about each meeting: one item for each address and reminder. Addresses are stored as hashes."""

import hashlib
from collections.abc import Mapping

from booking.domain.meeting import Meeting
from booking.domain.messages import KEPT_SECONDS, MessageKind, MessageStatus, Recipient, Sent
from booking.storage import keys, meetings
from booking.storage.table import Action, Item, Table, encode

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "#status = :status AND #at = :at AND #sequence = :sequence"  # nobody wrote to the address since


def read(table: Table, meeting_id: str) -> tuple[Meeting | None, Mapping[str, Sent]]:
    """The meeting, and the records of what was sent about it, by `name_of`."""
    return meetings.get(table, meeting_id), known_about(table, meeting_id)


def known_about(table: Table, id: str) -> Mapping[str, Sent]:
    """The records of what was sent about a meeting, or about an entry of the waitlist, by `name_of`."""
    items = table.query(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=encode({":pk": keys.message(id, "")["pk"]}),
        ConsistentRead=True,
    )
    return {item["sk"]: _sent_of(item) for item in items}


def name_of(meeting: Meeting, recipient: Recipient, reminder: int | None = None) -> str:
    """Which record a message has: the recipient's own, or that of the reminder so many seconds before this start."""
    address = f"{meeting.id} {recipient.channel} {recipient.address.casefold()}"
    hashed = hashlib.sha256(address.encode()).hexdigest()
    return keys.message(meeting.id, hashed if reminder is None else f"{meeting.start}#{reminder}#{hashed}")["sk"]


def write(meeting: Meeting, name: str, before: Sent | None, after: Sent) -> Action:
    """Stores the record of a message, unless somebody has changed it since `before` was read."""
    condition: dict[str, object] = {"ConditionExpression": IS_NEW}
    if before:
        condition = {
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeNames": {"#status": "status", "#at": "at", "#sequence": "sequence"},
            "ExpressionAttributeValues": encode(
                {":status": before.status.value, ":at": before.at, ":sequence": before.sequence}
            ),
        }
    item = {
        **keys.message(meeting.id, ""),
        "sk": name,
        "kind": after.kind.value,
        "sequence": after.sequence,
        "status": after.status.value,
        "at": after.at,
        "ttl": meeting.end + KEPT_SECONDS,
    }
    return {"Put": {"Item": encode(item), **condition}}


def forget(table: Table, meeting_id: str, names: list[str]) -> None:
    """Removes these records."""
    for name in names:
        table.delete({**keys.message(meeting_id, ""), "sk": name})


def _sent_of(item: Item) -> Sent:
    return Sent(MessageKind(item["kind"]), item["sequence"], MessageStatus(item["status"]), item["at"])
