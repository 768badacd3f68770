"""Offer what becomes free to those who wait, in order of joining.

A walk along the line serves each entry that waits: the ordinary search around the freed time, and a hold of the first
time that the entry has not been offered. What is decided rests on conditions (`waitlist.offer_time`), so walks may meet
each other, be repeated, or be cut off anywhere.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.commands import waitlist as commands
from booking.domain.errors import (
    CustomerBusy,
    InvalidRequest,
    NotFound,
    Outdated,
    RoomTaken,
    SlotNotOffered,
    SlotTaken,
    TooManyHolds,
    TooManyMeetings,
    TryAgain,
)
from booking.domain.events import EventType
from booking.domain.interval import Interval
from booking.domain.search import agendas_for_search, find_offers, outside
from booking.domain.waitlist import AROUND_SECONDS, WaitlistEntry, WaitlistStatus
from booking.storage import slots, upcoming, waitlist
from booking.storage.configurations import Configurations
from booking.storage.reading import read_agendas
from booking.storage.table import Table
from booking.storage.waitlist_queue import WaitlistQueue

MOST_TRIES = 20
"""How often an entry is searched for while others take what was found."""

MAKES_FREE = (EventType.SLOT_RELEASED, EventType.MEETING_UPDATED, EventType.WAITLIST_JOINED)
"""Events whose time may have become free. Of one who joined it is the time that the search covers."""


class Waitlist(Struct, frozen=True):
    """What offering needs. `clock` gives Unix seconds; `has_time` says whether another entry can be served."""

    table: Table
    configurations: Configurations
    queue: WaitlistQueue
    clock: Callable[[], int]
    has_time: Callable[[], bool]

    def deal_with(self, body: Mapping[str, Any]) -> None:
        """A message of the queue. The same again does no harm. Raises TryAgain."""
        if lapse := body.get("lapse"):
            self._look_at(lapse["timeSlotId"])
        elif (walk := body.get("walk")) is not None:
            start, end = walk.get("start"), walk.get("end")
            self.walk(Interval(start, end) if start is not None else None, walk.get("after"))
        else:
            self._hear(body["detail-type"], body["detail"])

    def _hear(self, type: str, detail: Mapping[str, Any]) -> None:
        if type == EventType.SLOT_RESERVED:
            self.queue.send_lapse(detail["timeSlotId"], _instant(detail["expiresAt"]) - self.clock())
        elif type in MAKES_FREE:
            freed = Interval(_instant(detail["startDate"]), _instant(detail["endDate"]))
            self.walk(freed.padded(AROUND_SECONDS))
        else:  # a meeting has a new time slot
            commands.note_booking(self.table, detail["timeSlotId"], self.clock)

    def _look_at(self, time_slot_id: str) -> None:
        """A hold whose end was near: it has lapsed, or lasts longer by now, or is none any more."""
        slot = slots.get(self.table, time_slot_id)
        if slot is None or not slot.is_hold or slot.expires_at is None:
            return
        now = self.clock()
        if slot.is_live(now):
            self.queue.send_lapse(slot.id, slot.expires_at - now)
        else:
            self.walk(slot.interval.padded(AROUND_SECONDS))

    def walk(self, time: Interval | None, after: str | None = None) -> None:
        """Serves everybody in line behind the place `after` whose search covers some of `time` (None: any time).

        What is not reached goes on in a new message. An entry that cannot be served keeps nobody else waiting: its
        failure is raised in the end. Raises TryAgain at once, since whoever stands first must stay first.
        """
        failure: Exception | None = None
        if time is not None and time.end <= self.clock():
            return  # retention changes meetings that are long over
        for waiting in waitlist.line(self.table, after):
            if not self.has_time():
                start, end = time or (None, None)
                self.queue.send_walk(start, end, after)
                break
            is_over = waiting.time.end <= self.clock()
            if not is_over and (time is None or waiting.time.overlaps(time)):
                try:
                    self._serve(waiting.entry_id, time)
                except TryAgain:
                    raise
                except Exception as error:
                    failure = failure or error
            after = waiting.place
        if failure:
            raise failure

    def _serve(self, entry_id: str, time: Interval | None) -> None:
        """Offers a time to the entry, if it waits and there is one."""
        for _ in range(MOST_TRIES):
            stored = waitlist.get(self.table, entry_id)
            if stored is None:
                return
            [entry] = waitlist.as_of(self.table, [stored], self.clock())
            if entry.status is WaitlistStatus.BOOKED and entry.offer:
                commands.note_booking(self.table, entry.offer.time_slot_id, self.clock)
            if entry.status is not WaitlistStatus.WAITING:
                return
            try:
                self._offer(entry, time)
            except (SlotTaken, RoomTaken):
                continue  # somebody was quicker: there may be another time
            except CustomerBusy:
                continue  # booked in the meantime: there may be a time that the customer has free
            except (TooManyHolds, TooManyMeetings):
                return  # once a hold lapses, or a hold or a meeting is given back, the line is walked again
            except (InvalidRequest, NotFound, Outdated, SlotNotOffered):
                # Decided by an older configuration; or the search names what has been deleted since.
                if not self.configurations.was_old(self.clock()):
                    return
                continue
            return
        raise TryAgain("Others keep taking what is free.")

    def _offer(self, entry: WaitlistEntry, time: Interval | None) -> None:
        now = self.clock()
        search, configuration = entry.search_in(time), self.configurations.current(now)
        if search is None:
            return
        resources, span = agendas_for_search(search, configuration, now)
        known = read_agendas(self.table, configuration, resources, span)
        offers = find_offers(search, configuration, known, now)
        if not configuration.organisation.overlap_for_customer:
            theirs = upcoming.get(self.table, entry.customer_id)
            offers = outside(offers, theirs.busy_times())
        if offer := entry.chosen(offers):
            commands.offer_time(self.table, configuration, entry, offer, self.clock)


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
