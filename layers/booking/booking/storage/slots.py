"""Slot items, and the pointer from a reservation token to the slot that it reserved last.

GSI1: a room's slots, and GSI2: an employee's (the main one's), by start.

The pointer is not removed when that slot is booked, released or lapsed: who follows it asks the slot.
"""

from collections.abc import Callable, Iterable, Sequence

from booking.domain.configuration import MeetingType
from booking.domain.meeting import Slot, SlotStatus
from booking.storage import keys, walks
from booking.storage.table import Action, Item, Table, encode
from booking.storage.walks import Page, Place, Walk

KEPT_SECONDS = 30 * 86400
"""How long after its expiry TTL may remove a hold that came to nothing (housekeeping only)."""

IS_UNCHANGED = "version = :read"  # nobody confirmed, moved or released the slot since it was read
IS_NEW = "attribute_not_exists(pk)"
POINTS_TO_READ_SLOT = "slotId = :slot"  # the token still stands for the slot that was read


def get(table: Table, id: str) -> Slot | None:
    item = table.get(keys.slot(id))
    return slot_of(item) if item else None


def among(items: Iterable[Item]) -> Slot | None:
    """The slot in `items`, which may hold other kinds too."""
    return next((slot_of(item) for item in items if item["sk"] == "SLOT"), None)


def require(table: Table, id: str) -> Slot:
    """The slot that another item names, which is there as long as that item is."""
    slot = get(table, id)
    if slot is None:
        raise LookupError(f"slot {id} is missing")
    return slot


def page(table: Table, where: Walk, start: Place | None, limit: int, keep: Callable[[Slot], bool]) -> Page[Slot]:
    return walks.walk(table, where, start, limit, slot_of, keep)


def of_employees(ids: Sequence[str], first: int | None, last: int | None) -> Walk:
    """By start, of each main employee in turn; `ids` is sorted."""
    return Walk("GSI2", [(id, [f"SLOTS#EMPLOYEE#{id}"]) for id in ids], *walks.positions(first, last))


def of_room(id: str, first: int | None, last: int | None) -> Walk:
    return Walk("GSI1", [("", [f"SLOTS#ROOM#{id}"])], *walks.positions(first, last))


def create(slot: Slot, by: str) -> Action:
    """The new slot; `by` is the owner that the caller writes as (`domain.caller.Caller.owner`)."""
    return {"Put": {"Item": encode(_item(slot, by)), "ConditionExpression": IS_NEW}}


def replace(slot: Slot, by: str) -> Action:
    """The slot's next version, unless it has changed since the version before was read."""
    return {
        "Put": {
            "Item": encode(_item(slot, by)),
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeValues": encode({":read": slot.version - 1}),
        }
    }


def slot_id_of_token(item: Item) -> str:
    """Which slot a token's item points to."""
    return str(item["slotId"])


def point_token(slot: Slot, before: str | None) -> Action:
    """Makes the slot's token stand for it, unless it has stopped pointing to the slot id `before` (None: to none)."""
    item = {
        **_token_key(slot),
        "slotId": slot.id,
        "ttl": (slot.expires_at or slot.modified_at) + KEPT_SECONDS,
    }
    return {"Put": {"Item": encode(item), **_token_unchanged(before)}}


def slot_of(item: Item) -> Slot:
    return Slot(
        id=item["pk"].removeprefix("SLOT#"),
        owner=item["owner"],
        start=item["start"],
        end=item["end"],
        employee_ids=tuple(item["employeeIds"]),
        status=SlotStatus(item["status"]),
        version=item["version"],
        created_at=item["dateCreated"],
        modified_at=item["dateModified"],
        room_id=item.get("roomId"),
        token_hash=item.get("tokenHash"),
        expires_at=item.get("expiresAt"),
        meeting_id=item.get("meetingId"),
        existing_meeting_id=item.get("existingMeetingId"),
        is_customer_initiated=item["isCustomerInitiated"],
        meeting_type=MeetingType(item["meetingType"]) if "meetingType" in item else None,
        topic_id=item.get("topicId"),
        customer_type_id=item.get("customerTypeId"),
    )


def _item(slot: Slot, by: str) -> Item:
    position = walks.position(slot.start, slot.id)
    return {
        **keys.slot(slot.id),
        "gsi1pk": f"SLOTS#ROOM#{slot.room_id}" if slot.room_id else None,
        "gsi1sk": position if slot.room_id else None,
        "gsi2pk": f"SLOTS#EMPLOYEE#{slot.employee_id}",
        "gsi2sk": position,
        "owner": slot.owner,
        "start": slot.start,
        "end": slot.end,
        "employeeIds": list(slot.employee_ids),
        "status": slot.status.value,
        "modifiedBy": by,
        "version": slot.version,
        "dateCreated": slot.created_at,
        "dateModified": slot.modified_at,
        "roomId": slot.room_id,
        "tokenHash": slot.token_hash,
        "expiresAt": slot.expires_at,
        "meetingId": slot.meeting_id,
        "existingMeetingId": slot.existing_meeting_id,
        "isCustomerInitiated": slot.is_customer_initiated,
        "meetingType": slot.meeting_type.value if slot.meeting_type else None,
        "topicId": slot.topic_id,
        "customerTypeId": slot.customer_type_id,
        "ttl": slot.expires_at + KEPT_SECONDS if slot.expires_at is not None else None,
    }


def _token_key(slot: Slot) -> dict[str, str]:
    if slot.token_hash is None:
        raise ValueError("A slot without a token has no pointer.")
    return keys.token(slot.owner, slot.token_hash)


def _token_unchanged(before: str | None) -> Action:
    if before is None:
        return {"ConditionExpression": IS_NEW}
    return {
        "ConditionExpression": POINTS_TO_READ_SLOT,
        "ExpressionAttributeValues": encode({":slot": before}),
    }
