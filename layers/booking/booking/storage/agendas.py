"""Agendas: the one place where a time is taken.

An agenda item is what one resource has in one ISO week (UTC): `version`, `entries` {slot id: text}
(`storage.entries`) and `imported` ["start end"], in Unix seconds. An entry that crosses into another
week stands in both. Every change of a week raises its version, and whatever was decided from a version is
written on the condition that it is still that version: so no two writers decide from the same state.

`closedAt` is there once the resource was about to be deleted: the version of the configuration from which on it is not
bookable. Whoever decides by an older configuration must decide again, see `close`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from booking.domain.agenda import NOTHING, Agenda, Entry, Resource, ResourceKind
from booking.domain.errors import Outdated
from booking.domain.interval import Interval
from booking.domain.meeting import Slot, SlotStatus
from booking.storage import keys
from booking.storage.entries import entry_of, text_of
from booking.storage.table import Action, Item, Key, Table, encode

NEVER_USED = 0
NEVER_CLOSED = 0
TRANSACTION_ACTIONS = 100  # the most that one TransactWriteItems takes

type _Key = tuple[str, str]
"""pk and sk."""

# Each clause of the conditions, by name.
IS_UNCHANGED = "version = :read"  # nobody wrote the week since it was read
IS_NEVER_USED = "attribute_not_exists(pk)"  # nobody wrote the week at all, as when it was read
HOLDS_EXACTLY = "entries.#slot = :held"  # the hold is still there: nobody overtook it, lapsed or not
IS_OPEN = "(attribute_not_exists(closedAt) OR closedAt <= :decidedBy)"  # the resource was not deleted since
EXISTS = "attribute_exists(pk)"


class SlotChange(Struct, frozen=True):
    """A slot before and after a change. `before` is None for a new slot."""

    before: Slot | None
    after: Slot


class AgendaWeek(Struct, frozen=True):
    """One item, as read: version 0 for a week never used."""

    resource: Resource
    week: str
    version: int
    agenda: Agenda
    closed_at: int = NEVER_CLOSED

    @property
    def key(self) -> dict[str, str]:
        return keys.agenda(self.resource, self.week)


@dataclass(frozen=True)
class Agendas(Mapping[Resource, Agenda]):
    """The agenda of each resource, joined from the weeks that were read.

    `decided_by` is the version of the configuration that the reader decides by.
    """

    weeks: tuple[AgendaWeek, ...] = ()
    decided_by: int = 0

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

    def actions(self, now: int, changes: Sequence[SlotChange]) -> list[Action]:
        """The actions that make every agenda show the slots as they are afterwards.

        Every week read takes part, because what was decided rests on it: one that neither changes nor has lapsed
        entries as a condition. Lapsed entries go, so that a hold that was passed over can no longer be confirmed.
        A week that was not read can only lose a slot, or make firm what it holds for it.
        Raises Outdated if a resource that gains time was closed after the configuration that was decided by.
        """
        after = {change.after.id: change.after for change in changes}
        if any(week.closed_at > self.decided_by for week in self.weeks):
            raise Outdated
        actions = [_rewritten(week, now, after) for week in self.weeks]
        read = {(week.key["pk"], week.key["sk"]) for week in self.weeks}
        for change in changes:
            had, has = _entries(change.before), _entries(change.after)
            for key in had | has:
                if key in read or had.get(key) == has.get(key):
                    continue
                if key not in had:
                    raise ValueError("Read an agenda before taking time on it.")
                actions.append(self._blind(key, change.after.id, had[key], has.get(key)))
        return actions

    def _blind(self, key: _Key, slot_id: str, held: Entry, becomes: Entry | None) -> Action:
        """Changes one entry of a week that was not read. Removing a lapsed hold that is gone already does no harm."""
        request: Action = {
            "Key": encode({"pk": key[0], "sk": key[1]}),
            "UpdateExpression": "REMOVE entries.#slot ADD version :one",
            "ConditionExpression": EXISTS,
            "ExpressionAttributeNames": {"#slot": slot_id},
            "ExpressionAttributeValues": encode({":one": 1}),
        }
        if becomes:
            request["UpdateExpression"] = "SET entries.#slot = :becomes ADD version :one"
            request["ConditionExpression"] = f"{HOLDS_EXACTLY} AND {IS_OPEN}"
            request["ExpressionAttributeValues"] |= encode(
                {":held": text_of(held), ":becomes": text_of(becomes), ":decidedBy": self.decided_by}
            )
        return {"Update": request}


NONE_READ = Agendas()


def _entries(slot: Slot | None) -> dict[_Key, Entry]:
    """The slot's entry in each week of each agenda that has it."""
    if slot is None or slot.status is SlotStatus.RELEASED:
        return {}
    return {(key["pk"], key["sk"]): slot_entry(slot) for key in agenda_keys(slot.resources, slot.interval)}


def _rewritten(week: AgendaWeek, now: int, after: Mapping[str, Slot]) -> Action:
    key = (week.key["pk"], week.key["sk"])
    stay = [entry for entry in week.agenda.live(now) if entry.slot_id not in after]
    taken = [entry for slot in after.values() if (entry := _entries(slot).get(key))]
    agenda = Agenda((*stay, *taken), week.agenda.imported)
    if set(agenda.entries) == set(week.agenda.entries):
        return {"ConditionCheck": {"Key": encode(week.key), **_unchanged(week)}}
    return put(week, agenda)


def put(week: AgendaWeek, agenda: Agenda) -> Action:
    """Replaces the week by `agenda` with the next version, unless it has changed since it was read."""
    item = {
        **week.key,
        "version": week.version + 1,
        "entries": {entry.slot_id: text_of(entry) for entry in agenda.entries},
        "imported": [f"{busy.start} {busy.end}" for busy in agenda.imported] or None,
        "closedAt": week.closed_at or None,
    }
    return {"Put": {"Item": encode(item), **_unchanged(week)}}


def close(table: Table, resource: Resource, time: Interval, version: int) -> None:
    """Makes every booking that rests on a configuration before `version` fail to take time of this resource.

    It raises the version of every week that `time` touches, used or not, so that whoever has read one of them reads
    it again; and it leaves `closedAt` there, for who has read the configuration's version before and the week after.
    Doing it again does no harm. Raises Collision, Throttled, Unanswered.
    """
    actions: list[Action] = [
        {
            "Update": {
                "Key": encode(key),
                "UpdateExpression": "SET closedAt = :at, entries = if_not_exists(entries, :none) ADD version :one",
                "ExpressionAttributeValues": encode({":at": version, ":none": {}, ":one": 1}),
            }
        }
        for key in agenda_keys([resource], time)
    ]
    for first in range(0, len(actions), TRANSACTION_ACTIONS):
        table.transact(actions[first : first + TRANSACTION_ACTIONS])


def slot_entry(slot: Slot) -> Entry:
    """The slot's entry on its agendas."""
    return Entry(slot.start, slot.end, slot.id, slot.expires_at, slot.topic_id, slot.seat)


def agenda_keys(resources: Iterable[Resource], time: Interval) -> list[dict[str, str]]:
    """The keys of every week of these resources that `time` touches."""
    return [keys.agenda(resource, week) for resource in resources for week in keys.weeks(time)]


def read(
    table: Table, resources: Collection[Resource], time: Interval, *, consistent: bool, decided_by: int = 0
) -> Agendas:
    """The weeks of these resources that `time` touches. Searches read eventually consistent, decisions strongly."""
    wanted = agenda_keys(resources, time)
    return joined(table.get_many(wanted, consistent=consistent), wanted, decided_by)


def taken(table: Table, resource: Resource, now: int) -> list[str]:
    """The ids of the slots of this resource, held or booked, that have not ended, by start."""
    week = next(keys.weeks(Interval(now, now + 1)))
    items = table.query(
        KeyConditionExpression="pk = :agenda AND sk >= :week",
        ExpressionAttributeValues=encode({":agenda": keys.agenda(resource, week)["pk"], ":week": week}),
        ConsistentRead=True,
    )
    entries = {entry for item in items for entry in _week(item, item).agenda.live(now)}
    return [entry.slot_id for entry in sorted(entries, key=lambda entry: entry[:3]) if entry.end > now]


def joined(items: Iterable[Item], wanted: Iterable[Key], decided_by: int = 0) -> Agendas:
    """The agendas in `items` (which may hold other kinds too), with an unused week for each key that is missing."""
    found = {(item["pk"], item["sk"]): item for item in items}
    return Agendas(tuple(_week(key, found.get((key["pk"], key["sk"]))) for key in wanted), decided_by)


def _week(key: Key, item: Item | None) -> AgendaWeek:
    _, kind, id = key["pk"].split("#", 2)
    resource = Resource(ResourceKind(kind), id)
    if item is None:
        return AgendaWeek(resource, key["sk"], NEVER_USED, NOTHING)
    entries = tuple(entry_of(slot_id, text) for slot_id, text in item["entries"].items())
    imported = tuple(Interval(*map(int, text.split())) for text in item.get("imported", ()))
    closed_at = item.get("closedAt", NEVER_CLOSED)
    return AgendaWeek(resource, key["sk"], item["version"], Agenda(entries, imported), closed_at)


def _unchanged(week: AgendaWeek) -> Action:
    if week.version == NEVER_USED:
        return {"ConditionExpression": IS_NEVER_USED}
    return {
        "ConditionExpression": IS_UNCHANGED,
        "ExpressionAttributeValues": encode({":read": week.version}),
    }
