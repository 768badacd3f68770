"""Meetings: booking, reading, changing, cancelling, the calendar file, the trail of changes."""

from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from booking.domain.caller import BOOKING, Scope
from booking.domain.configuration import MeetingType
from booking.domain.errors import (
    CustomerBusy,
    MeetingCancelled,
    MeetingOver,
    NotFound,
    NotLinked,
    ReservationExpired,
    RoomTaken,
    SlotMismatch,
    SlotNotOffered,
    SlotTaken,
    TooLateToCancel,
    TooLateToChange,
    TooLong,
    TooManyMeetings,
)
from booking.domain.meeting import MOST_ADDITIONAL, BookedBy, MeetingStatus
from booking.http.contract.operation import Answer, ListOf, Operation, Tag
from booking.http.contract.paging import NextCursor, PageQuery
from booking.http.contract.patches import PATCH_MEDIA_TYPES, PatchOperation
from booking.http.contract.values import (
    CustomerTypeId,
    Email,
    Fields,
    Flag,
    HttpsUrl,
    Identifier,
    Instant,
    Key,
    Language,
    Line,
    Phone,
    Text,
    TopicId,
    UtcInstant,
    says,
)

MOST_EXTRAS = 50
"""How many custom fields and how many external attendees a meeting may have."""

MEETING_ID = "01JH8M7A3B6C9D2E5F8G1H4J7K"
TIME_SLOT_ID = "01JH8M6T6Y3E2V9Q5W7R4T1K0Z"


class CustomField(Fields):
    """A field of the caller's own that is stored with the meeting."""

    key: Annotated[Key, says("Its name.", "campaign")]
    value: Annotated[Text, says("Its value.", "winter")]


class ExternalAttendee(Fields):
    """Somebody who takes part and is neither the customer nor an employee."""

    name: Annotated[Line, says("The attendee's name.", "Bo Berg")]
    email: Annotated[Email, says("The attendee's e-mail address.", "bo@example.com")]


class Customer(Fields, omit_defaults=True):
    """The address for messages to the customer: confirmations, changes, reminders."""

    name: Annotated[Line | None, says("The customer's name.", "Kim Krogh")] = None
    email: Annotated[Email | None, says("The customer's e-mail address.", "kim@example.com")] = None
    phone: Annotated[Phone | None, says("The customer's mobile number: E.164, with its plus.", "+4512345678")] = None
    language: Annotated[Language | None, says("The customer's language: a BCP 47 tag.", "da")] = None


class MeetingContent(Fields):
    """The part of a meeting that can be changed."""

    title: Annotated[Line | None, says("The title.", "Mortgage meeting")] = None
    description: Annotated[Text | None, says("The description.", "Meeting description")] = None
    video_link: Annotated[
        HttpsUrl | None, says("Where an online meeting is held: an https URL.", "https://video.example.com/123")
    ] = None
    room_id: Annotated[Identifier | None, says("The room: an id of `/config/rooms`.", "cph-1")] = None
    additional_employees: Annotated[
        tuple[Identifier, ...], says("Other employees who take part.", ["bo"]), Meta(max_length=MOST_ADDITIONAL)
    ] = ()
    customer: Annotated[Customer | None, says("How the customer is contacted.")] = None
    custom_fields: Annotated[
        tuple[CustomField, ...], says("The caller's own fields."), Meta(max_length=MOST_EXTRAS)
    ] = ()
    external_attendees: Annotated[
        tuple[ExternalAttendee, ...],
        says("People from outside the organisation who take part."),
        Meta(max_length=MOST_EXTRAS),
    ] = ()
    time_slot_id: Annotated[
        Identifier | None,
        says(
            "The reserved slot. Without it, startDate, endDate, employeeId and type book a time directly.", TIME_SLOT_ID
        ),
    ] = None


class PatchedMeeting(MeetingContent, kw_only=True):
    """A meeting after a patch."""

    time_slot_id: Annotated[
        Identifier, says("The time slot. A different one moves the meeting to that slot's time.", TIME_SLOT_ID)
    ]


class CreateMeetingBody(MeetingContent):
    """The meeting to create: of a reserved time slot, or directly at a time."""

    booked_by: Annotated[BookedBy, says("Who books.", "Customer")] = BookedBy.CUSTOMER
    start_date: Annotated[Instant | None, says("When it starts, without a slot.", "2027-01-11T10:00:00Z")] = None
    end_date: Annotated[Instant | None, says("When it ends, without a slot.", "2027-01-11T11:00:00Z")] = None
    is_customer_initiated: Annotated[
        Flag | None,
        says(
            "Whether the rules for customers apply. Default: true, but false for staff. Only staff may send false.",
            True,
        ),
    ] = None
    type: Annotated[MeetingType | None, says("The meeting type.", "Physical")] = None
    employee_id: Annotated[
        Identifier | None, says("The employee. If a time slot is given, it must be the slot's employee.", "anna")
    ] = None
    customer_id: Annotated[Identifier | None, says("The customer. Customers book for themselves only.", "67890")] = None
    customer_type_id: CustomerTypeId = None
    topic_id: TopicId = None
    salesforce_id: Annotated[Identifier | None, says("The meeting's id in Salesforce.", "00U1t00000ABCDE")] = None
    portal_id: Annotated[Identifier | None, says("The meeting's id in a portal.", "4711")] = None


class Meeting(Fields):
    """A meeting."""

    id: Annotated[str, says("The meeting's id.", MEETING_ID)]
    status: Annotated[MeetingStatus, says("Whether it takes place.", "Confirmed")]
    version: Annotated[int, says("Increases with each change. It is also the ETag.", 1)]
    date_created: Annotated[UtcInstant, says("When it was made.", "2027-01-04T08:00:00Z")]
    date_modified: Annotated[UtcInstant, says("When it was last changed.", "2027-01-04T08:00:00Z")]
    booked_by: Annotated[BookedBy, says("Who booked.", "Customer")]
    customer_type_id: Annotated[str | None, says("The customer's type.", "private")]
    topic_id: Annotated[str | None, says("The topic.", "mortgage")]
    time_slot_id: Annotated[str, says("The slot that holds its time.", TIME_SLOT_ID)]
    type: Annotated[MeetingType, says("The meeting type.", "Physical")]
    employee_id: Annotated[str, says("The employee.", "anna")]
    additional_employees: Annotated[tuple[str, ...], says("Other employees who take part.", ["bo"])]
    room_id: Annotated[str | None, says("The room.", "cph-1")]
    customer_id: Annotated[str | None, says("The customer.", "67890")]
    title: Annotated[str | None, says("The title.", "Mortgage meeting")]
    description: Annotated[str | None, says("The description.", "Meeting description")]
    start_date: Annotated[UtcInstant, says("When it starts.", "2027-01-11T10:00:00Z")]
    end_date: Annotated[UtcInstant, says("When it ends.", "2027-01-11T11:00:00Z")]
    video_link: Annotated[str, says("Where an online meeting is held.")] | UnsetType = UNSET
    customer: Annotated[Customer, says("How the customer is contacted.")] | UnsetType = UNSET
    custom_fields: Annotated[tuple[CustomField, ...], says("The caller's own fields.")] | UnsetType = UNSET
    external_attendees: (
        Annotated[tuple[ExternalAttendee, ...], says("People from outside the organisation who take part.")] | UnsetType
    ) = UNSET
    salesforce_id: Annotated[str, says("The meeting's id in Salesforce.")] | UnsetType = UNSET
    portal_id: Annotated[str, says("The meeting's id in a portal.")] | UnsetType = UNSET


class MeetingPage(Fields):
    """A page of meetings."""

    items: Annotated[tuple[Meeting, ...], says("The meetings.")]
    next_cursor: NextCursor
    end_date_modified: (
        Annotated[
            UtcInstant,
            says("In a list by date of change: start the next request at this time.", "2027-01-04T08:00:00Z"),
        ]
        | UnsetType
    ) = UNSET


class Misfit(Fields):
    """A meeting that today's configuration would refuse, and why."""

    meeting: Annotated[Meeting, says("The meeting.")]
    reason: Annotated[
        str,
        says(
            "The rule that would refuse it. NOT_CONFIGURED: its employee, room, topic or customer type was deleted.",
            "ABSENT",
        ),
    ]
    message: Annotated[str, says("The reason as a sentence.", "The employee is absent.")]
    details: Annotated[
        dict[str, str],
        says("The employee or room it is about, or the kind and id of what was deleted.", {"employeeId": "anna"}),
    ]


class MisfitPage(Fields):
    """A page of meetings that today's configuration would refuse."""

    items: Annotated[tuple[Misfit, ...], says("The meetings, by host and start, each with its reason.")]
    next_cursor: NextCursor


class MeetingsQuery(PageQuery):
    time_slot_id: Annotated[Identifier | None, says("Only the meeting of this time slot.", TIME_SLOT_ID)] = None
    employee_id: Annotated[
        Identifier | None, says("Only meetings of this employee, as the host or an additional employee.", "anna")
    ] = None
    customer_id: Annotated[Identifier | None, says("Only meetings of this customer.", "67890")] = None
    start_date: Annotated[Instant | None, says("Only meetings that end after this time.", "2027-01-11T00:00:00Z")] = (
        None
    )
    end_date: Annotated[Instant | None, says("Only meetings that start before this time.", "2027-01-12T00:00:00Z")] = (
        None
    )
    start_date_modified: Annotated[
        Instant | None, says("Only meetings changed at this time or later.", "2027-01-04T00:00:00Z")
    ] = None
    end_date_modified: Annotated[
        Instant | None, says("Only meetings changed before this time.", "2027-01-05T00:00:00Z")
    ] = None


class CalendarFileBody(Fields):
    """Texts to use in the calendar file instead of the meeting's own. The body and all its fields are optional."""

    title: Annotated[Line | None, says("The entry's title.", "Meeting title")] = None
    description: Annotated[Text | None, says("The entry's description.", "Meeting description")] = None
    location: Annotated[Line | None, says("The entry's place.", "City Hall Square 1")] = None


class Change(Fields):
    """One entry of the audit trail."""

    version: Annotated[int, says("The version that the change made.", 2)]
    date: Annotated[UtcInstant, says("When the change was made.", "2027-01-04T08:00:00Z")]
    by: Annotated[str, says("Who made the change.", "client:partner")]
    action: Annotated[str, says("What was done.", "updated")]
    fields: Annotated[tuple[str, ...], says("The fields that changed.", ["title"])] | UnsetType = UNSET
    kind: Annotated[str, says("The kind of configuration document.", "employees")] | UnsetType = UNSET
    id: Annotated[str, says("The configuration document's id.", "anna")] | UnsetType = UNSET


class ChangePage(Fields):
    """A page of the audit trail."""

    items: Annotated[tuple[Change, ...], says("The changes.")]
    next_cursor: NextCursor


CREATE_MEETING = Operation(
    id="create_meeting",
    method="POST",
    path="/bookme/meetings",
    tag=Tag.BOOKING,
    summary="Create a meeting",
    description=(
        "Turns a reserved time slot into a meeting. The same call again returns the same meeting. Without "
        "`timeSlotId`, it reserves and confirms a time in one step. Customers, and partners for them, have at most "
        "`maxUpcomingMeetings` to come (409 TOO_MANY_MEETINGS), and no two at the same time where `overlapForCustomer` "
        "is false (409 CUSTOMER_BUSY)."
    ),
    scopes=BOOKING,
    body=CreateMeetingBody,
    answers={
        HTTPStatus.CREATED: Answer("The meeting.", Meeting, ("ETag", "Location")),
        HTTPStatus.OK: Answer("The meeting that was made of this time slot before.", Meeting, ("ETag", "Location")),
    },
    errors=(
        NotFound,
        SlotTaken,
        RoomTaken,
        SlotNotOffered,
        TooLong,
        TooManyMeetings,
        CustomerBusy,
        ReservationExpired,
        SlotMismatch,
        NotLinked,
    ),
)

LIST_MEETINGS = Operation(
    id="list_meetings",
    method="GET",
    path="/bookme/meetings",
    tag=Tag.MEETINGS,
    summary="List meetings",
    description=(
        "The meetings that the caller may see, page by page. Customers see their own. A page may be short before "
        "the last one."
    ),
    scopes=frozenset({Scope.READ, Scope.STAFF}),
    query=MeetingsQuery,
    answers={HTTPStatus.OK: Answer("A page of meetings.", MeetingPage)},
    errors=(NotLinked,),
)

LIST_MISFITS = Operation(
    id="list_misfits",
    method="GET",
    path="/bookme/meetings/misfits",
    tag=Tag.MEETINGS,
    summary="List meetings that no longer fit",
    description=(
        "The meetings to come that today's configuration would refuse, page by page: an absence entered after the "
        "booking, a day that was closed, a topic that was deleted. They are judged as if an employee booked them, so "
        "limits that bind only customers do not count. Imported busy times do not count either. A page may have fewer "
        "entries than its limit, or none; read on until nextCursor is null."
    ),
    scopes=frozenset({Scope.STAFF}),
    query=PageQuery,
    answers={HTTPStatus.OK: Answer("A page of meetings with their reasons.", MisfitPage)},
)

GET_MEETING = Operation(
    id="get_meeting",
    method="GET",
    path="/bookme/meetings/{meetingId}",
    tag=Tag.MEETINGS,
    summary="Get a meeting",
    description="One meeting that the caller may see, cancelled or not.",
    scopes=frozenset({Scope.READ}),
    answers={HTTPStatus.OK: Answer("The meeting.", Meeting, ("ETag",))},
    errors=(NotLinked,),
)

UPDATE_MEETING = Operation(
    id="update_meeting",
    method="PATCH",
    path="/bookme/meetings/{meetingId}",
    tag=Tag.MEETINGS,
    summary="Change or move a meeting",
    description=(
        "A JSON Patch on title, description, videoLink, roomId, additionalEmployees, customer, customFields, "
        "externalAttendees and timeSlotId. Another timeSlotId moves the meeting to that slot's time, in one step. Only "
        "what the change adds is checked: a room or a colleague can always be given back. Once a meeting has ended, "
        "only employees change it, and only they move it when the notice of `changeNotice` has passed (409 "
        "TOO_LATE_TO_CHANGE)."
    ),
    scopes=BOOKING,
    body=ListOf(PatchOperation),
    media_types=PATCH_MEDIA_TYPES,
    has_if_match=True,
    answers={HTTPStatus.OK: Answer("The meeting after the change.", Meeting, ("ETag",))},
    errors=(
        SlotTaken,
        RoomTaken,
        SlotNotOffered,
        TooLong,
        TooManyMeetings,
        CustomerBusy,
        ReservationExpired,
        SlotMismatch,
        MeetingCancelled,
        MeetingOver,
        TooLateToChange,
        NotLinked,
    ),
)

CANCEL_MEETING = Operation(
    id="cancel_meeting",
    method="DELETE",
    path="/bookme/meetings/{meetingId}",
    tag=Tag.MEETINGS,
    summary="Cancel a meeting",
    description=(
        "Its employees and its room are free at once. Cancelling it again changes nothing. Once it has ended, or the "
        "notice of `cancelNotice` has passed (409 TOO_LATE_TO_CANCEL), only employees cancel it."
    ),
    scopes=BOOKING,
    has_if_match=True,
    answers={HTTPStatus.NO_CONTENT: Answer("The meeting is cancelled.")},
    errors=(MeetingOver, TooLateToCancel, NotLinked),
)

DOWNLOAD_MEETING_ICAL = Operation(
    id="download_meeting_ical",
    method="POST",
    path="/bookme/meetings/{meetingId}/ical",
    tag=Tag.BOOKING,
    summary="Download a meeting as a calendar file",
    description=(
        "RFC 5545. A cancelled meeting gives METHOD:CANCEL. Names and the organisation's texts are in the language of "
        "Accept-Language, else in the customer's, as far as they are translated."
    ),
    scopes=frozenset({Scope.READ}),
    body=CalendarFileBody,
    is_body_optional=True,
    answers={
        HTTPStatus.OK: Answer("The calendar file.", str, ("Content-Disposition", "Vary"), media_type="text/calendar"),
    },
    errors=(NotLinked,),
)

LIST_MEETING_CHANGES = Operation(
    id="list_changes_of_meeting",
    method="GET",
    path="/bookme/meetings/{meetingId}/changes",
    tag=Tag.MEETINGS,
    summary="List a meeting's changes",
    description="Who changed which fields of the meeting, and when. Values are not kept.",
    scopes=frozenset({Scope.ADMIN}),
    query=PageQuery,
    answers={HTTPStatus.OK: Answer("A page of the audit trail.", ChangePage)},
)

LIST_CONFIGURATION_CHANGES = Operation(
    id="list_changes_of_configuration",
    method="GET",
    path="/config/changes",
    tag=Tag.CONFIGURATION,
    summary="List the configuration's changes",
    description="Who changed which configuration document, and when.",
    scopes=frozenset({Scope.ADMIN}),
    query=PageQuery,
    answers={HTTPStatus.OK: Answer("A page of the audit trail.", ChangePage)},
)
