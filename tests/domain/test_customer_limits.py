"""The limits of one customer's meetings against an observer who counts hours on fingers."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from booking.domain.configuration import Configuration, MeetingTopic, Organisation
from booking.domain.customer_limits import CustomerMeeting, CustomerMeetings
from booking.domain.errors import CustomerBusy, TooManyMeetings

TOPICS = ("loan", "card", "gone")
"""The last one is not configured."""


@dataclass(frozen=True)
class Rules:
    most: int | None
    of_loan: int | None
    of_card: int | None
    may_overlap: bool

    def configuration(self) -> Configuration:
        return Configuration(
            organisation=Organisation(max_upcoming_meetings=self.most, overlap_for_customer=self.may_overlap),
            meeting_topics={
                "loan": MeetingTopic("loan", max_upcoming_meetings=self.of_loan),
                "card": MeetingTopic("card", max_upcoming_meetings=self.of_card),
            },
        )

    def own(self, topic: str | None) -> int | None:
        return {"loan": self.of_loan, "card": self.of_card}.get(topic or "")

    def refuses(
        self, others: list[CustomerMeeting], new: CustomerMeeting, now: int, before: CustomerMeeting | None
    ) -> str:
        """By the hour: which rule refuses it, if any."""
        hours = {hour for each in others if each.end > now for hour in range(each.start, each.end)}
        if not self.may_overlap and hours.intersection(range(new.start, new.end)):
            return "CUSTOMER_BUSY"
        was_to_come = before is not None and before.start > now
        later = [each.topic_id for each in others if each.start > now]
        if self.own(new.topic_id) is not None:
            limit, counted = self.own(new.topic_id), later.count(new.topic_id)
        else:
            limit, counted = self.most, len([topic for topic in later if self.own(topic) is None])
        return "TOO_MANY_MEETINGS" if limit is not None and counted + 1 > limit and not was_to_come else ""


numbers = st.none() | st.integers(1, 3)
rules = st.builds(Rules, numbers, numbers, numbers, st.booleans())
topics = st.none() | st.sampled_from(TOPICS)
some_meetings = st.builds(
    lambda start, length, topic: CustomerMeeting(start, start + length, topic),
    st.integers(0, 20),
    st.integers(1, 4),
    topics,
)


@given(
    these=rules,
    known=st.lists(some_meetings, max_size=6),
    new=some_meetings,
    now=st.integers(0, 24),
    moved=st.none() | st.integers(0, 5),
)
def test_a_customer_may_have_what_the_observer_allows(
    these: Rules, known: list[CustomerMeeting], new: CustomerMeeting, now: int, moved: int | None
) -> None:
    by_id = {str(number): meeting for number, meeting in enumerate(known)}
    id = str(moved)
    said = ""
    try:
        CustomerMeetings("ida", 1, 0, by_id).require_room_for(new, these.configuration(), now, id)
    except (CustomerBusy, TooManyMeetings) as refusal:
        said = refusal.code

    others = [meeting for other, meeting in by_id.items() if other != id]
    assert said == these.refuses(others, new, now, by_id.get(id))


@given(these=rules)
def test_customers_are_limited_if_anything_limits_them(these: Rules) -> None:
    limits = [number for number in (these.most, these.of_loan, these.of_card) if number is not None]

    assert these.configuration().limits_customers == (bool(limits) or not these.may_overlap)
