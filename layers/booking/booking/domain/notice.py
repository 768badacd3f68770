"""Until when customers may cancel or move a meeting: settings of the organisation or of the topic.

They bind customers and partners, not employees. A meeting whose topic has been deleted has the organisation's settings.
"""

from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.errors import TooLate, TooLateToCancel, TooLateToChange
from booking.domain.meeting import Meeting


def require_cancellable(meeting: Meeting, caller: Caller, configuration: Configuration, now: int) -> None:
    """Raises TooLateToCancel, and MeetingOver."""
    caller.require_changeable(meeting, now)
    _require(meeting, caller, configuration.cancel_notice(meeting.topic_id), now, TooLateToCancel)


def require_movable(meeting: Meeting, caller: Caller, configuration: Configuration, now: int) -> None:
    """Raises TooLateToChange, and MeetingOver."""
    caller.require_changeable(meeting, now)
    _require(meeting, caller, configuration.change_notice(meeting.topic_id), now, TooLateToChange)


def _require(meeting: Meeting, caller: Caller, notice: int | None, now: int, error: type[TooLate]) -> None:
    if notice is not None and now > meeting.start - notice and not caller.is_staff:
        raise error(meeting.id, notice)
