"""Rule 10: those who are required meet together. Otherwise one is chosen for each start time and meeting type.

The best rank is first, then the least loaded that day, then the least loaded that ISO week. Among equals the start says
whose turn it is.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from booking.domain.day_starts import Day, Starts
from booking.domain.employee_time import EmployeeTime
from booking.domain.local_days import Calendar
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search
from booking.domain.rules.case import Case
from booking.domain.rules.rooms import RoomNeed

TURNS_A_DAY = 0.4664206011329583
"""By how much of a round the turn moves on from one day to the next. Of all such numbers tried it shares most evenly
whatever days of the week count: of any 12 workdays in a row, two equals get 5 to 7 each and three get 2 to 6."""


class Pattern:
    """When somebody works: of each day of a search the starts of whole meetings. Employees share it."""

    def __init__(self, starts: list[Starts]) -> None:
        self.starts = starts


class Party(NamedTuple):
    """Those who would meet the customer together: one pattern for each member; `need`: which room."""

    rank: int
    members: tuple[EmployeeTime, ...]
    patterns: tuple[Pattern, ...]
    need: RoomNeed

    @property
    def employee_ids(self) -> tuple[str, ...]:
        return tuple(member.employee.id for member in self.members)


def refusal(case: Case) -> Refusal | None:
    """The refusal of an employee whom every other rule allows, but whom the search does not offer."""
    if case.is_chosen or not isinstance(case.request, Search):
        return None
    if case.request.required_ids:
        return Refusal(Reason.OTHERS_NOT_FREE)
    minutes = case.time.load(case.interval.start) // 60
    words = f"free, with {minutes} minutes of meetings that day"
    return Refusal(Reason.ANOTHER_CHOSEN, words, {"usedMinutes": minutes})


def chosen(
    day: Day, parties: Sequence[Party], possible: Starts, able: Callable[[Party], Starts]
) -> Iterator[tuple[Starts, Party]]:
    """The search form: starts of the day, each with the party that ranks first there.

    `able` tells at which starts a party can meet. It is asked of the first parties only, until each of the `possible`
    starts has its party, which in a large organisation is soon.
    """
    missing = possible
    for rank_and_load in _in_order(parties, lambda party: (party.rank, party.members[0].load(day.start))):
        for equals in _in_order(rank_and_load, lambda party: party.members[0].week_load(day.start)):
            found = [(party, starts) for party in equals if (starts := able(party) & missing)]
            if len(found) == 1:
                [(party, starts)] = found
                missing &= ~starts
                yield starts, party
            elif found:
                yield from _in_turn(day, found)
                for _, starts in found:
                    missing &= ~starts
            if not missing:
                return


def all_able(
    day: Day, parties: Sequence[Party], possible: Starts, able: Callable[[Party], Starts]
) -> Iterator[tuple[Starts, Party]]:
    """Every party with the starts of the day at which it can meet, the first one first."""
    for equals in _in_order(parties, lambda party: (party.rank, party.members[0].load(day.start))):
        for party in equals:
            yield able(party) & possible, party


def _in_order[Place: (int, tuple[int, int])](
    parties: Sequence[Party], place: Callable[[Party], Place]
) -> Iterator[Sequence[Party]]:
    """The parties that have the same place together, the lowest first, each in the order given."""
    if len(parties) == 1:
        yield parties
        return
    by_place: dict[Place, list[Party]] = {}
    for party in parties:
        by_place.setdefault(place(party), []).append(party)
    for each in sorted(by_place):
        yield by_place[each]


def _in_turn(day: Day, found: Sequence[tuple[Party, Starts]]) -> Iterator[tuple[Starts, Party]]:
    anywhere = reduce(or_, (starts for _, starts in found))
    for start, this in day.each(anywhere):
        equals = [party for party, starts in found if starts & this]
        yield this, equals[_turn(start, equals[0].members[0].calendar, len(equals))]


def _turn(start: int, calendar: Calendar, of: int) -> int:
    """Which of so many equals it is at this start: the same question always gets the same answer.

    The turn goes round from day to day, and from hour to hour within the day, so that nobody always has the mornings.
    """
    day = calendar.day(start)
    of_the_day = int(day.date.toordinal() * TURNS_A_DAY % 1 * of)
    return (of_the_day + (start - day.start) // 3600) % of
