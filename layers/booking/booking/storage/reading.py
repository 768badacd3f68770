"""Agendas as they are read by who writes nothing: searches and lists."""

from collections.abc import Collection, Mapping

from booking.domain.agenda import Agenda, Resource
from booking.domain.configuration import Configuration
from booking.domain.interval import Interval
from booking.storage import keys
from booking.storage.agendas import agenda_keys, joined
from booking.storage.configuration_items import require_newest
from booking.storage.table import BATCH_KEYS, Table


def read_agendas(
    table: Table, configuration: Configuration, resources: Collection[Resource], time: Interval
) -> Mapping[Resource, Agenda]:
    """The agendas of these resources in the weeks that `time` touches, by the newest configuration.

    The configuration's version comes with the first batch, so it costs no call; that batch is strongly consistent, so
    nobody is shown a configuration older than one that they know to be stored. The other batches are eventually
    consistent. Raises Outdated where `configuration` is not the newest.
    """
    wanted = agenda_keys(resources, time)
    with_version = [keys.CONFIGURATION_VERSION, *wanted[: BATCH_KEYS - 1]]
    items = table.get_many(with_version, consistent=True)
    require_newest(configuration, items)
    items += table.get_many(wanted[BATCH_KEYS - 1 :], consistent=False)
    return joined(items, wanted)
