"""How much one search may ask for. Within these limits it takes less than 3 seconds of CPU and 150 MB."""

from booking.domain.errors import Fault, InvalidRequest

MOST_AGENDA_WEEKS = 15_000
"""Weeks of agendas, each of one employee or room."""

MOST_ENTRIES = 300_000
"""Meetings, holds and imported busy times in those weeks."""

MOST_OFFERS = 40_000
"""Times in an answer; a larger one would not fit into what a function may answer."""


def require_agenda_weeks(count: int) -> None:
    """Raises InvalidRequest."""
    _require(count, MOST_AGENDA_WEEKS, "weeks of employees' and rooms' agendas")


def require_entries(count: int) -> None:
    """Raises InvalidRequest."""
    _require(count, MOST_ENTRIES, "meetings in the agendas")


def require_offers(count: int) -> None:
    """Raises InvalidRequest."""
    _require(count, MOST_OFFERS, "times in the answer")


def _require(count: int, most: int, what: str) -> None:
    if count > most:
        narrow = "search a shorter time (endDate, lookForwardTime), or fewer employees (explicitEmployeeIds, topicId)"
        raise InvalidRequest([Fault("query", f"at least {count} {what}", f"at most {most} {what}: {narrow}")])
