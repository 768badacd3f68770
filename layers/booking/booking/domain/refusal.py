"""Why a time is not offered: the codes of the rules, and the facts of a refusal."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct, field


class Reason(StrEnum):
    """The rule that does not allow a time."""

    # The order in which the rules are asked: `booking.domain.rules`.

    IN_THE_PAST = "IN_THE_PAST"
    BEYOND_HORIZON = "BEYOND_HORIZON"
    TOO_SOON = "TOO_SOON"
    TOO_LONG = "TOO_LONG"
    OUTSIDE_SEARCH = "OUTSIDE_SEARCH"
    TOPIC_NOT_AVAILABLE = "TOPIC_NOT_AVAILABLE"
    GROUP_MEETING = "GROUP_MEETING"
    NOT_A_CANDIDATE = "NOT_A_CANDIDATE"
    CANNOT_BE_BOOKED = "CANNOT_BE_BOOKED"
    ONLY_EXPLICIT = "ONLY_EXPLICIT"
    NOT_QUALIFIED = "NOT_QUALIFIED"
    MEETING_TYPE_NOT_OFFERED = "MEETING_TYPE_NOT_OFFERED"
    CLOSING_DAY = "CLOSING_DAY"
    OUTSIDE_WORKING_TIME = "OUTSIDE_WORKING_TIME"
    ABSENT = "ABSENT"
    FULL = "FULL"
    BUSY = "BUSY"
    LEAD_TIME = "LEAD_TIME"
    DAILY_CAP = "DAILY_CAP"
    MEETINGS_PER_DAY = "MEETINGS_PER_DAY"
    ROOM_NOT_BOOKABLE = "ROOM_NOT_BOOKABLE"
    ROOM_REQUIRED = "ROOM_REQUIRED"
    ROOM_ELSEWHERE = "ROOM_ELSEWHERE"
    ROOM_BUSY = "ROOM_BUSY"
    NO_ROOM = "NO_ROOM"
    ROOM_NOT_NEEDED = "ROOM_NOT_NEEDED"
    OFF_GRID = "OFF_GRID"
    OTHERS_NOT_FREE = "OTHERS_NOT_FREE"
    ANOTHER_CHOSEN = "ANOTHER_CHOSEN"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


PRIVATE_REASONS = frozenset({Reason.OUTSIDE_WORKING_TIME, Reason.ABSENT, Reason.DAILY_CAP, Reason.MEETINGS_PER_DAY})
"""Reasons about an employee's working life. Only employees are told which of them it is."""

NOT_AVAILABLE = "NOT_AVAILABLE"
"""What others read instead."""

_SENTENCES = {
    Reason.IN_THE_PAST: "The time is in the past.",
    Reason.BEYOND_HORIZON: "The time lies beyond the booking horizon.",
    Reason.TOO_SOON: "The meeting would start sooner than customers may book.",
    Reason.TOO_LONG: "The meeting is longer than customers may book.",
    Reason.OUTSIDE_SEARCH: "The meeting is not within the time searched.",
    Reason.TOPIC_NOT_AVAILABLE: "The topic is not open to this customer.",
    Reason.GROUP_MEETING: "A group meeting has one employee and one room, the same for all of its customers.",
    Reason.NOT_A_CANDIDATE: "Not among the employees or rooms searched.",
    Reason.CANNOT_BE_BOOKED: "The employee cannot be booked.",
    Reason.ONLY_EXPLICIT: "The employee can only be booked when the search names them.",
    Reason.NOT_QUALIFIED: "The employee does not cover this topic and customer type.",
    Reason.MEETING_TYPE_NOT_OFFERED: "This meeting type is not offered at that time.",
    Reason.CLOSING_DAY: "The organisation is closed on that day.",
    Reason.OUTSIDE_WORKING_TIME: "The employee does not work at that time.",
    Reason.ABSENT: "The employee is absent.",
    Reason.FULL: "All seats of the group meeting are taken.",
    Reason.BUSY: "The employee is not free.",
    Reason.LEAD_TIME: "The meeting would start before the lead time is over.",
    Reason.DAILY_CAP: "The meeting would exceed the employee's meeting time for that day.",
    Reason.MEETINGS_PER_DAY: "The employee already has the maximum number of meetings on that day.",
    Reason.ROOM_NOT_BOOKABLE: "The room cannot be booked.",
    Reason.ROOM_REQUIRED: "Meetings at that location need a room.",
    Reason.ROOM_ELSEWHERE: "The room is at another location than the meeting.",
    Reason.ROOM_BUSY: "The room is not free.",
    Reason.NO_ROOM: "No room is free.",
    Reason.ROOM_NOT_NEEDED: "None of the meetings offered at that time needs the room.",
    Reason.OFF_GRID: "Meetings do not start at that time.",
    Reason.OTHERS_NOT_FREE: "The employee is free, but another required employee is not.",
    Reason.ANOTHER_CHOSEN: "Available, but another employee or room ranks higher.",
}


class Refusal(Struct, frozen=True):
    """`words` and `facts` tell of someone's calendar, so they are for employees only; `reason` is for anybody.

    Facts are counts, minutes (named so) and instants in Unix seconds.
    """

    reason: Reason
    words: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)


def clock(instant: int, zone: ZoneInfo) -> str:
    """Local time for a sentence: `10:00`."""
    return f"{datetime.fromtimestamp(instant, zone):%H:%M}"


def day_and_clock(instant: int, zone: ZoneInfo) -> str:
    """Local date and time for a sentence: `2026-11-24 10:00`."""
    return f"{datetime.fromtimestamp(instant, zone):%Y-%m-%d %H:%M}"
