"""Rule 10: all who are required together; otherwise one is chosen for each start and meeting type.

The best rank is first, then the least loaded that day. Among equals the start says whose turn it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from booking.domain.employee_time import EmployeeTime
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search
from booking.domain.rules.case import Case
from booking.domain.rules.rooms import RoomNeed

GOLDEN_RATIO_64 = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio, made odd


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
        yield start, equals[_turn(start, len(equals))]


def _turn(start: int, of: int) -> int:
    """Which of so many it is at this start: Fibonacci hashing, which spreads evenly spaced numbers evenly.

    The remainder of the minutes would do so too, but would always give the same one the same time of day.
    """
    return (start // 60 * GOLDEN_RATIO_64 % 2**64 * of) >> 64
