"""Lists, page by page, out of an index's partitions: by query only, in order of the sort key, from where one stopped.

Every sort key of the indexes is a position: an instant and an id, `001795507200#<id>`, so it is unique and sorts by
the instant. A walk goes through its legs one after another; the partitions of one leg are merged into one order. What
is added before the place where a reader stopped does not move that place.
"""

from collections.abc import Callable, Mapping, Sequence
from heapq import merge

from msgspec import Struct

from booking.storage import keys
from booking.storage.table import Item, Table, encode

FIRST = "0"
LAST = ":"  # sorts after every digit

READ_AT_MOST = 500
"""How many items one page reads at most. The next page continues from there."""
QUERIES_AT_MOST = 40


class Walk(Struct, frozen=True):
    """Where to look: `legs` are names with the partitions of `index` that each merges, in order of their names.

    Only positions from `first` up to `last` count; see `positions`. `has_pointers`: those of `participants` count as
    what they point to; in other walks they are passed over.
    """

    index: str
    legs: Sequence[tuple[str, Sequence[str]]]
    first: str = FIRST
    last: str = LAST
    has_pointers: bool = False


type Place = tuple[str, str]
"""Where the next page begins: the name of a leg, and the lowest position in it."""


class Page[T](Struct, frozen=True):
    """`next` is None at the end. A page may be short of its limit, or empty, before the end is reached."""

    items: list[T]
    next: Place | None


def position(instant: int, id: str) -> str:
    return f"{instant:012}#{id}"


def positions(first: int | None, last: int | None) -> tuple[str, str]:
    """The bounds of the instants from `first` up to but not including `last`."""
    return FIRST if first is None else f"{first:012}", LAST if last is None else f"{last:012}"


def walk[T](
    table: Table,
    where: Walk,
    start: Place | None,
    limit: int,
    read: Callable[[Item], T | None],
    keep: Callable[[T], bool] = lambda _: True,
) -> Page[T]:
    """At most `limit` of what `read` makes of the walk's items and `keep` accepts, from `start` on.

    An item of which `read` makes None is left out.
    """
    kept: list[T] = []
    seen = queries = 0
    leg_name, first = start or ("", where.first)
    for name, partitions in where.legs:
        if name < leg_name:
            continue
        after: str | None = max(first, where.first) if name == leg_name else where.first
        while after is not None:
            if seen >= READ_AT_MOST or queries >= QUERIES_AT_MOST:
                return Page(kept, (name, after))
            found, rest = _merged(table, where, partitions, after, limit)
            queries += len(partitions)
            seen += len(found)
            items = _followed(table, where, [item for _, item in found])
            for number, ((place, _), item) in enumerate(zip(found, items, strict=True)):
                value = read(item) if item else None
                if value is not None and keep(value):
                    kept.append(value)
                    if len(kept) == limit:
                        is_end = rest is None and number + 1 == len(found) and name == where.legs[-1][0]
                        return Page(kept, None if is_end else (name, _behind(place)))
            after = rest
    return Page(kept, None)


def _followed(table: Table, where: Walk, items: Sequence[Item]) -> list[Item | None]:
    """The items. Each pointer is replaced by what it points to, or by None if that no longer exists."""
    pointers = [item for item in items if item["sk"].startswith(keys.PARTICIPANT)] if where.has_pointers else []
    targets = [{"pk": item["pk"], "sk": keys.kind_of(item)} for item in pointers]
    found = {item["pk"]: item for item in table.get_many(targets, consistent=False)} if targets else {}
    return [_target(item, found) if item["sk"].startswith(keys.PARTICIPANT) else item for item in items]


def _target(pointer: Item, found: Mapping[str, Item]) -> Item | None:
    """The item that the pointer points to, if it still has the same start and another host."""
    item = found.get(pointer["pk"])
    return item if item and item["gsi2sk"] == pointer["gsi2sk"] and item["gsi2pk"] != pointer["gsi2pk"] else None


def _merged(
    table: Table, where: Walk, partitions: Sequence[str], first: str, limit: int
) -> tuple[list[tuple[str, Item]], str | None]:
    """The next items of the merged partitions with their positions, and from where on there may be more."""
    if first > where.last:
        return [], None
    key = where.index.lower()
    known_up_to = where.last
    lists: list[list[tuple[str, Item]]] = []
    for partition in partitions:
        items, is_cut = table.query_page(
            limit,
            IndexName=where.index,
            KeyConditionExpression=f"{key}pk = :partition AND {key}sk BETWEEN :first AND :last",
            ExpressionAttributeValues=encode({":partition": partition, ":first": first, ":last": where.last}),
        )
        lists.append([(item[f"{key}sk"], item) for item in items])
        if is_cut:
            # What lies behind this partition's last item is not known yet, nor what of it the others precede.
            known_up_to = min(known_up_to, items[-1][f"{key}sk"])
    merged = [each for each in merge(*lists, key=lambda each: each[0]) if each[0] <= known_up_to]
    is_done = known_up_to == where.last
    return merged, None if is_done else _behind(known_up_to)


def _behind(place: str) -> str:
    """The lowest position after this one. No position is the prefix of another, because each ends in an id."""
    return place + " "
