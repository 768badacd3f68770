"""The limits of one search. Within them a search takes less than 3 seconds of CPU time and 150 MB."""

from booking.domain.errors import Fault, InvalidRequest

MOST_AGENDA_WEEKS = 15_000
"""How many weeks of agendas a search may read. Each is of one employee or room."""

MOST_ENTRIES = 300_000
"""How many meetings, holds and imported busy times these weeks may have."""

MOST_OFFERS = 40_000
"""How many times an answer may have. A larger answer would exceed the limit of a Lambda function."""


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
