"""Release everything that somebody holds without a meeting: for employees, if somebody blocks a calendar."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from msgspec import Struct

from booking.commands.release_time_slot import release_time_slot
from booking.domain.caller import Caller
from booking.domain.errors import InUse, NotFound
from booking.storage import holds, keys, slots
from booking.storage.table import Table
from booking.storage.walks import Place

PAGE = 100


class Whose(Struct, frozen=True):
    """Either who made the holds (`domain.caller.Caller.owner`), or the customer that they count for."""

    owner: str | None = None
    customer_id: str | None = None


class Released(Struct, frozen=True):
    """`is_complete` is False if the time ran out. The same call again continues from there."""

    count: int
    is_complete: bool


def release_time_slots(
    table: Table, caller: Caller, whose: Whose, clock: Callable[[], int], has_time: Callable[[], bool]
) -> Released:
    """Frees every hold and every firm slot without a meeting. What has become a meeting meanwhile stays.

    Each slot is one transaction, so the same again finishes what a failure cut off. Raises TryAgain.
    """
    count = 0
    for slot_id in _held(table, whose, clock()):
        if not has_time():
            return Released(count, is_complete=False)
        with suppress(InUse, NotFound):
            release_time_slot(table, caller, slot_id, clock)
            count += 1
    return Released(count, is_complete=True)


def _held(table: Table, whose: Whose, now: int) -> Iterator[str]:
    if whose.customer_id is not None:
        items = table.get_many([keys.holds(whose.customer_id)], consistent=True)
        found = holds.among(items, whose.customer_id)
        yield from found.live(now) if found else ()
        return
    place: Place | None = None
    while True:
        page = slots.page(table, slots.held_by(str(whose.owner), now), place, PAGE, lambda slot: slot.is_hold)
        yield from (slot.id for slot in page.items)
        if page.next is None:
            return
        place = page.next
