"""Rules 1 and 4: the topic has the meeting type, the employee has a place for it, and a service group offers it."""

from collections.abc import Collection

from booking.domain.configuration import MeetingType
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search, SlotRequest
from booking.domain.rules.case import Case
from booking.domain.working_time import Setting


def refusal(case: Case) -> Refusal | None:
    setting, candidate = case.setting, case.candidate
    if setting is None or setting.meeting_type is None:
        return Refusal(Reason.MEETING_TYPE_NOT_OFFERED)
    if candidate is not None and candidate.rank(setting.meeting_type, setting.place) is None:
        words = f"no service group of the employee offers {setting.meeting_type} there"
        return Refusal(Reason.MEETING_TYPE_NOT_OFFERED, words)
    return None


def settings(request: Search | SlotRequest, meeting_type: MeetingType, places: Collection[str | None]) -> list[Setting]:
    """The ways in which an employee with these places of work can hold such a meeting.

    Physical meetings are where the employee works. Others need a place only where a search demands a room and does
    not say where; a reservation names its room itself.
    """
    is_physical = meeting_type is MeetingType.PHYSICAL
    if isinstance(request, SlotRequest):
        at = list(places) or [None]
        return [Setting(meeting_type, True, place) for place in at] if is_physical else [Setting(meeting_type)]
    if is_physical or (request.demands_room and request.location is None):
        return [Setting(meeting_type, True, place) for place in places if request.location in (None, place)]
    return [Setting(meeting_type)]
