"""Entries of the waitlist, the line of those that wait, and an item of each customer with what the customer waits for.

The line is one partition, in order of joining, with nothing but the id and the search's time of each entry: whatever
becomes free is offered along it. An entry leaves the line in the transaction that ends it; one whose search is over
goes by TTL (housekeeping only: readers compare the times). GSI1: a customer's entries, GSI3: all of them, and GSI4:
those that a partner's client made, by when they joined.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from booking.domain.caller import PARTNER
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.meeting import Contact
from booking.domain.requests import Search
from booking.domain.waitlist import CustomerWaits, WaitlistEntry, WaitlistOffer, WaitlistStatus
from booking.storage import keys, slots, walks
from booking.storage.table import Action, Item, Table, encode
from booking.storage.walks import Page, Place, Walk

KEPT_SECONDS = 30 * SECONDS_PER_DAY
"""How long an entry can be read after it has ended, or its search is over. Then TTL removes it."""

ENTRY = "entry#"
PAGE = 100
ALL = "WAITLIST#ALL"

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # nobody changed it since it was read


class Waiting(Struct, frozen=True):
    """A place in the line: `time` is the time that the entry searches."""

    place: str
    entry_id: str
    time: Interval


def get(table: Table, id: str) -> WaitlistEntry | None:
    item = table.get(keys.waitlist_entry(id))
    return entry_of(item) if item else None


def among(items: Iterable[Item]) -> WaitlistEntry | None:
    """The entry among `items`, which may include other kinds."""
    return next((entry_of(item) for item in items if item["sk"] == "WAITLIST"), None)


def line(table: Table, after: str | None = None) -> Iterator[Waiting]:
    """Everybody in line behind the place `after`, the first one first. Pages are read as they are needed."""
    items = table.query(
        KeyConditionExpression="pk = :line AND sk > :after",
        ExpressionAttributeValues=encode({":line": keys.WAITLIST_LINE, ":after": after or walks.FIRST}),
        ConsistentRead=True,
    )
    for item in items:
        yield Waiting(item["sk"], item["entryId"], Interval(item["start"], item["end"]))


def page(table: Table, where: Walk, start: Place | None, limit: int, now: int) -> Page[WaitlistEntry]:
    """Entries as they are at `now`: one call more for the slots of their offers."""
    found = walks.walk(table, where, start, limit, entry_of)
    return Page(as_of(table, found.items, now), found.next)


def all_of(table: Table, where: Walk) -> Iterator[WaitlistEntry]:
    """Every entry of the walk as it is stored, read page by page as it is asked for."""
    place: Place | None = None
    while True:
        found = walks.walk(table, where, place, PAGE, entry_of)
        yield from found.items
        place = found.next
        if place is None:
            return


def as_of(table: Table, entries: Sequence[WaitlistEntry], now: int) -> list[WaitlistEntry]:
    """The entries at `now`: one call for the slots of their offers, if there are any."""
    wanted = [keys.slot(each.offered_slot_id) for each in entries if each.offered_slot_id]
    items = table.get_many(wanted, consistent=True) if wanted else []
    known = {slot.id: slot for slot in map(slots.slot_of, items)}
    return [each.as_of(known.get(each.offered_slot_id or ""), now) for each in entries]


def of_customers(ids: Sequence[str]) -> Walk:
    return Walk("GSI1", [("", [f"WAITLIST#CUSTOMER#{id}" for id in dict.fromkeys(ids)])])


def of_all() -> Walk:
    return Walk("GSI3", [("", [ALL])])


def made_by(owner: str) -> Walk:
    """Those of a partner's client."""
    return Walk("GSI4", [("", [f"WAITLIST#MADE_BY#{owner}"])])


def waits_among(items: Iterable[Item], customer_id: str) -> CustomerWaits:
    """For what the customer waits, of `items`, which may include other kinds."""
    pk = keys.waiting(customer_id)["pk"]
    item = next((item for item in items if item["pk"] == pk), None)
    if item is None:
        return CustomerWaits(customer_id)
    until = {name.removeprefix(ENTRY): until for name, until in item.items() if name.startswith(ENTRY)}
    return CustomerWaits(customer_id, item["version"], until)


def join(entry: WaitlistEntry, waits: CustomerWaits, by: str, now: int) -> list[Action]:
    """Puts a new entry at the end of the line, unless the customer has joined or left since `waits` was read."""
    window = entry.search.window
    until = {**waits.live(now), entry.id: window.end}
    place = {
        **keys.waitlist_place(entry.place),
        "entryId": entry.id,
        "start": window.start,
        "end": window.end,
        "ttl": window.end + SECONDS_PER_DAY,
    }
    waiting = {
        **keys.waiting(entry.customer_id),
        **{f"{ENTRY}{id}": end for id, end in until.items()},
        "version": waits.version + 1,
        "ttl": max(until.values()) + SECONDS_PER_DAY,
    }
    unchanged: Action = {"ConditionExpression": IS_NEW}
    if waits.version:
        unchanged = {
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeValues": encode({":read": waits.version}),
        }
    return [
        {"Put": {"Item": encode(_item(entry, by)), "ConditionExpression": IS_NEW}},
        {"Put": {"Item": encode(place)}},
        {"Put": {"Item": encode(waiting), **unchanged}},
    ]


def replace(entry: WaitlistEntry, by: str) -> Action:
    """Replaces the entry by its next version, unless it has changed since it was read."""
    return {"Put": {"Item": encode(_item(entry, by)), **_unchanged(entry.version - 1)}}


def end(entry: WaitlistEntry, by: str) -> tuple[Action, ...]:
    """The same for an entry that has ended, which leaves the line."""
    return (replace(entry, by), *_leave(entry))


def erase(entry: WaitlistEntry) -> tuple[Action, ...]:
    """Removes the entry and its place in the line, unless it has changed since it was read."""
    delete = {"Delete": {"Key": encode(keys.waitlist_entry(entry.id)), **_unchanged(entry.version)}}
    return (delete, *_leave(entry))


def _leave(entry: WaitlistEntry) -> tuple[Action, ...]:
    return (
        {"Delete": {"Key": encode(keys.waitlist_place(entry.place))}},
        {
            "Update": {
                "Key": encode(keys.waiting(entry.customer_id)),
                "UpdateExpression": "REMOVE #entry ADD version :one",
                "ExpressionAttributeNames": {"#entry": f"{ENTRY}{entry.id}"},
                "ExpressionAttributeValues": encode({":one": 1}),
            }
        },
    )


def _unchanged(version: int) -> Action:
    return {"ConditionExpression": IS_UNCHANGED, "ExpressionAttributeValues": encode({":read": version})}


def entry_of(item: Item) -> WaitlistEntry:
    return WaitlistEntry(
        id=item["pk"].removeprefix(keys.waitlist_entry("")["pk"]),
        owner=item["owner"],
        place=item["place"],
        version=item["version"],
        status=WaitlistStatus(item["status"]),
        customer_id=item["customerId"],
        created_at=item["dateCreated"],
        modified_at=item["dateModified"],
        search=msgspec.json.decode(item["search"], type=Search),
        customer=Contact(**item["customer"]) if "customer" in item else None,
        asked=tuple(item.get("asked", ())),
        offer=msgspec.json.decode(item["offer"], type=WaitlistOffer) if "offer" in item else None,
        meeting_id=item.get("meetingId"),
    )


def _item(entry: WaitlistEntry, by: str) -> Item:
    is_partners = entry.owner.startswith(PARTNER)
    contact = asdict(entry.customer) if entry.customer else {}
    return {
        **keys.waitlist_entry(entry.id),
        "owner": entry.owner,
        "place": entry.place,
        "version": entry.version,
        "status": entry.status.value,
        "customerId": entry.customer_id,
        "dateCreated": entry.created_at,
        "dateModified": entry.modified_at,
        "search": _json(entry.search),
        "customer": {name: value for name, value in contact.items() if value is not None} or None,
        "asked": list(entry.asked) or None,
        "offer": _json(entry.offer) if entry.offer else None,
        "meetingId": entry.meeting_id,
        "gsi1pk": f"WAITLIST#CUSTOMER#{entry.customer_id}",
        "gsi1sk": entry.place,
        "gsi3pk": ALL,
        "gsi3sk": entry.place,
        "gsi4pk": f"WAITLIST#MADE_BY#{entry.owner}" if is_partners else None,
        "gsi4sk": entry.place if is_partners else None,
        "modifiedBy": by,
        "ttl": entry.over_since + KEPT_SECONDS,
    }


def _json(value: Struct) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
