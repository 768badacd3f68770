"""The waitlist: who waits for which times, and what they have been offered.

An offer is a hold. What an entry is at a moment follows from that hold's slot (`WaitlistEntry.as_of`).
"""

from collections.abc import Iterable, Mapping
from copy import replace
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from booking.domain.caller import Caller
from booking.domain.configuration import MeetingType
from booking.domain.errors import TooManyWaiting
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.meeting import BookedBy, Contact, Meeting, MeetingStatus, Slot
from booking.domain.requests import Search, SlotRequest
from booking.domain.search import Offer

MOST_ENTRIES = 5
"""For how much one customer may wait at once."""

AROUND_SECONDS = SECONDS_PER_DAY
"""How far around a freed time it is searched: a meeting may be a day long, and a freed one may lift a limit of the
whole day."""


class WaitlistStatus(StrEnum):
    """Expired is never stored: an entry that waits is expired from the end of its search on."""

    WAITING = "Waiting"
    OFFERED = "Offered"
    BOOKED = "Booked"
    WITHDRAWN = "Withdrawn"
    EXPIRED = "Expired"


class WaitlistOffer(Struct, frozen=True):
    """A time that is held for an entry. Instants are Unix seconds."""

    time_slot_id: str
    start: int
    end: int
    employee_ids: tuple[str, ...]
    meeting_type: MeetingType
    expires_at: int
    room_id: str | None = None


class WaitlistEntry(Struct, frozen=True):
    """One customer's request. `place` sorts by when it joined; `asked` are the starts of all times offered so far.

    `owner` is who joined (`domain.caller.Caller.owner`). `offer` is the newest one, which may have lapsed.
    """

    id: str
    owner: str
    place: str
    version: int
    status: WaitlistStatus
    customer_id: str
    created_at: int
    modified_at: int
    search: Search
    customer: Contact | None = None
    asked: tuple[int, ...] = ()
    offer: WaitlistOffer | None = None
    meeting_id: str | None = None

    @property
    def has_ended(self) -> bool:
        return self.status in (WaitlistStatus.BOOKED, WaitlistStatus.WITHDRAWN)

    @property
    def over_since(self) -> int:
        """The second at which nothing more can come of the entry. It may be one to come."""
        return self.modified_at if self.has_ended else self.search.window.end

    @property
    def offered_slot_id(self) -> str | None:
        """The slot that decides what the entry is (`as_of`)."""
        return self.offer.time_slot_id if self.offer and not self.has_ended else None

    def belongs_to(self, caller: Caller) -> bool:
        """An entry belongs to whoever joined, to its customer, and to every employee."""
        return caller.is_staff or self.owner == caller.owner or caller.is_customer(self.customer_id)

    def as_of(self, slot: Slot | None, now: int) -> "WaitlistEntry":
        """The entry at `now`. `slot` is the one of `offered_slot_id`, as it is stored."""
        if self.has_ended:
            return self
        if self.offer and slot and slot.meeting_id:
            return replace(self, status=WaitlistStatus.BOOKED, meeting_id=slot.meeting_id)
        if self.offer and slot and slot.expires_at is not None and slot.is_live(now):
            return replace(self, status=WaitlistStatus.OFFERED, offer=replace(self.offer, expires_at=slot.expires_at))
        is_over = self.search.window.end <= now
        return replace(self, status=WaitlistStatus.EXPIRED if is_over else WaitlistStatus.WAITING, offer=None)

    def search_in(self, time: Interval | None) -> Search | None:
        """The entry's search within `time` (None: all of it). None if no meeting fits in there."""
        window = self.search.window
        if time is not None:
            window = Interval(max(window.start, time.start), min(window.end, time.end))
        if window.end - window.start < self.search.duration:
            return None
        return replace(self.search, window=window)

    def chosen(self, offers: Iterable[Offer]) -> Offer | None:
        """The first offer at a start that the entry has not been asked about."""
        return next((offer for offer in offers if offer.start not in self.asked), None)

    def wanted(self, offer: Offer) -> SlotRequest:
        """The slot to hold for the entry."""
        return SlotRequest(
            interval=Interval(offer.start, offer.end),
            employee_ids=offer.employee_ids,
            room_id=offer.room_id,
            meeting_type=offer.meeting_type,
            topic_id=self.search.topic_id,
            customer_type_id=self.search.customer_type_id,
            is_customer_initiated=self.search.is_customer_initiated,
        )

    def offered(self, slot: Slot, meeting_type: MeetingType, now: int) -> "WaitlistEntry":
        offer = WaitlistOffer(
            time_slot_id=slot.id,
            start=slot.start,
            end=slot.end,
            employee_ids=slot.employee_ids,
            meeting_type=meeting_type,
            expires_at=slot.expires_at or now,
            room_id=slot.room_id,
        )
        return self._next(now, status=WaitlistStatus.OFFERED, asked=(*self.asked, slot.start), offer=offer)

    def booked(self, meeting_id: str, now: int) -> "WaitlistEntry":
        return self._next(now, status=WaitlistStatus.BOOKED, meeting_id=meeting_id, customer=None)

    def withdrawn(self, now: int) -> "WaitlistEntry":
        return self._next(now, status=WaitlistStatus.WITHDRAWN, offer=None, customer=None)

    def _next(self, now: int, **changes: Any) -> "WaitlistEntry":
        return replace(self, version=self.version + 1, modified_at=now, **changes)


def offered_meeting(entry: WaitlistEntry, offer: WaitlistOffer) -> Meeting:
    """The meeting that the offer would become, for the words of a message. Its `sequence` counts the offers."""
    return Meeting(
        id=entry.id,
        owner=entry.owner,
        version=entry.version,
        sequence=len(entry.asked),
        status=MeetingStatus.CONFIRMED,
        created_at=entry.created_at,
        modified_at=entry.modified_at,
        time_slot_id=offer.time_slot_id,
        start=offer.start,
        end=offer.end,
        type=offer.meeting_type,
        employee_id=offer.employee_ids[0],
        additional_employees=offer.employee_ids[1:],
        room_id=offer.room_id,
        customer_id=entry.customer_id,
        booked_by=BookedBy.CUSTOMER,
        customer_type_id=entry.search.customer_type_id,
        topic_id=entry.search.topic_id,
        customer=entry.customer,
    )


class CustomerWaits(Struct, frozen=True):
    """For what a customer waits: the end of each search, by the entry's id."""

    customer_id: str
    version: int = 0
    until: Mapping[str, int] = field(default_factory=dict)

    def live(self, now: int) -> dict[str, int]:
        return {id: until for id, until in self.until.items() if now < until}

    def require_room(self, now: int) -> None:
        """Raises TooManyWaiting."""
        if len(self.live(now)) >= MOST_ENTRIES:
            raise TooManyWaiting(MOST_ENTRIES)
