"""Reads agendas for searches and lists, which write nothing."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from booking.domain.agenda import Agenda, Entry, Resource
from booking.domain.configuration import Configuration
from booking.domain.interval import Interval
from booking.domain.limits import require_entries
from booking.storage import keys
from booking.storage.configuration_items import require_newest
from booking.storage.entries import entry_of
from booking.storage.table import BATCH_KEYS, Item, Key, Table, decode


def read_agendas(
    table: Table, configuration: Configuration, resources: Collection[Resource], time: Interval
) -> Mapping[Resource, Agenda]:
    """The agendas of these resources in the weeks that `time` touches, by the newest configuration.

    The configuration's version comes with the first batch, so it costs no call; that batch is strongly consistent, so
    nobody is shown a configuration older than one that they know to be stored. The other batches are eventually
    consistent. Raises Outdated where `configuration` is not the newest, InvalidRequest for too many times.
    """
    return read_along(table, configuration, resources, time, [])[0]


def read_along(
    table: Table, configuration: Configuration, resources: Collection[Resource], time: Interval, named: Sequence[Key]
) -> tuple[Mapping[Resource, Agenda], list[Item]]:
    """The same, and the items of these few keys that exist. They come with the first batch, too."""
    weeks = list(keys.weeks(time))
    by_partition = {keys.agenda(resource, "")["pk"]: resource for resource in resources}
    wanted = [{"pk": partition, "sk": week} for partition in by_partition for week in weeks]
    joined = {partition: _Joined() for partition in by_partition}
    beside = [keys.CONFIGURATION_VERSION, *named]
    in_first = BATCH_KEYS - len(beside)
    first = list(table.get_each([*beside, *wanted[:in_first]], _read, consistent=True))
    items = [read for read in first if isinstance(read, dict)]
    require_newest(configuration, items)
    rest = table.get_each(wanted[in_first:], _read, consistent=False)
    count = 0
    for week in chain(first, rest):
        if isinstance(week, _Week):
            joined[week.partition].add(week)
            count += len(week.entries) + len(week.imported)
            require_entries(count)
    return {resource: joined.pop(partition).agenda() for partition, resource in by_partition.items()}, items


class _Week(NamedTuple):
    partition: str
    entries: list[Entry]
    imported: list[Interval]


def _read(item: Item) -> _Week | Item:
    """A week of an agenda, or another item as it is, such as the version of the configuration."""
    partition = item["pk"]["S"]
    if not partition.startswith(keys.AGENDA):
        return decode(item)
    entries = [entry_of(slot_id, text["S"]) for slot_id, text in item["entries"]["M"].items()]
    busy = [text["S"].split() for text in item["imported"]["L"]] if "imported" in item else ()
    return _Week(partition, entries, [Interval(int(start), int(end)) for start, end in busy])


class _Joined:
    """One resource's weeks, joined: what crosses from one week into another stands in both."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._imported: dict[Interval, None] = {}

    def add(self, week: _Week) -> None:
        self._entries |= {entry.slot_id: entry for entry in week.entries}
        self._imported |= dict.fromkeys(week.imported)

    def agenda(self) -> Agenda:
        return Agenda(tuple(self._entries.values()), tuple(self._imported))
