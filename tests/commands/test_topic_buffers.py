"""A topic's buffers count wherever a booking is decided, not only in a search."""

from collections.abc import Callable
from copy import replace
from typing import Any

import pytest

from booking.commands.create_meeting import MeetingRequest, book_meeting
from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.commands.update_meeting import update_meeting
from booking.domain.agenda import Agenda, employee
from booking.domain.configuration import Configuration, MeetingTopic, MeetingType
from booking.domain.errors import SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, Meeting
from booking.domain.requests import SlotRequest
from booking.storage import agendas
from tests.commands.conftest import HOUR, MINUTE, PARTNER, Desk, at


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Loans want an hour after them."""
    topics = {"loan": MeetingTopic("loan", buffer_after=HOUR), "card": MeetingTopic("card")}
    return replace(configuration, meeting_topics=topics)


def hold(
    desk: Desk, start: int, topic: str | None, host: str = "anna", *, moves: str | None = None, token: str | None = None
) -> Reserved:
    wanted = SlotRequest(Interval(start, start + HOUR), (host,), topic_id=topic)
    request = Reservation(wanted, token or f"token {start}", existing_meeting_id=moves)
    return reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock)


def agenda_of(desk: Desk, id: str) -> Agenda:
    week = Interval(at(0), at(0, day=7))
    return agendas.read(desk.table, [employee(id)], week, consistent=True)[employee(id)]


def change(desk: Desk, meeting: Meeting, **to: Any) -> Meeting:
    return update_meeting(
        desk.table, desk.configuration, PARTNER, meeting.id, lambda it: replace(it, **to), None, desk.clock
    )


def test_a_hold_keeps_the_time_free_that_its_topic_wants(desk: Desk) -> None:
    hold(desk, at(9), "loan")

    with pytest.raises(SlotTaken):
        hold(desk, at(10, 45), "card")
    assert hold(desk, at(11), "card").is_new


def test_a_meeting_keeps_it_free_as_well(desk: Desk) -> None:
    desk.create(hold(desk, at(9), "loan").slot.id)

    with pytest.raises(SlotTaken):
        hold(desk, at(10, 45), "card")


@pytest.mark.parametrize("neighbour", [10, 11])
def test_a_hold_without_a_topic_becomes_a_meeting_about_one_only_where_its_buffer_is_free(
    desk: Desk, neighbour: int
) -> None:
    slot = hold(desk, at(9), None).slot
    hold(desk, at(neighbour), "card")

    if neighbour == 10:
        with pytest.raises(SlotTaken):
            desk.create(slot.id, topic_id="loan")
        assert desk.create(slot.id, topic_id="card").is_new
    else:
        assert desk.create(slot.id, topic_id="loan").is_new
        assert {entry.topic_id for entry in agenda_of(desk, "anna").entries} == {"loan", "card"}


def test_a_meeting_booked_directly_keeps_its_buffer(desk: Desk) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",), meeting_type=MeetingType.ONLINE, topic_id="loan")
    book_meeting(desk.table, desk.configuration, PARTNER, wanted, MeetingRequest(None, BookedBy.CUSTOMER), desk.clock)

    with pytest.raises(SlotTaken):
        hold(desk, at(10), "card")


def test_a_moved_meeting_keeps_its_topics_buffer_at_the_new_time_and_not_at_the_old_one(desk: Desk) -> None:
    meeting = desk.create(hold(desk, at(9), "loan").slot.id).meeting
    to = hold(desk, at(13), None, moves=meeting.id)
    with pytest.raises(SlotTaken):
        hold(desk, at(14), "card")
    change(desk, meeting, time_slot_id=to.slot.id)

    with pytest.raises(SlotTaken):
        hold(desk, at(14, 45), "card")
    assert hold(desk, at(10), "card").is_new


@pytest.mark.parametrize("neighbour", [10, 11])
def test_a_meeting_moves_to_a_plain_hold_only_where_its_topics_buffer_is_free(desk: Desk, neighbour: int) -> None:
    meeting = desk.create(hold(desk, at(9, day=1), "loan").slot.id).meeting
    plain = hold(desk, at(9), None).slot
    hold(desk, at(neighbour), "card")

    def move() -> Meeting:
        return change(desk, meeting, time_slot_id=plain.id)

    _refused_or_moved(move, is_refused=neighbour == 10)


def test_a_lapsed_hold_is_not_used_where_its_topics_buffer_is_not_free_any_more(desk: Desk) -> None:
    lapsed = hold(desk, at(9), "loan").slot
    desk.clock.advance(6 * MINUTE)
    hold(desk, at(10, 30), "card")

    with pytest.raises(Exception, match="has lapsed"):
        desk.create(lapsed.id)


def test_a_colleague_joins_a_meeting_only_with_the_buffer_that_its_topic_wants(desk: Desk) -> None:
    meeting = desk.create(hold(desk, at(9), "loan").slot.id).meeting
    hold(desk, at(10, 45), "card", "bo")
    hold(desk, at(11), "card", "cy", token="cy")

    with pytest.raises(SlotTaken):
        change(desk, meeting, additional_employees=("bo",))
    assert change(desk, meeting, additional_employees=("cy",)).additional_employees == ("cy",)


def _refused_or_moved(move: Callable[[], Meeting], *, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(SlotTaken):
            move()
    else:
        assert move().start == at(9)
