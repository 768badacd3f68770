"""Meeting items, and where they are listed.

GSI1: a customer's meetings, and GSI2: an employee's (the main one's), by start. GSI3: all meetings, and GSI4: those
that a partner's client made, by date of change. What the whole organisation or a busy partner writes is spread over
shards, since one partition of an index takes 1,000 writes a second. GSI3 keeps the meetings that have personal data
apart from those that have none, so that retention finds what is left to erase.
"""

import zlib
from collections.abc import Callable, Iterable, Sequence

from booking.domain.caller import PARTNER
from booking.domain.configuration import MeetingType
from booking.domain.meeting import BookedBy, CustomField, ExternalAttendee, Meeting, MeetingStatus
from booking.storage import keys, slots, walks
from booking.storage.table import Action, Item, Table, encode
from booking.storage.walks import Page, Place, Walk

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # nobody changed the meeting since it was read

SHARDS = 4
PERSONAL, BARE = "PERSONAL", "BARE"


def get(table: Table, id: str) -> Meeting | None:
    item = table.get(keys.meeting(id))
    return meeting_of(item) if item else None


def among(items: Iterable[Item]) -> Meeting | None:
    """The meeting in `items`, which may hold other kinds too."""
    return next((meeting_of(item) for item in items if item["sk"] == "MEETING"), None)


def page(table: Table, where: Walk, start: Place | None, limit: int, keep: Callable[[Meeting], bool]) -> Page[Meeting]:
    return walks.walk(table, where, start, limit, meeting_of, keep)


def of_slot(table: Table, slot_id: str, keep: Callable[[Meeting], bool]) -> Page[Meeting]:
    """The meeting that has this slot now, if there is one to keep."""
    slot = slots.get(table, slot_id)
    meeting = get(table, slot.meeting_id) if slot and slot.meeting_id else None
    return Page([meeting] if meeting and keep(meeting) else [], None)


def of_customers(ids: Sequence[str], first: int | None = None, last: int | None = None) -> Walk:
    """By start, from `first` up to but not including `last`; all of the customers in one order."""
    return Walk("GSI1", [("", [f"CUSTOMER#{id}" for id in dict.fromkeys(ids)])], *walks.positions(first, last))


def of_employees(ids: Sequence[str], first: int | None, last: int | None) -> Walk:
    """By start, one employee after another in the order of `ids`, which is sorted."""
    return Walk("GSI2", [(id, [f"EMPLOYEE#{id}"]) for id in ids], *walks.positions(first, last))


def changed(first: int | None, last: int | None) -> Walk:
    """All meetings by date of change."""
    shards = [f"{part}#{shard}" for part in (PERSONAL, BARE) for shard in range(SHARDS)]
    return Walk("GSI3", [("", shards)], *walks.positions(first, last))


def with_personal_data(last: int) -> Walk:
    """Those that have something to erase, by date of change, up to but not including `last`."""
    return Walk("GSI3", [("", [f"{PERSONAL}#{shard}" for shard in range(SHARDS)])], *walks.positions(None, last))


def made_by(owner: str, first: int | None, last: int | None) -> Walk:
    """A partner's client's, by date of change."""
    shards = [f"MADE_BY#{owner}#{shard}" for shard in range(SHARDS)]
    return Walk("GSI4", [("", shards)], *walks.positions(first, last))


def create(meeting: Meeting, by: str) -> Action:
    """The new meeting; `by` is the owner that the caller writes as (`domain.caller.Caller.owner`)."""
    return {"Put": {"Item": encode(_item(meeting, by)), "ConditionExpression": IS_NEW}}


def replace(meeting: Meeting, by: str) -> Action:
    """The meeting's next version, unless it has changed since the version before was read."""
    return {
        "Put": {
            "Item": encode(_item(meeting, by)),
            "ConditionExpression": IS_UNCHANGED,
            "ExpressionAttributeValues": encode({":read": meeting.version - 1}),
        }
    }


def meeting_of(item: Item) -> Meeting:
    return Meeting(
        id=item["pk"].removeprefix("MEETING#"),
        owner=item["owner"],
        version=item["version"],
        sequence=item["sequence"],
        status=MeetingStatus(item["status"]),
        created_at=item["dateCreated"],
        modified_at=item["dateModified"],
        time_slot_id=item["timeSlotId"],
        start=item["start"],
        end=item["end"],
        type=MeetingType(item["type"]),
        employee_id=item["employeeId"],
        additional_employees=tuple(item.get("additionalEmployees", ())),
        room_id=item.get("roomId"),
        customer_id=item.get("customerId"),
        booked_by=BookedBy(item["bookedBy"]),
        customer_type_id=item.get("customerTypeId"),
        topic_id=item.get("topicId"),
        title=item.get("title"),
        description=item.get("description"),
        video_link=item.get("videoLink"),
        custom_fields=tuple(CustomField(**each) for each in item.get("customFields", ())),
        external_attendees=tuple(ExternalAttendee(**each) for each in item.get("externalAttendees", ())),
        salesforce_id=item.get("salesforceId"),
        portal_id=item.get("portalId"),
    )


def _item(meeting: Meeting, by: str) -> Item:
    shard = zlib.crc32(meeting.id.encode()) % SHARDS
    starts = walks.position(meeting.start, meeting.id)
    changes = walks.position(meeting.modified_at, meeting.id)
    is_partners = meeting.owner.startswith(PARTNER)
    return {
        **keys.meeting(meeting.id),
        "gsi1pk": f"CUSTOMER#{meeting.customer_id}" if meeting.customer_id else None,
        "gsi1sk": starts if meeting.customer_id else None,
        "gsi2pk": f"EMPLOYEE#{meeting.employee_id}",
        "gsi2sk": starts,
        "gsi3pk": f"{PERSONAL if meeting.has_personal_data else BARE}#{shard}",
        "gsi3sk": changes,
        "gsi4pk": f"MADE_BY#{meeting.owner}#{shard}" if is_partners else None,
        "gsi4sk": changes if is_partners else None,
        "owner": meeting.owner,
        "modifiedBy": by,
        "version": meeting.version,
        "sequence": meeting.sequence,
        "status": meeting.status.value,
        "dateCreated": meeting.created_at,
        "dateModified": meeting.modified_at,
        "timeSlotId": meeting.time_slot_id,
        "start": meeting.start,
        "end": meeting.end,
        "type": meeting.type.value,
        "employeeId": meeting.employee_id,
        "additionalEmployees": list(meeting.additional_employees) or None,
        "roomId": meeting.room_id,
        "customerId": meeting.customer_id,
        "bookedBy": meeting.booked_by.value,
        "customerTypeId": meeting.customer_type_id,
        "topicId": meeting.topic_id,
        "title": meeting.title,
        "description": meeting.description,
        "videoLink": meeting.video_link,
        "customFields": [{"key": each.key, "value": each.value} for each in meeting.custom_fields] or None,
        "externalAttendees": [{"name": each.name, "email": each.email} for each in meeting.external_attendees] or None,
        "salesforceId": meeting.salesforce_id,
        "portalId": meeting.portal_id,
    }
