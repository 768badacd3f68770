"""How many meetings to come one customer may have, and whether two of them may be at the same time.

The limits bind customers, and partners on their behalf. Employees are not bound, but what they book counts.
"""

from collections.abc import Collection, Mapping
from copy import replace

from msgspec import Struct, field

from booking.domain.configuration import Configuration
from booking.domain.errors import CustomerBusy, TooManyMeetings
from booking.domain.interval import Interval, merge

SETTLED_SECONDS = 60
"""How long after a change of the limits every booking that was under way has ended and is in the index.

No booking takes longer than half of this."""


class CustomerMeeting(Struct, frozen=True):
    """`is_bound`: whether only those have set its time whom the limits bind. For the audit."""

    start: int
    end: int
    topic_id: str | None = None
    is_bound: bool = True

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)


class CustomerMeetings(Struct, frozen=True):
    """The meetings of a customer that have not ended, by id; `meetings` may have some that have.

    They are complete as of `filled_at`, and from then on for as long as there are limits.
    """

    customer_id: str
    version: int = 0
    filled_at: int | None = None
    meetings: Mapping[str, CustomerMeeting] = field(default_factory=dict)

    def are_complete(self, configuration: Configuration) -> bool:
        """Whether none is missing that was made before there were limits."""
        return self.filled_at is not None and self.filled_at >= configuration.limits_changed_at + SETTLED_SECONDS

    def filled(self, meetings: Mapping[str, CustomerMeeting], now: int) -> "CustomerMeetings":
        """These are all. What was known of one that has kept its time stays known."""
        known = {
            id: kept if (kept := self.meetings.get(id)) and kept.interval == found.interval else found
            for id, found in meetings.items()
        }
        return replace(self, meetings=known, filled_at=now)

    def including(self, id: str, meeting: CustomerMeeting, now: int) -> "CustomerMeetings":
        """With this one, and without those that have ended."""
        before = self.meetings.get(id)
        is_bound = meeting.is_bound and (before is None or before.is_bound)
        return replace(self, meetings={**self.not_over(now), id: replace(meeting, is_bound=is_bound)})

    def not_over(self, now: int) -> dict[str, CustomerMeeting]:
        return {id: meeting for id, meeting in self.meetings.items() if meeting.end > now}

    def busy_times(self, ignored_ids: Collection[str] = ()) -> list[Interval]:
        """When the customer has one of them that is not ignored. Sorted and disjoint."""
        return merge(meeting.interval for id, meeting in self.meetings.items() if id not in ignored_ids)

    def require_room_for(self, new: CustomerMeeting, configuration: Configuration, now: int, id: str = "") -> None:
        """`id`: the meeting that is to have the time of `new`, which may be one of these already.

        Raises CustomerBusy, and TooManyMeetings unless the meeting was one to come before.
        """
        before = self.meetings.get(id)
        others = [meeting for other, meeting in self.not_over(now).items() if other != id]
        overlaps = any(meeting.interval.overlaps(new.interval) for meeting in others)
        if overlaps and not configuration.organisation.overlap_for_customer:
            raise CustomerBusy
        most = configuration.max_upcoming_meetings(new.topic_id)
        if most is None or (before and before.start > now):
            return
        topic_id = configuration.limiting_topic(new.topic_id)
        to_come = [
            meeting
            for meeting in others
            if meeting.start > now and configuration.limiting_topic(meeting.topic_id) == topic_id
        ]
        if len(to_come) >= most:
            raise TooManyMeetings(most, topic_id)
