"""Rule 5, for group meetings (`booking.domain.group_meetings`): they have one employee, and a seat must be left."""

from booking.domain.configuration import Configuration
from booking.domain.employee_time import EmployeeTime
from booking.domain.group_meetings import GroupMeeting
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search, SlotRequest
from booking.domain.rules.case import Case, Question


def refusal(case: Case) -> Refusal | None:
    group = case.group
    if group is None or group.seats_left(case.request.topic_id, case.configuration):
        return None
    words = f"all {group.taken} seats of the group meeting are taken"
    return Refusal(Reason.FULL, words, {"seatsTaken": group.taken})


def may_join(time: EmployeeTime, group: GroupMeeting, topic_id: str | None, configuration: Configuration) -> bool:
    """The search form of rules 5 and 7 for one more seat: the employee is busy with the other seats and nothing else,
    and the group meeting, which counts for the day already, is within the day's limits.
    """
    (start, end), wants = group.interval, configuration.buffers(topic_id)
    reach = configuration.largest_buffer
    near = [
        each
        for each in time.busy_between(start - reach, end + reach)
        if each[0] < end + max(wants.after, each[2]) and start < each[1] + max(wants.before, each[3])
    ]
    is_alone = len(near) == group.taken
    is_within = (time.cap is None or time.load(start) <= time.cap) and (
        time.most_meetings is None or time.meetings(start) <= time.most_meetings
    )
    return is_alone and is_within


def several_employees(question: Question) -> Refusal | None:
    return several_employees_of(question.request, question.configuration)


def several_employees_of(request: Search | SlotRequest, configuration: Configuration) -> Refusal | None:
    """The refusal of a group meeting with several employees."""
    employees = request.required_ids if isinstance(request, Search) else request.employee_ids
    if len(employees) < 2 or not configuration.is_group_topic(request.topic_id):
        return None
    return Refusal(Reason.GROUP_MEETING)
