"""Everything that can be asked of the commands, with everything else at its plainest."""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from typing import Any

from booking.commands.cancel_meeting import cancel_meeting
from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.create_meeting import Created, MeetingRequest, book_meeting, create_meeting
from booking.commands.offer_waitlist import Waitlist
from booking.commands.release_time_slot import release_time_slot
from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.commands.update_meeting import update_meeting
from booking.commands.waitlist import WaitlistRequest, join_waitlist, leave_waitlist, note_booking
from booking.domain.configuration import Configuration, MeetingType
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, Meeting, Slot
from booking.domain.requests import Search, SlotRequest
from booking.domain.waitlist import WaitlistEntry
from booking.storage import waitlist
from booking.storage.configurations import Configurations
from booking.storage.table import Table
from booking.storage.waitlist_queue import WaitlistQueue
from tests.races.office import HOUR, PARTNER


@dataclass
class Clock:
    """Unix seconds, moved by hand."""

    time: int

    def __call__(self) -> int:
        return self.time


@dataclass(frozen=True)
class Desk:
    """One function's view: its database client, its configuration, its clock."""

    table: Table
    configuration: Configuration
    clock: Callable[[], int]

    def reserve(
        self,
        start: int,
        *employees: str,
        token: str = "token",
        length: int = HOUR,
        room: str | None = None,
        moving: str | None = None,
        customer: str | None = None,
        topic: str | None = None,
    ) -> Reserved:
        """`moving` is the id of a meeting that the hold is to move; `customer` is whose limit it counts for."""
        wanted = _wanted(start, length, employees, room)
        if topic:
            wanted = replace(wanted, topic_id=topic, meeting_type=MeetingType.ONLINE)
        request = Reservation(wanted, token, moving, customer)
        return reserve_time_slot(self.table, self.configuration, PARTNER, request, self.clock)

    def create(self, slot_id: str, customer: str = "customer", **wishes: Any) -> Created:
        request = _request(customer, **wishes)
        return create_meeting(self.table, self.configuration, PARTNER, slot_id, request, self.clock)

    def book(
        self,
        start: int,
        *employees: str,
        key: str | None = None,
        length: int = HOUR,
        room: str | None = None,
        topic: str | None = None,
        customer: str = "customer",
    ) -> Created:
        wanted = replace(_wanted(start, length, employees, room), meeting_type=MeetingType.ONLINE, topic_id=topic)
        return book_meeting(self.table, self.configuration, PARTNER, wanted, _request(customer), self.clock, key)

    def confirm(self, slot_id: str) -> Slot:
        return confirm_time_slot(self.table, self.configuration, PARTNER, slot_id, self.clock)

    def release(self, slot_id: str) -> Slot:
        return release_time_slot(self.table, PARTNER, slot_id, self.clock)

    def cancel(self, meeting_id: str, version: int | None = None) -> Meeting:
        return cancel_meeting(self.table, self.configuration, PARTNER, meeting_id, version, self.clock)

    def update(self, meeting_id: str, version: int | None = None, **changes: Any) -> Meeting:
        """`changes` are fields of the meeting's content; a callable is given the old value."""

        def change(content: Any) -> Any:
            values = {
                name: value(getattr(content, name)) if callable(value) else value for name, value in changes.items()
            }
            return replace(content, **values)

        return update_meeting(self.table, self.configuration, PARTNER, meeting_id, change, version, self.clock)

    def join(self, start: int, customer: str, key: str | None = None, length: int = HOUR) -> str:
        """The customer waits for exactly this time of Anna's. The entry's id."""
        search = Search(
            require_employee_participation=True,
            window=Interval(start, start + length),
            duration=HOUR,
            explicit_employee_ids=("anna",),
            meeting_types=frozenset({MeetingType.ONLINE}),
        )
        return join_waitlist(
            self.table, self.configuration, PARTNER, WaitlistRequest(customer, search), self.clock, key
        ).id

    def leave(self, id: str) -> None:
        leave_waitlist(self.table, self.configuration, PARTNER, id, self.clock)

    def note_booking(self, slot_id: str) -> None:
        note_booking(self.table, slot_id, self.clock)

    def walk(self) -> None:
        """Along the whole line, as when something has become free."""
        Waitlist(self.table, Standing(self.configuration), NoQueue(None, ""), self.clock, lambda: True).walk(None)

    def entry(self, id: str) -> WaitlistEntry:
        stored = waitlist.get(self.table, id)
        assert stored
        [entry] = waitlist.as_of(self.table, [stored], self.clock())
        return entry


class Standing(Configurations):
    """A configuration that nobody changes."""

    def __init__(self, configuration: Configuration) -> None:
        self._standing = configuration

    def current(self, now: int) -> Configuration:
        return self._standing

    def was_old(self, now: int) -> bool:
        return False


class NoQueue(WaitlistQueue, frozen=True):
    """For walks that come to the end."""

    def _send(self, body: dict[str, Any], delay: int) -> None:
        raise AssertionError(body)


def _wanted(start: int, length: int, employees: tuple[str, ...], room: str | None) -> SlotRequest:
    return SlotRequest(Interval(start, start + length), employees or ("anna",), room_id=room)


def _request(customer: str, **wishes: Any) -> MeetingRequest:
    return MeetingRequest(
        **{"customer_id": customer, "booked_by": BookedBy.CUSTOMER, "type": MeetingType.ONLINE, **wishes}
    )
