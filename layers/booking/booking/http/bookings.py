"""Reads the bodies of the booking calls into the arguments of the commands."""

import json
import re
from collections.abc import Mapping
from copy import replace
from typing import Any

from msgspec.structs import asdict, fields

from booking.commands.create_meeting import MeetingRequest
from booking.commands.reserve_time_slot import Reservation
from booking.commands.update_meeting import MeetingContent
from booking.domain.caller import Caller, Scope
from booking.domain.configuration import Configuration, Organisation
from booking.domain.errors import Fault, Forbidden, InvalidRequest
from booking.domain.instants import format_instant
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.meeting import LONGEST_SECONDS, BookedBy, Contact, CustomField, ExternalAttendee
from booking.domain.requests import SlotRequest
from booking.http.contract import meetings as contract
from booking.http.contract.meetings import CreateMeetingBody, PatchedMeeting
from booking.http.contract.reading import read_body
from booking.http.contract.time_slots import ReserveTimeSlotBody
from booking.http.forms import compatible
from booking.http.requests import require_size

CUSTOMERS = (BookedBy.CUSTOMER, BookedBy.PORTAL_CUSTOMER)

IDENTITY_NUMBER = re.compile(r"\W*cpr[\W_]*(?:n(?:o|r|umber|ummer)?)?\W*", re.IGNORECASE)
"""Matches the key of a custom field that holds a national identity number."""


def reservation_of(body: ReserveTimeSlotBody, caller: Caller, configuration: Configuration, now: int) -> Reservation:
    """The reservation that the body asks for. Raises InvalidRequest, Forbidden."""
    slot = body.time_slot
    topic_ids = {slot.topic_id, slot.meeting_topic_id} - {None}
    if len(topic_ids) > 1:
        raise InvalidRequest([Fault("body.timeSlot.meetingTopicId", slot.meeting_topic_id, "the same as topicId")])
    named = (slot.employee_id, *slot.employee_ids) if slot.employee_id else slot.employee_ids
    if not named:
        raise InvalidRequest([Fault("body.timeSlot.employeeId", None, "an employeeId, or employeeIds")])
    wanted = SlotRequest(
        interval=bookable_time(slot.start_date, slot.end_date, configuration.organisation, now, where="body.timeSlot."),
        employee_ids=tuple(dict.fromkeys(named)),
        room_id=slot.room_id,
        meeting_type=slot.meeting_type,
        topic_id=slot.topic_id or slot.meeting_topic_id,
        customer_type_id=slot.customer_type_id,
        is_customer_initiated=is_customer_initiated(caller, body.is_customer_initiated),
    )
    return Reservation(wanted, body.token, body.existing_meeting_id, caller.holds_for(body.customer_id))


def meeting_document(content: MeetingContent) -> dict[str, Any]:
    """The document that a patch of the meeting applies to: every field that can be changed, even if it has no value."""
    return {
        "title": content.title,
        "description": content.description,
        "videoLink": content.video_link,
        "roomId": content.room_id,
        "additionalEmployees": list(content.additional_employees),
        "customer": _customer_document(content.customer),
        "customFields": [{"key": field.key, "value": field.value} for field in content.custom_fields],
        "externalAttendees": [{"name": each.name, "email": each.email} for each in content.external_attendees],
        "timeSlotId": content.time_slot_id,
    }


def meeting_content(body: Mapping[str, object], before: MeetingContent) -> MeetingContent:
    """The changeable part of a meeting after a patch. Fields that the patch did not change are not validated again.

    Raises InvalidRequest with every fault, TooLarge.
    """
    require_size(len(json.dumps(body, ensure_ascii=False).encode()))
    document = meeting_document(before)
    untouched = {name for name in document if name in body and body[name] == document[name]} - {"timeSlotId"}
    content = read_body(PatchedMeeting, {name: value for name, value in body.items() if name not in untouched})
    kept = {
        field.name: getattr(before, field.name) for field in fields(PatchedMeeting) if field.encode_name in untouched
    }
    patched = MeetingContent(
        room_id=content.room_id,
        additional_employees=content.additional_employees,
        time_slot_id=content.time_slot_id,
        **_details(content),
    )
    return replace(patched, **kept)


def meeting_request(body: CreateMeetingBody, caller: Caller) -> MeetingRequest:
    """The meeting to create. Raises Forbidden if a customer names another customer, or another bookedBy."""
    if body.booked_by not in CUSTOMERS and not (caller.is_staff or Scope.PARTNER in caller.scopes):
        raise Forbidden("Customers may only set bookedBy to Customer or PortalCustomer.")
    return MeetingRequest(
        customer_id=caller.customer_id(body.customer_id),
        booked_by=body.booked_by,
        start=body.start_date,
        end=body.end_date,
        type=body.type,
        employee_id=body.employee_id,
        customer_type_id=body.customer_type_id,
        topic_id=body.topic_id,
        salesforce_id=body.salesforce_id,
        portal_id=body.portal_id,
        room_id=body.room_id,
        additional_employees=body.additional_employees,
        **_details(body),
    )


def direct_booking(body: CreateMeetingBody, caller: Caller, configuration: Configuration, now: int) -> SlotRequest:
    """The time to book without a slot. Raises InvalidRequest, Forbidden."""
    needed = {
        "startDate": body.start_date,
        "endDate": body.end_date,
        "employeeId": body.employee_id,
        "type": body.type,
    }
    absent = [name for name, value in needed.items() if value is None]
    if absent or body.start_date is None or body.end_date is None or body.employee_id is None:
        accepted = "a timeSlotId, or startDate, endDate, employeeId and type"
        raise InvalidRequest([Fault(f"body.{name}", None, accepted) for name in absent])
    return SlotRequest(
        interval=bookable_time(body.start_date, body.end_date, configuration.organisation, now, where="body."),
        employee_ids=(body.employee_id,),
        room_id=body.room_id,
        meeting_type=body.type,
        topic_id=body.topic_id,
        customer_type_id=body.customer_type_id,
        is_customer_initiated=is_customer_initiated(caller, body.is_customer_initiated),
    )


def _customer_document(contact: Contact | None) -> dict[str, str] | None:
    """The contact's fields that have a value."""
    return {name: value for name, value in asdict(contact).items() if value} if contact else None


def contact_of(sent: contract.Customer | None) -> Contact | None:
    """None if nothing is given. Empty texts count as not given."""
    if sent is None:
        return None
    contact = Contact(sent.name or None, sent.email, sent.phone, sent.language)
    return contact if any(asdict(contact).values()) else None


def _details(content: contract.MeetingContent) -> dict[str, Any]:
    """The fields of MeetingDetails."""
    return {
        "title": content.title,
        "description": content.description,
        "video_link": content.video_link,
        "customer": contact_of(content.customer),
        "custom_fields": _custom_fields(content),
        "external_attendees": tuple(ExternalAttendee(each.name, each.email) for each in content.external_attendees),
    }


def _custom_fields(content: contract.MeetingContent) -> tuple[CustomField, ...]:
    """The custom fields without national identity numbers: those are accepted, but not kept."""
    return tuple(
        CustomField(each.key, each.value)
        for each in content.custom_fields
        if not IDENTITY_NUMBER.fullmatch(compatible(each.key))
    )


def bookable_time(start: int, end: int, organisation: Organisation, now: int, where: str) -> Interval:
    """The interval. Its end is after its start, by at most 24 hours; it is not in the past and within the horizon."""
    horizon = now + organisation.booking_horizon_days * SECONDS_PER_DAY
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
    """Whether the rules for customers apply. By default they apply to all callers but employees, as in a search.

    Raises Forbidden if another caller than an employee sends false.
    """
    if asked is False and not caller.is_staff:
        raise Forbidden("Only employees may set isCustomerInitiated to false.")
    return not caller.is_staff if asked is None else asked
