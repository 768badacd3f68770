import pytest

from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.domain.agenda import employee, room
from booking.domain.errors import NotFound, RoomTaken, SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import SlotStatus
from booking.domain.requests import SlotRequest
from booking.storage import agendas, slots
from tests.commands.conftest import MINUTE, OTHER_PARTNER, PARTNER, Desk, at


def test_a_reservation_holds_the_employee_for_five_minutes(desk: Desk) -> None:
    reserved = desk.reserve(at(9), "anna")

    assert reserved.is_new
    assert reserved.slot.expires_at == desk.clock() + 5 * MINUTE
    assert desk.held("anna") == [Interval(at(9), at(10))]


def test_of_two_tokens_only_one_gets_an_overlapping_time(desk: Desk) -> None:
    desk.reserve(at(9), token="first")

    with pytest.raises(SlotTaken):
        desk.reserve(at(9, 30), token="second")


def test_a_room_is_held_with_the_employee(desk: Desk) -> None:
    desk.reserve(at(9), "anna", room="tivoli", token="first")

    with pytest.raises(RoomTaken):
        desk.reserve(at(9), "bo", room="tivoli", token="second")
    assert desk.held("bo") == []


def test_several_employees_are_held_together_or_not_at_all(desk: Desk) -> None:
    desk.reserve(at(9), "bo", token="first")

    with pytest.raises(SlotTaken):
        desk.reserve(at(9), "anna", "bo", token="second")
    assert desk.held("anna") == []


def test_a_hold_is_dead_from_the_second_that_it_expires(desk: Desk) -> None:
    desk.reserve(at(9), token="first")

    desk.clock.advance(5 * MINUTE - 1)
    with pytest.raises(SlotTaken):
        desk.reserve(at(9), token="second")
    desk.clock.advance(1)
    assert desk.reserve(at(9), token="second").is_new


def test_the_same_token_for_the_same_slot_renews_the_reservation(desk: Desk) -> None:
    first = desk.reserve(at(9))
    desk.clock.advance(4 * MINUTE)
    again = desk.reserve(at(9))

    assert not again.is_new
    assert again.slot.id == first.slot.id
    assert again.slot.expires_at == desk.clock() + 5 * MINUTE
    desk.clock.advance(4 * MINUTE)
    with pytest.raises(SlotTaken):
        desk.reserve(at(9), token="other")


def test_the_same_token_for_another_slot_moves_the_hold(desk: Desk) -> None:
    first = desk.reserve(at(9))
    second = desk.reserve(at(11))

    assert second.slot.id != first.slot.id
    assert desk.held("anna") == [Interval(at(11), at(12))]
    old = slots.get(desk.table, first.slot.id)
    assert old is not None
    assert old.status is SlotStatus.RELEASED


def test_a_hold_moves_to_a_time_that_overlaps_its_own(desk: Desk) -> None:
    desk.reserve(at(9))
    desk.reserve(at(9, 30))

    assert desk.held("anna") == [Interval(at(9, 30), at(10, 30))]


def test_a_hold_moves_to_another_employee_and_another_week(desk: Desk) -> None:
    desk.reserve(at(9), "anna", room="tivoli")
    desk.reserve(at(9, day=7), "bo")

    assert desk.held("anna") == []
    week = Interval(at(0), at(0, day=7))
    assert not list(agendas.read(desk.table, [room("tivoli")], week, consistent=True)[room("tivoli")].entries)


def test_the_old_hold_is_kept_when_the_new_time_is_taken(desk: Desk) -> None:
    desk.reserve(at(11), token="somebody else")
    old = desk.reserve(at(9))

    with pytest.raises(SlotTaken):
        desk.reserve(at(11))
    assert desk.held("anna") == [Interval(at(9), at(10)), Interval(at(11), at(12))]
    assert desk.reserve(at(9)).slot.id == old.slot.id


def test_the_same_token_of_another_caller_is_another_token(desk: Desk) -> None:
    desk.reserve(at(9), caller=PARTNER)
    desk.reserve(at(11), caller=OTHER_PARTNER)

    assert desk.held("anna") == [Interval(at(9), at(10)), Interval(at(11), at(12))]


def test_neighbours_in_time_do_not_disturb_each_other(desk: Desk) -> None:
    desk.reserve(at(9), token="first")
    desk.reserve(at(10), token="second")

    assert desk.held("anna") == [Interval(at(9), at(10)), Interval(at(10), at(11))]


def test_a_meeting_over_the_end_of_the_week_blocks_both_weeks(desk: Desk) -> None:
    night = Interval(at(23, day=6), at(1, day=7))
    entry_weeks = {key["sk"] for key in agendas.agenda_keys([employee("anna")], night)}

    assert entry_weeks == {"2026-W48", "2026-W49"}


def test_moving_a_meeting_that_is_not_there_is_not_found(desk: Desk) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",))
    request = Reservation(wanted, "token", existing_meeting_id="no-such-meeting")

    with pytest.raises(NotFound):
        reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock)


def test_a_slot_that_was_confirmed_is_still_its_tokens(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    confirmed = confirm_time_slot(desk.table, desk.configuration, PARTNER, slot.id, desk.clock)
    again = desk.reserve(at(9))

    assert (again.slot, again.is_new) == (confirmed, False)
    assert desk.reserve(at(11)).is_new
    assert desk.held("anna") == [Interval(at(9), at(10)), Interval(at(11), at(12))]
