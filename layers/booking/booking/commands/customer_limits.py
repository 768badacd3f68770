"""Applies the limits of one customer's meetings (`domain.customer_limits`) to what the other commands do.

Where an organisation has no such limits, nothing here reads or writes anything.
"""

from collections.abc import Iterable

from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.customer_limits import CustomerMeeting, CustomerMeetings
from booking.domain.meeting import Meeting, Slot
from booking.storage import keys, upcoming
from booking.storage.table import Action, Item, Key, Table


def keys_of(configuration: Configuration, customer_id: str | None) -> list[Key]:
    """The item to read along with others, if the customer's meetings are limited."""
    return [keys.upcoming(customer_id)] if customer_id and configuration.limits_customers else []


def require_room_for(
    table: Table,
    configuration: Configuration,
    slot: Slot,
    customer_id: str | None,
    now: int,
    moved: Meeting | None = None,
    read_along: Iterable[Item] | None = None,
) -> None:
    """Checks whether the customer may have a meeting at the slot's time. Holds do not count: only meetings do.

    `moved`: the meeting that the slot is held to move. `read_along`: items that were read with `keys_of` of this
    customer. Raises CustomerBusy, TooManyMeetings, TryAgain.
    """
    if customer_id is None or not configuration.limits_customers:
        return
    known = _complete(table, configuration, customer_id, now, read_along)
    new = CustomerMeeting(slot.start, slot.end, slot.topic_id)
    known.require_room_for(new, configuration, now, moved.id if moved else "")


def noting(
    table: Table,
    configuration: Configuration,
    caller: Caller,
    meeting: Meeting,
    now: int,
    read_along: Iterable[Item] | None = None,
) -> tuple[Action, ...]:
    """What to write with a new meeting, or with one that has a new time. `read_along` as above.

    Raises CustomerBusy and TooManyMeetings for callers who are bound, TryAgain.
    """
    if meeting.customer_id is None or not configuration.limits_customers:
        return ()
    new = CustomerMeeting(meeting.start, meeting.end, meeting.topic_id, is_bound=not caller.is_staff)
    if caller.is_staff:
        known = _read(table, meeting.customer_id, read_along)
    else:
        known = _complete(table, configuration, meeting.customer_id, now, read_along)
        known.require_room_for(new, configuration, now, meeting.id)
    return (upcoming.put(known.including(meeting.id, new, now), now),)


def taking_away(configuration: Configuration, meeting: Meeting, now: int) -> tuple[Action, ...]:
    """What to write with the end of a meeting that is cancelled."""
    if meeting.customer_id is None or not configuration.limits_customers:
        return ()
    return (upcoming.take_away(meeting, now),)


def _read(table: Table, customer_id: str, read_along: Iterable[Item] | None) -> CustomerMeetings:
    return upcoming.get(table, customer_id) if read_along is None else upcoming.among(read_along, customer_id)


def _complete(
    table: Table, configuration: Configuration, customer_id: str, now: int, read_along: Iterable[Item] | None
) -> CustomerMeetings:
    known = _read(table, customer_id, read_along)
    return known if known.are_complete(configuration) else upcoming.filled(table, known, now)
