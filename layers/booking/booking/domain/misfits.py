"""Misfits: meetings to come that today's configuration would refuse.

A rule that changes never cancels a meeting, so somebody has to look after what it leaves behind: an absence entered
after the booking, a day that was closed, a topic that was deleted.
"""

from collections.abc import Mapping

from msgspec import Struct

from booking.domain.configuration import Configuration
from booking.domain.decide import check
from booking.domain.errors import NotFound, SlotNotOffered
from booking.domain.joining import Joining, check_joining
from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.requests import SlotRequest

NOT_CONFIGURED = "NOT_CONFIGURED"
"""The reason if the meeting's employee, room, topic or customer type has been deleted."""


class Misfit(Struct, frozen=True):
    """A meeting, and why it would be refused: a `domain.refusal.Reason` or NOT_CONFIGURED.

    `about` names the employee or room that the rule refuses, or the kind and id of the document that was deleted.
    """

    meeting: Meeting
    reason: str
    message: str
    about: Mapping[str, str]


def misfit_of(meeting: Meeting, configuration: Configuration, now: int) -> Misfit | None:
    """Why today's configuration would refuse the meeting. None if it would not, or if the meeting is cancelled.

    The meeting is judged as if an employee booked it, so limits that bind only customers do not count. Other meetings
    and imported busy times do not count either, because they are not configuration.
    """
    if meeting.status is MeetingStatus.CANCELLED:
        return None
    booked = SlotRequest(
        interval=meeting.interval,
        employee_ids=(meeting.employee_id,),
        room_id=meeting.room_id,
        meeting_type=meeting.type,
        topic_id=meeting.topic_id,
        customer_type_id=meeting.customer_type_id,
        is_customer_initiated=False,
    )
    joined = Joining(
        interval=meeting.interval,
        host_id=meeting.employee_id,
        meeting_type=meeting.type,
        employee_ids=meeting.additional_employees,
        kept_room_id=meeting.room_id,
        is_customer_initiated=False,
    )
    try:
        check(booked, configuration, {}, now)
        if joined.employee_ids:
            check_joining(joined, configuration, {}, now)
    except NotFound as refusal:
        return Misfit(meeting, NOT_CONFIGURED, refusal.message, _texts(refusal.details))
    except SlotNotOffered as refusal:
        about = _texts(refusal.details)
        return Misfit(meeting, about.pop("reason"), refusal.message, about)
    return None


def _texts(details: Mapping[str, object]) -> dict[str, str]:
    return {name: str(detail) for name, detail in details.items()}
