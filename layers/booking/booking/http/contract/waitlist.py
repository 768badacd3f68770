"""The waitlist: join, read, leave."""

from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from booking.domain.caller import BOOKING
from booking.domain.configuration import EmployeeType, MeetingType
from booking.domain.errors import InUse, NotFound, NotLinked, SwitchedOff, TooManyWaiting
from booking.domain.waitlist import WaitlistStatus
from booking.http.contract.meetings import Customer
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.paging import NextCursor, PageQuery
from booking.http.contract.time_slots import SearchParameters
from booking.http.contract.values import MOST_NAMED, Fields, Identifier, UtcInstant, says

TIME_SLOT_ID = "01JH8M6T6Y3E2V9Q5W7R4T1K0Z"


class JoinWaitlistBody(SearchParameters):
    """The search that found no time, and who is told when there is one."""

    customer_id: Annotated[
        Identifier | None, says("Who waits. Partners and employees must say; customers wait for themselves.", "67890")
    ] = None
    customer: Annotated[
        Customer | None, says("Where a message about an offer goes. Without it, only events tell of it.")
    ] = None


class WaitlistOffer(Fields, kw_only=True):
    """A time that is held for the customer."""

    time_slot_id: Annotated[str, says("The slot that is held. Make it a meeting to accept.", TIME_SLOT_ID)]
    start_date: Annotated[UtcInstant, says("When the meeting would start.", "2027-01-11T10:00:00Z")]
    end_date: Annotated[UtcInstant, says("When it would end.", "2027-01-11T11:00:00Z")]
    meeting_type: Annotated[MeetingType, says("The meeting type.", "Physical")]
    employee_id: Annotated[str, says("The employee.", "anna")]
    employee_ids: Annotated[tuple[str, ...], says("All employees, where there are several.")] | UnsetType = UNSET
    room_id: Annotated[str, says("The room, if one is held.", "cph-1")] | UnsetType = UNSET
    expires_at: Annotated[UtcInstant, says("Until when it is held.", "2027-01-04T08:30:00Z")]


class WaitlistEntry(Fields, kw_only=True):
    """One customer's wait for a time."""

    id: Annotated[str, says("The entry's id.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z")]
    status: Annotated[WaitlistStatus, says("The current status.", "Waiting")]
    date_created: Annotated[UtcInstant, says("When the customer joined.", "2027-01-04T08:00:00Z")]
    date_modified: Annotated[UtcInstant, says("When it was last changed.", "2027-01-04T08:00:00Z")]
    customer_id: Annotated[str, says("Who waits.", "67890")]
    customer: Annotated[Customer, says("Where a message about an offer goes.")] | UnsetType = UNSET
    start_date: Annotated[UtcInstant, says("From when on a time is wanted.", "2027-01-11T08:00:00Z")]
    end_date: Annotated[UtcInstant, says("Until when. The entry ends then.", "2027-01-12T00:00:00Z")]
    meeting_duration: Annotated[str, says("How long the meeting is.", "01:00:00")]
    require_employee_participation: Annotated[
        bool, says("Whether the employees in explicitEmployeeIds must all take part.", True)
    ]
    explicit_employee_ids: Annotated[tuple[str, ...], says("The employees searched for.")] | UnsetType = UNSET
    employee_types: Annotated[tuple[EmployeeType, ...], says("Which candidates are searched.")] | UnsetType = UNSET
    topic_id: Annotated[str, says("What the meeting is about.", "mortgage")] | UnsetType = UNSET
    customer_type_id: Annotated[str, says("The customer's type.", "private")] | UnsetType = UNSET
    meeting_types: Annotated[tuple[MeetingType, ...], says("The meeting types.")]
    require_room: Annotated[bool, says("Whether only times at which a room is free will do.", False)]
    specific_rooms: Annotated[tuple[str, ...], says("Only these rooms.")] | UnsetType = UNSET
    customer_location: Annotated[str, says("The customer's location.", "Copenhagen")] | UnsetType = UNSET
    meeting_location: Annotated[str, says("The meeting's location.", "Copenhagen")] | UnsetType = UNSET
    times_offered: Annotated[int, says("How many times have been offered so far. None is offered twice.", 0)]
    offer: Annotated[WaitlistOffer, says("The time that is held now.")] | UnsetType = UNSET
    meeting_id: Annotated[str, says("The meeting that an offer became.")] | UnsetType = UNSET


class WaitlistPage(Fields):
    """A page of the waitlist."""

    items: Annotated[tuple[WaitlistEntry, ...], says("The entries, in order of joining.")]
    next_cursor: NextCursor


class WaitlistQuery(PageQuery):
    customer_id: Annotated[Identifier | None, says("Only entries of this customer.", "67890")] = None
    status: Annotated[
        tuple[WaitlistStatus, ...],
        says("Only entries with one of these statuses.", "Waiting"),
        Meta(max_length=MOST_NAMED),
    ] = ()


JOIN_WAITLIST = Operation(
    id="join_waitlist",
    method="POST",
    path="/bookme/waitlist",
    tag=Tag.WAITLIST,
    summary="Join the waitlist",
    description=(
        "With the parameters of a search that found no time. When a time becomes free that the search finds, whoever "
        "joined first gets a hold of it for half an hour (`waitlistHold`), and a message. To accept is to make the "
        "meeting with that slot. Otherwise the next one is asked. Nobody is asked twice for one time. The entry ends "
        "with the search's `endDate`. One customer waits for at most five things at once."
    ),
    scopes=BOOKING,
    body=JoinWaitlistBody,
    answers={HTTPStatus.CREATED: Answer("The customer waits.", WaitlistEntry, ("Location",))},
    errors=(NotFound, TooManyWaiting, SwitchedOff, NotLinked),
)

LIST_WAITLIST = Operation(
    id="list_waitlist",
    method="GET",
    path="/bookme/waitlist",
    tag=Tag.WAITLIST,
    summary="List the waitlist",
    description=(
        "Customers see their own entries, partners those that their client made, employees all. Entries are listed for "
        "30 days after they have ended."
    ),
    scopes=BOOKING,
    query=WaitlistQuery,
    answers={HTTPStatus.OK: Answer("A page of entries. It may be short before the last page.", WaitlistPage)},
    errors=(NotLinked,),
)

GET_WAITLIST_ENTRY = Operation(
    id="get_waitlist_entry",
    method="GET",
    path="/bookme/waitlist/{waitlistId}",
    tag=Tag.WAITLIST,
    summary="Get an entry of the waitlist",
    scopes=BOOKING,
    answers={HTTPStatus.OK: Answer("The entry, with the time that is held now.", WaitlistEntry)},
    errors=(NotLinked,),
)

LEAVE_WAITLIST = Operation(
    id="leave_waitlist",
    method="DELETE",
    path="/bookme/waitlist/{waitlistId}",
    tag=Tag.WAITLIST,
    summary="Leave the waitlist",
    description="A time that is held for the entry is free at once. Leaving again changes nothing.",
    scopes=BOOKING,
    answers={HTTPStatus.NO_CONTENT: Answer("The customer does not wait any more.")},
    errors=(InUse, NotLinked),
)
