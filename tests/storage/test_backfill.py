"""make backfill: what version 0.1.0 stored is found by its additional employees too."""

from copy import replace

import pytest

from booking.domain.meeting import SlotStatus
from booking.storage import meetings, slots
from booking.storage.table import Table, decode
from local.backfill import backfill, main
from tests.conftest import TABLE_NAME
from tests.storage.test_audit import HOUR, MONDAY, NOW, World, a_meeting, a_slot, at, put


@pytest.fixture
def old(table: Table) -> Table:
    """Two meetings and a hold as 0.1.0 stored them: nothing points to them."""
    world = World()
    for number, day in enumerate((0, 1)):
        start = at(9) + day * 86400
        world.book(a_slot(f"booked-{number}", start, start + HOUR, "anna", "bo", "cy"))
    world.add(a_slot("hold", at(12), at(13), "anna", "bo"))
    for slot in world.slots.values():
        put(table, slots.create(slot, slot.owner))
    for meeting in world.meetings.values():
        put(table, meetings.create(meeting, meeting.owner))
    return table


def meetings_of(table: Table, employee_id: str) -> list[str]:
    where = meetings.with_employee(employee_id, None, None)
    return [each.id for each in meetings.page(table, where, None, 50, lambda _: True).items]


def slots_of(table: Table, employee_id: str) -> list[str]:
    where = slots.with_employee(employee_id, None, None)
    return [each.id for each in slots.page(table, where, None, 50, lambda _: True).items]


def test_meetings_and_slots_are_listed_by_their_additional_employees(old: Table) -> None:
    assert (meetings_of(old, "bo"), slots_of(old, "bo")) == ([], [])

    assert backfill(old, lambda: NOW) == 4 + 5

    assert meetings_of(old, "bo") == meetings_of(old, "cy") == meetings_of(old, "anna") == ["m-booked-0", "m-booked-1"]
    assert slots_of(old, "bo") == slots_of(old, "anna") == ["booked-0", "hold", "booked-1"]


def test_doing_it_again_changes_nothing(old: Table) -> None:
    def everything() -> list[str]:
        return sorted(str(decode(item)) for item in old.client.scan(TableName=old.name)["Items"])

    backfill(old, lambda: NOW)
    before = everything()
    assert backfill(old, lambda: NOW) == 9
    assert everything() == before


def test_slots_that_are_over_long_ago_or_released_get_nothing(table: Table) -> None:
    released = replace(a_slot("released", at(9), at(10), "anna", "bo"), status=SlotStatus.RELEASED)
    put(table, slots.create(released, released.owner))
    put(table, slots.create(a_slot("old", at(11), at(12), "anna", "bo"), "me"))

    assert backfill(table, lambda: MONDAY + 500 * 86400) == 0


def test_the_command_says_what_it_did(old: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--table", TABLE_NAME]) == 0
    assert capsys.readouterr().out.endswith("pointers to meetings and slots are there.\n")
    assert meetings_of(old, "bo") == ["m-booked-0", "m-booked-1"]

    assert main(["--table", "unknown"]) == 2
    assert "could not be backfilled" in capsys.readouterr().err


def test_old_meetings_need_nothing_else(old: Table) -> None:
    meeting = meetings.get(old, "m-booked-0")
    assert meeting == a_meeting(replace(slots.require(old, "booked-0"), meeting_id="m-booked-0"))
