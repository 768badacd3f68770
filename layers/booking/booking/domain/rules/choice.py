"""Rule 10: all who are required together; otherwise one is chosen for each start and meeting type.

The best rank is first, then the least loaded that day, then the least loaded that ISO week. Among equals the start says
whose turn it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from booking.domain.employee_time import EmployeeTime
from booking.domain.local_days import Calendar
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search
from booking.domain.rules.case import Case
from booking.domain.rules.rooms import RoomNeed

TURNS_A_DAY = 0.4664206011329583
"""By how much of a round the turn moves on from one day to the next. Of all such numbers tried it shares most evenly
whatever days of the week count: of any 12 workdays in a row, two equals get 5 to 7 each and three get 2 to 6."""


class Party(NamedTuple):
    """Those who would meet the customer together, with all the starts at which they can."""

    rank: int
    members: tuple[EmployeeTime, ...]
    need: RoomNeed
    starts: list[int]


def refusal(case: Case) -> Refusal | None:
    """For whom every other rule allows, and yet the search offers somebody else, or nobody."""
    if case.is_chosen or not isinstance(case.request, Search):
        return None
    if case.request.required_ids:
        return Refusal(Reason.OTHERS_NOT_FREE)
    minutes = case.time.load(case.interval.start) // 60
    words = f"free, with {minutes} minutes of meetings that day"
    return Refusal(Reason.ANOTHER_CHOSEN, words, {"usedMinutes": minutes})


def chosen(parties: Sequence[Party], *, everybody: bool) -> Iterator[tuple[int, Party]]:
    """The same for a search: each start with the party that comes first there, or with `everybody`."""
    able: defaultdict[int, list[Party]] = defaultdict(list)
    for party in parties:
        for start in party.starts:
            able[start].append(party)
    for start, those in able.items():
        if len(those) == 1:
            yield start, those[0]
            continue
        places = [(party.rank, party.members[0].load(start)) for party in those]
        if everybody:
            for _, party in sorted(zip(places, those, strict=True), key=lambda each: each[0]):
                yield start, party
            continue
        best = min(places)
        equals = [party for party, place in zip(those, places, strict=True) if place == best]
        if len(equals) > 1:
            loads = [party.members[0].week_load(start) for party in equals]
            equals = [party for party, load in zip(equals, loads, strict=True) if load == min(loads)]
        yield start, equals[_turn(start, equals[0].members[0].calendar, len(equals))]


def _turn(start: int, calendar: Calendar, of: int) -> int:
    """Which of so many equals it is at this start: the same question always gets the same answer.

    The turn goes round from day to day, and from hour to hour within the day, so that nobody always has the mornings.
    """
    day = calendar.day(start)
    of_the_day = int(day.date.toordinal() * TURNS_A_DAY % 1 * of)
    return (of_the_day + (start - day.start) // 3600) % of
