"""Meeting items, and where they are listed.

GSI1: a customer's meetings, and GSI2: an employee's (see `participants`), by start. GSI3: all meetings, and GSI4: those
that a partner's client made, by date of change. What the whole organisation or a busy partner writes is spread over
shards, since one partition of an index takes 1,000 writes a second. GSI3 keeps the meetings that have personal data
apart from those that have none, so that retention finds what is left to erase.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from booking.domain.caller import PARTNER
from booking.domain.meeting import Meeting, MeetingStatus
from booking.storage import keys, slots, walks
from booking.storage.codec import Codec
from booking.storage.table import Action, Item, Table, encode
from booking.storage.walks import Page, Place, Walk

CODEC = Codec(Meeting, keys.meeting)

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # nobody changed the meeting since it was read

SHARDS = 4
PAGE = 500
PERSONAL, BARE = "PERSONAL", "BARE"


def get(table: Table, id: str) -> Meeting | None:
    item = table.get(keys.meeting(id))
    return meeting_of(item) if item else None


def among(items: Iterable[Item]) -> Meeting | None:
    """The meeting among `items`, which may include other kinds."""
    return next((meeting_of(item) for item in items if item["sk"] == "MEETING"), None)


def known_to(table: Table, employee_id: str, uids: Iterable[str]) -> set[str]:
    """Those of the UIDs that are meetings of the employee, or cancelled ones: no other calendar need block them.

    Only what has the form of an identifier is looked up, a hundred in a call, so other calendars' events cost nothing.
    """
    items = table.get_many([keys.meeting(uid) for uid in uids if keys.is_id(uid)], consistent=True)
    meetings = [meeting_of(item) for item in items]
    return {
        each.id
        for each in meetings
        if each.status is MeetingStatus.CANCELLED or employee_id in (each.employee_id, *each.additional_employees)
    }


def page(table: Table, where: Walk, start: Place | None, limit: int, keep: Callable[[Meeting], bool]) -> Page[Meeting]:
    return walks.walk(table, where, start, limit, meeting_of, keep)


def judged[T](
    table: Table, where: Walk, start: Place | None, limit: int, judge: Callable[[Meeting], T | None]
) -> Page[T]:
    """What `judge` makes of the meetings. Those of which it makes None are left out."""
    return walks.walk(table, where, start, limit, lambda item: judge(meeting_of(item)))


def all_of(table: Table, where: Walk) -> Iterator[Meeting]:
    """Every meeting of the walk, read page by page as it is asked for."""
    place: Place | None = None
    while True:
        found = page(table, where, place, PAGE, lambda _: True)
        yield from found.items
        place = found.next
        if place is None:
            return


def of_slot(table: Table, slot_id: str, keep: Callable[[Meeting], bool]) -> Page[Meeting]:
    """The meeting that has this slot now, if there is one to keep."""
    slot = slots.get(table, slot_id)
    meeting = get(table, slot.meeting_id) if slot and slot.meeting_id else None
    return Page([meeting] if meeting and keep(meeting) else [], None)


def of_customers(ids: Sequence[str], first: int | None = None, last: int | None = None) -> Walk:
    """Meetings of the customers by start, from `first` up to but not including `last`."""
    return Walk("GSI1", [("", [f"CUSTOMER#{id}" for id in dict.fromkeys(ids)])], *walks.positions(first, last))


def of_employees(ids: Sequence[str], first: int | None, last: int | None) -> Walk:
    """By start, for each host in turn. `ids` is sorted."""
    return Walk("GSI2", [(id, [keys.meetings_of_employee(id)]) for id in ids], *walks.positions(first, last))


def with_employee(id: str, first: int | None, last: int | None) -> Walk:
    """By start, including those in which the employee is not the host."""
    partition = keys.meetings_of_employee(id)
    return Walk("GSI2", [(id, [partition])], *walks.positions(first, last), has_pointers=True)


def changed(first: int | None, last: int | None) -> Walk:
    """All meetings by date of change."""
    shards = [f"{part}#{shard}" for part in (PERSONAL, BARE) for shard in range(SHARDS)]
    return Walk("GSI3", [("", shards)], *walks.positions(first, last))


def with_personal_data(last: int) -> Walk:
    """Meetings with personal data, by date of change, up to but not including `last`."""
    return Walk("GSI3", [("", [f"{PERSONAL}#{shard}" for shard in range(SHARDS)])], *walks.positions(None, last))


def made_by(owner: str, first: int | None, last: int | None) -> Walk:
    """Meetings of a partner's client, by date of change."""
    shards = [f"MADE_BY#{owner}#{shard}" for shard in range(SHARDS)]
    return Walk("GSI4", [("", shards)], *walks.positions(first, last))


def create(meeting: Meeting, by: str) -> Action:
    """Creates the meeting. `by` is the owner that the caller writes as (`domain.caller.Caller.owner`)."""
    return {"Put": {"Item": encode(_item(meeting, by)), "ConditionExpression": IS_NEW}}


def replace(meeting: Meeting, by: str) -> Action:
    """Replaces the meeting by its next version, unless it has changed since it was read."""
    return {
        "Put": {
            "Item": encode(_item(meeting, by)),
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeValues": encode({":read": meeting.version - 1}),
        }
    }


meeting_of = CODEC.value


def _item(meeting: Meeting, by: str) -> Item:
    shard = zlib.crc32(meeting.id.encode()) % SHARDS
    starts = walks.position(meeting.start, meeting.id)
    changes = walks.position(meeting.modified_at, meeting.id)
    is_partners = meeting.owner.startswith(PARTNER)
    return {
        **CODEC.item(meeting),
        "gsi1pk": f"CUSTOMER#{meeting.customer_id}" if meeting.customer_id else None,
        "gsi1sk": starts if meeting.customer_id else None,
        "gsi2pk": keys.meetings_of_employee(meeting.employee_id),
        "gsi2sk": starts,
        "gsi3pk": f"{PERSONAL if meeting.has_personal_data else BARE}#{shard}",
        "gsi3sk": changes,
        "gsi4pk": f"MADE_BY#{meeting.owner}#{shard}" if is_partners else None,
        "gsi4sk": changes if is_partners else None,
        "modifiedBy": by,
    }
