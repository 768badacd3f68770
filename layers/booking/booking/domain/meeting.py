"""Slots and meetings: immutable values, and the changes that they allow."""

from copy import replace
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from booking.domain.agenda import Resource, Seat, employee, has_lapsed, room
from booking.domain.configuration import MeetingType
from booking.domain.interval import SECONDS_PER_DAY, Interval

LONGEST_SECONDS = SECONDS_PER_DAY
"""The longest that a slot may be, and therefore a meeting."""


MOST_ADDITIONAL = 20
"""How many employees may take part besides the host. Each adds up to two weeks to a transaction of at most 100."""


class SlotStatus(StrEnum):
    """Expired is never stored. A slot without a meeting is expired from the second `expires_at` on."""

    RESERVED = "Reserved"
    BOOKED = "Booked"
    RELEASED = "Released"
    EXPIRED = "Expired"


class MeetingStatus(StrEnum):
    CONFIRMED = "Confirmed"
    CANCELLED = "Cancelled"


class BookedBy(StrEnum):
    CUSTOMER = "Customer"
    EMPLOYEE = "Employee"
    PORTAL_PARTNER = "PortalPartner"
    PORTAL_CUSTOMER = "PortalCustomer"


class Slot(Struct, frozen=True):
    """A time taken, on the agendas of `employee_ids` (the first is the one asked for) and of the room.

    `owner` is who may touch it (`domain.caller.Caller.owner`). Until it has a meeting, firm or not, `expires_at` is the
    second from which it is dead. `token_hash` is the hash of its reservation token, which the slot itself does not
    have. `customer_id` is the customer whose limit of holds it counts for, if it counts. A slot with
    `existing_meeting_id` is held to move that meeting: it may overlap the meeting's own time, and nothing else.
    `held_since` is the first second of the earlier hold that it counts as renewing (`domain.holds.in_place_of`).
    `waitlist_id` is the entry of the waitlist that it was offered to. `is_seat`: it is one customer's seat in a group
    meeting, whose other seats may have the same time; it has one employee, a topic and a meeting type.
    """

    id: str
    owner: str
    start: int
    end: int
    employee_ids: tuple[str, ...]
    status: SlotStatus
    version: int
    created_at: int
    modified_at: int
    room_id: str | None = None
    token_hash: str | None = None
    expires_at: int | None = None
    meeting_id: str | None = None
    existing_meeting_id: str | None = None
    is_customer_initiated: bool = True
    meeting_type: MeetingType | None = None
    topic_id: str | None = None
    customer_type_id: str | None = None
    customer_id: str | None = None
    held_since: int | None = None
    waitlist_id: str | None = None
    is_seat: bool = False

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def employee_id(self) -> str:
        return self.employee_ids[0]

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Every agenda that has this slot's time while it is live."""
        rooms = (room(self.room_id),) if self.room_id else ()
        return tuple(employee(id) for id in self.employee_ids) + rooms

    @property
    def seat(self) -> Seat | None:
        return Seat(self.employee_id, self.meeting_type, self.room_id) if self.is_seat and self.meeting_type else None

    @property
    def is_hold(self) -> bool:
        """Whether the slot has no meeting yet and would lapse. A lapsed slot is a hold too."""
        return self.status is not SlotStatus.RELEASED and self.meeting_id is None and self.expires_at is not None

    def firm(self, now: int, expires_at: int) -> "Slot":
        """The slot, confirmed. Without a meeting it lapses at `expires_at`."""
        return self._next(now, status=SlotStatus.BOOKED, expires_at=expires_at)

    def booked(self, now: int, meeting_id: str) -> "Slot":
        """The slot, booked for the meeting. It does not lapse."""
        return self._next(now, status=SlotStatus.BOOKED, expires_at=None, meeting_id=meeting_id)

    def renewed(self, now: int, expires_at: int) -> "Slot":
        return self._next(now, expires_at=expires_at)

    def released(self, now: int) -> "Slot":
        return self._next(now, status=SlotStatus.RELEASED)

    def erased(self, now: int, *, release: bool = False) -> "Slot":
        """The slot without the data of its customer."""
        after = self.released(now) if release else self._next(now)
        return replace(after, token_hash=None, customer_id=None, waitlist_id=None)

    def _next(self, now: int, **changes: Any) -> "Slot":
        return replace(self, version=self.version + 1, modified_at=now, **changes)

    def status_at(self, now: int) -> SlotStatus:
        """The status that a reader sees at `now`."""
        if self.is_hold and self.expires_at is not None and has_lapsed(self.expires_at, now):
            return SlotStatus.EXPIRED
        return self.status

    def is_live(self, now: int) -> bool:
        return self.status_at(now) in (SlotStatus.RESERVED, SlotStatus.BOOKED)


class CustomField(Struct, frozen=True):
    key: str
    value: str


class ExternalAttendee(Struct, frozen=True):
    name: str
    email: str


class Contact(Struct, frozen=True):
    """How the customer is written to. `phone` is an E.164 number, `language` a BCP 47 tag."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None


PERSONAL_FIELDS = (
    "customer_id",
    "customer",
    "title",
    "description",
    "video_link",
    "custom_fields",
    "external_attendees",
    "salesforce_id",
    "portal_id",
)
_LISTS = frozenset({"custom_fields", "external_attendees"})


class MeetingDetails(Struct, frozen=True, kw_only=True):
    """What people write about a meeting, and who else takes part. The rules do not read it."""

    title: str | None = None
    description: str | None = None
    video_link: str | None = None
    customer: Contact | None = None
    custom_fields: tuple[CustomField, ...] = ()
    external_attendees: tuple[ExternalAttendee, ...] = ()


def details_of(value: MeetingDetails) -> dict[str, Any]:
    """The details of a meeting, of a request for one or of a change, by field name."""
    return {field.name: getattr(value, field.name) for field in fields(MeetingDetails)}


class Meeting(MeetingDetails, frozen=True):
    """A meeting. `version` grows with each change (ETag), `sequence` with each change of `appointment`."""

    id: str
    owner: str
    version: int
    sequence: int
    status: MeetingStatus
    created_at: int
    modified_at: int
    time_slot_id: str
    start: int
    end: int
    type: MeetingType
    employee_id: str
    additional_employees: tuple[str, ...] = ()
    room_id: str | None = None
    customer_id: str | None = None
    booked_by: BookedBy = BookedBy.CUSTOMER
    customer_type_id: str | None = None
    topic_id: str | None = None
    salesforce_id: str | None = None
    portal_id: str | None = None

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def appointment(self) -> tuple[object, ...]:
        """What everybody who takes part must know. If it changes, calendars must be updated."""
        return self.start, self.end, self.room_id, self.employee_id, self.type

    @property
    def has_personal_data(self) -> bool:
        return any(getattr(self, field) for field in PERSONAL_FIELDS)

    def erased(self, now: int, *, cancel: bool = False) -> "Meeting":
        """The meeting without the customer's data and the texts. Its time and employees stay."""
        after = self.cancelled(now) if cancel else self.changed(now)
        nothing: dict[str, Any] = {field: () if field in _LISTS else None for field in PERSONAL_FIELDS}
        return replace(after, **nothing)

    def changed(self, now: int, **changes: Any) -> "Meeting":
        """The next version. What attendees must be told of raises `sequence`: time, room, employee, type."""
        after = replace(self, version=self.version + 1, modified_at=now, **changes)
        return replace(after, sequence=self.sequence + (after.appointment != self.appointment))

    def cancelled(self, now: int) -> "Meeting":
        after = self.changed(now, status=MeetingStatus.CANCELLED)
        return replace(after, sequence=self.sequence + 1)
