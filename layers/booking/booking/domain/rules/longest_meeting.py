"""Rule 11: a customer's meeting is not longer than the setting of the organisation or the topic."""

from booking.domain.configuration import Configuration
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search, SlotRequest
from booking.domain.rules.case import Question


def refusal(question: Question) -> Refusal | None:
    length = question.interval.end - question.interval.start
    return refusal_of(question.request, length, question.configuration)


def refusal_of(request: Search | SlotRequest, length: int, configuration: Configuration) -> Refusal | None:
    """The search form: all times of a search have the same `length`, in seconds."""
    longest = configuration.longest_meeting(request.topic_id)
    if not request.is_customer_initiated or length <= longest:
        return None
    words = f"{length // 60} minutes requested, customers may book at most {longest // 60}"
    return Refusal(Reason.TOO_LONG, words, {"longestMinutes": longest // 60, "meetingMinutes": length // 60})
