"""Rule 5, for group meetings (`booking.domain.group_meetings`): they have one employee, and a seat must be left."""

from booking.domain.configuration import Configuration
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search, SlotRequest
from booking.domain.rules.case import Case, Question


def refusal(case: Case) -> Refusal | None:
    """The search form is `GroupMeeting.seats_left`."""
    group = case.group
    if group is None or group.seats_left(case.request.topic_id, case.configuration):
        return None
    words = f"all {group.taken} seats of the group meeting are taken"
    return Refusal(Reason.FULL, words, {"seatsTaken": group.taken})


def several_employees(question: Question) -> Refusal | None:
    return several_employees_of(question.request, question.configuration)


def several_employees_of(request: Search | SlotRequest, configuration: Configuration) -> Refusal | None:
    """The refusal of a group meeting with several employees."""
    employees = request.required_ids if isinstance(request, Search) else request.employee_ids
    if len(employees) < 2 or not configuration.is_group_topic(request.topic_id):
        return None
    return Refusal(Reason.GROUP_MEETING)
