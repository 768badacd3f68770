"""A meeting that has ended is history: only employees change it."""

from copy import replace

import pytest

from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.domain.errors import MeetingOver, ReservationExpired
from booking.domain.interval import Interval
from booking.domain.meeting import MeetingStatus
from booking.domain.requests import SlotRequest
from tests.commands.conftest import HOUR, PARTNER, STAFF, Desk, at
from tests.commands.test_update_meeting import book, change


def test_it_is_not_changed_moved_or_cancelled_by_others_than_employees(desk: Desk) -> None:
    meeting = book(desk, at(9), room="tivoli")
    desk.clock.time = at(9, 59)
    there = desk.reserve(at(13), token="there").slot
    desk.clock.time = at(10)

    for wish in ({"title": "New"}, {"room_id": None}, {"additional_employees": ("bo",)}, {"time_slot_id": there.id}):
        with pytest.raises(MeetingOver):
            change(desk, meeting, **wish)
    with pytest.raises(MeetingOver):
        desk.cancel(meeting.id, PARTNER)
    request = Reservation(SlotRequest(Interval(at(13), at(14)), ("bo",)), "move", existing_meeting_id=meeting.id)
    with pytest.raises(MeetingOver):
        reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock)


def test_it_can_be_changed_up_to_its_last_second(desk: Desk) -> None:
    meeting = book(desk, at(9))
    desk.clock.time = at(10) - 1

    assert change(desk, meeting, title="New").title == "New"
    assert desk.cancel(meeting.id, PARTNER).status is MeetingStatus.CANCELLED


def test_employees_change_and_cancel_it(desk: Desk) -> None:
    meeting = book(desk, at(9))
    desk.clock.time = at(12)

    changed = change(desk, meeting, caller=STAFF, title="No show", room_id="tivoli")
    assert (changed.title, changed.room_id) == ("No show", "tivoli")
    assert desk.cancel(meeting.id, STAFF).status is MeetingStatus.CANCELLED


def test_a_cancelled_one_stays_cancelled(desk: Desk) -> None:
    meeting = book(desk, at(9))
    cancelled = desk.cancel(meeting.id, PARTNER)
    desk.clock.time = at(12)

    assert desk.cancel(meeting.id, PARTNER) == cancelled


def test_no_meeting_is_made_of_a_time_that_is_over(desk: Desk) -> None:
    organisation = replace(desk.configuration.organisation, reservation_lifetime=3 * HOUR)
    desk.configuration = replace(desk.configuration, organisation=organisation)
    slot = desk.reserve(at(9)).slot
    desk.clock.time = at(10)

    with pytest.raises(ReservationExpired):
        desk.create(slot.id)
