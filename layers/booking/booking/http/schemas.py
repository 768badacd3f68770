"""The bodies of the booking calls, as they are sent. Unknown fields are ignored; a `cpr` is one, and is never read."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel

from booking.commands.create_meeting import MeetingRequest
from booking.commands.reserve_time_slot import Reservation
from booking.commands.update_meeting import MeetingContent
from booking.domain.availability import Wanted
from booking.domain.caller import Caller
from booking.domain.configuration import Configuration, MeetingType, Organisation
from booking.domain.errors import Fault, Forbidden, InvalidRequest
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, CustomField, ExternalAttendee, SlotStatus
from booking.http.forms import (
    CUSTOMER_TYPE,
    TOPIC,
    parse_boolean,
    parse_enumeration,
    parse_identifier,
    parse_instant,
)

LONGEST_SECONDS = 24 * 3600


def _instant(value: object, info: ValidationInfo) -> int:
    return parse_instant(value, info.context["zone"])  # type: ignore[index]


def _in_zone(value: object, info: ValidationInfo) -> int | None:
    return None if value is None else _instant(value, info)


def _optional[T](parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: None if value is None else parse(value))


Id = Annotated[str, BeforeValidator(parse_identifier)]
OptionalId = Annotated[str | None, _optional(parse_identifier)]
Type = Annotated[MeetingType | None, _optional(lambda value: parse_enumeration(value, MeetingType))]
Text = Annotated[str | None, Field(max_length=10_000)]
Line = Annotated[str | None, Field(max_length=1_000)]


class Body(BaseModel):
    """Fields by their camelCase names; a field with several names by any of them, unless two of them differ."""

    model_config = ConfigDict(alias_generator=to_camel, defer_build=True, frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for names in (CUSTOMER_TYPE, TOPIC):
            given = {name: data.pop(name) for name in names if data.get(name) is not None}
            values = {str(value) for value in given.values()}
            if len(values) > 1:
                raise ValueError(f"one value for {' and '.join(given)}, which mean the same")
            if given:
                data[names[0]] = next(iter(given.values()))
        return data


class TimeSlotBody(Body):
    start_date: Annotated[int, BeforeValidator(_instant)]
    end_date: Annotated[int, BeforeValidator(_instant)]
    status: Annotated[SlotStatus, BeforeValidator(lambda value: parse_enumeration(value, SlotStatus))] = (
        SlotStatus.RESERVED
    )
    employee_id: OptionalId = None
    employee_ids: list[Id] = Field(default=[], max_length=20)
    room_id: OptionalId = None
    meeting_type: Type = None
    topic_id: OptionalId = None
    customer_type_id: OptionalId = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.status is not SlotStatus.RESERVED:
            raise ValueError("status Reserved")
        if not self.employee_id and not self.employee_ids:
            raise ValueError("an employeeId")
        return self


class ReserveBody(Body):
    time_slot: TimeSlotBody
    token: Annotated[str, Field(min_length=1, max_length=1_000)]
    existing_meeting_id: OptionalId = None
    is_customer_initiated: Annotated[bool | None, _optional(parse_boolean)] = None

    def reservation(self, caller: Caller, configuration: Configuration, now: int) -> Reservation:
        """What to hold. Raises InvalidRequest, Forbidden."""
        slot = self.time_slot
        employee_ids = ([slot.employee_id] if slot.employee_id else []) + slot.employee_ids
        wanted = Wanted(
            interval=bookable_time(
                slot.start_date, slot.end_date, configuration.organisation, now, where="body.timeSlot."
            ),
            employee_ids=tuple(dict.fromkeys(employee_ids)),
            room_id=slot.room_id,
            meeting_type=slot.meeting_type,
            topic_id=slot.topic_id,
            customer_type_id=slot.customer_type_id,
            customer_initiated=customer_initiated(caller, self.is_customer_initiated),
        )
        return Reservation(wanted, self.token, self.existing_meeting_id)


class CustomFieldBody(Body):
    key: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(max_length=10_000)]


class ExternalAttendeeBody(Body):
    name: Annotated[str, Field(max_length=1_000)]
    email: Annotated[str, Field(max_length=320, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")]


class MeetingBody(Body):
    booked_by: Annotated[BookedBy, BeforeValidator(lambda value: parse_enumeration(value, BookedBy))] = (
        BookedBy.CUSTOMER
    )
    time_slot_id: OptionalId = None
    start_date: Annotated[int | None, BeforeValidator(_in_zone)] = None
    end_date: Annotated[int | None, BeforeValidator(_in_zone)] = None
    is_customer_initiated: Annotated[bool | None, _optional(parse_boolean)] = None
    type: Type = None
    employee_id: OptionalId = None
    room_id: OptionalId = None
    customer_id: OptionalId = None
    customer_type_id: OptionalId = None
    topic_id: OptionalId = None
    additional_employees: list[Id] = Field(default=[], max_length=20)
    title: Line = None
    description: Text = None
    video_link: Line = None
    custom_fields: list[CustomFieldBody] = Field(default=[], max_length=50)
    external_attendees: list[ExternalAttendeeBody] = Field(default=[], max_length=50)
    salesforce_id: OptionalId = None
    portal_id: OptionalId = None

    def request(self, caller: Caller) -> MeetingRequest:
        """What the meeting is to be. Raises Forbidden for somebody else's customer id."""
        return MeetingRequest(
            customer_id=caller.customer_id(self.customer_id),
            booked_by=self.booked_by,
            type=self.type,
            employee_id=self.employee_id,
            room_id=self.room_id,
            additional_employees=tuple(self.additional_employees),
            customer_type_id=self.customer_type_id,
            topic_id=self.topic_id,
            title=self.title,
            description=self.description,
            video_link=self.video_link,
            custom_fields=tuple(CustomField(field.key, field.value) for field in self.custom_fields),
            external_attendees=tuple(ExternalAttendee(each.name, each.email) for each in self.external_attendees),
            salesforce_id=self.salesforce_id,
            portal_id=self.portal_id,
        )

    def wanted(self, caller: Caller, configuration: Configuration, now: int) -> Wanted:
        """The time to book directly, without a slot. Raises InvalidRequest, Forbidden."""
        needed = {"startDate": self.start_date, "endDate": self.end_date, "employeeId": self.employee_id}
        needed["type"] = self.type
        absent = [name for name, value in needed.items() if value is None]
        if absent or self.start_date is None or self.end_date is None or self.employee_id is None:
            accepted = "a timeSlotId, or startDate, endDate, employeeId and type"
            raise InvalidRequest([Fault(f"body.{name}", None, accepted) for name in absent])
        return Wanted(
            interval=bookable_time(self.start_date, self.end_date, configuration.organisation, now, where="body."),
            employee_ids=(self.employee_id,),
            room_id=self.room_id,
            meeting_type=self.type,
            topic_id=self.topic_id,
            customer_type_id=self.customer_type_id,
            customer_initiated=customer_initiated(caller, self.is_customer_initiated),
        )


class MeetingContentBody(Body):
    """What a patch has made of the changeable part of a meeting."""

    title: Line = None
    description: Text = None
    video_link: Line = None
    room_id: OptionalId = None
    additional_employees: list[Id] = Field(default=[], max_length=20)
    custom_fields: list[CustomFieldBody] = Field(default=[], max_length=50)
    external_attendees: list[ExternalAttendeeBody] = Field(default=[], max_length=50)
    time_slot_id: Id

    def content(self) -> MeetingContent:
        return MeetingContent(
            title=self.title,
            description=self.description,
            video_link=self.video_link,
            room_id=self.room_id,
            additional_employees=tuple(self.additional_employees),
            custom_fields=tuple(CustomField(field.key, field.value) for field in self.custom_fields),
            external_attendees=tuple(ExternalAttendee(each.name, each.email) for each in self.external_attendees),
            time_slot_id=self.time_slot_id,
        )


class CalendarFileBody(Body):
    title: Line = None
    description: Text = None
    location: Line = None


def bookable_time(start: int, end: int, organisation: Organisation, now: int, where: str) -> Interval:
    """The interval, if any rule could allow it at all: forwards, at most 24 hours, to come, within the horizon."""
    horizon = now + organisation.booking_horizon_days * 86400
    faults = []
    if start >= end:
        faults.append(Fault(f"{where}endDate", None, "after startDate"))
    elif end - start > LONGEST_SECONDS:
        faults.append(Fault(f"{where}endDate", None, "at most 24 hours after startDate"))
    if start < now:
        faults.append(Fault(f"{where}startDate", None, "not in the past"))
    if start > horizon:
        faults.append(Fault(f"{where}startDate", None, f"within {organisation.booking_horizon_days} days"))
    if faults:
        raise InvalidRequest(faults)
    return Interval(start, end)


def customer_initiated(caller: Caller, asked: bool | None) -> bool:
    """Whether the rules for customers bind. Only staff may say that they do not."""
    if asked is False and not caller.is_staff:
        raise Forbidden("Only employees may book past the rules for customers.")
    return asked is not False
