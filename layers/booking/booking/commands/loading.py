"""Loads what a booking decides on: the agendas, together with the version of the configuration."""

from collections.abc import Collection

from booking.domain.agenda import Resource
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.decide import agenda_time
from booking.domain.errors import NotFound, Stale
from booking.domain.holds import CustomerHolds
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting, Slot
from booking.storage import agendas, holds, keys, meetings, slots
from booking.storage.agendas import Agendas
from booking.storage.configuration_items import require_newest
from booking.storage.table import Table


def read_agendas(
    table: Table,
    configuration: Configuration,
    resources: Collection[Resource],
    time: Interval,
    employee_ids: Collection[str],
) -> Agendas:
    """The weeks of these resources that a decision on `time` depends on, with the daily caps of `employee_ids`.

    Raises Outdated, and NotFound for one of `employee_ids` that is not configured.
    """
    wanted = agendas.agenda_keys(resources, agenda_time(time, configuration, employee_ids))
    items = table.get_many([keys.CONFIGURATION_VERSION, *wanted], consistent=True)
    require_newest(configuration, items)
    return agendas.joined(items, wanted, configuration.version)


def read_holds(table: Table, slot: Slot) -> CustomerHolds | None:
    """The holds of the slot's customer. None if the slot does not count for a customer."""
    if slot.customer_id is None:
        return None
    return holds.among(table.get_many([keys.holds(slot.customer_id)], consistent=True), slot.customer_id)


def own_slot(table: Table, caller: Caller, slot_id: str) -> Slot:
    """The slot. Raises NotFound if the caller may not know of it."""
    return require_own_slot(slots.get(table, slot_id), caller, slot_id)


def require_own_slot(slot: Slot | None, caller: Caller, slot_id: str) -> Slot:
    if slot is None or not caller.owns_slot(slot):
        raise NotFound("time slot", slot_id)
    return slot


def own_meeting(table: Table, caller: Caller, meeting_id: str) -> Meeting:
    """The meeting. Raises NotFound if the caller may not know of it."""
    return require_own_meeting(meetings.get(table, meeting_id), caller, meeting_id)


def require_own_meeting(meeting: Meeting | None, caller: Caller, meeting_id: str) -> Meeting:
    if meeting is None or not caller.owns_meeting(meeting):
        raise NotFound("meeting", meeting_id)
    return meeting


def require_version(meeting: Meeting, expected: int | None) -> None:
    """Raises Stale unless the meeting is at the version in If-Match. None matches any version."""
    if expected is not None and expected != meeting.version:
        raise Stale("The meeting has changed since the version in If-Match.", version=meeting.version)
