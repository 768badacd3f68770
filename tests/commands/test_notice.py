"""Until when customers, and partners for them, may cancel or move a meeting."""

from copy import replace
from typing import Any

import pytest

from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.domain.caller import Caller, Scope
from booking.domain.configuration import MeetingTopic
from booking.domain.errors import TooLateToCancel, TooLateToChange
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.requests import SlotRequest
from tests.commands.conftest import HOUR, MINUTE, PARTNER, STAFF, Desk, at
from tests.commands.test_update_meeting import book, change

CUSTOMER = Caller("subject", "pages", "customer", frozenset({Scope.READ, Scope.BOOK}))


def settle(desk: Desk, **settings: Any) -> None:
    organisation = replace(desk.configuration.organisation, **settings)
    topics = {
        "loan": MeetingTopic("loan", cancel_notice=3 * HOUR, change_notice=0),
        "card": MeetingTopic("card"),
    }
    desk.configuration = replace(desk.configuration, organisation=organisation, meeting_topics=topics)


def hold_for_moving(desk: Desk, meeting: Meeting, hour: int, caller: Caller = PARTNER) -> Reserved:
    request = Reservation(
        SlotRequest(Interval(at(hour), at(hour + 1)), ("anna",)), "move", existing_meeting_id=meeting.id
    )
    return reserve_time_slot(desk.table, desk.configuration, caller, request, desk.clock)


@pytest.mark.parametrize("caller", [PARTNER, CUSTOMER], ids=["partner", "customer"])
def test_a_meeting_is_cancelled_up_to_the_notice_and_not_later(desk: Desk, caller: Caller) -> None:
    settle(desk, cancel_notice=HOUR)
    meeting = book(desk, at(12))

    desk.clock.time = at(11) + 1
    with pytest.raises(TooLateToCancel) as refused:
        desk.cancel(meeting.id, caller)
    assert refused.value.details == {"reason": "TOO_LATE_TO_CANCEL", "meetingId": meeting.id, "noticeMinutes": 60}
    desk.clock.time = at(11)
    assert desk.cancel(meeting.id, caller).status is MeetingStatus.CANCELLED


def test_employees_cancel_and_move_without_notice(desk: Desk) -> None:
    settle(desk, cancel_notice=HOUR, change_notice=HOUR)
    meeting = book(desk, at(12))
    desk.clock.time = at(12, 30)

    moved = change(desk, meeting, caller=STAFF, time_slot_id=hold_for_moving(desk, meeting, 14, STAFF).slot.id)
    assert moved.start == at(14)
    desk.clock.time = at(14, 30)
    assert desk.cancel(meeting.id, STAFF).status is MeetingStatus.CANCELLED


def test_a_cancelled_meeting_is_cancelled_again_at_any_time(desk: Desk) -> None:
    settle(desk, cancel_notice=HOUR)
    meeting = book(desk, at(12))
    cancelled = desk.cancel(meeting.id)
    desk.clock.time = at(11, 30)

    assert desk.cancel(meeting.id) == cancelled


def test_no_time_is_held_to_move_a_meeting_once_the_notice_has_passed(desk: Desk) -> None:
    settle(desk, change_notice=HOUR)
    meeting = book(desk, at(12))

    desk.clock.time = at(11)
    assert hold_for_moving(desk, meeting, 14).is_new
    desk.clock.time = at(11) + 1
    with pytest.raises(TooLateToChange) as refused:
        hold_for_moving(desk, meeting, 15)
    assert refused.value.details == {"reason": "TOO_LATE_TO_CHANGE", "meetingId": meeting.id, "noticeMinutes": 60}


def test_a_hold_that_was_made_in_time_to_move_it_still_moves_it(desk: Desk) -> None:
    settle(desk, change_notice=HOUR)
    meeting = book(desk, at(12))
    desk.clock.time = at(11)
    hold = hold_for_moving(desk, meeting, 14).slot
    desk.clock.advance(4 * MINUTE)

    assert change(desk, meeting, time_slot_id=hold.id).start == at(14)


def test_a_hold_for_something_else_does_not_move_it_too_late(desk: Desk) -> None:
    settle(desk, change_notice=HOUR)
    meeting = book(desk, at(12))
    desk.clock.time = at(11)
    hold = desk.reserve(at(14), token="other").slot
    desk.clock.advance(4 * MINUTE)

    with pytest.raises(TooLateToChange):
        change(desk, meeting, time_slot_id=hold.id)


def test_fields_other_than_the_time_may_still_be_changed(desk: Desk) -> None:
    settle(desk, change_notice=HOUR)
    meeting = book(desk, at(12), room="tivoli")
    desk.clock.time = at(11, 30)

    assert change(desk, meeting, title="In a hurry", room_id=None).title == "In a hurry"


@pytest.mark.parametrize(("topic", "hours"), [("loan", 3), ("card", 1), (None, 1)])
def test_a_topic_may_ask_for_another_notice(desk: Desk, topic: str | None, hours: int) -> None:
    settle(desk, cancel_notice=HOUR)
    meeting = desk.create(desk.reserve(at(12)).slot.id, topic_id=topic).meeting

    desk.clock.time = at(12 - hours) + 1
    with pytest.raises(TooLateToCancel):
        desk.cancel(meeting.id)
    desk.clock.time = at(12 - hours)
    assert desk.cancel(meeting.id).status is MeetingStatus.CANCELLED


def test_a_topic_without_notice_lifts_the_organisations(desk: Desk) -> None:
    settle(desk, change_notice=HOUR)
    meeting = desk.create(desk.reserve(at(12)).slot.id, topic_id="loan").meeting
    desk.clock.time = at(12)

    assert hold_for_moving(desk, meeting, 14).is_new


def test_a_meeting_whose_topic_is_gone_has_the_organisations_notice(desk: Desk) -> None:
    settle(desk, cancel_notice=HOUR)
    meeting = desk.create(desk.reserve(at(12)).slot.id, topic_id="loan").meeting
    desk.configuration = replace(desk.configuration, meeting_topics={})
    desk.clock.time = at(11)

    assert desk.cancel(meeting.id).status is MeetingStatus.CANCELLED
