"""Slot items, and the pointer from a reservation token to the slot that it reserved last.

GSI1: a room's slots, and GSI2: an employee's (see `participants`), by start. GSI4: what an owner holds without a
meeting, by when it lapses.

The pointer is not removed when that slot is booked, released or lapsed: who follows it asks the slot.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence

from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.meeting import Slot
from booking.storage import keys, walks
from booking.storage.codec import Codec
from booking.storage.table import Action, Item, Table, encode
from booking.storage.walks import Page, Place, Walk

SHARDS = 4
"""Over how many partitions of GSI4 the holds of one owner are spread, which may be a busy partner."""

KEPT_SECONDS = 30 * SECONDS_PER_DAY
"""How long after its expiry TTL may remove a hold that came to nothing (housekeeping only)."""

CODEC = Codec(Slot, keys.slot)

IS_UNCHANGED = "version = :read"  # nobody confirmed, moved or released the slot since it was read
IS_NEW = "attribute_not_exists(pk)"
POINTS_TO_READ_SLOT = "slotId = :slot"  # the token still stands for the slot that was read


def get(table: Table, id: str) -> Slot | None:
    item = table.get(keys.slot(id))
    return slot_of(item) if item else None


def among(items: Iterable[Item]) -> Slot | None:
    """The slot among `items`, which may include other kinds."""
    return next((slot_of(item) for item in items if item["sk"] == "SLOT"), None)


def require(table: Table, id: str) -> Slot:
    """The slot that another item names. It exists as long as that item does."""
    slot = get(table, id)
    if slot is None:
        raise LookupError(f"slot {id} is missing")
    return slot


def page(table: Table, where: Walk, start: Place | None, limit: int, keep: Callable[[Slot], bool]) -> Page[Slot]:
    return walks.walk(table, where, start, limit, slot_of, keep)


def of_employees(ids: Sequence[str], first: int | None, last: int | None) -> Walk:
    """By start, for each host in turn. `ids` is sorted."""
    return Walk("GSI2", [(id, [keys.slots_of_employee(id)]) for id in ids], *walks.positions(first, last))


def with_employee(id: str, first: int | None, last: int | None) -> Walk:
    """By start, including those in which the employee is not the host."""
    partition = keys.slots_of_employee(id)
    return Walk("GSI2", [(id, [partition])], *walks.positions(first, last), has_pointers=True)


def of_room(id: str, first: int | None, last: int | None) -> Walk:
    return Walk("GSI1", [("", [f"SLOTS#ROOM#{id}"])], *walks.positions(first, last))


def held_by(owner: str, now: int) -> Walk:
    """The slots that an owner holds at `now` without a meeting, by when they lapse."""
    shards = [keys.held_by(owner, shard) for shard in range(SHARDS)]
    return Walk("GSI4", [("", shards)], *walks.positions(now, None))


def create(slot: Slot, by: str) -> Action:
    """Creates the slot. `by` is the owner that the caller writes as (`domain.caller.Caller.owner`)."""
    return {"Put": {"Item": encode(_item(slot, by)), "ConditionExpression": IS_NEW}}


def replace(slot: Slot, by: str) -> Action:
    """Replaces the slot by its next version, unless it has changed since it was read."""
    return {
        "Put": {
            "Item": encode(_item(slot, by)),
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeValues": encode({":read": slot.version - 1}),
        }
    }


def slot_id_of_token(item: Item) -> str:
    """The id of the slot that a token's item points to."""
    return str(item["slotId"])


def point_token(slot: Slot, before: str | None) -> Action:
    """Makes the slot's token stand for it, unless it has stopped pointing to the slot id `before` (None: to none)."""
    item = {
        **_token_key(slot),
        "slotId": slot.id,
        "ttl": (slot.expires_at or slot.modified_at) + KEPT_SECONDS,
    }
    return {"Put": {"Item": encode(item), **_token_unchanged(before)}}


slot_of = CODEC.value


def _item(slot: Slot, by: str) -> Item:
    position = walks.position(slot.start, slot.id)
    return {
        **CODEC.item(slot),
        "gsi1pk": f"SLOTS#ROOM#{slot.room_id}" if slot.room_id else None,
        "gsi1sk": position if slot.room_id else None,
        "gsi2pk": keys.slots_of_employee(slot.employee_id),
        "gsi2sk": position,
        "gsi4pk": keys.held_by(slot.owner, zlib.crc32(slot.id.encode()) % SHARDS) if slot.is_hold else None,
        "gsi4sk": walks.position(slot.expires_at or 0, slot.id) if slot.is_hold else None,
        "modifiedBy": by,
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
