"""The meetings of a customer that have not ended: one item of each customer, where an organisation limits them.

It has one attribute for each meeting, `meeting#<id>`, with its start, its end, who set its time and its topic. Whoever
adds one or moves it writes the item on the condition that it has not changed since it was read, so many bookings at
once cannot pass a limit together. Whoever takes one away just does. `filledAt` is the second at which the item was
made complete out of the index of the customer's meetings: what was booked before there was a limit is in no item.
"""

from collections.abc import Iterable

from booking.domain.customer_limits import CustomerMeeting, CustomerMeetings
from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.meeting import LONGEST_SECONDS, Meeting, MeetingStatus
from booking.storage import keys, meetings
from booking.storage.table import Action, Item, Table, encode

MEETING = "meeting#"
BOUND, NOT_BOUND = "customer", "employee"
"""Who set the time: only those whom the limits bind, or also an employee (or nobody knows)."""
KEPT_SECONDS = 30 * SECONDS_PER_DAY
"""How long after the last meeting TTL may remove the item (housekeeping only: it is made again)."""

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # the customer's meetings are those that were read


def get(table: Table, customer_id: str) -> CustomerMeetings:
    item = table.get(keys.upcoming(customer_id))
    return among([item] if item else [], customer_id)


def among(items: Iterable[Item], customer_id: str) -> CustomerMeetings:
    """The customer's meetings among `items`, which may include other kinds."""
    key = keys.upcoming(customer_id)
    item = next((item for item in items if (item["pk"], item["sk"]) == (key["pk"], key["sk"])), None)
    if item is None:
        return CustomerMeetings(customer_id)
    noted = {name.removeprefix(MEETING): meeting_of(text) for name, text in item.items() if name.startswith(MEETING)}
    return CustomerMeetings(customer_id, item["version"], item.get("filledAt"), noted)


def filled(table: Table, read: CustomerMeetings, now: int) -> CustomerMeetings:
    """The customer's meetings as they are, stored too. It takes a Query, a BatchGetItem if there are any, and a write.

    The index only says which meetings to look at: each is then read as it is, after `read` was. Whoever changes one
    later changes the item, and then this write fails: Collision. Raises Throttled, Unanswered.
    """
    listed = meetings.all_of(table, meetings.of_customers([read.customer_id], now - LONGEST_SECONDS))
    ids = {*read.meetings, *(meeting.id for meeting in listed)}
    found = map(meetings.meeting_of, table.get_many([keys.meeting(id) for id in ids], consistent=True) if ids else ())
    stored = {
        meeting.id: CustomerMeeting(meeting.start, meeting.end, meeting.topic_id, is_bound=False)
        for meeting in found
        if meeting.customer_id == read.customer_id and meeting.status is MeetingStatus.CONFIRMED
    }
    made = read.filled(stored, now)
    table.write(put(made, now))
    return CustomerMeetings(made.customer_id, made.version + 1, made.filled_at, made.meetings)


def put(after: CustomerMeetings, now: int) -> Action:
    """Replaces the item, unless it has changed since its `version` was read."""
    held = after.not_over(now)
    item = {
        **keys.upcoming(after.customer_id),
        **{f"{MEETING}{id}": text_of(meeting) for id, meeting in held.items()},
        "version": after.version + 1,
        "filledAt": after.filled_at,
        "ttl": max((meeting.end for meeting in held.values()), default=now) + KEPT_SECONDS,
    }
    request: Action = {"Item": encode(item), "ConditionExpression": IS_NEW}
    if after.version:
        request["ConditionExpression"] = IS_UNCHANGED
        request["ExpressionAttributeValues"] = encode({":read": after.version})
    return {"Put": request}


def take_away(meeting: Meeting, now: int) -> Action:
    """Takes the meeting away. It may be in no item, but whoever is filling one must look again."""
    return {
        "Update": {
            "Key": encode(keys.upcoming(str(meeting.customer_id))),
            "UpdateExpression": "REMOVE #meeting SET #ttl = if_not_exists(#ttl, :later) ADD version :one",
            "ExpressionAttributeNames": {"#meeting": f"{MEETING}{meeting.id}", "#ttl": "ttl"},
            "ExpressionAttributeValues": encode({":one": 1, ":later": now + KEPT_SECONDS}),
        }
    }


def meeting_of(text: str) -> CustomerMeeting:
    start, end, set_by, *topic = text.split(" ", 3)
    return CustomerMeeting(int(start), int(end), topic[0] if topic else None, set_by == BOUND)


def text_of(meeting: CustomerMeeting) -> str:
    topic = (meeting.topic_id,) if meeting.topic_id else ()
    return " ".join((str(meeting.start), str(meeting.end), BOUND if meeting.is_bound else NOT_BOUND, *topic))
