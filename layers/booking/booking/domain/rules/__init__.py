"""The rules of availability, in the order in which they are applied. Each rule is a module.

`refusal(case)` of a rule is its point form: a Refusal, or None where the rule allows the case. Reservation
(`domain.decide`) and explanation (`domain.explain`) ask one rule after the other. A search (`domain.search`) asks the
same rules for all of its time at once; that form stands in the rule's module beside the point form, and property tests
hold the two together. To add a rule: write its module, put it in this list, call its search form in `domain.search`.

What the rules rest on:

- To reserve an employee by id is an explicit choice: the service groups' levels and `only_explicitly_available` do not
  bind it.
- The buffer binds employees, next to imported busy times too; rooms have none.
- `is_customer_initiated=False` lifts the lead time, the limits for each day, the opening hours, the longest meeting,
  the earliest start and the topic's `available_to_customers`, in a search and at a reservation alike, and nothing else.
- The grid of starts counts from midnight of local time, and local is the employee's. Where several are required it is
  the first one's, who is the host: nobody would find a time on the grids of Copenhagen and Kathmandu at once.
- Physical meetings are where the window is, so all who are required must be at one place. Other types need a place
  only if a room is demanded: the location asked for, else where the employee is.
- A meeting belongs to the local date that it starts on, whole: for the limits for each day and for who is least loaded.
- A whole meeting lies within the time searched, and within the horizon.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from booking.domain.agenda import ResourceKind
from booking.domain.refusal import Refusal
from booking.domain.rules import (
    bookable_from,
    busy,
    can_be_booked,
    candidates,
    choice,
    daily_cap,
    horizon,
    lead_time,
    longest_meeting,
    meeting_types,
    meetings_per_day,
    qualification,
    rooms,
    seats,
    starts,
    topic,
    working_time,
)
from booking.domain.rules.case import Case, Question

__all__ = ["RULES", "Refused", "Rule", "first_refusal", "request_refusal"]


class Rule[Subject](NamedTuple):
    """`number` is that of the API's documentation; `about`: whom or what a refusal is about, if it is one of them."""

    number: int
    name: str
    refusal: Callable[[Subject], Refusal | None]
    about: ResourceKind | None = None


EMPLOYEE, ROOM = ResourceKind.EMPLOYEE, ResourceKind.ROOM

REQUEST_RULES = (
    Rule(11, "Horizon", horizon.refusal),
    Rule(11, "Bookable from", bookable_from.refusal),
    Rule(11, "Longest meeting", longest_meeting.refusal),
    Rule(2, "Topic open to the customer", topic.refusal),
    Rule(5, "One employee for a group", seats.several_employees),
    Rule(11, "Time searched", horizon.outside_search),
)
RULES: tuple[Rule[Case], ...] = (
    *(Rule[Case](*rule) for rule in REQUEST_RULES),
    Rule(1, "Candidate", candidates.refusal, EMPLOYEE),
    Rule(3, "Can be booked", can_be_booked.refusal, EMPLOYEE),
    Rule(2, "Qualified", qualification.refusal, EMPLOYEE),
    Rule(4, "Meeting type", meeting_types.refusal),
    Rule(4, "Working time", working_time.refusal, EMPLOYEE),
    Rule(5, "Seats", seats.refusal, EMPLOYEE),
    Rule(5, "Busy", busy.refusal, EMPLOYEE),
    Rule(6, "Lead time", lead_time.refusal, EMPLOYEE),
    Rule(7, "Daily cap", daily_cap.refusal, EMPLOYEE),
    Rule(7, "Meetings a day", meetings_per_day.refusal, EMPLOYEE),
    Rule(8, "Rooms", rooms.refusal, ROOM),
    Rule(9, "Starts", starts.refusal),
    Rule(10, "One is chosen", choice.refusal, EMPLOYEE),
)


class Refused(NamedTuple):
    """The first refusal: the rule's place in `RULES`, the refusal, and the case that was refused."""

    place: int
    refusal: Refusal
    case: Case

    @property
    def rule(self) -> Rule[Case]:
        return RULES[self.place]


def first_refusal(cases: Sequence[Case]) -> Refused | None:
    """The first rule that refuses one of the cases. The cases are the employees of one meeting; it needs them all."""
    for place, rule in enumerate(RULES):
        for case in cases:
            refusal = rule.refusal(case)
            if refusal is not None:
                return Refused(place, refusal, case)
    return None


def request_refusal(question: Question) -> Refusal | None:
    """The first rule that refuses the meeting, regardless of who would hold it."""
    return next((refusal for rule in REQUEST_RULES if (refusal := rule.refusal(question))), None)
