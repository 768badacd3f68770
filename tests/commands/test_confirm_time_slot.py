from copy import replace

import pytest

from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.release_time_slot import release_time_slot
from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.domain.errors import NotFound, ReservationExpired, SlotNotOffered, SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import SlotStatus
from booking.domain.requests import SlotRequest
from tests.commands.conftest import MINUTE, OTHER_PARTNER, PARTNER, Desk, at


def test_a_confirmed_hold_outlives_its_expiry(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    confirmed = confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock)
    desk.clock.advance(10 * MINUTE)

    assert (confirmed.status, confirmed.expires_at) == (SlotStatus.BOOKED, at(7, 30))
    with pytest.raises(SlotTaken):
        desk.reserve(at(9), token="other")


def test_confirming_again_changes_nothing(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    first = confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock)

    assert confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock) == first


def test_a_slot_that_the_rules_do_not_allow_any_more_is_not_confirmed(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    absent = replace(desk.configuration.employees["anna"], absences=(Interval(at(0), at(24)),))
    configuration = replace(desk.configuration, employees={"anna": absent})

    with pytest.raises(SlotNotOffered):
        confirm_time_slot(desk.table, configuration, PARTNER, slot.id, desk.clock)


def test_a_confirmed_slot_makes_its_meeting(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock)

    assert desk.create(slot.id).is_new


def test_a_lapsed_hold_is_confirmed_while_its_time_is_free_and_not_once_it_is_taken(desk: Desk) -> None:
    first, second = desk.reserve(at(9), token="first").slot, desk.reserve(at(13), token="second").slot
    desk.clock.advance(6 * MINUTE)
    desk.reserve(at(13), token="other")

    assert confirm_time_slot(desk.table, desk.configuration, PARTNER, first.id, desk.clock).status is SlotStatus.BOOKED
    with pytest.raises(ReservationExpired):
        confirm_time_slot(desk.table, desk.configuration, PARTNER, second.id, desk.clock)


def test_a_lapsed_hold_that_only_the_meeting_it_moves_overlaps_is_confirmed(desk: Desk) -> None:
    meeting = desk.create(desk.reserve(at(9)).slot.id).meeting
    wanted = SlotRequest(Interval(at(9, 30), at(10, 30)), ("anna",))
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    slot = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot
    desk.clock.advance(6 * MINUTE)

    assert confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock).status is SlotStatus.BOOKED


def test_a_released_slot_is_not_confirmed(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    release_time_slot(desk.table, PARTNER, slot.id, desk.clock)

    with pytest.raises(ReservationExpired):
        confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock)


def test_the_slot_of_another_owner_is_not_found(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot

    with pytest.raises(NotFound):
        confirm_time_slot(desk.table, desk.configuration, OTHER_PARTNER, slot.id, desk.clock)
    with pytest.raises(NotFound):
        release_time_slot(desk.table, OTHER_PARTNER, slot.id, desk.clock)
