"""Time slots: search, explanation, reservation, and the rest of a slot's life."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from booking.domain.caller import BOOKING, Scope
from booking.domain.configuration import EmployeeType, MeetingType
from booking.domain.errors import (
    CustomerBusy,
    InUse,
    MeetingCancelled,
    MeetingOver,
    NotFound,
    NotLinked,
    ReservationExpired,
    RoomTaken,
    SlotMismatch,
    SlotNotOffered,
    SlotTaken,
    TooLateToChange,
    TooLong,
    TooManyHolds,
    TooManyMeetings,
)
from booking.domain.meeting import MOST_ADDITIONAL, SlotStatus
from booking.domain.refusal import Reason
from booking.http.contract.operation import Answer, ListOf, Operation, Tag
from booking.http.contract.paging import NextCursor, PageQuery
from booking.http.contract.patches import PATCH_MEDIA_TYPES, PatchOperation
from booking.http.contract.values import (
    MOST_NAMED,
    CustomerTypeId,
    Duration,
    Fields,
    Flag,
    Identifier,
    Instant,
    Line,
    TimeZone,
    Token,
    TopicId,
    UtcInstant,
    says,
)

MOST_MOVED = 20
"""How many meetings one search may ignore. Each is read from the database."""


class SearchParameters(Fields):
    """What a search for times and the waitlist have in common."""

    require_employee_participation: Annotated[
        Flag, says("Whether the employees in explicitEmployeeIds must all take part.", True)
    ]
    start_date: Annotated[Instant | None, says("Search from this time on. Default: now.", "2027-01-11T08:00:00Z")] = (
        None
    )
    end_date: Annotated[
        Instant | None, says("Search up to this time. Default: startDate plus lookForwardTime.", "2027-01-12T00:00:00Z")
    ] = None
    look_forward_time: Annotated[
        Duration | None, says("How far to search where endDate is not given. Default: a setting.", "P7D")
    ] = None
    meeting_duration: Annotated[
        Duration | None, says("How long the meeting is. Default: the topic's duration, else a setting.", "60")
    ] = None
    topic_id: TopicId = None
    customer_type_id: CustomerTypeId = None
    customer_location: Annotated[
        Identifier | None, says("The customer's location: an id of `/config/locations`.", "Copenhagen")
    ] = None
    meeting_location: Annotated[
        Identifier | None, says("The meeting's location: an id of `/config/locations`.", "Copenhagen")
    ] = None
    explicit_employee_ids: Annotated[
        tuple[Identifier, ...],
        says("Employees to search for.", "anna"),
        Meta(max_length=MOST_NAMED),
    ] = ()
    employee_types: Annotated[
        tuple[EmployeeType, ...],
        says(
            "Which candidates to search: those named, those at the location, members of service groups. Default: all.",
            "Local",
        ),
        Meta(max_length=MOST_NAMED),
    ] = ()
    meeting_types: Annotated[
        tuple[MeetingType, ...], says("The meeting types. Default: all.", "Physical"), Meta(max_length=MOST_NAMED)
    ] = ()
    require_room: Annotated[Flag | None, says("Whether to offer only times at which a room is free.", False)] = None
    specific_rooms: Annotated[
        tuple[Identifier, ...], says("Only these rooms: ids of `/config/rooms`.", "cph-1"), Meta(max_length=MOST_NAMED)
    ] = ()
    is_customer_initiated: Annotated[
        Flag | None,
        says(
            "Whether the rules for customers apply. Default: true, but false for staff. Only staff may send false.",
            True,
        ),
    ] = None
    time_zone: Annotated[
        TimeZone | None,
        says("The time zone of dates without an offset. Default: the organisation's.", "Europe/Copenhagen"),
    ] = None


class SearchQuery(SearchParameters):
    all_employees: Annotated[
        Flag | None,
        says("Whether to list every employee who is free, not only the one who ranks first. For staff only.", False),
    ] = None
    existing_meeting_id: Annotated[
        Identifier | None,
        says(
            "The meeting to move. Its own time, room and minutes do not count as taken, and the offered times are "
            "for its topic. Send the same field when reserving.",
            "01JH8M6T6Y3E2V9Q5W7R4T1K0Z",
        ),
    ] = None
    ignore_meeting_ids: Annotated[
        tuple[Identifier, ...],
        says("Meetings whose time, room and minutes do not count as taken.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z"),
        Meta(max_length=MOST_MOVED),
    ] = ()
    token: Annotated[
        Token | None,
        says(
            "The caller's reservation token. The time slot that it holds does not count as taken.", "reservation-token"
        ),
    ] = None


class ExplainQuery(SearchQuery, kw_only=True):
    start: Annotated[Instant, says("The start time to explain.", "2027-01-11T10:00:00Z")]


class Offer(Fields):
    """A time that could be reserved now."""

    start_date: Annotated[UtcInstant, says("When the meeting would start.", "2027-01-11T10:00:00Z")]
    end_date: Annotated[UtcInstant, says("When it would end.", "2027-01-11T11:00:00Z")]
    meeting_type: Annotated[MeetingType, says("The meeting type.", "Physical")]
    employee_id: Annotated[str, says("The employee.", "anna")]
    employee_ids: Annotated[tuple[str, ...], says("All employees, where there are several.")] | UnsetType = UNSET
    room_id: Annotated[str, says("The room, where the offer has one.", "cph-1")] | UnsetType = UNSET
    meeting_topic_id: Annotated[str, says("The topic that was searched for.", "mortgage")] | UnsetType = UNSET
    seats_left: (
        Annotated[int, says("For a topic with several seats: how many customers can still book this group meeting.", 6)]
        | UnsetType
    ) = UNSET


class TypeVerdict(Fields):
    """The result for one meeting type of an employee at the start time that is explained."""

    meeting_type: Annotated[MeetingType, says("The meeting type.", "Physical")]
    offered: Annotated[
        bool, says("Whether a search offers the employee for this meeting type at that start time.", False)
    ]
    reason: Annotated[Reason, says("The rule that refuses.", "NO_ROOM")] | UnsetType = UNSET
    message: Annotated[str, says("The reason as a sentence.", "No room is free.")] | UnsetType = UNSET
    facts: (
        Annotated[dict[str, int | str], says("Numbers, minutes and instants behind the reason.", {"minutes": 30})]
        | UnsetType
    ) = UNSET


class Verdict(Fields):
    """The result for one employee or room at the start time that is explained."""

    id: Annotated[str, says("The employee's or room's id.", "anna")]
    offered: Annotated[bool, says("Whether a search offers it at that start time.", False)]
    reason: Annotated[Reason, says("The rule that refuses.", "ABSENT")] | UnsetType = UNSET
    message: Annotated[str, says("The reason as a sentence.", "The employee is absent.")] | UnsetType = UNSET
    facts: (
        Annotated[dict[str, int | str], says("Numbers, minutes and instants behind the reason.", {"minutes": 30})]
        | UnsetType
    ) = UNSET
    meeting_types: (
        Annotated[tuple[TypeVerdict, ...], says("The result for each meeting type, where they differ.")] | UnsetType
    ) = UNSET


class Explanation(Fields):
    """For each employee and room, whether it is offered at one start time, or why not."""

    start_date: Annotated[UtcInstant, says("The start time that is explained.", "2027-01-11T10:00:00Z")]
    employees: Annotated[tuple[Verdict, ...], says("Every employee.")]
    rooms: Annotated[tuple[Verdict, ...], says("Every room.")]


class ReservedStatus(StrEnum):
    """The only status that a reservation can ask for."""

    RESERVED = "Reserved"


class TimeToReserve(Fields):
    """The time to hold, and what it is held for."""

    start_date: Annotated[Instant, says("When the meeting starts.", "2027-01-11T10:00:00Z")]
    end_date: Annotated[Instant, says("When it ends: after startDate, by at most 24 hours.", "2027-01-11T11:00:00Z")]
    status: Annotated[ReservedStatus | None, says("The status of a reservation is always Reserved.", "Reserved")] = None
    employee_id: Annotated[Identifier | None, says("The employee. Either this or employeeIds is required.", "anna")] = (
        None
    )
    employee_ids: Annotated[
        tuple[Identifier, ...],
        says("Several employees. The time is held for all of them.", ["anna", "bo"]),
        Meta(max_length=MOST_ADDITIONAL),
    ] = ()
    room_id: Annotated[Identifier | None, says("The room to hold.", "cph-1")] = None
    meeting_type: Annotated[MeetingType | None, says("The meeting type.", "Physical")] = None
    topic_id: TopicId = None
    meeting_topic_id: Annotated[
        Identifier | None, says("The same as topicId, so that an offer can be sent as it was received.", "mortgage")
    ] = None
    customer_type_id: CustomerTypeId = None


class ReserveTimeSlotBody(Fields):
    """The time to hold, and the token that names the reservation."""

    time_slot: Annotated[TimeToReserve, says("The time to hold.")]
    token: Annotated[
        Token,
        says(
            "The caller's name for this reservation. Each token has one live reservation: the same token again renews "
            "it, or moves it to another time.",
            "reservation-token",
        ),
    ]
    existing_meeting_id: Annotated[
        Identifier | None,
        says("The meeting to move. Its own time does not count as taken.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z"),
    ] = None
    is_customer_initiated: Annotated[
        Flag | None,
        says(
            "Whether the rules for customers apply. Default: true, but false for staff. Only staff may send false.",
            True,
        ),
    ] = None
    customer_id: Annotated[
        Identifier | None,
        says(
            "The customer that a partner holds it for: it counts for that customer's `maxHolds`. A customer's own "
            "holds always count for the customer.",
            "67890",
        ),
    ] = None


class TimeSlot(Fields):
    """A time that is taken: a hold that lapses, or a firm time slot."""

    id: Annotated[str, says("The slot's id.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z")]
    start_date: Annotated[UtcInstant, says("When it starts.", "2027-01-11T10:00:00Z")]
    end_date: Annotated[UtcInstant, says("When it ends.", "2027-01-11T11:00:00Z")]
    status: Annotated[SlotStatus, says("The current status.", "Reserved")]
    date_created: Annotated[UtcInstant, says("When it was reserved.", "2027-01-04T08:00:00Z")]
    date_modified: Annotated[UtcInstant, says("When it was last changed.", "2027-01-04T08:00:00Z")]
    employee_id: Annotated[str, says("The employee.", "anna")]
    employee_ids: Annotated[tuple[str, ...], says("All employees, where there are several.")] | UnsetType = UNSET
    room_id: Annotated[str, says("The room, if one is held.", "cph-1")] | UnsetType = UNSET
    meeting_type: Annotated[MeetingType, says("The meeting type, if it was given.", "Physical")] | UnsetType = UNSET
    topic_id: Annotated[str, says("The topic, if it was given.", "mortgage")] | UnsetType = UNSET
    customer_type_id: Annotated[str, says("The customer's type, if it was given.", "private")] | UnsetType = UNSET
    token: (
        Annotated[
            str, says("The reservation token; only in the answer to the request that sent it.", "reservation-token")
        ]
        | UnsetType
    ) = UNSET
    expires_at: (
        Annotated[UtcInstant, says("When the hold lapses, unless it becomes a meeting.", "2027-01-04T08:05:00Z")]
        | UnsetType
    ) = UNSET
    meeting_id: Annotated[str, says("The meeting that it belongs to.")] | UnsetType = UNSET
    existing_meeting_id: Annotated[str, says("The meeting that it is held to move.")] | UnsetType = UNSET
    waitlist_id: Annotated[str, says("The entry of the waitlist that it is offered to.")] | UnsetType = UNSET
    owner: (
        Annotated[str, says("Who made it: a client or a signed-in person. Only employees see it.", "client:partner-a")]
        | UnsetType
    ) = UNSET
    customer_id: (
        Annotated[str, says("The customer that it is held for. Only employees see it.", "67890")] | UnsetType
    ) = UNSET


class TimeSlotPage(Fields):
    """A page of slots."""

    items: Annotated[tuple[TimeSlot, ...], says("The slots, by start.")]
    next_cursor: NextCursor


class TimeSlotsQuery(PageQuery):
    employee_id: Annotated[
        Identifier | None, says("Only time slots of this employee, alone or with others.", "anna")
    ] = None
    room_id: Annotated[Identifier | None, says("Only time slots of this room.", "cph-1")] = None
    start_date: Annotated[Instant | None, says("Only time slots that end after this time.", "2027-01-11T00:00:00Z")] = (
        None
    )
    end_date: Annotated[
        Instant | None, says("Only time slots that start before this time.", "2027-01-12T00:00:00Z")
    ] = None
    status: Annotated[tuple[SlotStatus, ...], says("Only time slots with one of these statuses.", "Reserved")] = ()


class UpdateTimeSlotQuery(Fields):
    reservation_token: Annotated[
        Token | None,
        says(
            "The token that the time slot was reserved with. Another token is answered with 409.", "reservation-token"
        ),
    ] = None


class ReleaseTimeSlotsQuery(Fields):
    owner: Annotated[Line | None, says("Who made the holds.", "client:partner-a")] = None
    customer_id: Annotated[Identifier | None, says("The customer that they are held for.", "67890")] = None


class ReleasedTimeSlots(Fields):
    """How many time slots were released. Call again until `isComplete` is true."""

    time_slots_released: Annotated[int, says("How many time slots were released.", 3)]
    is_complete: Annotated[bool, says("Whether everything is done. If false, call again.", True)]


LIST_AVAILABLE_TIME_SLOTS = Operation(
    id="list_available_time_slots",
    method="GET",
    path="/bookme/time-slots/available",
    tag=Tag.BOOKING,
    summary="Find the times that can be booked",
    description="Every time that could be reserved now, by start and then by meeting type.",
    scopes=frozenset({Scope.READ}),
    query=SearchQuery,
    answers={HTTPStatus.OK: Answer("The times, as a plain array; empty where there is none.", ListOf(Offer))},
    errors=(NotFound, MeetingCancelled, MeetingOver, TooLateToChange, NotLinked),
)

EXPLAIN_TIME_SLOTS = Operation(
    id="explain_time_slots",
    method="GET",
    path="/bookme/time-slots/explain",
    tag=Tag.TIME_SLOTS,
    summary="Explain why a time is offered or not",
    description=(
        "Runs the same search for one start time. Says of each employee and room whether it is offered, or which rule "
        "refuses it."
    ),
    scopes=frozenset({Scope.STAFF}),
    query=ExplainQuery,
    answers={HTTPStatus.OK: Answer("The result for each employee and room.", Explanation)},
    errors=(NotFound, MeetingCancelled, MeetingOver, TooLateToChange),
)

RESERVE_TIME_SLOT = Operation(
    id="reserve_time_slot",
    method="POST",
    path="/bookme/time-slots/reserve",
    tag=Tag.BOOKING,
    summary="Reserve a time slot",
    description=(
        "Holds the employees, and the room if one is named, for five minutes (a setting). The same token again renews "
        "the hold, for 15 minutes in all, or exchanges it for another time in one step; if that is taken, the old hold "
        "is kept. One customer may hold at most `maxHolds` slots at once (429 beyond, `Retry-After` says when the "
        "first lapses). No time is held at which the customer may have no meeting: one that has `maxUpcomingMeetings` "
        "to come already (409 TOO_MANY_MEETINGS), or another one then where meetings must not overlap (409 "
        "CUSTOMER_BUSY)."
    ),
    scopes=BOOKING,
    body=ReserveTimeSlotBody,
    answers={
        HTTPStatus.CREATED: Answer("The slot is held.", TimeSlot),
        HTTPStatus.OK: Answer("The token's hold has been renewed.", TimeSlot),
    },
    errors=(
        NotFound,
        SlotTaken,
        RoomTaken,
        SlotNotOffered,
        TooLong,
        TooManyHolds,
        TooManyMeetings,
        CustomerBusy,
        MeetingCancelled,
        MeetingOver,
        TooLateToChange,
        NotLinked,
    ),
)

LIST_TIME_SLOTS = Operation(
    id="list_time_slots",
    method="GET",
    path="/bookme/time-slots",
    tag=Tag.TIME_SLOTS,
    summary="List slots",
    description="The slots of an employee, of a room, or of everybody, page by page.",
    scopes=frozenset({Scope.STAFF}),
    query=TimeSlotsQuery,
    answers={HTTPStatus.OK: Answer("A page of slots.", TimeSlotPage)},
)

GET_TIME_SLOT = Operation(
    id="get_time_slot",
    method="GET",
    path="/bookme/time-slots/{timeSlotId}",
    tag=Tag.TIME_SLOTS,
    summary="Get a slot",
    scopes=BOOKING,
    answers={HTTPStatus.OK: Answer("The slot, as it is now.", TimeSlot)},
)

UPDATE_TIME_SLOT = Operation(
    id="update_time_slot",
    method="PATCH",
    path="/bookme/time-slots/{timeSlotId}",
    tag=Tag.TIME_SLOTS,
    summary="Confirm or release a slot",
    description=(
        "A JSON Patch that replaces `/status` with `Booked` (a hold becomes firm, for half an hour or until it has a "
        "meeting; a setting) or `Released` (it is free)."
    ),
    scopes=BOOKING,
    query=UpdateTimeSlotQuery,
    body=ListOf(PatchOperation),
    media_types=PATCH_MEDIA_TYPES,
    answers={HTTPStatus.OK: Answer("The slot after the change.", TimeSlot)},
    errors=(
        ReservationExpired,
        SlotTaken,
        RoomTaken,
        SlotNotOffered,
        TooManyHolds,
        TooManyMeetings,
        CustomerBusy,
        SlotMismatch,
        InUse,
        NotLinked,
    ),
)

RELEASE_TIME_SLOTS = Operation(
    id="release_time_slots",
    method="DELETE",
    path="/bookme/time-slots",
    tag=Tag.TIME_SLOTS,
    summary="Release everything that somebody holds",
    description=(
        "For employees: frees all holds and firm slots without a meeting, of one caller (`owner`, as the lists show "
        "it) or of one customer (`customerId`). Meetings stay."
    ),
    scopes=frozenset({Scope.STAFF}),
    query=ReleaseTimeSlotsQuery,
    answers={HTTPStatus.OK: Answer("What was done.", ReleasedTimeSlots)},
)

RELEASE_TIME_SLOT = Operation(
    id="release_time_slot",
    method="DELETE",
    path="/bookme/time-slots/{timeSlotId}",
    tag=Tag.TIME_SLOTS,
    summary="Release a slot",
    description="Its time is free at once. Releasing it again changes nothing.",
    scopes=BOOKING,
    answers={HTTPStatus.NO_CONTENT: Answer("The slot is released.")},
    errors=(InUse,),
)
