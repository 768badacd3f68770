"""Rule 2, for customers: this customer may book the topic."""

from collections.abc import Collection

from booking.domain.configuration import ALL_MEETING_TYPES, Configuration, MeetingType
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search, SlotRequest
from booking.domain.rules.case import Question


def refusal(question: Question) -> Refusal | None:
    return refusal_of(question.request, question.configuration)


def refusal_of(request: Search | SlotRequest, configuration: Configuration) -> Refusal | None:
    if request.topic_id is None or request.is_agreed:
        return None
    topic = configuration.meeting_topics[request.topic_id]
    if request.is_customer_initiated and not topic.available_to_customers:
        return Refusal(Reason.TOPIC_NOT_AVAILABLE, "only employees may book this topic")
    open_to = topic.customer_type_ids
    if open_to and request.customer_type_id is not None and request.customer_type_id not in open_to:
        return Refusal(Reason.TOPIC_NOT_AVAILABLE, "the topic is for other customer types")
    return None


def require(request: Search | SlotRequest, configuration: Configuration) -> None:
    """Raises NotFound for a topic or a customer type that is not configured."""
    if request.topic_id is not None:
        configuration.require_meeting_topic(request.topic_id)
    if request.customer_type_id is not None:
        configuration.require_customer_type(request.customer_type_id)


def meeting_types(
    asked: Collection[MeetingType], topic_id: str | None, configuration: Configuration
) -> list[MeetingType]:
    """The requested meeting types that the topic has, in the order of answers."""
    allowed = configuration.meeting_topics[topic_id].meeting_types if topic_id is not None else ALL_MEETING_TYPES
    return sorted(allowed.intersection(asked))
