"""A decision rests on what is stored now: every command reads strongly consistent."""

from collections.abc import Callable
from copy import replace
from typing import Any

import pytest

from booking.commands.cancel_meeting import cancel_meeting
from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.release_time_slot import release_time_slot
from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.commands.update_meeting import update_meeting
from booking.domain.errors import SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting
from booking.domain.requests import SlotRequest
from tests.commands.conftest import PARTNER, Desk, at


@pytest.fixture
def meeting(desk: Desk) -> Meeting:
    return desk.create(desk.reserve(at(9)).slot.id).meeting


def reserve_again(desk: Desk, meeting: Meeting) -> None:
    """Under a token that holds another slot, and to move a meeting: with all that a reservation can read."""
    desk.reserve(at(13), token="again")
    wanted = SlotRequest(Interval(at(9, 30), at(10, 30)), ("anna",), room_id="tivoli")
    request = Reservation(wanted, "again", existing_meeting_id=meeting.id)
    reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock)


def reserve_what_is_taken(desk: Desk, meeting: Meeting) -> None:
    """What is in the way is looked at once more before the reservation is refused."""
    desk.reserve(at(13), token="again")
    with pytest.raises(SlotTaken):
        desk.reserve(meeting.start, token="again")


def move(desk: Desk, meeting: Meeting) -> None:
    wanted = SlotRequest(Interval(at(13), at(14)), ("anna",))
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    hold = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot
    update_meeting(
        desk.table,
        desk.configuration,
        PARTNER,
        meeting.id,
        lambda before: replace(before, time_slot_id=hold.id, room_id="tivoli", additional_employees=("bo",)),
        None,
        desk.clock,
    )


def confirm(desk: Desk, meeting: Meeting) -> None:
    confirm_time_slot(desk.table, desk.configuration, PARTNER, desk.reserve(at(13), token="other").slot.id, desk.clock)


def release(desk: Desk, meeting: Meeting) -> None:
    release_time_slot(desk.table, PARTNER, desk.reserve(at(13), token="other").slot.id, desk.clock)


def create_with_more(desk: Desk, meeting: Meeting) -> None:
    hold = desk.reserve(at(13), token="other").slot
    desk.create(hold.id, room_id="tivoli", additional_employees=("bo",))


def cancel(desk: Desk, meeting: Meeting) -> None:
    cancel_meeting(desk.table, desk.configuration, PARTNER, meeting.id, None, desk.clock)


@pytest.mark.parametrize(
    "command", [reserve_again, reserve_what_is_taken, move, confirm, release, create_with_more, cancel]
)
def test_a_command_reads_nothing_eventually_consistent(
    desk: Desk, meeting: Meeting, monkeypatch: pytest.MonkeyPatch, command: Callable[[Desk, Meeting], None]
) -> None:
    client, reads = desk.table.client, []
    get, get_many = client.get_item, client.batch_get_item

    def get_item(**request: Any) -> Any:
        reads.append(request["ConsistentRead"])
        return get(**request)

    def batch_get_item(**request: Any) -> Any:
        reads.extend(each["ConsistentRead"] for each in request["RequestItems"].values())
        return get_many(**request)

    monkeypatch.setattr(client, "get_item", get_item)
    monkeypatch.setattr(client, "batch_get_item", batch_get_item)

    command(desk, meeting)

    assert reads
    assert all(reads)
