from copy import replace
from typing import Any

import pytest

from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.commands.update_meeting import MeetingContent, update_meeting
from booking.domain.agenda import room
from booking.domain.caller import Caller
from booking.domain.configuration import CustomerType, MeetingTopic, MeetingType, Skills
from booking.domain.errors import (
    MeetingCancelled,
    NotFound,
    ReservationExpired,
    RoomTaken,
    SlotMismatch,
    SlotNotOffered,
    SlotTaken,
    Stale,
)
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting, SlotStatus
from booking.domain.requests import SlotRequest
from booking.storage import agendas, meetings, slots
from tests.commands.conftest import HOUR, MINUTE, OTHER_PARTNER, PARTNER, Desk, LoseAnswers, at


def change(desk: Desk, meeting: Meeting, *, caller: Caller = PARTNER, version: int | None = None, **to: Any) -> Meeting:
    return update_meeting(
        desk.table, desk.configuration, caller, meeting.id, lambda content: replace(content, **to), version, desk.clock
    )


def move_to(desk: Desk, meeting: Meeting, start: int, *employees: str, **wishes: Any) -> Meeting:
    """Holds a new time for the meeting and moves it there."""
    wanted = SlotRequest(Interval(start, start + HOUR), employees or ("anna",), room_id=wishes.get("room"))
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    slot = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot
    return change(desk, meeting, time_slot_id=slot.id)


def book(desk: Desk, start: int, *employees: str, token: str = "first", **wishes: Any) -> Meeting:
    slot = desk.reserve(start, *employees, token=token, room=wishes.pop("room", None)).slot
    return desk.create(slot.id, **wishes).meeting


def rooms_held(desk: Desk, id: str) -> list[Interval]:
    agenda = agendas.read(desk.table, [room(id)], Interval(at(0), at(0, day=7)), consistent=True)[room(id)]
    return sorted(entry.interval for entry in agenda.live(desk.clock()))


def test_a_text_is_changed_and_everything_else_stays(desk: Desk) -> None:
    meeting = book(desk, at(9))
    changed = change(desk, meeting, title="New")

    assert changed == replace(meeting, title="New", version=2, modified_at=desk.clock())
    assert meetings.get(desk.table, meeting.id) == changed


def test_a_moved_meeting_has_its_new_time_and_not_its_old_one(desk: Desk) -> None:
    meeting = book(desk, at(9))
    moved = move_to(desk, meeting, at(13))

    assert moved.interval == Interval(at(13), at(14))
    assert moved.sequence == 1
    assert desk.held("anna") == [Interval(at(13), at(14))]
    old = slots.require(desk.table, meeting.time_slot_id)
    assert old.status is SlotStatus.RELEASED


def test_a_meeting_moves_to_a_time_that_overlaps_its_own(desk: Desk) -> None:
    moved = move_to(desk, book(desk, at(9)), at(9, 30))

    assert desk.held("anna") == [moved.interval] == [Interval(at(9, 30), at(10, 30))]


def test_a_meeting_moves_to_another_employee_and_another_week(desk: Desk) -> None:
    moved = move_to(desk, book(desk, at(9), room="tivoli", type=MeetingType.PHYSICAL), at(9, day=7), "bo")

    assert (moved.employee_id, moved.room_id) == ("bo", "tivoli")
    assert desk.held("anna") == []
    assert rooms_held(desk, "tivoli") == []


def test_a_meeting_whose_new_hold_has_lapsed_and_been_taken_keeps_its_old_time(desk: Desk) -> None:
    meeting = book(desk, at(9))
    slot = desk.reserve(at(13), token="move").slot
    desk.clock.advance(6 * MINUTE)
    desk.reserve(at(13), token="other")

    with pytest.raises(ReservationExpired):
        change(desk, meeting, time_slot_id=slot.id)
    assert desk.held("anna") == [Interval(at(9), at(10)), Interval(at(13), at(14))]
    assert meetings.get(desk.table, meeting.id) == meeting


def test_a_meeting_moves_by_a_lapsed_hold_whose_time_only_the_meeting_itself_overlaps(desk: Desk) -> None:
    meeting = book(desk, at(9))
    wanted = SlotRequest(Interval(at(9, 30), at(10, 30)), ("anna",))
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    slot = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot
    desk.clock.advance(6 * MINUTE)

    assert change(desk, meeting, time_slot_id=slot.id).interval == wanted.interval
    assert desk.held("anna") == [wanted.interval]


def test_a_meeting_moves_to_nobody_who_is_not_qualified_for_its_topic(desk: Desk) -> None:
    able = Skills(frozenset({"loan"}), frozenset({"private"}))
    anna, bo = (desk.configuration.employees[id] for id in ("anna", "bo"))
    employees = {"anna": replace(anna, skills=able), "bo": replace(bo, skills=Skills())}
    topics = {"loan": MeetingTopic("loan")}
    types = {"private": CustomerType("private")}
    desk.configuration = replace(desk.configuration, employees=employees, meeting_topics=topics, customer_types=types)
    meeting = book(desk, at(9), topic_id="loan", customer_type_id="private")

    with pytest.raises(SlotNotOffered):
        move_to(desk, meeting, at(13), "bo")
    with pytest.raises(SlotNotOffered):
        change(desk, meeting, time_slot_id=desk.reserve(at(13), "bo", token="plain").slot.id)
    assert move_to(desk, meeting, at(13)).interval == Interval(at(13), at(14))


def test_an_additional_employee_need_not_cover_the_topic_when_the_meeting_changes(desk: Desk) -> None:
    able = Skills(frozenset({"loan"}), frozenset({"private"}))
    anna, bo, cy = (desk.configuration.employees[id] for id in ("anna", "bo", "cy"))
    employees = {
        "anna": replace(anna, skills=able),
        "bo": replace(bo, skills=Skills()),
        "cy": replace(cy, skills=Skills()),
    }
    desk.configuration = replace(desk.configuration, employees=employees, meeting_topics={"loan": MeetingTopic("loan")})
    meeting = book(desk, at(9), topic_id="loan", additional_employees=("bo",))

    assert change(desk, meeting, room_id="tivoli").room_id == "tivoli"
    assert change(desk, meeting, additional_employees=("bo", "cy")).additional_employees == ("bo", "cy")
    assert change(desk, meeting, additional_employees=("cy",)).additional_employees == ("cy",)
    assert move_to(desk, meeting, at(13)).additional_employees == ("cy",)


def test_a_meeting_moves_to_no_slot_for_another_topic(desk: Desk) -> None:
    topics = {id: MeetingTopic(id) for id in ("loan", "cards")}
    desk.configuration = replace(desk.configuration, meeting_topics=topics)
    meeting = book(desk, at(9), topic_id="loan")
    wanted = SlotRequest(Interval(at(13), at(14)), ("anna",), topic_id="cards")
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    slot = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot

    with pytest.raises(SlotMismatch):
        change(desk, meeting, time_slot_id=slot.id)


def test_a_customer_moves_a_meeting_about_what_only_employees_book(desk: Desk) -> None:
    topics = {"review": MeetingTopic("review")}
    desk.configuration = replace(desk.configuration, meeting_topics=topics)
    meeting = book(desk, at(9), topic_id="review")
    inside = {"review": MeetingTopic("review", available_to_customers=False)}
    desk.configuration = replace(desk.configuration, meeting_topics=inside)

    assert move_to(desk, meeting, at(13)).topic_id == "review"


def test_a_meeting_whose_topic_is_no_longer_configured_still_changes_and_moves(desk: Desk) -> None:
    configured = desk.configuration
    desk.configuration = replace(configured, meeting_topics={"loan": MeetingTopic("loan")})
    meeting = book(desk, at(9), topic_id="loan")
    desk.configuration = configured

    assert change(desk, meeting, room_id="tivoli").room_id == "tivoli"
    assert move_to(desk, meeting, at(13)).topic_id == "loan"


def test_a_meeting_moves_to_no_slot_of_another_meeting(desk: Desk) -> None:
    first, second = book(desk, at(9)), book(desk, at(13), token="second")

    with pytest.raises(SlotMismatch):
        change(desk, first, time_slot_id=second.time_slot_id)
    assert desk.held("anna") == [first.interval, second.interval]


def test_a_meeting_moves_to_no_slot_of_somebody_else(desk: Desk) -> None:
    meeting = book(desk, at(9))
    other = desk.reserve(at(13), caller=OTHER_PARTNER).slot

    with pytest.raises(NotFound):
        change(desk, meeting, time_slot_id=other.id)


def test_a_room_is_exchanged_in_one_step(desk: Desk) -> None:
    meeting = book(desk, at(9), room="tivoli", type=MeetingType.PHYSICAL)
    changed = change(desk, meeting, room_id="round-tower")

    assert changed.sequence == 1
    assert rooms_held(desk, "tivoli") == []
    assert rooms_held(desk, "round-tower") == [meeting.interval]


def test_a_room_that_is_taken_leaves_the_meeting_its_own(desk: Desk) -> None:
    meeting = book(desk, at(9), "anna", room="tivoli")
    book(desk, at(9), "bo", token="second", room="round-tower")

    with pytest.raises(RoomTaken):
        change(desk, meeting, room_id="round-tower", title="New")
    assert rooms_held(desk, "tivoli") == [meeting.interval]
    assert meetings.get(desk.table, meeting.id) == meeting


def test_additional_employees_come_and_go(desk: Desk) -> None:
    meeting = book(desk, at(9), additional_employees=("bo",))
    changed = change(desk, meeting, additional_employees=("cy",))

    assert changed.additional_employees == ("cy",)
    assert (desk.held("bo"), desk.held("cy")) == ([], [meeting.interval])


def test_an_additional_employee_who_is_busy_changes_nothing(desk: Desk) -> None:
    meeting = book(desk, at(9), "anna")
    book(desk, at(9, 30), "bo", token="second")

    with pytest.raises(SlotTaken):
        change(desk, meeting, additional_employees=("cy", "bo"))
    assert desk.held("cy") == []


def test_a_cancelled_meeting_cannot_be_changed(desk: Desk) -> None:
    meeting = book(desk, at(9))
    desk.cancel(meeting.id, PARTNER)

    with pytest.raises(MeetingCancelled):
        change(desk, meeting, title="New")


def test_a_change_of_an_older_version_is_stale(desk: Desk) -> None:
    meeting = book(desk, at(9))
    change(desk, meeting, title="First", version=1)

    with pytest.raises(Stale):
        change(desk, meeting, title="Second", version=1)


def test_two_changes_of_different_fields_at_once_are_both_made(desk: Desk) -> None:
    meeting = book(desk, at(9))
    theirs = iter(["Theirs"])

    def mine(content: MeetingContent) -> MeetingContent:
        for text in theirs:
            change(desk, meeting, description=text)
        return replace(content, title="Mine")

    changed = update_meeting(desk.table, desk.configuration, PARTNER, meeting.id, mine, None, desk.clock)

    assert (changed.title, changed.description, changed.version) == ("Mine", "Theirs", 3)


def test_the_meeting_of_another_customer_is_not_found(desk: Desk) -> None:
    meeting = book(desk, at(9))

    with pytest.raises(NotFound):
        change(desk, meeting, caller=OTHER_PARTNER, title="New")


@pytest.mark.parametrize(
    ("of_the_hold", "wish", "then"),
    [
        (None, {}, "tivoli"),
        ("round-tower", {}, "round-tower"),
        ("round-tower", {"room_id": "tivoli"}, "round-tower"),
        (None, {"room_id": "round-tower"}, "round-tower"),
        ("round-tower", {"room_id": None}, None),
    ],
    ids=["its own", "the hold's", "its own, named again", "another one, named", "none"],
)
def test_a_moved_meeting_has_the_room_that_its_change_names_else_the_holds_else_its_own(
    desk: Desk, of_the_hold: str | None, wish: dict[str, Any], then: str | None
) -> None:
    meeting = book(desk, at(9), room="tivoli")
    wanted = SlotRequest(Interval(at(13), at(14)), ("anna",), room_id=of_the_hold)
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    hold = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot

    moved = change(desk, meeting, time_slot_id=hold.id, **wish)

    assert (moved.room_id, moved.start) == (then, at(13))
    for id in ("tivoli", "round-tower"):
        assert rooms_held(desk, id) == ([Interval(at(13), at(14))] if id == then else [])


def test_a_change_whose_answer_was_lost_is_made_once(desk: Desk, lost_answers: LoseAnswers) -> None:
    meeting = book(desk, at(9))
    lost_answers(1)

    changed = change(desk, meeting, title="New")

    assert changed.version == 2
    assert meetings.get(desk.table, meeting.id) == changed


def test_a_move_whose_answer_was_lost_is_made_once(desk: Desk, lost_answers: LoseAnswers) -> None:
    meeting = book(desk, at(9))
    wanted = SlotRequest(Interval(at(13), at(14)), ("anna",))
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    hold = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot
    lost_answers(1)

    moved = change(desk, meeting, time_slot_id=hold.id)

    assert moved.version == 2
    assert desk.held("anna") == [Interval(at(13), at(14))]
