"""Cancel a meeting: its employees and room are free at once, and the meeting stays readable."""

from collections.abc import Callable

from booking.commands import customer_limits
from booking.commands.consent import require_consent
from booking.commands.loading import require_own_meeting, require_version
from booking.commands.transaction import Decision, book
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.notice import require_cancellable
from booking.storage import keys, meetings, slots
from booking.storage.agendas import SlotChange
from booking.storage.configuration_items import require_newest
from booking.storage.table import Table


def cancel_meeting(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    meeting_id: str,
    expected_version: int | None,
    clock: Callable[[], int],
) -> Meeting:
    """Frees the meeting's time and marks the meeting cancelled. Cancelling it again changes nothing.

    Raises NotFound (no such meeting of this caller), Stale (the meeting is not at `expected_version`), MeetingOver,
    TooLateToCancel, NotLinked, TryAgain.
    """

    def attempt(now: int, _unanswered: Meeting | None) -> Decision[Meeting]:
        items = table.get_many([keys.CONFIGURATION_VERSION, keys.meeting(meeting_id)], consistent=True)
        meeting = require_own_meeting(meetings.among(items), caller, meeting_id)
        consent = require_consent(table, configuration, caller, meeting.customer_id)
        if meeting.status is MeetingStatus.CANCELLED:
            return Decision(meeting)
        require_version(meeting, expected_version)
        require_newest(configuration, items)
        require_cancellable(meeting, caller, configuration, now)
        slot = slots.require(table, meeting.time_slot_id)
        cancelled = meeting.cancelled(now)
        noted = customer_limits.taking_away(configuration, meeting, now)
        changes = (SlotChange(slot, slot.released(now)),)
        return Decision(cancelled, changes, cancelled, also=(*consent, *noted))

    return book(table, caller.owner, clock, attempt)
