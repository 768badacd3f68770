"""The bodies of the booking calls, as they are sent. Unknown fields are ignored; a `cpr` is one, and is never read."""

import json
import re
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from booking.commands.create_meeting import MeetingRequest
from booking.commands.reserve_time_slot import Reservation
from booking.commands.update_meeting import MeetingContent
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration, MeetingType, Organisation
from booking.domain.errors import Fault, Forbidden, InvalidRequest
from booking.domain.interval import Interval
from booking.domain.meeting import LONGEST_SECONDS, MOST_ADDITIONAL, BookedBy, CustomField, ExternalAttendee, SlotStatus
from booking.domain.requests import SlotRequest
from booking.http.api import require_size
from booking.http.fields import Fields
from booking.http.forms import CUSTOMER_TYPE, TOPIC, format_instant

LINE, TEXT = 1_000, 10_000  # the most characters of a title, and of a description
MOST_EXTRAS = 50  # custom fields, external attendees

EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


@dataclass(frozen=True)
class ReserveBody:
    start: int
    end: int
    employee_ids: tuple[str, ...]
    token: str
    room_id: str | None
    meeting_type: MeetingType | None
    topic_id: str | None
    customer_type_id: str | None
    existing_meeting_id: str | None
    is_customer_initiated: bool | None

    @classmethod
    def read(cls, body: object, zone: ZoneInfo) -> Self:
        """`zone` reads date-times without an offset. Raises InvalidRequest with every fault."""
        fields = Fields(body, zone)
        slot = fields.nested("timeSlot")
        employee_id = slot.identifier("employeeId")
        employee_ids = slot.identifiers("employeeIds", MOST_ADDITIONAL)
        read = cls(
            start=slot.needed("startDate", slot.instant("startDate")),
            end=slot.needed("endDate", slot.instant("endDate")),
            employee_ids=tuple(dict.fromkeys((employee_id, *employee_ids) if employee_id else employee_ids)),
            token=fields.needed("token", fields.text("token", LINE, shortest=1)),
            room_id=slot.identifier("roomId"),
            meeting_type=slot.enumeration("meetingType", MeetingType),
            topic_id=slot.identifier(*TOPIC),
            customer_type_id=slot.identifier(*CUSTOMER_TYPE),
            existing_meeting_id=fields.identifier("existingMeetingId"),
            is_customer_initiated=fields.boolean("isCustomerInitiated"),
        )
        if slot.enumeration("status", SlotStatus) not in (None, SlotStatus.RESERVED):
            slot.fault("status", SlotStatus.RESERVED)
        fields.check()
        if not read.employee_ids:
            slot.fault("employeeId", "an employeeId, or employeeIds")
        fields.check()
        return read

    def reservation(self, caller: Caller, configuration: Configuration, now: int) -> Reservation:
        """What to hold. Raises InvalidRequest, Forbidden."""
        wanted = SlotRequest(
            interval=bookable_time(self.start, self.end, configuration.organisation, now, where="body.timeSlot."),
            employee_ids=self.employee_ids,
            room_id=self.room_id,
            meeting_type=self.meeting_type,
            topic_id=self.topic_id,
            customer_type_id=self.customer_type_id,
            is_customer_initiated=is_customer_initiated(caller, self.is_customer_initiated),
        )
        return Reservation(wanted, self.token, self.existing_meeting_id)


@dataclass(frozen=True)
class MeetingContentBody:
    """The part of a meeting that can be changed, as it is sent and as a patch has made it."""

    title: str | None
    description: str | None
    video_link: str | None
    room_id: str | None
    additional_employees: tuple[str, ...]
    custom_fields: tuple[CustomField, ...]
    external_attendees: tuple[ExternalAttendee, ...]
    time_slot_id: str | None

    @classmethod
    def of(cls, fields: Fields) -> Self:
        """The fields that there are; their faults stay with them."""
        return cls(
            title=fields.text("title", LINE),
            description=fields.text("description", TEXT),
            video_link=fields.text("videoLink", LINE),
            room_id=fields.identifier("roomId"),
            additional_employees=fields.identifiers("additionalEmployees", MOST_ADDITIONAL),
            custom_fields=tuple(map(_custom_field, fields.each("customFields", MOST_EXTRAS))),
            external_attendees=tuple(map(_external_attendee, fields.each("externalAttendees", MOST_EXTRAS))),
            time_slot_id=fields.identifier("timeSlotId"),
        )


def meeting_content(body: object) -> MeetingContent:
    """What a patch has made of the changeable part of a meeting. Raises InvalidRequest with every fault, TooLarge."""
    require_size(len(json.dumps(body, ensure_ascii=False).encode()))
    fields = Fields(body)
    content = MeetingContentBody.of(fields)
    time_slot_id = fields.needed("timeSlotId", content.time_slot_id)
    fields.check()
    return MeetingContent(**{**vars(content), "time_slot_id": time_slot_id})


@dataclass(frozen=True)
class MeetingBody:
    content: MeetingContentBody
    booked_by: BookedBy
    start: int | None
    end: int | None
    is_customer_initiated: bool | None
    type: MeetingType | None
    employee_id: str | None
    customer_id: str | None
    customer_type_id: str | None
    topic_id: str | None
    salesforce_id: str | None
    portal_id: str | None

    @classmethod
    def read(cls, body: object, zone: ZoneInfo) -> Self:
        """`zone` reads date-times without an offset. Raises InvalidRequest with every fault."""
        fields = Fields(body, zone)
        read = cls(
            content=MeetingContentBody.of(fields),
            booked_by=fields.enumeration("bookedBy", BookedBy) or BookedBy.CUSTOMER,
            start=fields.instant("startDate"),
            end=fields.instant("endDate"),
            is_customer_initiated=fields.boolean("isCustomerInitiated"),
            type=fields.enumeration("type", MeetingType),
            employee_id=fields.identifier("employeeId"),
            customer_id=fields.identifier("customerId"),
            customer_type_id=fields.identifier(*CUSTOMER_TYPE),
            topic_id=fields.identifier(*TOPIC),
            salesforce_id=fields.identifier("salesforceId"),
            portal_id=fields.identifier("portalId"),
        )
        fields.check()
        return read

    @property
    def time_slot_id(self) -> str | None:
        return self.content.time_slot_id

    def request(self, caller: Caller) -> MeetingRequest:
        """What the meeting is to be. Raises Forbidden for somebody else's customer id."""
        content = {name: value for name, value in vars(self.content).items() if name != "time_slot_id"}
        return MeetingRequest(
            customer_id=caller.customer_id(self.customer_id),
            booked_by=self.booked_by,
            start=self.start,
            end=self.end,
            type=self.type,
            employee_id=self.employee_id,
            customer_type_id=self.customer_type_id,
            topic_id=self.topic_id,
            salesforce_id=self.salesforce_id,
            portal_id=self.portal_id,
            **content,
        )

    def wanted(self, caller: Caller, configuration: Configuration, now: int) -> SlotRequest:
        """The time to book directly, without a slot. Raises InvalidRequest, Forbidden."""
        needed = {"startDate": self.start, "endDate": self.end, "employeeId": self.employee_id, "type": self.type}
        absent = [name for name, value in needed.items() if value is None]
        if absent or self.start is None or self.end is None or self.employee_id is None:
            accepted = "a timeSlotId, or startDate, endDate, employeeId and type"
            raise InvalidRequest([Fault(f"body.{name}", None, accepted) for name in absent])
        return SlotRequest(
            interval=bookable_time(self.start, self.end, configuration.organisation, now, where="body."),
            employee_ids=(self.employee_id,),
            room_id=self.content.room_id,
            meeting_type=self.type,
            topic_id=self.topic_id,
            customer_type_id=self.customer_type_id,
            is_customer_initiated=is_customer_initiated(caller, self.is_customer_initiated),
        )


def calendar_file_texts(body: object) -> dict[str, str | None]:
    """The texts that replace a calendar file's own. Raises InvalidRequest with every fault."""
    fields = Fields(body)
    texts = {
        "title": fields.text("title", LINE),
        "description": fields.text("description", TEXT),
        "location": fields.text("location", LINE),
    }
    fields.check()
    return texts


def _custom_field(fields: Fields) -> CustomField:
    return CustomField(
        key=fields.needed("key", fields.text("key", 100, shortest=1)),
        value=fields.needed("value", fields.text("value", TEXT)),
    )


def _external_attendee(fields: Fields) -> ExternalAttendee:
    email = fields.needed("email", fields.text("email", 320))
    if email is not None and not EMAIL.fullmatch(email):
        fields.fault("email", "an e-mail address")
    return ExternalAttendee(name=fields.needed("name", fields.text("name", LINE)), email=email)


def bookable_time(start: int, end: int, organisation: Organisation, now: int, where: str) -> Interval:
    """The interval, if any rule could allow it at all: forwards, at most 24 hours, to come, within the horizon."""
    horizon = now + organisation.booking_horizon_days * 86400
    faults = []
    if start >= end:
        faults.append(Fault(f"{where}endDate", format_instant(end), "after startDate"))
    elif end - start > LONGEST_SECONDS:
        faults.append(Fault(f"{where}endDate", format_instant(end), "at most 24 hours after startDate"))
    if start < now:
        faults.append(Fault(f"{where}startDate", format_instant(start), "not in the past"))
    if start > horizon:
        faults.append(
            Fault(f"{where}startDate", format_instant(start), f"within {organisation.booking_horizon_days} days")
        )
    if faults:
        raise InvalidRequest(faults)
    return Interval(start, end)


def is_customer_initiated(caller: Caller, asked: bool | None) -> bool:
    """Whether the rules for customers bind: all but employees, if not said otherwise, as in a search.

    Raises Forbidden where others than employees say that they do not.
    """
    if asked is False and not caller.is_staff:
        raise Forbidden("Only employees may book past the rules for customers.")
    return not caller.is_staff if asked is None else asked
