"""Join and leave the waitlist, and hold a time for somebody who waits."""

from collections.abc import Callable

from msgspec import Struct

from booking.commands import customer_limits
from booking.commands.claims import with_seat
from booking.commands.consent import link_keys, require_consent
from booking.commands.transaction import Decision, book, save
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.decide import agenda_time, check
from booking.domain.errors import InUse, NotFound
from booking.domain.meeting import Contact, Slot, SlotStatus
from booking.domain.requests import Search
from booking.domain.search import Offer
from booking.domain.waitlist import WaitlistEntry, WaitlistStatus
from booking.storage import agendas, holds, keys, slots, waitlist, walks
from booking.storage.agendas import SlotChange
from booking.storage.configuration_items import require_newest
from booking.storage.table import Action, Table

BY = "function:offer_waitlist"


class WaitlistRequest(Struct, frozen=True):
    """Who wants to be told when a time becomes free that the search finds."""

    customer_id: str
    search: Search
    customer: Contact | None = None


def join_waitlist(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    request: WaitlistRequest,
    clock: Callable[[], int],
    key: str | None = None,
) -> WaitlistEntry:
    """Puts the customer at the end of the line. `key` is the caller's Idempotency-Key: it stands for one entry.

    Raises TooManyWaiting, NotLinked, TryAgain.
    """
    named = link_keys(configuration, caller, request.customer_id)
    id = keys.derived_id(caller.owner, f"waitlist {key}") if key else keys.new_id()
    place_id = keys.new_id()

    def attempt(_unanswered: WaitlistEntry | None) -> tuple[WaitlistEntry, list[Action]]:
        now = clock()
        wanted = [keys.waitlist_entry(id), keys.waiting(request.customer_id), *named]
        items = table.get_many(wanted, consistent=True)
        consent = require_consent(table, configuration, caller, request.customer_id, read=items)
        if made_before := waitlist.among(items):
            return made_before, []
        waits = waitlist.waits_among(items, request.customer_id)
        waits.require_room(now)
        entry = WaitlistEntry(
            id=id,
            owner=caller.owner,
            place=walks.position(now, place_id),
            version=1,
            status=WaitlistStatus.WAITING,
            customer_id=request.customer_id,
            created_at=now,
            modified_at=now,
            search=request.search,
            customer=request.customer,
        )
        return entry, [*waitlist.join(entry, waits, caller.owner, now), *consent]

    return save(table, attempt)


def own_entry(table: Table, caller: Caller, id: str) -> WaitlistEntry:
    """The entry as it is stored. Raises NotFound if the caller may not know of it."""
    entry = waitlist.get(table, id)
    if entry is None or not entry.belongs_to(caller):
        raise NotFound("waitlist entry", id)
    return entry


def leave_waitlist(
    table: Table, configuration: Configuration, caller: Caller, id: str, clock: Callable[[], int]
) -> None:
    """Takes the entry out of the line and frees what is held for it. Leaving again changes nothing.

    Raises NotFound, InUse (an offer has become a meeting: cancel that), NotLinked, TryAgain.
    """

    def attempt(now: int, _unanswered: None) -> Decision[None]:
        entry = own_entry(table, caller, id)
        consent = require_consent(table, configuration, caller, entry.customer_id)
        current, released = _current(table, entry, now)
        if current.status is WaitlistStatus.BOOKED:
            raise InUse("The time slot has become a meeting. Cancel the meeting instead.", meetingId=current.meeting_id)
        if entry.has_ended:
            return Decision(None)
        return Decision(None, released, also=(*waitlist.end(entry.withdrawn(now), caller.owner), *consent))

    book(table, caller.owner, clock, attempt)


def erase_entry(table: Table, by: str, id: str, clock: Callable[[], int]) -> None:
    """Removes the entry, and frees what is held for it. Raises TryAgain."""

    def attempt(now: int, _unanswered: None) -> Decision[None]:
        entry = waitlist.get(table, id)
        if entry is None:
            return Decision(None)
        _, released = _current(table, entry, now)
        erased = tuple(
            SlotChange(each.before, each.before.erased(now, release=True)) for each in released if each.before
        )
        return Decision(None, erased, also=waitlist.erase(entry))

    book(table, by, clock, attempt)


def note_booking(table: Table, time_slot_id: str, clock: Callable[[], int]) -> None:
    """Ends the entry whose offer has become a meeting, if the slot was one. Frees a newer offer, if there is one.

    The same again changes nothing. Raises TryAgain.
    """

    def attempt(now: int, _unanswered: None) -> Decision[None]:
        slot = slots.get(table, time_slot_id)
        if slot is None or slot.waitlist_id is None or slot.meeting_id is None:
            return Decision(None)
        entry = waitlist.get(table, slot.waitlist_id)
        if entry is None or entry.has_ended:
            return Decision(None)
        _, released = _current(table, entry, now)
        return Decision(None, released, also=waitlist.end(entry.booked(slot.meeting_id, now), BY))

    book(table, BY, clock, attempt)


def offer_time(
    table: Table, configuration: Configuration, entry: WaitlistEntry, offer: Offer, clock: Callable[[], int]
) -> None:
    """Holds the time for the entry and notes that on it, both or neither, unless the entry does not wait any more.

    The time must be one that the entry has not been offered. Raises SlotTaken, RoomTaken, SlotNotOffered,
    TooManyHolds, TooManyMeetings, CustomerBusy, NotFound, Outdated, TryAgain.
    """
    slot_id = keys.new_id()
    wanted = entry.wanted(offer)

    def attempt(now: int, _unanswered: None) -> Decision[None]:
        slot = Slot(
            id=slot_id,
            owner=entry.owner,
            start=offer.start,
            end=offer.end,
            employee_ids=offer.employee_ids,
            status=SlotStatus.RESERVED,
            version=1,
            created_at=now,
            modified_at=now,
            room_id=offer.room_id,
            expires_at=now + configuration.organisation.waitlist_hold,
            is_customer_initiated=wanted.is_customer_initiated,
            meeting_type=offer.meeting_type,
            topic_id=wanted.topic_id,
            customer_type_id=wanted.customer_type_id,
            customer_id=entry.customer_id,
            waitlist_id=entry.id,
        )
        slot = with_seat(slot, configuration)
        agenda_keys = agendas.agenda_keys(slot.resources, agenda_time(slot.interval, configuration, slot.employee_ids))
        named = [keys.CONFIGURATION_VERSION, keys.waitlist_entry(entry.id), keys.holds(entry.customer_id)]
        limited = customer_limits.keys_of(configuration, entry.customer_id)
        items = table.get_many([*named, *limited, *agenda_keys], consistent=True)
        stored = waitlist.among(items)
        if stored is None or offer.start in stored.asked:
            return Decision(None)
        if _current(table, stored, now)[0].status is not WaitlistStatus.WAITING:
            return Decision(None)
        require_newest(configuration, items)
        weeks = agendas.joined(items, agenda_keys, configuration.version)
        check(wanted, configuration, weeks, now)
        held = holds.among(items, entry.customer_id)
        if held:
            held.require_room_for(slot, configuration.organisation.max_holds, now)
        customer_limits.require_room_for(table, configuration, slot, entry.customer_id, now, read_along=items)
        noted = stored.offered(slot, offer.meeting_type, now)
        return Decision(None, (SlotChange(None, slot),), agendas=weeks, holds=held, also=(waitlist.replace(noted, BY),))

    book(table, BY, clock, attempt)


def _current(table: Table, entry: WaitlistEntry, now: int) -> tuple[WaitlistEntry, tuple[SlotChange, ...]]:
    """The entry at `now`, and the release of what is held for it then."""
    slot = slots.get(table, entry.offered_slot_id) if entry.offered_slot_id else None
    current = entry.as_of(slot, now)
    is_held = slot is not None and current.status is WaitlistStatus.OFFERED
    return current, (SlotChange(slot, slot.released(now)),) if slot and is_held else ()
