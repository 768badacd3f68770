"""All that the table holds about one customer: what `commands.erase_customer_data` would erase, and who changed it.

Webhook deliveries are not among it: they hold no customer (`storage.webhooks`). The item of the customer's meetings to
come (`storage.upcoming`) only repeats what the meetings themselves say.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from booking.domain.events import TrailEntry
from booking.domain.meeting import Meeting, Slot
from booking.domain.partners import CustomerPartners
from booking.domain.waitlist import WaitlistEntry
from booking.storage import holds, keys, meetings, partners, slots, trail, waitlist
from booking.storage.table import Item, Table
from booking.storage.walks import Place


class CustomerData(Struct, frozen=True):
    """One page. `changes` are by meeting id. `held` are slots without a meeting; they, the entries of the waitlist
    and the links to partners come with the first page.
    """

    customer_id: str
    meetings: Sequence[Meeting]
    changes: Mapping[str, Sequence[TrailEntry]]
    held: Sequence[Slot]
    waitlist: Sequence[WaitlistEntry]
    partners: CustomerPartners
    next: Place | None


def data_of(table: Table, customer_id: str, start: Place | None, limit: int, now: int) -> CustomerData:
    """At most `limit` meetings by their start, from `start` on. One call for each meeting's changes."""
    page = meetings.page(table, meetings.of_customers([customer_id]), start, limit, lambda _: True)
    changes = {meeting.id: list(trail.all_of(table, trail.of_meeting(meeting.id))) for meeting in page.items}
    wanted = [keys.holds(customer_id), keys.partners(customer_id)] if start is None else []
    items = table.get_many(wanted, consistent=True)
    held = _held(table, items, customer_id)
    waits = list(waitlist.all_of(table, waitlist.of_customers([customer_id]))) if start is None else []
    linked = partners.among(items, customer_id)
    return CustomerData(customer_id, page.items, changes, held, waitlist.as_of(table, waits, now), linked, page.next)


def _held(table: Table, read: Iterable[Item], customer_id: str) -> Sequence[Slot]:
    found = holds.among(read, customer_id)
    items = table.get_many([keys.slot(id) for id in found.until], consistent=True) if found and found.until else ()
    return sorted(map(slots.slot_of, items), key=lambda slot: slot.start)
