"""The earliest start that customers may book, in calendar time after now: the organisation's setting or the topic's."""

from booking.domain.configuration import Configuration
from booking.domain.refusal import Reason, Refusal, day_and_clock
from booking.domain.requests import Search, SlotRequest
from booking.domain.rules.case import Question


def refusal(question: Question) -> Refusal | None:
    first = first_start(question.request, question.configuration, question.now)
    if question.interval.start >= first:
        return None
    minutes = (first - question.now) // 60
    when = day_and_clock(first, question.configuration.organisation.time_zone)
    words = f"customers may book from {minutes} minutes ahead on, which is {when}"
    return Refusal(Reason.TOO_SOON, words, {"bookableFromMinutes": minutes, "earliestStart": first})


def first_start(request: Search | SlotRequest, configuration: Configuration, now: int) -> int:
    """The search form: no meeting starts before this instant."""
    return now + configuration.bookable_from(request.topic_id) if request.is_customer_initiated else now
