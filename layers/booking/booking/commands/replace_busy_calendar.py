"""Replace an employee's imported busy times in all weeks of the window, in one transaction."""

from collections.abc import Sequence
from copy import replace

from booking.commands.transaction import save
from booking.domain.agenda import employee
from booking.domain.configuration import Organisation
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.storage import agendas
from booking.storage.keys import interval_of_week, weeks
from booking.storage.table import Action, Table

MOST_DAYS = 660
"""How far ahead busy times are imported at most: one transaction changes at most a hundred weeks."""

MOST_A_WEEK = 2_000
"""The most imported busy times in one week. They are in one item, which every booking of that week reads."""


def import_window(organisation: Organisation, now: int) -> Interval:
    """The whole weeks (UTC) from this week to the booking horizon, but at most MOST_DAYS."""
    time = Interval(now, now + min(organisation.booking_horizon_days + 1, MOST_DAYS) * SECONDS_PER_DAY)
    touched = [interval_of_week(week) for week in weeks(time)]
    return Interval(touched[0].start, touched[-1].end)


def replace_busy_calendar(table: Table, employee_id: str, busy: Sequence[Interval], window: Interval) -> None:
    """Replaces the imported times of the window, which is whole weeks, by `busy`.

    Raises InvalidRequest if one week has too many, and TryAgain.
    """

    def attempt(_unanswered: None) -> tuple[None, list[Action]]:
        actions = []
        for week in agendas.read(table, [employee(employee_id)], window, consistent=True).weeks:
            span = interval_of_week(week.week)
            imported = tuple(each for each in busy if each.overlaps(span))
            if len(imported) > MOST_A_WEEK:
                raise InvalidRequest([Fault("body", week.week, f"at most {MOST_A_WEEK} busy times in one week")])
            if imported != week.agenda.imported:
                actions.append(agendas.put(week, replace(week.agenda, imported=imported)))
        return None, actions

    save(table, attempt)
