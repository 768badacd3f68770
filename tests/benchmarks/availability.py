"""How fast the engine is, next to a naive datetime loop: `python -m tests.benchmarks.availability`.

Both get the same inputs. No figure is asserted, since machines differ; that both give the same offers is.
"""

import gc
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.domain.agenda import NOTHING, Agenda, Entry, Resource, employee
from booking.domain.configuration import Configuration, Employee, MeetingType, Organisation, Window
from booking.domain.interval import Interval
from booking.domain.requests import Search
from booking.domain.search import find_offers

ZONE = ZoneInfo("Europe/Copenhagen")
FIRST_DAY = datetime(2026, 10, 5, tzinfo=ZONE)  # thirty days from here cross the end of summer time
BUSY_SHARE = 0.6
DURATION = timedelta(minutes=60)
INTERVAL = timedelta(minutes=30)
BUFFER = timedelta(minutes=0)
HOURS = (8 * 60, 16 * 60)


def organisation(employees: int, days: int) -> tuple[Configuration, Mapping[Resource, Agenda]]:
    """Everybody works 08-16 on weekdays and is busy for 60 % of it, in meetings of 30 to 90 minutes."""
    chance = random.Random(20261005)
    workdays = ((Window(*HOURS, location="City"),),) * 5 + ((), ())
    staff = [Employee(f"employee-{number:03}", locations=("City",), workdays=workdays) for number in range(employees)]
    agendas = {employee(each.id): _busy(chance, each.id, days) for each in staff}
    settings = Organisation(
        time_zone=ZONE,
        slot_interval=int(INTERVAL.total_seconds()),
        buffer=int(BUFFER.total_seconds()),
        booking_horizon_days=days + 1,
    )
    return Configuration(organisation=settings, employees={each.id: each for each in staff}), agendas


def _busy(chance: random.Random, id: str, days: int) -> Agenda:
    entries = []
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        if day.weekday() >= 5:
            continue
        start, closing = day.replace(hour=8), day.replace(hour=16)
        while start < closing:
            end = min(start + timedelta(minutes=chance.choice((30, 60, 90, 120))), closing)
            if chance.random() < BUSY_SHARE:
                entries.append(Entry(int(start.timestamp()), int(end.timestamp()), f"{id}-{start:%m%d%H%M}"))
            start = end
    return Agenda(tuple(entries))


def search(days: int) -> Search:
    window = Interval(int(FIRST_DAY.timestamp()), int((FIRST_DAY + timedelta(days=days)).timestamp()))
    return Search(False, window, int(DURATION.total_seconds()))


def naive_starts(configuration: Configuration, agendas: Mapping[Resource, Agenda], days: int) -> set[int]:
    """Every start at which somebody is free, as one would first write it: only this, no choice, no rooms, no types."""
    found = set()
    for each in configuration.employees.values():
        entries = agendas.get(employee(each.id), NOTHING).entries
        busy_by_day: dict[object, list[tuple[datetime, datetime]]] = {}
        for entry in entries:
            start, end = datetime.fromtimestamp(entry.start, UTC), datetime.fromtimestamp(entry.end, UTC)
            busy_by_day.setdefault(start.astimezone(ZONE).date(), []).append((start - BUFFER, end + BUFFER))
        for number in range(days):
            day = FIRST_DAY + timedelta(days=number)
            busy = busy_by_day.get(day.date(), [])
            for window in each.workdays[day.weekday()]:
                start = day + timedelta(minutes=window.start)
                closing = day + timedelta(minutes=window.end)
                while start + DURATION <= closing:
                    begin = start.astimezone(UTC)
                    if not any(begin < until and since < begin + DURATION for since, until in busy):
                        found.add(int(begin.timestamp()))
                    start += INTERVAL
    return found


def median_of(repeats: int, work: Callable[[], object]) -> float:
    """Milliseconds, without the garbage collector's pauses from what the benchmark itself keeps."""
    work()
    gc.collect()
    times = []
    for _ in range(repeats):
        before = time.perf_counter()
        work()
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def megabytes_of_the_largest() -> tuple[float, float]:
    """What Python allocates for agendas and configuration, and at the most with a search on top of them."""
    tracemalloc.start()
    configuration, agendas = organisation(500, 90)
    known, _ = tracemalloc.get_traced_memory()
    find_offers(search(90), configuration, agendas, int(FIRST_DAY.timestamp()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return known / 2**20, peak / 2**20


def figures(employees: int, days: int, repeats: int) -> str:
    configuration, agendas = organisation(employees, days)
    asked, now = search(days), int(FIRST_DAY.timestamp())
    offers = find_offers(asked, configuration, agendas, now)
    expected = naive_starts(configuration, agendas, days)
    for meeting_type in MeetingType:
        if {offer.start for offer in offers if offer.meeting_type is meeting_type} != expected:
            raise SystemExit("The engine and the naive loop do not offer the same.")
    engine = median_of(repeats, lambda: find_offers(asked, configuration, agendas, now))
    naive = median_of(max(3, repeats // 8), lambda: naive_starts(configuration, agendas, days))
    busy = sum(len(agenda.entries) for agenda in agendas.values())
    return (
        f"{employees:>12} x {days:>3} {busy:>11} {len(offers):>7} {engine:>7.1f} ms {naive:>8.1f} ms"
        f" {naive / engine:>5.1f}x {engine * 1000 / busy:>11.2f} µs"
    )


def report() -> Iterator[str]:
    yield f"CPython {sys.version.split()[0]}; {BUSY_SHARE:.0%} of working time busy; {DURATION} every {INTERVAL}"
    yield "  employees x days  busy times  offers     engine  naive loop  ratio  a busy time"
    for employees, days, repeats in ((10, 14, 41), (50, 30, 41), (100, 60, 11), (500, 90, 5)):
        yield figures(employees, days, repeats)
    known, peak = megabytes_of_the_largest()
    yield f"memory above idle, 500 x 90: {known:.1f} MB of agendas, {peak:.1f} MB at the peak of a search"


if __name__ == "__main__":
    for line in report():
        sys.stdout.write(line + "\n")
