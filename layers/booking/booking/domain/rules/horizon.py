"""Rule 11: a meeting is not in the past, not beyond the booking horizon, and within the time searched."""

from booking.domain.configuration import Configuration
from booking.domain.day_starts import Day, Starts
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search
from booking.domain.rules.case import Question


def refusal(question: Question) -> Refusal | None:
    days = question.configuration.organisation.booking_horizon_days
    if question.interval.start < question.now:
        return Refusal(Reason.IN_THE_PAST)
    if question.interval.end > _horizon(question.configuration, question.now):
        return Refusal(Reason.BEYOND_HORIZON, f"more than {days} days ahead", {"bookingHorizonDays": days})
    return None


def outside_search(question: Question) -> Refusal | None:
    """The refusal of a meeting that is not wholly within the time searched."""
    if isinstance(question.request, Search) and not question.request.window.contains(question.interval):
        return Refusal(Reason.OUTSIDE_SEARCH)
    return None


def time_to_search(search: Search, configuration: Configuration, now: int, first_start: int) -> Interval | None:
    """The search form: the time from `first_start` on in which meetings may be. None if no meeting fits."""
    start = max(search.window.start, now, first_start)
    end = min(search.window.end, _horizon(configuration, now))
    return Interval(start, end) if end - start >= search.duration else None


def starts_within(day: Day, searched: Interval, duration: int) -> Starts:
    """The search form: the starts of the day at which a meeting is wholly within the time searched."""
    return day.between(searched.start, searched.end - duration)


def _horizon(configuration: Configuration, now: int) -> int:
    return now + configuration.organisation.booking_horizon_days * SECONDS_PER_DAY
