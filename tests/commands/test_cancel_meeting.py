import pytest

from booking.domain.errors import NotFound, Stale
from booking.domain.meeting import MeetingStatus, SlotStatus
from booking.storage import slots
from tests.commands.conftest import OTHER_PARTNER, PARTNER, STAFF, Desk, at


def test_a_cancelled_meeting_frees_everybody_and_stays_readable(desk: Desk) -> None:
    meeting = desk.create(desk.reserve(at(9), "anna").slot.id, additional_employees=("bo",)).meeting
    cancelled = desk.cancel(meeting.id, PARTNER, 1)

    assert (cancelled.status, cancelled.version, cancelled.sequence) == (MeetingStatus.CANCELLED, 2, 1)
    assert desk.held("anna") == desk.held("bo") == []
    assert slots.require(desk.table, meeting.time_slot_id).status is SlotStatus.RELEASED


def test_cancelling_again_changes_nothing(desk: Desk) -> None:
    meeting = desk.create(desk.reserve(at(9)).slot.id).meeting
    first = desk.cancel(meeting.id, PARTNER)
    desk.reserve(at(9), token="other")
    again = desk.cancel(meeting.id, PARTNER)

    assert again == first
    assert len(desk.held("anna")) == 1


def test_an_older_version_cancels_nothing(desk: Desk) -> None:
    meeting = desk.create(desk.reserve(at(9)).slot.id).meeting

    with pytest.raises(Stale):
        desk.cancel(meeting.id, PARTNER, 7)
    assert desk.held("anna") == [meeting.interval]


def test_a_meeting_is_cancelled_by_its_maker_or_an_employee(desk: Desk) -> None:
    meeting = desk.create(desk.reserve(at(9)).slot.id).meeting

    with pytest.raises(NotFound):
        desk.cancel(meeting.id, OTHER_PARTNER)
    assert desk.cancel(meeting.id, STAFF).status is MeetingStatus.CANCELLED
