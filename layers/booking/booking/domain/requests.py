"""What the rules decide on: a search for times, or a request for one slot."""

from msgspec import Struct

from booking.domain.configuration import ALL_MEETING_TYPES, EmployeeType, MeetingType
from booking.domain.interval import Interval


class Search(Struct, frozen=True):
    """A search for time slots. `window` is the time searched, `duration` the meeting's length in seconds, more than 0.

    `require_employee_participation` with explicit ids: all of them together. `employee_types` is read only without
    it; None are the defaults. `meeting_location` is the customer's location if left out. `all_employees`: everyone
    who is free, instead of one chosen for each start and meeting type. `ignored_slot_ids`: what these slots hold does
    not count, as busy or to the cap; `ignored_meeting_ids` are their meetings. `is_agreed`: as in a SlotRequest.
    """

    require_employee_participation: bool
    window: Interval
    duration: int
    explicit_employee_ids: tuple[str, ...] = ()
    employee_types: frozenset[EmployeeType] | None = None
    topic_id: str | None = None
    customer_type_id: str | None = None
    meeting_types: frozenset[MeetingType] = ALL_MEETING_TYPES
    require_room: bool = False
    specific_rooms: tuple[str, ...] = ()
    customer_location: str | None = None
    meeting_location: str | None = None
    is_customer_initiated: bool = True
    all_employees: bool = False
    ignored_slot_ids: frozenset[str] = frozenset()
    ignored_meeting_ids: frozenset[str] = frozenset()
    is_agreed: bool = False

    @property
    def location(self) -> str | None:
        return self.meeting_location or self.customer_location

    @property
    def demands_room(self) -> bool:
        return self.require_room or bool(self.specific_rooms)

    @property
    def required_ids(self) -> tuple[str, ...]:
        """Those who must all take part, if any; the first is the host."""
        return tuple(dict.fromkeys(self.explicit_employee_ids)) if self.require_employee_participation else ()


class SlotRequest(Struct, frozen=True):
    """One slot that somebody wants of one employee or more. `meeting_type` None: any type will do.

    The first employee is the host. `is_agreed`: it is for a meeting that has been made, so only who is qualified for
    its topic is checked, not whether customers may book the topic.
    """

    interval: Interval
    employee_ids: tuple[str, ...]
    room_id: str | None = None
    meeting_type: MeetingType | None = None
    topic_id: str | None = None
    customer_type_id: str | None = None
    is_customer_initiated: bool = True
    is_agreed: bool = False
