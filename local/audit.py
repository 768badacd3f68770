"""Audit: reads a whole table and proves that no time is held twice and that everything held is accounted for.

    python -m local.audit --table NAME [--endpoint URL] [--buffer MINUTES] [--buffers TOPIC=BEFORE/AFTER]...
        [--max-holds NUMBER] [--seats TOPIC=NUMBER]... [--max-upcoming-meetings [TOPIC=]NUMBER]...
        [--customers-do-not-overlap]

Read-only. It may run while the table is in use: a scan is no snapshot, so whatever looks wrong in it is read again
in one transaction, and reported only if it is wrong there too. Of each item it reads ids, times and statuses, never
a name or a text. Exit status: 0 all is well, 1 violations (one a line on stdout), 2 the table could not be read.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Any, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from booking.domain.agenda import Entry, Resource, ResourceKind, Seat, employee, room
from booking.domain.configuration import Buffers, MeetingType, Organisation
from booking.domain.customer_limits import CustomerMeeting
from booking.domain.instants import format_instant
from booking.domain.interval import Interval
from booking.domain.meeting import MeetingStatus, SlotStatus
from booking.domain.waitlist import WaitlistStatus
from booking.storage import agendas, keys, upcoming, waitlist
from booking.storage.holds import SLOT
from booking.storage.table import Item, Table, decode, encode

SEGMENTS = 8  # of the parallel scan

MOST_HOLDS = Organisation().max_holds

SKEW_SECONDS = 5
"""Holds in their last seconds are not checked: a function whose clock is ahead may have replaced them already."""

ATTRIBUTES = {
    "AGENDA": ("version", "entries"),
    "SLOT": ("owner", "start", "end", "employeeIds", "status"),
    "MEETING": ("start", "end", "employeeId", "status", "timeSlotId"),
    "TOKEN": ("slotId",),
    "HOLDS": ("version",),
    "UPCOMING": ("version",),
    "WAITLIST": ("status", "place", "ttl"),
    "LINE": ("entryId",),
}
"""The attributes that each kind of item must have (see `ItemKey.kind`). Other kinds are not checked."""

OPTIONAL_ATTRIBUTES = (
    "roomId",
    "expiresAt",
    "meetingId",
    "existingMeetingId",
    "tokenHash",
    "additionalEmployees",
    "ttl",
    "customerId",
    "topicId",
    "waitlistId",
    "offer",
    "isSeat",
    "meetingType",
)
WHOLE = ("HOLDS", "UPCOMING")
"""Kinds whose attributes have no fixed names: a scan cannot name what they have."""
_READ = sorted({"pk", "sk", *OPTIONAL_ATTRIBUTES, *chain.from_iterable(ATTRIBUTES.values())})
_PROJECTION = {
    "ProjectionExpression": ", ".join(f"#{name}" for name in _READ),
    "ExpressionAttributeNames": {f"#{name}": name for name in _READ},
}
SNAPSHOT_ATTEMPTS = 50
SNAPSHOT_PAUSE_SECONDS = 0.1


class ItemKey(NamedTuple):
    pk: str
    sk: str

    @property
    def kind(self) -> str:
        return "POINTER" if self.sk.startswith(keys.PARTICIPANT) else self.pk.split("#")[0]


@dataclass(frozen=True)
class Violation:
    """`rule` and `subject` (ids) say which fact is broken, `text` how; it rests on the items of `keys` only."""

    rule: str
    subject: tuple[str, ...]
    text: str = field(compare=False)
    keys: frozenset[ItemKey] = field(compare=False)

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass(frozen=True)
class CustomerLimits:
    """The limits of one customer's meetings that were in force when what is booked now was booked.

    `most`: how many may be to come about a topic; under None what the organisation says.
    """

    most: Mapping[str | None, int] = field(default_factory=dict)
    may_overlap: bool = True

    def counted(self, topic_id: str | None) -> str | None:
        """Under which of the numbers a meeting about the topic counts."""
        return topic_id if topic_id in self.most else None


@dataclass(frozen=True)
class Report:
    """The violations, and the number of items of each kind (the part of the key before the first #)."""

    violations: Sequence[Violation]
    counts: Mapping[str, int]


class _Found(NamedTuple):
    """An entry, and the item of the week that it is in."""

    entry: Entry
    key: ItemKey


@dataclass(frozen=True)
class InForce:
    """The rules that were in force when what is booked now was booked. Durations are seconds.

    `buffer`: what meetings want before and after them; `buffers`: what those about a topic want, where it differs.
    `most_holds`: how many slots one customer could hold at once. `seats`: how many a group meeting about a topic had,
    for the topics that are to be checked. `limits`: of one customer's meetings, if any.
    """

    buffer: int = 0
    buffers: Mapping[str, Buffers] = field(default_factory=dict)
    most_holds: int = MOST_HOLDS
    seats: Mapping[str, int] = field(default_factory=dict)
    limits: CustomerLimits | None = None

    def wanted(self, entry: Entry) -> Buffers:
        return self.buffers.get(entry.topic_id or "", Buffers(self.buffer, self.buffer))

    @property
    def largest_buffer(self) -> int:
        return max(self.buffer, *(max(each) for each in self.buffers.values()), 0)


NOTHING_IN_FORCE = InForce()


def audit(
    table: Table,
    clock: Callable[[], int],
    in_force: InForce = NOTHING_IN_FORCE,
    progress: Callable[[int], None] = lambda _items: None,
) -> Report:
    """Scans the table. `progress` is told how many items have been read. Raises botocore's errors."""
    world: dict[ItemKey, Item] = {}
    for page in _pages(table):
        world.update(page)
        progress(len(world))
    for key in [key for key in world if key.kind in WHOLE]:
        world.update(_snapshot(table, [key]))
    counts: dict[str, int] = {}
    for key in world:
        counts[key.kind] = counts.get(key.kind, 0) + 1

    def wrong_in(found: Mapping[ItemKey, Item]) -> list[Violation]:
        return violations(found, clock(), in_force)

    return Report([each for each in wrong_in(world) if each in wrong_in(_snapshot(table, each.keys))], counts)


def violations(world: Mapping[ItemKey, Item], now: int, in_force: InForce = NOTHING_IN_FORCE) -> list[Violation]:
    """The violations in these items (`ATTRIBUTES` of each), in the order of their keys."""
    found = _Checks(world, now + SKEW_SECONDS, in_force)
    return [
        *found.of_agendas(),
        *found.of_slots(),
        *found.of_meetings(),
        *found.of_tokens(),
        *found.of_holds(in_force.most_holds),
        *(found.of_customers(in_force.limits) if in_force.limits else ()),
        *found.of_waitlist(),
        *found.of_overlaps(),
        *found.of_seats(in_force.seats),
    ]


class _Checks:
    """The checks over one set of items; what is live is judged as of `now`."""

    def __init__(self, world: Mapping[ItemKey, Item], now: int, in_force: InForce) -> None:
        self.now, self.in_force = now, in_force
        self.unreadable: list[Violation] = []
        self.world: dict[ItemKey, Item] = {}
        self.entries: dict[tuple[ItemKey, str], Entry] = {}
        self.by_resource: dict[Resource, list[_Found]] = {}
        for key in sorted(world):
            try:
                self._read(key, world[key])
            except (KeyError, ValueError, TypeError, AttributeError):
                text = f"{key.pk} {key.sk} is not what it should be"
                self.unreadable.append(Violation("unreadable item", key, text, frozenset({key})))

    def _read(self, key: ItemKey, item: Item) -> None:
        if not item.keys() >= set(ATTRIBUTES.get(key.kind, ())):
            raise KeyError(key)
        if key.kind == "AGENDA":
            (week,) = agendas.joined([item], [key._asdict()]).weeks
            for entry in week.agenda.entries:
                self.entries[key, entry.slot_id] = entry
                self.by_resource.setdefault(week.resource, []).append(_Found(entry, key))
        self.world[key] = item

    def of_agendas(self) -> Iterator[Violation]:
        """Every live entry belongs to a live slot, which has that resource and touches that week."""
        yield from self.unreadable
        for (key, slot_id), entry in self.entries.items():
            if not entry.is_live(self.now):
                continue
            slot_key = _slot_key(slot_id)
            slot = self.world.get(slot_key)
            if slot is None:
                reason = "there is no such slot"
            elif slot["status"] == SlotStatus.RELEASED:
                reason = "the slot is released"
            elif key not in _agenda_keys(slot):
                reason = "the slot is not on this agenda"
            else:
                continue
            text = f"entry {_times(entry)} of slot {slot_id} on {key.pk} {key.sk}: {reason}"
            yield Violation("entry without slot", (*key, slot_id), text, frozenset({key, slot_key}))

    def of_slots(self) -> Iterator[Violation]:
        """Every live slot has its entry on each of its agendas, with its own times; a booked one, its meeting."""
        for key, slot in self._items("SLOT"):
            id = key.pk.removeprefix("SLOT#")
            if not self._is_live(slot):
                continue
            wanted = Entry(slot["start"], slot["end"], id, _expiry(slot), slot.get("topicId"), _seat(slot))
            for week_key in _agenda_keys(slot):
                found = self.entries.get((week_key, id))
                if found not in (wanted, wanted._replace(topic_id=None)):  # from before entries had a topic
                    stands = f"stands as {_times(found)}" if found else "is not"
                    text = f"slot {id} ({slot['status']} {_times(wanted)}) {stands} on {week_key.pk} {week_key.sk}"
                    yield Violation("slot without entry", (id, *week_key), text, frozenset({key, week_key}))
            yield from self._meeting_of_slot(key, id, slot)

    def _meeting_of_slot(self, key: ItemKey, id: str, slot: Item) -> Iterator[Violation]:
        meeting_id = slot.get("meetingId")
        if meeting_id is None:
            return
        meeting_key = _meeting_key(meeting_id)
        meeting = self.world.get(meeting_key)
        if slot["status"] != SlotStatus.BOOKED:
            reason = f"the slot is {slot['status']}"
        elif meeting is None:
            reason = "there is no such meeting"
        elif meeting["status"] != MeetingStatus.CONFIRMED:
            reason = f"the meeting is {meeting['status']}"
        elif meeting["timeSlotId"] != id:
            reason = f"the meeting is at slot {meeting['timeSlotId']}"
        else:
            return
        text = f"slot {id} has meeting {meeting_id}: {reason}"
        yield Violation("slot without meeting", (id,), text, frozenset({key, meeting_key}))

    def of_meetings(self) -> Iterator[Violation]:
        """Every confirmed meeting has a booked slot of its own that agrees with it; a cancelled one holds nothing."""
        for key, meeting in self._items("MEETING"):
            id = key.pk.removeprefix("MEETING#")
            slot_key = _slot_key(meeting["timeSlotId"])
            slot = self.world.get(slot_key)
            if meeting["status"] == MeetingStatus.CONFIRMED:
                wrong = ["the slot is missing"] if slot is None else list(_disagreements(id, meeting, slot))
            else:
                wrong = ["the slot is not released"] if slot and slot["status"] != SlotStatus.RELEASED else []
            yield from self._listed(key, id, meeting)
            if wrong:
                text = f"meeting {id} ({meeting['status']}) at slot {meeting['timeSlotId']}: {'; '.join(wrong)}"
                yield Violation("meeting without slot", (id,), text, frozenset({key, slot_key}))

    def _listed(self, key: ItemKey, id: str, meeting: Item) -> Iterator[Violation]:
        """Every confirmed meeting is listed under its additional employees."""
        if meeting["status"] != MeetingStatus.CONFIRMED:
            return
        for employee_id in meeting.get("additionalEmployees", ()):
            pointer_key = ItemKey(**keys.participant_of_meeting(id, employee_id, meeting["start"]))
            if pointer_key not in self.world:
                text = f"meeting {id} is not listed under its additional employee {employee_id}"
                yield Violation("meeting not listed", (id, employee_id), text, frozenset({key, pointer_key}))

    def of_tokens(self) -> Iterator[Violation]:
        """A token points to a slot, and every live hold is the one that its token points to: one hold a token."""
        for key, pointer in self._items("TOKEN"):
            slot_key = _slot_key(pointer["slotId"])
            if slot_key not in self.world and pointer.get("ttl", self.now) > self.now:
                text = f"{key.pk} points to slot {pointer['slotId']}, which is missing"
                yield Violation("token without slot", (key.pk,), text, frozenset({key, slot_key}))
        for key, slot in self._items("SLOT"):
            if slot["status"] != SlotStatus.RESERVED or not self._is_live(slot) or "tokenHash" not in slot:
                continue
            id = key.pk.removeprefix("SLOT#")
            pointer_key = ItemKey(**keys.token(slot["owner"], slot["tokenHash"]))
            points_to = self.world.get(pointer_key, {}).get("slotId")
            if points_to != id:
                text = f"slot {id} is held, but its token points to {points_to or 'nothing'}"
                yield Violation("hold without token", (id,), text, frozenset({key, pointer_key}))

    def of_holds(self, most: int) -> Iterator[Violation]:
        """A customer's item has exactly the holds for that customer, and they are not too many."""
        held: dict[ItemKey, dict[ItemKey, int]] = {key: {} for key, _ in self._items("HOLDS")}
        for key, slot in self._items("SLOT"):
            until = _expiry(slot)
            if until is not None and "customerId" in slot and self._is_live(slot):
                held.setdefault(ItemKey(**keys.holds(slot["customerId"])), {})[key] = until
        for key, found in held.items():
            item = self.world.get(key, {})
            noted = {
                _slot_key(name.removeprefix(SLOT)): until
                for name, until in item.items()
                if name.startswith(SLOT) and until > self.now
            }
            if noted != found:
                text = f"{key.pk} has {len(noted)} slots, {len(found)} are held"
                yield Violation("holds not counted", (key.pk,), text, frozenset({key, *noted, *found}))
            if len(found) > most:
                text = f"{key.pk}: {len(found)} slots are held, more than {most}"
                yield Violation("too many holds", (key.pk,), text, frozenset({key, *found}))

    def of_customers(self, limits: CustomerLimits) -> Iterator[Violation]:
        """A customer's item has exactly the meetings that have not ended, and no customer has booked beyond a limit.

        Items that are not filled yet are left out, and so is what employees booked or moved.
        """
        actual: dict[ItemKey, dict[ItemKey, CustomerMeeting]] = {}
        for key, meeting in self._items("MEETING"):
            if "customerId" in meeting and meeting["status"] == MeetingStatus.CONFIRMED and meeting["end"] > self.now:
                of = actual.setdefault(ItemKey(**keys.upcoming(meeting["customerId"])), {})
                of[key] = CustomerMeeting(meeting["start"], meeting["end"], meeting.get("topicId"))
        for key, item in self._items("UPCOMING"):
            if "filledAt" in item:
                known = upcoming.among([item], key.pk.removeprefix("UPCOMING#")).not_over(self.now)
                noted = {_meeting_key(id): meeting for id, meeting in known.items()}
                yield from self._miscounted(key, noted, actual.get(key, {}))
                yield from self._beyond(key, [each for each in noted.values() if each.is_bound], limits)

    def _miscounted(
        self, key: ItemKey, noted: Mapping[ItemKey, CustomerMeeting], actual: Mapping[ItemKey, CustomerMeeting]
    ) -> Iterator[Violation]:
        for meeting_key in sorted(noted.keys() | actual.keys()):
            said, is_so = noted.get(meeting_key), actual.get(meeting_key)
            if said is None and is_so is not None:
                text = f"does not have {meeting_key.pk}, which is {_when(is_so)}"
            elif said is not None and is_so is None:
                text = f"has {meeting_key.pk} {_when(said)}, which is not to come"
            elif said is not None and is_so is not None and _when(said) != _when(is_so):
                text = f"has {meeting_key.pk} {_when(said)}, which is {_when(is_so)}"
            else:
                continue
            subject = (key.pk, meeting_key.pk)
            yield Violation("meeting not counted", subject, f"{key.pk} {text}", frozenset({key, meeting_key}))

    def _beyond(self, key: ItemKey, booked: Sequence[CustomerMeeting], limits: CustomerLimits) -> Iterator[Violation]:
        for topic_id, most in limits.most.items():
            to_come = [each for each in booked if limits.counted(each.topic_id) == topic_id and each.start > self.now]
            if len(to_come) > most:
                about = f" about {topic_id}" if topic_id else ""
                text = f"{key.pk}: {len(to_come)} meetings{about} are to come, more than {most}"
                yield Violation("too many meetings", (key.pk, topic_id or ""), text, frozenset({key}))
        for one, other in () if limits.may_overlap else combinations(booked, 2):
            if one.interval.overlaps(other.interval):
                times = sorted((_span(one.start, one.end), _span(other.start, other.end)))
                text = f"{key.pk} is at two meetings: {' and '.join(times)}"
                yield Violation("customer at two meetings", (key.pk, *times), text, frozenset({key}))

    def of_waitlist(self) -> Iterator[Violation]:
        """Who waits stands in line, and nobody else; what is held for somebody is what the entry says."""
        for key, entry in self._items("WAITLIST"):
            place_key = ItemKey(**keys.waitlist_place(entry["place"]))
            waits = entry["status"] in (WaitlistStatus.WAITING, WaitlistStatus.OFFERED)
            may_have_gone = waits and entry["ttl"] - waitlist.KEPT_SECONDS <= self.now  # with the end of its search
            if (place_key in self.world) != waits and not may_have_gone:
                text = f"{key.pk} is {entry['status']} and {'is not' if waits else 'is'} in line"
                yield Violation("wrongly in line", (key.pk,), text, frozenset({key, place_key}))
        for key, place in self._items("LINE"):
            entry_key = ItemKey(**keys.waitlist_entry(place["entryId"]))
            if entry_key not in self.world:
                text = f"{entry_key.pk} is in line and does not exist"
                yield Violation("wrongly in line", (entry_key.pk,), text, frozenset({key, entry_key}))
        for key, slot in self._items("SLOT"):
            if "waitlistId" not in slot or slot["status"] != SlotStatus.RESERVED or not self._is_live(slot):
                continue
            id, entry_key = key.pk.removeprefix("SLOT#"), ItemKey(**keys.waitlist_entry(slot["waitlistId"]))
            offer = json.loads(self.world.get(entry_key, {}).get("offer", "{}"))
            if offer.get("time_slot_id") != id:
                text = f"slot {id} is held for {entry_key.pk}, which was offered {offer.get('time_slot_id', 'nothing')}"
                yield Violation("offer without entry", (id,), text, frozenset({key, entry_key}))

    def of_overlaps(self) -> Iterator[Violation]:
        """No two live entries of a resource overlap, or come closer than the larger buffer on an employee's agenda.

        Those of one group meeting have the same time.
        """
        for resource, found in self.by_resource.items():
            has_buffers = resource.kind is ResourceKind.EMPLOYEE
            reach = self.in_force.largest_buffer if has_buffers else 0
            # What crosses from one week into another stands in both.
            live = sorted({each.entry.slot_id: each for each in found if each.entry.is_live(self.now)}.values())
            open: list[_Found] = []
            for each in live:
                open = [other for other in open if other.entry.end + reach > each.entry.start]
                for other in open:
                    after, before = self.in_force.wanted(other.entry).after, self.in_force.wanted(each.entry).before
                    if other.entry.end + (max(after, before) if has_buffers else 0) > each.entry.start:
                        yield from self._overlap(resource, other, each)
                open.append(each)

    def _overlap(self, resource: Resource, one: _Found, other: _Found) -> Iterator[Violation]:
        if self._moves(one, other) or self._moves(other, one) or self._shares(one, other):
            return
        text = (
            f"{resource.kind} {resource.id} is taken by slot {one.entry.slot_id} {_times(one.entry)} "
            f"and by slot {other.entry.slot_id} {_times(other.entry)}"
        )
        subject = (*resource, *sorted((one.entry.slot_id, other.entry.slot_id)))
        keys = {one.key, other.key, *self._moving(one), *self._moving(other)}
        yield Violation("taken twice", subject, text, frozenset(keys))

    def of_seats(self, seats: Mapping[str, int]) -> Iterator[Violation]:
        """No group meeting has more live slots than its topic has seats."""
        groups: dict[tuple[str, Interval, str | None, Seat], dict[str, _Found]] = {}
        for resource, found in self.by_resource.items():
            for each in found if resource.kind is ResourceKind.EMPLOYEE else ():
                entry = each.entry
                if entry.seat and entry.topic_id in seats and entry.is_live(self.now):
                    group = (resource.id, entry.interval, entry.topic_id, entry.seat)
                    groups.setdefault(group, {})[entry.slot_id] = each
        for (employee_id, (start, end), topic_id, _), taken in groups.items():
            most = seats.get(topic_id or "", 0)
            if len(taken) > most:
                text = (
                    f"the group meeting of {employee_id} at {_span(start, end)} has {len(taken)} seats taken, "
                    f"{topic_id} has {most}"
                )
                yield Violation("too many seats", (*taken,), text, frozenset(each.key for each in taken.values()))

    def _shares(self, one: _Found, other: _Found) -> bool:
        """Whether both are seats in one group meeting: at one time, with the same topic, employee, type and room."""
        shared = (one.entry.interval, one.entry.topic_id, one.entry.seat)
        return one.entry.seat is not None and shared == (
            other.entry.interval,
            other.entry.topic_id,
            other.entry.seat,
        )

    def _moves(self, hold: _Found, other: _Found) -> bool:
        """Whether one is held to move the other's meeting: it may overlap that meeting's own time, and nothing else."""
        _, *meeting_keys = self._moving(hold)
        return any(self.world.get(key, {}).get("timeSlotId") == other.entry.slot_id for key in meeting_keys)

    def _moving(self, found: _Found) -> list[ItemKey]:
        """The keys of the entry's slot and of the meeting that it is held to move, if there is one."""
        slot_key = _slot_key(found.entry.slot_id)
        meeting_id = self.world.get(slot_key, {}).get("existingMeetingId")
        return [slot_key, _meeting_key(meeting_id)] if meeting_id else [slot_key]

    def _items(self, kind: str) -> Iterator[tuple[ItemKey, Item]]:
        return ((key, item) for key, item in self.world.items() if key.kind == kind)

    def _is_live(self, slot: Item) -> bool:
        expiry = _expiry(slot)
        return slot["status"] != SlotStatus.RELEASED and (expiry is None or self.now < expiry)


def _seat(slot: Item) -> Seat | None:
    if not slot.get("isSeat"):
        return None
    return Seat(slot["employeeIds"][0], MeetingType(slot["meetingType"]), slot.get("roomId"))


def _expiry(slot: Item) -> int | None:
    return slot.get("expiresAt")


def _agenda_keys(slot: Item) -> list[ItemKey]:
    resources = [employee(id) for id in slot["employeeIds"]] + ([room(slot["roomId"])] if slot.get("roomId") else [])
    time = Interval(slot["start"], slot["end"])
    return [ItemKey(**key) for key in agendas.agenda_keys(resources, time)]


def _disagreements(id: str, meeting: Item, slot: Item) -> Iterator[str]:
    if slot["status"] != SlotStatus.BOOKED:
        yield f"the slot is {slot['status']}"
    if slot.get("meetingId") != id:
        yield f"the slot has {'meeting ' + slot['meetingId'] if slot.get('meetingId') else 'no meeting'}"
    if (slot["start"], slot["end"]) != (meeting["start"], meeting["end"]):
        yield f"the slot's time is {_span(slot['start'], slot['end'])}, not {_span(meeting['start'], meeting['end'])}"
    employees = [meeting["employeeId"], *meeting.get("additionalEmployees", ())]
    if slot["employeeIds"] != employees:
        yield f"the slot's employees are {slot['employeeIds']}, not {employees}"
    if slot.get("roomId") != meeting.get("roomId"):
        yield f"the slot's room is {slot.get('roomId')}, not {meeting.get('roomId')}"


def _slot_key(id: str) -> ItemKey:
    return ItemKey(**keys.slot(id))


def _meeting_key(id: str) -> ItemKey:
    return ItemKey(**keys.meeting(id))


def _times(entry: Entry) -> str:
    until = f" until {format_instant(entry.until)}" if entry.until is not None else ""
    return _span(entry.start, entry.end) + until


def _when(meeting: CustomerMeeting) -> str:
    return f"at {_span(meeting.start, meeting.end)}" + (f" about {meeting.topic_id}" if meeting.topic_id else "")


def _span(start: int, end: int) -> str:
    return f"{format_instant(start)}/{format_instant(end)}"


def _pages(table: Table) -> Iterator[dict[ItemKey, Item]]:
    """The whole table, page by page, from several segments at a time."""
    starts: dict[int, dict[str, Any]] = {segment: {} for segment in range(SEGMENTS)}

    def page(segment: int) -> dict[str, Any]:
        response: dict[str, Any] = table.client.scan(
            TableName=table.name, Segment=segment, TotalSegments=SEGMENTS, **starts[segment], **_PROJECTION
        )
        return response

    with ThreadPoolExecutor(SEGMENTS) as pool:
        while starts:
            for segment, response in zip(tuple(starts), pool.map(page, starts), strict=True):
                yield _by_key(response["Items"])
                if "LastEvaluatedKey" in response:
                    starts[segment] = {"ExclusiveStartKey": response["LastEvaluatedKey"]}
                else:
                    del starts[segment]


def _snapshot(table: Table, wanted: Iterable[ItemKey]) -> dict[ItemKey, Item]:
    """These items as they are at one instant."""
    gets = [
        {
            "Get": {"TableName": table.name, "Key": encode(key._asdict())}
            | (_PROJECTION if key.kind not in WHOLE else {})
        }
        for key in sorted(wanted)
    ]
    attempts = 0
    while True:
        try:
            response = table.client.transact_get_items(TransactItems=gets)
        except table.client.exceptions.TransactionCanceledException:
            # A write to one of them is under way.
            attempts += 1
            if attempts == SNAPSHOT_ATTEMPTS:
                raise
            time.sleep(SNAPSHOT_PAUSE_SECONDS)
        else:
            return _by_key(each["Item"] for each in response["Responses"] if "Item" in each)


def _by_key(items: Iterable[Mapping[str, Any]]) -> dict[ItemKey, Item]:
    decoded = map(decode, items)
    return {ItemKey(item["pk"], item["sk"]): item for item in decoded}


def _buffers_of_topic(text: str) -> tuple[str, Buffers]:
    topic_id, _, minutes = text.rpartition("=")
    before, after = minutes.split("/")
    return topic_id, Buffers(int(before) * 60, int(after) * 60)


def _number_of_topic(text: str) -> tuple[str, int]:
    """`course=8`; the topic is empty in `8`."""
    topic_id, _, number = text.rpartition("=")
    return topic_id, int(number)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="audit", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--table", required=True, help="the table's name")
    parser.add_argument("--endpoint", help="the database's URL, when it is not AWS's own")
    parser.add_argument("--buffer", type=int, default=0, help="minutes between two meetings of an employee (0)")
    parser.add_argument(
        "--buffers",
        type=_buffers_of_topic,
        action="append",
        default=[],
        help="minutes before and after meetings about a topic, as loan=0/60",
    )
    parser.add_argument(
        "--max-holds", type=int, default=MOST_HOLDS, help=f"slots that one customer may hold at once ({MOST_HOLDS})"
    )
    parser.add_argument(
        "--seats", type=_number_of_topic, action="append", default=[], help="seats that a topic has, as course=8"
    )
    parser.add_argument(
        "--max-upcoming-meetings",
        type=_number_of_topic,
        action="append",
        default=[],
        help="meetings to come that one customer may have, as 5, or for a topic as loan=1",
    )
    parser.add_argument(
        "--customers-do-not-overlap", action="store_true", help="no customer may have two meetings at once"
    )
    asked = parser.parse_args(arguments)
    limits = None
    if asked.max_upcoming_meetings or asked.customers_do_not_overlap:
        most = {topic_id or None: number for topic_id, number in asked.max_upcoming_meetings}
        limits = CustomerLimits(most, not asked.customers_do_not_overlap)
    shown = 0.0

    def show(items: int) -> None:
        nonlocal shown
        if time.monotonic() - shown >= 1:
            shown = time.monotonic()
            sys.stderr.write(f"{items:,} items read\n")

    try:
        config = Config(retries={"mode": "standard", "total_max_attempts": 10})
        client = botocore.session.get_session().create_client("dynamodb", endpoint_url=asked.endpoint, config=config)
        table = Table(client, asked.table)
        in_force = InForce(asked.buffer * 60, dict(asked.buffers), asked.max_holds, dict(asked.seats), limits)
        report = audit(table, lambda: int(time.time()), in_force, show)
    except (BotoCoreError, ClientError) as error:
        sys.stderr.write(f"The table could not be audited: {error}\n")
        return 2
    read = ", ".join(f"{count:,} {kind}" for kind, count in sorted(report.counts.items())) or "nothing"
    sys.stderr.write(f"Read: {read}. Violations: {len(report.violations)}.\n")
    sys.stdout.writelines(f"{violation}\n" for violation in report.violations)
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
