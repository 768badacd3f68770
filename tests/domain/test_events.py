from copy import replace

import pytest

from booking.domain.events import Event, EventType, meeting_event, slot_event
from booking.domain.meeting import Meeting, Slot, SlotStatus
from tests.domain.examples import MEETING

HOLD = Slot(
    id="s",
    owner="client:a",
    start=3600,
    end=7200,
    employee_ids=("anna",),
    status=SlotStatus.RESERVED,
    version=1,
    created_at=0,
    modified_at=0,
    expires_at=300,
)


@pytest.mark.parametrize(
    ("old", "new", "type"),
    [
        (None, MEETING, EventType.MEETING_CREATED),
        (MEETING, MEETING.changed(1, title="New"), EventType.MEETING_UPDATED),
        (MEETING, MEETING.changed(1, room_id="tivoli"), EventType.MEETING_UPDATED),
        (MEETING, MEETING.changed(1, time_slot_id="t", start=7200, end=9000), EventType.MEETING_RESCHEDULED),
        (MEETING, MEETING.cancelled(1), EventType.MEETING_CANCELLED),
        (MEETING, MEETING.erased(1), EventType.MEETING_UPDATED),
        (MEETING, MEETING.erased(1, cancel=True), EventType.MEETING_CANCELLED),
        (MEETING.cancelled(1), MEETING.cancelled(1).erased(2), EventType.MEETING_UPDATED),
    ],
)
def test_every_write_of_a_meeting_is_one_event(old: Meeting | None, new: Meeting, type: EventType) -> None:
    event = meeting_event(old, new)

    assert (event.type, event.version) == (type, new.version)
    assert "Secret" not in str(event)


@pytest.mark.parametrize(
    ("old", "new", "type"),
    [
        (None, HOLD, EventType.SLOT_RESERVED),
        (HOLD, HOLD.released(1), EventType.SLOT_RELEASED),
        (HOLD.booked(1, "m"), HOLD.booked(1, "m").released(2), EventType.SLOT_RELEASED),
        (HOLD, HOLD.renewed(1, 301), None),
        (HOLD, HOLD.booked(1, "m"), None),
        (None, replace(HOLD, status=SlotStatus.BOOKED, expires_at=None), None),
        (HOLD.released(1), HOLD.released(1).erased(2), None),
    ],
)
def test_a_slot_that_is_held_or_let_go_is_an_event_and_nothing_else_of_it_is(
    old: Slot | None, new: Slot, type: EventType | None
) -> None:
    event = slot_event(old, new)

    assert (event.type if event else None) is type


def test_a_hold_says_what_it_holds_and_when_it_will_lapse_and_a_release_does_not() -> None:
    hold = replace(HOLD, employee_ids=("anna", "bo"), room_id="tivoli")
    held = Event(EventType.SLOT_RESERVED, 1, 3600, 7200, "s", ("anna", "bo"), room_id="tivoli", expires_at=300)

    assert slot_event(None, hold) == held
    assert slot_event(hold, hold.released(1)) == replace(held, type=EventType.SLOT_RELEASED, version=2, expires_at=None)
