"""Agendas: the one place where a time is taken.

An agenda item is what one resource has in one ISO week (UTC): `version`, `entries` {slot id: "start end until"}
and `imported` ["start end"], in Unix seconds; a booked entry has no `until`. An entry that crosses into another
week stands in both. Every change of a week raises its version, and whatever was decided from a version is
written on the condition that it is still that version: so no two writers decide from the same state.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from booking.domain.agenda import NOTHING, Agenda, Entry, Resource, ResourceKind
from booking.domain.interval import Interval
from booking.domain.meeting import Slot
from booking.storage import keys
from booking.storage.table import Action, Item, Key, Table, encode

NEVER_USED = 0

# Each clause of the conditions, by name.
IS_UNCHANGED = "version = :read"  # nobody wrote the week since it was read
IS_NEVER_USED = "attribute_not_exists(pk)"  # nobody wrote the week at all, as when it was read
HOLDS_EXACTLY = "entries.#slot = :held"  # the hold is still there: nobody overtook it, lapsed or not
EXISTS = "attribute_exists(pk)"


@dataclass(frozen=True)
class AgendaWeek:
    """One item, as read: version 0 for a week never used."""

    resource: Resource
    week: str
    version: int
    agenda: Agenda

    @property
    def key(self) -> dict[str, str]:
        return keys.agenda(self.resource, self.week)


@dataclass(frozen=True)
class Agendas(Mapping[Resource, Agenda]):
    """The agenda of each resource, joined from the weeks that were read."""

    weeks: tuple[AgendaWeek, ...]

    @cached_property
    def _joined(self) -> dict[Resource, Agenda]:
        weeks: dict[Resource, list[Agenda]] = {}
        for week in self.weeks:
            weeks.setdefault(week.resource, []).append(week.agenda)
        # What crosses from one week into another stands in both.
        return {
            resource: Agenda(
                tuple({entry.slot_id: entry for agenda in agendas for entry in agenda.entries}.values()),
                tuple(dict.fromkeys(busy for agenda in agendas for busy in agenda.imported)),
            )
            for resource, agendas in weeks.items()
        }

    def __getitem__(self, resource: Resource) -> Agenda:
        return self._joined[resource]

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)

    def hold(self, slot: Slot) -> bool:
        """Whether the slot still stands on the agendas of all of its resources, in every week that it touches.

        A lapsed hold that somebody overtook in one week may still stand in the other.
        """
        standing = {
            (week.resource, week.week)
            for week in self.weeks
            if any(entry.slot_id == slot.id for entry in week.agenda.entries)
        }
        return standing >= {(of, week) for of in slot.resources for week in keys.weeks(slot.interval)}

    def changes(self, now: int, add: Mapping[Resource, Entry], remove: Collection[str] = ()) -> list[Action]:
        """The actions that put each entry on its resource's weeks and take the `remove` slots off all of them.

        Every week read takes part, because what was decided rests on it: one that neither changes nor has lapsed
        entries as a condition. Lapsed entries go, so that a hold that was passed over can no longer be confirmed.
        """
        return [self._change(week, now, add.get(week.resource), remove) for week in self.weeks]

    def _change(self, week: AgendaWeek, now: int, entry: Entry | None, remove: Collection[str]) -> Action:
        added = (entry,) if entry and week.week in keys.weeks(entry.interval) else ()
        removed = [held for held in week.agenda.entries if held.slot_id in remove]
        if not added and not removed and all(held.is_live(now) for held in week.agenda.entries):
            return {"ConditionCheck": {"Key": encode(week.key), **_unchanged(week)}}
        stay = tuple(held for held in week.agenda.live(now, remove) if held.slot_id not in {e.slot_id for e in added})
        return put(week, Agenda(stay + added, week.agenda.imported))


def put(week: AgendaWeek, agenda: Agenda) -> Action:
    """The week as `agenda`, one version on, unless it has changed since it was read."""
    item = {
        **week.key,
        "version": week.version + 1,
        "entries": {entry.slot_id: _text(entry) for entry in agenda.entries},
        "imported": [f"{busy.start} {busy.end}" for busy in agenda.imported] or None,
    }
    return {"Put": {"Item": encode(item), **_unchanged(week)}}


def confirm(slot: Slot) -> list[Action]:
    """Makes the slot's live hold a booked entry, without having read its agendas."""
    held, booked = _text(slot_entry(slot)), _text(Entry(slot.start, slot.end, slot.id))
    return [
        {
            "Update": {
                "Key": encode(key),
                "UpdateExpression": "SET entries.#slot = :booked ADD version :one",
                "ConditionExpression": HOLDS_EXACTLY,
                "ExpressionAttributeNames": {"#slot": slot.id},
                "ExpressionAttributeValues": encode({":held": held, ":booked": booked, ":one": 1}),
            }
        }
        for key in agenda_keys(slot.resources, slot.interval)
    ]


def remove(slot: Slot, *, but: Collection[AgendaWeek] = ()) -> list[Action]:
    """Takes the slot off its agendas without having read them, all weeks `but` some that are written anyway.

    No harm where a lapsed hold is gone already.
    """
    others = [week.key for week in but]
    return [
        {
            "Update": {
                "Key": encode(key),
                "UpdateExpression": "REMOVE entries.#slot ADD version :one",
                "ConditionExpression": EXISTS,
                "ExpressionAttributeNames": {"#slot": slot.id},
                "ExpressionAttributeValues": encode({":one": 1}),
            }
        }
        for key in agenda_keys(slot.resources, slot.interval)
        if key not in others
    ]


def slot_entry(slot: Slot) -> Entry:
    """The entry that stands for this slot on each of its agendas."""
    return Entry(slot.start, slot.end, slot.id, slot.expires_at)


def agenda_keys(resources: Iterable[Resource], time: Interval) -> list[dict[str, str]]:
    """The keys of every week of these resources that `time` touches."""
    return [keys.agenda(resource, week) for resource in resources for week in keys.weeks(time)]


def read(table: Table, resources: Collection[Resource], time: Interval, *, consistent: bool) -> Agendas:
    """The weeks of these resources that `time` touches. Searches read eventually consistent, decisions strongly."""
    wanted = agenda_keys(resources, time)
    return joined(table.get_many(wanted, consistent=consistent), wanted)


def taken(table: Table, resource: Resource, now: int) -> list[str]:
    """The ids of the slots that hold or have booked time of this resource that is still to end, by start."""
    week = next(keys.weeks(Interval(now, now + 1)))
    items = table.query(
        KeyConditionExpression="pk = :agenda AND sk >= :week",
        ExpressionAttributeValues=encode({":agenda": keys.agenda(resource, week)["pk"], ":week": week}),
        ConsistentRead=True,
    )
    entries = {entry for item in items for entry in _week(item, item).agenda.live(now)}
    return [entry.slot_id for entry in sorted(entries, key=lambda entry: entry[:3]) if entry.end > now]


def joined(items: Iterable[Item], wanted: Iterable[Key]) -> Agendas:
    """The agendas in `items` (which may hold other kinds too), with an unused week for each key that is missing."""
    found = {(item["pk"], item["sk"]): item for item in items}
    return Agendas(tuple(_week(key, found.get((key["pk"], key["sk"]))) for key in wanted))


def _week(key: Key, item: Item | None) -> AgendaWeek:
    _, kind, id = key["pk"].split("#", 2)
    resource = Resource(ResourceKind(kind), id)
    if item is None:
        return AgendaWeek(resource, key["sk"], NEVER_USED, NOTHING)
    entries = tuple(_entry(slot_id, text) for slot_id, text in item["entries"].items())
    imported = tuple(Interval(*map(int, text.split())) for text in item.get("imported", ()))
    return AgendaWeek(resource, key["sk"], item["version"], Agenda(entries, imported))


def _unchanged(week: AgendaWeek) -> Action:
    if week.version == NEVER_USED:
        return {"ConditionExpression": IS_NEVER_USED}
    return {
        "ConditionExpression": IS_UNCHANGED,
        "ExpressionAttributeValues": encode({":read": week.version}),
    }


def _text(entry: Entry) -> str:
    times = (entry.start, entry.end) if entry.until is None else (entry.start, entry.end, entry.until)
    return " ".join(map(str, times))


def _entry(slot_id: str, text: str) -> Entry:
    start, end, *until = map(int, text.split())
    return Entry(start, end, slot_id, until[0] if until else None)
