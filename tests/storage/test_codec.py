from msgspec.structs import fields

from booking.domain.configuration import EmployeeType, MeetingType
from booking.domain.interval import Interval
from booking.domain.meeting import (
    BookedBy,
    Contact,
    CustomField,
    ExternalAttendee,
    Meeting,
    MeetingStatus,
    Slot,
    SlotStatus,
)
from booking.domain.requests import Search
from booking.domain.waitlist import WaitlistEntry, WaitlistOffer, WaitlistStatus
from booking.storage import meetings, slots, waitlist
from booking.storage.table import decode

SLOT = Slot(
    id="slot",
    owner="client:partner",
    start=1795424400,
    end=1795428000,
    employee_ids=("anna", "bo"),
    status=SlotStatus.RESERVED,
    version=3,
    created_at=1795420000,
    modified_at=1795420001,
    room_id="tivoli",
    token_hash="hash",
    expires_at=1795420300,
    meeting_id="meeting",
    existing_meeting_id="other",
    is_customer_initiated=False,
    meeting_type=MeetingType.OFF_SITE,
    topic_id="loan",
    customer_type_id="private",
    customer_id="67890",
    held_since=1,
    waitlist_id="entry",
)
MEETING = Meeting(
    id="meeting",
    owner="client:partner",
    version=2,
    sequence=1,
    status=MeetingStatus.CANCELLED,
    created_at=1795420000,
    modified_at=1795420001,
    time_slot_id="slot",
    start=1795424400,
    end=1795428000,
    type=MeetingType.PHYSICAL,
    employee_id="anna",
    additional_employees=("bo", "cy"),
    room_id="tivoli",
    customer_id="67890",
    booked_by=BookedBy.PORTAL_PARTNER,
    customer_type_id="private",
    topic_id="loan",
    title="Title",
    description="Text",
    video_link="https://example.com",
    customer=Contact("Kim", "kim@example.com", "+4512345678", "da"),
    custom_fields=(CustomField("a", "1"), CustomField("b", "2")),
    external_attendees=(ExternalAttendee("Guest", "guest@example.com"),),
    salesforce_id="sf",
    portal_id="portal",
)

ENTRY = WaitlistEntry(
    id="entry",
    owner="client:partner",
    place="001795420000#entry",
    version=3,
    status=WaitlistStatus.OFFERED,
    customer_id="67890",
    created_at=1795420000,
    modified_at=1795420001,
    search=Search(
        require_employee_participation=True,
        window=Interval(1795424400, 1795510800),
        duration=3600,
        explicit_employee_ids=("anna", "bo"),
        employee_types=frozenset({EmployeeType.LOCAL}),
        topic_id="loan",
        customer_type_id="private",
        meeting_types=frozenset({MeetingType.ONLINE, MeetingType.PHYSICAL}),
        require_room=True,
        specific_rooms=("tivoli",),
        customer_location="City",
        meeting_location="Harbour",
        is_customer_initiated=False,
    ),
    customer=Contact("Kim", "kim@example.com", "+4512345678", "da"),
    asked=(1795424400, 1795428000),
    offer=WaitlistOffer("slot", 1795424400, 1795428000, ("anna", "bo"), MeetingType.ONLINE, 1795420300, "tivoli"),
    meeting_id="meeting",
)


def is_like_nothing(value: object) -> bool:
    return value is None or value == ()


def test_every_field_of_a_slot_comes_back() -> None:
    assert not [each.name for each in fields(Slot) if is_like_nothing(getattr(SLOT, each.name))]
    assert slots.slot_of(decode(slots.create(SLOT, "by")["Put"]["Item"])) == SLOT


def test_every_field_of_a_meeting_comes_back() -> None:
    assert not [each.name for each in fields(Meeting) if is_like_nothing(getattr(MEETING, each.name))]
    assert meetings.meeting_of(decode(meetings.create(MEETING, "by")["Put"]["Item"])) == MEETING


def test_every_field_of_an_entry_of_the_waitlist_comes_back() -> None:
    assert not [each.name for each in fields(WaitlistEntry) if is_like_nothing(getattr(ENTRY, each.name))]
    assert waitlist.entry_of(decode(waitlist.replace(ENTRY, "by")["Put"]["Item"])) == ENTRY


def test_missing_values_are_not_stored_and_are_read_as_none() -> None:
    bare = Slot("slot", "owner", 1, 2, ("anna",), SlotStatus.BOOKED, 1, 0, 0)
    item = decode(slots.create(bare, "by")["Put"]["Item"])

    assert slots.slot_of(item) == bare
    assert not {"roomId", "tokenHash", "expiresAt", "meetingId", "gsi1pk", "ttl"} & item.keys()


def test_items_keep_the_attributes_that_other_parts_read() -> None:
    item = decode(meetings.create(MEETING, "by")["Put"]["Item"])

    assert item["customFields"] == [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    assert (item["dateCreated"], item["bookedBy"], item["modifiedBy"]) == (1795420000, "PortalPartner", "by")
    assert (item["pk"], item["gsi1pk"], item["gsi2pk"]) == ("MEETING#meeting", "CUSTOMER#67890", "EMPLOYEE#anna")
