"""Cancel a meeting: its employees and room are free at once, and the meeting stays readable."""

from collections.abc import Callable

from booking.domain.caller import Caller
from booking.domain.errors import NotFound, Stale
from booking.domain.meeting import Meeting, MeetingStatus
from booking.storage import agendas, meetings, slots
from booking.storage.table import Table, settle


def cancel_meeting(
    table: Table, caller: Caller, meeting_id: str, expected_version: int | None, clock: Callable[[], int]
) -> Meeting:
    """Frees the meeting's time and marks it cancelled; cancelling it again changes nothing.

    Raises NotFound (no such meeting of this caller), Stale (the meeting is not at `expected_version`), TryAgain.
    """

    def attempt() -> Meeting:
        now = clock()
        meeting = own_meeting(table, caller, meeting_id)
        if meeting.status is MeetingStatus.CANCELLED:
            return meeting
        require_version(meeting, expected_version)
        cancelled = meeting.cancelled(now)
        slot = slots.require(table, meeting.time_slot_id)
        table.transact(
            [
                *agendas.remove(slot),
                slots.replace(slot.released(now), caller.owner),
                meetings.replace(cancelled, caller.owner),
            ]
        )
        return cancelled

    return settle(attempt)


def own_meeting(table: Table, caller: Caller, meeting_id: str) -> Meeting:
    """The meeting, if the caller may know of it; else NotFound."""
    meeting = meetings.get(table, meeting_id)
    if meeting is None or not caller.owns_meeting(meeting):
        raise NotFound("meeting", meeting_id)
    return meeting


def require_version(meeting: Meeting, expected: int | None) -> None:
    """Raises Stale unless the meeting is at the version that If-Match names; None asks for nothing."""
    if expected is not None and expected != meeting.version:
        raise Stale("The meeting has changed since.", version=meeting.version)
