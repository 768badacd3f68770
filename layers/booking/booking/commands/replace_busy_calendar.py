"""Replace an employee's imported busy times: those of every week in the window, in one transaction."""

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
"""How far ahead times are imported at most, because one transaction changes at most a hundred weeks."""


MOST_A_WEEK = 2_000
"""How many busy times one week may have. They are in one item, which every booking of that week reads."""


def import_window(organisation: Organisation, now: int) -> Interval:
    """The whole weeks (UTC) from this one up to the booking horizon, or as many as can be imported."""
    time = Interval(now, now + min(organisation.booking_horizon_days + 1, MOST_DAYS) * SECONDS_PER_DAY)
    touched = [interval_of_week(week) for week in weeks(time)]
    return Interval(touched[0].start, touched[-1].end)


def replace_busy_calendar(table: Table, employee_id: str, busy: Sequence[Interval], window: Interval) -> None:
    """Makes `busy` the only imported times of the window, which starts and ends with a week.

    Raises InvalidRequest for too many in one week, TryAgain.
    """

    def attempt(_unanswered: None) -> tuple[None, list[Action]]:
        actions = []
        for week in agendas.read(table, [employee(employee_id)], window, consistent=True).weeks:
            span = interval_of_week(week.week)
            imported = tuple(each for each in busy if each.overlaps(span))
            if len(imported) > MOST_A_WEEK:
                raise InvalidRequest([Fault("body", week.week, f"at most {MOST_A_WEEK} busy times in a week")])
            if imported != week.agenda.imported:
                actions.append(agendas.put(week, replace(week.agenda, imported=imported)))
        return None, actions

    save(table, attempt)
