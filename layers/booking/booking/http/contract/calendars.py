"""Rooms that are free, and employees' busy times from other calendars."""

from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from booking.domain.caller import Scope
from booking.domain.configuration import MeetingType
from booking.domain.errors import NotFound
from booking.http.contract.operation import Answer, ListOf, Operation, Tag
from booking.http.contract.values import MOST_NAMED, Fields, Flag, Identifier, Instant, UtcInstant, says

MAX_CALENDAR_BYTES = 1_000_000
FEED_DAYS_BACK = 30
FEED_DAYS_AHEAD = 180


class RoomVacanciesQuery(Fields):
    location: Annotated[Identifier, says("Where: an id of `/config/locations`.", "Copenhagen")]
    time_slot_id: Annotated[
        Identifier | None,
        says("The caller's slot that the room is for. Without it, startDate and endDate are required."),
    ] = None
    start_date: Annotated[Instant | None, says("From when the room is needed.", "2027-01-11T10:00:00Z")] = None
    end_date: Annotated[
        Instant | None, says("Until when: after startDate, by at most 24 hours.", "2027-01-11T11:00:00Z")
    ] = None


class VacantRoom(Fields):
    """A free room."""

    id: Annotated[str, says("The room's id.", "cph-1")]
    name: Annotated[str, says("The room's name.", "Tivoli")]
    location: Annotated[str, says("Where it is.", "Copenhagen")]
    capacity: Annotated[int, says("How many people it holds.", 4)]
    features: Annotated[tuple[str, ...], says("What it has.", ["screen"])]


class AgendasQuery(Fields):
    start_date: Annotated[Instant, says("From when.", "2027-01-11T00:00:00+01:00")]
    end_date: Annotated[Instant, says("Until when: after startDate, by at most 7 days.", "2027-01-16T00:00:00+01:00")]
    employee_ids: Annotated[tuple[Identifier, ...], says("These employees.", "anna"), Meta(max_length=MOST_NAMED)] = ()
    room_ids: Annotated[tuple[Identifier, ...], says("These rooms.", "cph-1"), Meta(max_length=MOST_NAMED)] = ()
    location: Annotated[Identifier | None, says("Every employee and room of this location.", "Copenhagen")] = None


class Span(Fields):
    """A span of time."""

    start_date: Annotated[UtcInstant, says("When it starts.", "2027-01-11T07:00:00Z")]
    end_date: Annotated[UtcInstant, says("When it ends.", "2027-01-11T15:00:00Z")]


class WorkingWindow(Span):
    """A time at which an employee works."""

    location: Annotated[str | None, says("Where the employee is; null where it is not said.", "Copenhagen")]
    meeting_types: Annotated[tuple[MeetingType, ...], says("The meetings that can be held then.", ["Physical"])]


class BookedTime(Span):
    """The time of a meeting, or of a firm slot."""

    time_slot_id: Annotated[str, says("The slot.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z")]


class HeldTime(BookedTime):
    """A hold."""

    expires_at: Annotated[UtcInstant, says("When the hold lapses.", "2027-01-04T08:05:00Z")]


class RoomAgenda(Fields):
    """The agenda of a room."""

    id: Annotated[str, says("The room's id.", "cph-1")]
    name: Annotated[str, says("The room's name.", "Tivoli")]
    meetings: Annotated[tuple[BookedTime, ...], says("Meetings and firm slots.")]
    holds: Annotated[tuple[HeldTime, ...], says("Live holds.")]
    imported_busy_times: Annotated[tuple[Span, ...], says("Busy times from another calendar.")]
    closing_days: Annotated[tuple[Span, ...], says("Days on which the organisation is closed.")]


class EmployeeAgenda(RoomAgenda):
    """The agenda of an employee."""

    id: Annotated[str, says("The employee's id.", "anna")]
    name: Annotated[str, says("The employee's name.", "Anna Holm")]
    working_windows: Annotated[tuple[WorkingWindow, ...], says("When the employee works.")]
    absences: Annotated[tuple[Span, ...], says("When the employee is absent.")]


class Agendas(Span):
    """The agendas of employees and rooms."""

    employees: Annotated[tuple[EmployeeAgenda, ...], says("The employees.")]
    rooms: Annotated[tuple[RoomAgenda, ...], says("The rooms.")]


class ImportRemark(Fields):
    """Something in a calendar file that was passed over, or that had to be interpreted."""

    reason: Annotated[
        str,
        says(
            "Why. Passed over: `FREE`, `CANCELLED`, `OWN_MEETING` (a meeting of this system, which blocks its time "
            "itself), `OLDER_VERSION`, `NO_DURATION`, `END_BEFORE_START`, `NO_START`, `UNREADABLE_START`, "
            "`UNREADABLE_END`, `UNREADABLE_DATE`, `UNREADABLE_PERIOD`, `AVAILABILITY` (VAVAILABILITY). Assumed: "
            "`LOCAL_TIME_ZONE` (the time zone is not known, so the employee's counts), `NO_RECURRENCE` (the rule "
            "cannot be read, so the event takes place once), `PART_OF_RECURRENCE` (a part of a recurrence rule that no "
            "standard names is left out), `ENDS_SWAPPED` (the end is less than a day before the start).",
            "OWN_MEETING",
        ),
    ]
    count: Annotated[int, says("How often.", 2)]
    first_line: Annotated[int, says("The line of the file where it is for the first time.", 17)]


class BusyCalendar(Fields):
    """The result of an import."""

    employee_id: Annotated[str, says("Whose calendar it is.", "anna")]
    busy_times: Annotated[int, says("How many busy times were found.", 12)]
    passed_over: Annotated[tuple[ImportRemark, ...], says("What takes no time here, by reason.")]
    assumed: Annotated[tuple[ImportRemark, ...], says("What was read in another way than it is written, by reason.")]
    start_date: Annotated[UtcInstant, says("Where the imported time begins.", "2027-01-03T23:00:00Z")]
    end_date: Annotated[UtcInstant, says("Where it ends.", "2027-04-04T22:00:00Z")]


class SubscribedCalendar(Fields):
    """The calendar at an employee's `busyCalendarUrl`, and how reading it has gone."""

    employee_id: Annotated[str, says("Whose calendar it is.", "anna")]
    is_subscribed: Annotated[bool, says("Whether the employee has a `busyCalendarUrl`.", True)]
    busy_times: Annotated[int, says("How many busy times the last calendar that could be read gave.", 12)]
    failures: Annotated[int, says("How many times in a row reading it has failed since.", 0)]
    date_read: Annotated[UtcInstant, says("When it was last read.", "2027-01-04T08:00:00Z")] | UnsetType = UNSET
    date_failed: Annotated[UtcInstant, says("When reading it last failed.", "2027-01-04T08:15:00Z")] | UnsetType = UNSET
    last_error: Annotated[str, says("Why reading it failed.", "The calendar's server answered 404.")] | UnsetType = (
        UNSET
    )


class CalendarFeedBody(Fields):
    details: Annotated[
        Flag, says("Whether the feed shows the meetings' descriptions, and so the names of customers.", False)
    ] = False


class CalendarFeed(Fields):
    """An address that calendar programs subscribe to. Whoever knows it can read the calendar. It is shown once."""

    employee_id: Annotated[str, says("Whose meetings it shows.", "anna")]
    url: Annotated[
        str,
        says("The address; on a local stack relative to the request's.", "https://api.example.com/v1/calendars/0a1b2c"),
    ]
    details: Annotated[bool, says("Whether it shows descriptions.", False)]


LIST_AGENDAS = Operation(
    id="list_agendas",
    method="GET",
    path="/bookme/agendas",
    tag=Tag.CALENDARS,
    summary="List agendas",
    description=(
        "What the time of employees and rooms is, for at most a week: working windows, meetings, holds, imported busy "
        "times, absences, closing days. At least one of `location`, `employeeIds` and `roomIds` is needed."
    ),
    scopes=frozenset({Scope.STAFF}),
    query=AgendasQuery,
    answers={HTTPStatus.OK: Answer("The agendas.", Agendas)},
    errors=(NotFound,),
)

LIST_ROOM_VACANCIES = Operation(
    id="list_room_vacancies",
    method="GET",
    path="/bookme/room-vacancies",
    tag=Tag.CALENDARS,
    summary="List the rooms that are free",
    description="The rooms of a location that are free for a slot, or at a time.",
    scopes=frozenset({Scope.READ}),
    query=RoomVacanciesQuery,
    answers={HTTPStatus.OK: Answer("The rooms, as a plain array.", ListOf(VacantRoom))},
    errors=(NotFound,),
)

REPLACE_BUSY_CALENDAR = Operation(
    id="replace_busy_calendar",
    method="PUT",
    path="/bookme/employees/{employeeId}/busy-calendar",
    tag=Tag.CALENDARS,
    summary="Import an employee's busy times",
    description=(
        "Replaces all busy times that were imported before with those of this calendar file (RFC 5545). A part that "
        "cannot be read is passed over and counted; only what is no calendar, or too much work, is refused."
    ),
    scopes=frozenset({Scope.STAFF, Scope.ADMIN}),
    body=str,
    media_types=("text/calendar",),
    max_body_bytes=MAX_CALENDAR_BYTES,
    answers={HTTPStatus.OK: Answer("What was imported.", BusyCalendar)},
)

GET_BUSY_CALENDAR = Operation(
    id="get_busy_calendar",
    method="GET",
    path="/bookme/employees/{employeeId}/busy-calendar",
    tag=Tag.CALENDARS,
    summary="See how an employee's subscribed calendar was read",
    description=(
        "When the calendar at the employee's `busyCalendarUrl` was last read, how many busy times it gave, and why "
        "reading it has failed since. It is read every 15 minutes. Until that succeeds, the earlier import stays."
    ),
    scopes=frozenset({Scope.STAFF, Scope.ADMIN}),
    answers={HTTPStatus.OK: Answer("The calendar's state.", SubscribedCalendar)},
)

CREATE_CALENDAR_FEED = Operation(
    id="create_calendar_feed",
    method="POST",
    path="/bookme/employees/{employeeId}/calendar-feed",
    tag=Tag.CALENDARS,
    summary="Create the address of an employee's calendar",
    description=(
        "A secret address that calendar programs subscribe to. Creating another one voids the one before, and so does "
        "deleting it."
    ),
    scopes=frozenset({Scope.STAFF}),
    body=CalendarFeedBody,
    is_body_optional=True,
    answers={HTTPStatus.CREATED: Answer("The address.", CalendarFeed)},
)

DELETE_CALENDAR_FEED = Operation(
    id="delete_calendar_feed",
    method="DELETE",
    path="/bookme/employees/{employeeId}/calendar-feed",
    tag=Tag.CALENDARS,
    summary="Delete the address of an employee's calendar",
    scopes=frozenset({Scope.STAFF}),
    answers={HTTPStatus.NO_CONTENT: Answer("There is no such address any more.")},
)

GET_CALENDAR_FEED = Operation(
    id="get_calendar_feed",
    method="GET",
    path="/calendars/{secret}",
    tag=Tag.CALENDARS,
    summary="Read an employee's calendar",
    description=(
        f"The employee's confirmed meetings of the last {FEED_DAYS_BACK} and the next {FEED_DAYS_AHEAD} days as one "
        "calendar (RFC 5545). No token is needed: the secret stands for it."
    ),
    scopes=frozenset(),
    answers={
        HTTPStatus.OK: Answer("The calendar.", str, headers=("ETag", "Vary"), media_type="text/calendar"),
        HTTPStatus.NOT_MODIFIED: Answer("It is still what `If-None-Match` names.", headers=("ETag", "Vary")),
    },
    errors=(NotFound,),
)
