"""Erase personal data: of one customer on request, and of all once the organisation's retention time is over."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from booking.commands.transaction import Decision, book
from booking.commands.waitlist import erase_entry
from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.messages import Unwritable
from booking.storage import holds, kept_answers, keys, meetings, retention, slots, suppressions, waitlist
from booking.storage.agendas import SlotChange
from booking.storage.retention import Progress
from booking.storage.table import Table
from booking.storage.walks import FIRST, Place, Walk

PAGE = 100
BEGINNING: Place = ("", FIRST)
RESTS_SECONDS = 12 * 3600
"""The retention schedule runs several times a night, so that one run need not finish everything."""


@dataclass
class Erasure:
    """What was done. `stopped_at`: from where the same again goes on, None when all is done.

    `failures` are the meetings that could not be erased, with what was in the way; the others are erased all the same.
    """

    meetings_erased: int = 0
    slots_erased: int = 0
    meetings_cancelled: int = 0
    stopped_at: Place | None = None
    failures: list[tuple[str, Exception]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return self.stopped_at is None


def erase_customer_data(
    table: Table,
    by: str,
    customer_id: str,
    cancel_future: bool,
    clock: Callable[[], int],
    has_time: Callable[[], bool],
) -> Erasure:
    """Removes the personal fields of every meeting of this customer, and what the customer sent from their slots.

    Meetings to come are cancelled along with it if `cancel_future`; else their times stay taken. What the customer
    holds without a meeting is released; what lapsed before is removed within a month. Entries of the waitlist are
    removed, and so are the links to partners. Each meeting is one transaction, so the same again finishes what a
    failure cut off. Answers kept for an Idempotency-Key are deleted. The table's backups go with their age.
    """
    eraser = _Eraser(table, by, cancel_future, clock, has_time)
    done = eraser.erase(meetings.of_customers([customer_id]), lambda _: True)
    if done.is_complete:
        eraser.forget_waitlist(customer_id)
        eraser.forget_holds(customer_id)
        table.delete(keys.partners(customer_id))
        table.delete(keys.upcoming(customer_id))
        kept_answers.forget(table, customer_id)
    return done


def apply_retention(
    table: Table, by: str, retention_seconds: int, clock: Callable[[], int], has_time: Callable[[], bool]
) -> Erasure:
    """Erases the personal data of every meeting that ended and was last changed at least that long ago.

    So are entries of the waitlist, where TTL would keep them longer.

    Goes on where the last run stopped, and does nothing for `RESTS_SECONDS` after one that has done all.
    """
    last = retention.read(table)
    if last and last.stopped_at is None and clock() - last.at < RESTS_SECONDS:
        return Erasure()
    limit = clock() - retention_seconds
    eraser = _Eraser(table, by, False, clock, has_time)
    start = last.stopped_at if last else None
    done = eraser.erase(meetings.with_personal_data(limit), lambda meeting: meeting.end <= limit, start)
    if done.is_complete and retention_seconds < waitlist.KEPT_SECONDS:
        eraser.forget_ended_entries(limit)
    retention.write(table, Progress(done.stopped_at, clock()))
    return done


@dataclass
class _Eraser:
    table: Table
    by: str
    cancel_future: bool
    clock: Callable[[], int]
    has_time: Callable[[], bool]
    done: Erasure = field(default_factory=Erasure)
    forgotten: set[str] = field(default_factory=set)
    """E-mail addresses that nothing is known of any more."""

    def erase(self, where: Walk, is_due: Callable[[Meeting], bool], start: Place | None = None) -> Erasure:
        place = start
        while True:
            if not self.has_time():
                self.done.stopped_at = place or BEGINNING
                return self.done
            page = meetings.page(self.table, where, place, PAGE, is_due)
            for listed in page.items:
                if not self.has_time():
                    # This page again: what it had erased is no longer in it.
                    self.done.stopped_at = place or BEGINNING
                    return self.done
                try:
                    self._erase(listed.id)
                except Exception as error:  # one meeting keeps no other one from being forgotten
                    self.done.failures.append((listed.id, error))
            if page.next is None:
                self.done.stopped_at = BEGINNING if self.done.failures else None
                return self.done
            place = page.next

    def forget_waitlist(self, customer_id: str) -> None:
        key = keys.waiting(customer_id)
        # The index may be behind, so the customer's item is read as well.
        waits = waitlist.waits_among(self.table.get_many([key], consistent=True), customer_id)
        listed = (entry.id for entry in waitlist.all_of(self.table, waitlist.of_customers([customer_id])))
        for id in {*waits.until, *listed}:
            erase_entry(self.table, self.by, id, self.clock)
        self.table.delete(key)

    def forget_ended_entries(self, limit: int) -> None:
        """Removes the entries of the waitlist that ended, or whose search did, at least that long ago."""
        for entry in waitlist.all_of(self.table, waitlist.of_all()):
            if entry.over_since <= limit:
                erase_entry(self.table, self.by, entry.id, self.clock)

    def forget_holds(self, customer_id: str) -> None:
        key = keys.holds(customer_id)

        def attempt(now: int, _unanswered: int | None) -> Decision[int]:
            held = holds.among(self.table.get_many([key], consistent=True), customer_id)
            found = (slots.get(self.table, slot_id) for slot_id in (held.until if held else ()))
            slot = next((slot for slot in found if slot and slot.is_hold), None)
            if slot is None:
                return Decision(0)
            return Decision(1, (SlotChange(slot, slot.erased(now, release=True)),))

        while released := book(self.table, self.by, self.clock, attempt):
            self.done.slots_erased += released
        self.table.delete(key)

    def _erase(self, meeting_id: str) -> None:
        def attempt(now: int, _unanswered: Erasure | None) -> Decision[Erasure]:
            meeting = meetings.get(self.table, meeting_id)
            if meeting is None or not meeting.has_personal_data:
                return Decision(Erasure())  # the index was behind
            self._forget_addresses(meeting)
            slot = slots.require(self.table, meeting.time_slot_id)
            cancel = self.cancel_future and meeting.start > now and meeting.status is MeetingStatus.CONFIRMED
            change = SlotChange(slot, slot.erased(now, release=cancel))
            return Decision(Erasure(1, 1, int(cancel)), (change,), meeting.erased(now, cancel=cancel))

        done = book(self.table, self.by, self.clock, attempt)
        self.done.meetings_erased += done.meetings_erased
        self.done.slots_erased += done.slots_erased
        self.done.meetings_cancelled += done.meetings_cancelled

    def _forget_addresses(self, meeting: Meeting) -> None:
        """Forgets that they bounced: before the meeting is erased, which alone knows them."""
        contact = {meeting.customer.email} if meeting.customer and meeting.customer.email else set()
        for address in contact.union(each.email for each in meeting.external_attendees) - self.forgotten:
            with suppress(Unwritable):
                suppressions.remove(self.table, address)
            self.forgotten.add(address)
