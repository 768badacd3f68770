"""A search of the engine alone, and the same by a naive loop over date-times, as one would first write it.

Both get the same inputs, and have to find the same starts.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.domain.agenda import NOTHING, Agenda, Entry, Resource, employee
from booking.domain.configuration import Configuration, Employee, Organisation, Window
from booking.domain.interval import Interval
from booking.domain.requests import Search

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
