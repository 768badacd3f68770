"""What a customer holds: one item of each customer, so that many requests at once cannot pass the limit together.

It has one attribute for each slot, `slot#<id>`, with the second that the slot lapses at. Whoever adds one writes the
item on the condition that it has not changed since it was read. Whoever takes one away just does. Lapsed ones count no
more, and go with the next write: so nothing can drift. A slot without a customer has no such item.
"""

from collections.abc import Iterable, Mapping

from booking.domain.holds import CustomerHolds
from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.meeting import Slot
from booking.storage import keys
from booking.storage.agendas import SlotChange
from booking.storage.table import Action, Item, encode

SLOT = "slot#"
KEPT_SECONDS = 30 * SECONDS_PER_DAY
"""How long after the last hold TTL may remove the item (housekeeping only)."""

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # the customer has taken and given back nothing since it was read


def among(items: Iterable[Item], customer_id: str | None) -> CustomerHolds | None:
    """The customer's holds among `items`, which may include other kinds."""
    if customer_id is None:
        return None
    key = keys.holds(customer_id)
    item = next((item for item in items if (item["pk"], item["sk"]) == (key["pk"], key["sk"])), None)
    if item is None:
        return CustomerHolds(customer_id)
    until = {name.removeprefix(SLOT): until for name, until in item.items() if name.startswith(SLOT)}
    return CustomerHolds(customer_id, item["version"], until)


def actions(read: CustomerHolds | None, now: int, changes: Iterable[SlotChange]) -> list[Action]:
    """The actions that update the holds of these slots' customers. `read`: the holds of one of them, as read."""
    by_customer: dict[str, dict[str, int | None]] = {}
    for change in changes:
        had, has = _held_until(change.before), _held_until(change.after)
        if had != has and change.after.customer_id is not None:
            by_customer.setdefault(change.after.customer_id, {})[change.after.id] = has
    written: list[Action] = []
    for customer_id, until in by_customer.items():
        if read and read.customer_id == customer_id:
            written.append(_put(read, now, until))
        elif any(until.values()):
            raise ValueError("Read a customer's holds before adding one.")
        else:
            written.append(_take_away(customer_id, until))
    return written


def _held_until(slot: Slot | None) -> int | None:
    return slot.expires_at if slot and slot.is_hold else None


def _put(read: CustomerHolds, now: int, until: Mapping[str, int | None]) -> Action:
    held = {id: at for id, at in {**read.live(now), **until}.items() if at is not None}
    item = {
        **keys.holds(read.customer_id),
        **{f"{SLOT}{id}": at for id, at in held.items()},
        "version": read.version + 1,
        "ttl": max(held.values(), default=now) + KEPT_SECONDS,
    }
    request: Action = {"Item": encode(item), "ConditionExpression": IS_NEW}
    if read.version:
        request["ConditionExpression"] = IS_UNCHANGED
        request["ExpressionAttributeValues"] = encode({":read": read.version})
    return {"Put": request}


def _take_away(customer_id: str, slot_ids: Iterable[str]) -> Action:
    names = {f"#slot{number}": f"{SLOT}{id}" for number, id in enumerate(slot_ids)}
    return {
        "Update": {
            "Key": encode(keys.holds(customer_id)),
            "UpdateExpression": f"REMOVE {', '.join(names)} ADD version :one",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": encode({":one": 1}),
        }
    }
