"""How fast a search is, as one table of ratios: part of `make bench`, or alone: `python -m tests.benchmarks.speed`.

What is compared runs in turn in one process; of each the least CPU time counts, which neighbours on the machine hardly
change. `most` is what `make verify` allows: with room for another machine, and never a time.
"""

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from booking.domain.configuration import MeetingType
from booking.domain.search import find_offers
from booking.storage import table
from tests.benchmarks.availability import FIRST_DAY, naive_starts, organisation, search
from tests.benchmarks.requests import Bank, Function

SEARCH = "list_available_time_slots"
NOW = int(FIRST_DAY.timestamp())
CALL_SECONDS = 0.015
"""What one call to the database is made to wait, where waiting is measured."""

MOST_MEGABYTES, MOST_MEGABYTES_OF_ANY = 64, 150
"""Of a search of 500 employees and 90 days, and of the largest that is answered."""

AROUND_THE_CLOCK = Bank(512, 60, ("00:00", "24:00"), 7, "00:15:00")
"""The `512 x` of the table: a meeting may start every quarter of an hour, day and night."""


@dataclass(frozen=True)
class Row:
    """`ratio`: the figure in units of what it is compared with."""

    what: str
    figure: str
    compared_with: str
    ratio: float
    most: float


def engine() -> Iterator[Row]:
    """Who is free when, computed from agendas that are in memory."""
    seconds_per_day = []
    for employees, days, repeats, most in ((50, 30, 15, 0.35), (500, 90, 3, 0.2)):
        known = organisation(employees, days)
        ours, naive = partial(find_offers, search(days), *known, NOW), partial(naive_starts, *known, days)
        for meeting_type in MeetingType:
            if {offer.start for offer in ours() if offer.meeting_type is meeting_type} != naive():
                raise AssertionError("The engine and the naive loop do not offer the same.")
        ours_took, naive_took = least(repeats, ours, naive)
        seconds_per_day.append(ours_took / (employees * days))
        yield row(f"engine, {employees} x {days}", ours_took, "the naive loop", naive_took, most)
    few, many = seconds_per_day
    yield row("engine, 500 x 90, for each employee and day", many, "50 x 30", few, 1.5)


def requests() -> Iterator[Row]:
    """A warm search from the gateway's event to the answer's text."""
    for employees, days, repeats, most in ((50, 30, 9, 1.3), (500, 90, 3, 0.8)):
        function = Function(SEARCH, Bank(employees, days))
        ours = partial(function.search, days)
        ours()
        ours_took, naive_took = least(
            repeats, ours, partial(naive_starts, *organisation(employees, days), days), function=function
        )
        yield row(f"whole search, {employees} x {days}", ours_took, "the naive loop", naive_took, most)
    yield memory("whole search, 500 x 90: memory", ours, MOST_MEGABYTES)


def waiting() -> Iterator[Row]:
    """By the clock, with the wait of a real database."""
    search = partial(Function(SEARCH, Bank(500, 90), CALL_SECONDS).search, 90)
    search()
    usual = table.MOST_IN_TURN
    times: dict[int, list[float]] = {usual: [], sys.maxsize: []}
    for _ in range(3):
        for table.MOST_IN_TURN, seconds in times.items():
            seconds.append(_seconds(search, time.perf_counter))
    table.MOST_IN_TURN = usual
    title = f"whole search, 500 x 90, by the clock, {CALL_SECONDS * 1000:.0f} ms a read"
    yield row(title, min(times[usual]), "reads one by one", min(times[sys.maxsize]), 0.75)


def hostile() -> Iterator[Row]:
    """Searches that ask for as much as they can: each is answered or refused within bounds."""
    naive = partial(naive_starts, *organisation(500, 90), 90)
    function = Function(SEARCH, AROUND_THE_CLOCK, scope="bookme/read bookme/staff")
    for days, all_employees in ((45, False), (7, True), (60, True), (365, False)):
        ours = partial(function.search, days, allEmployees=str(all_employees).lower())
        is_answered = ours().startswith("[")
        ours_took, naive_took = least(2, ours, naive, function=function)
        title = f"512 x {days}{', all employees' if all_employees else ''}: {'answered' if is_answered else 'refused'}"
        yield row(title, ours_took, "the naive loop, 500 x 90", naive_took, 1.8)
        yield memory("  its memory", ours, MOST_MEGABYTES_OF_ANY)


def lists() -> Iterator[Row]:
    """GET /config/employees in a warm container, against one that has to read and find out everything."""
    bank = Bank(500, 0, groups=50, topics=100)
    function, forgetful = Function("list_employees", bank), Function("list_employees", bank)
    for _ in range(2):
        function.ask()
        function.now += 10  # the copy of the configuration has settled

    def anew() -> None:
        forgetful.forget()
        forgetful.ask()

    anew()
    [warm_took] = least(7, function.ask, function=function)
    [anew_took] = least(7, anew, function=forgetful)
    yield row("list of 500 employees, 50 groups, 100 topics", warm_took, "read anew", anew_took, 0.3)


PARTS = (engine, requests, waiting, hostile, lists)


def row(what: str, seconds: float, compared_with: str, other_seconds: float, most: float) -> Row:
    return Row(what, _time(seconds), f"{compared_with}, {_time(other_seconds)}", seconds / other_seconds, most)


def memory(what: str, work: Callable[[], object], most: int) -> Row:
    """What Python allocates at the most while it runs, above what was there before; in MB."""
    gc.collect()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return Row(what, f"{peak:.0f} MB", f"{most} MB", peak / most, 1.0)


def least(repeats: int, *works: Callable[[], object], function: Function | None = None) -> list[float]:
    """Seconds of CPU of each, in turn, without those of the stand-in for the function's database."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, seconds in zip(works, times, strict=True):
            before = function.database.outside if function else 0
            took = _seconds(work, time.process_time)
            seconds.append(took - ((function.database.outside if function else 0) - before))
    return [min(seconds) for seconds in times]


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()
    before = clock()
    work()
    return clock() - before


def _time(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:,.0f} ms"


def rows() -> Iterator[Row]:
    for part in PARTS:
        yield from part()


def report() -> Iterator[str]:
    yield f"Speed: CPU time on CPython {sys.version.split()[0]}; employees x days, 60 % of their working time busy"
    yield f"  {'':58}{'':>10}   {'compared with':36}{'ratio':>6}{'most':>6}"
    for each in rows():
        missed = "" if each.ratio <= each.most else "  too much"
        yield f"  {each.what:58}{each.figure:>10}   {each.compared_with:36}{each.ratio:6.2f}{each.most:6.2f}{missed}"


if __name__ == "__main__":
    for line in report():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
