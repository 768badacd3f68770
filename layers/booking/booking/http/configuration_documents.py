"""The models of configuration documents: what each field accepts, and the form in which documents are stored.

Unlike the bodies of bookings, documents with unknown fields are refused.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import core_schema

from booking.commands.change_configuration import Saved
from booking.domain.configuration import (
    DEFAULT_PRIORITY_RULES,
    EmployeeType,
    MeetingType,
    Organisation,
    RoomPolicy,
    Weeks,
)
from booking.domain.documents import Document, Documents, Kind, locale_faults, reference_faults, sub_group_faults
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.events import EventType
from booking.domain.group_meetings import MOST_SEATS
from booking.domain.instants import format_instant
from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.messages import MessageSettings
from booking.domain.urls import LONGEST_URL, target_of
from booking.domain.webhooks import EVERY_EVENT
from booking.http.bodies import parse_body
from booking.http.contract.configuration import LATER_NAMES
from booking.http.forms import (
    format_duration,
    format_time_of_day,
    normalized,
    parse_boolean,
    parse_date,
    parse_duration,
    parse_email,
    parse_enumeration,
    parse_identifier,
    parse_instant,
    parse_language,
    parse_locale,
    parse_text,
    parse_time_of_day,
    parse_time_zone,
    shown,
)
from booking.outgoing import allows_loopback

DEFAULTS = Organisation()
MESSAGES = MessageSettings()


def document_of(kind: Kind, id: str, body: Mapping[str, Any], documents: Documents) -> Document:
    """The document to store under that id, in its one form. Date-times without an offset are read in the
    employee's own time zone if the document is an employee's and names one, else in the organisation's.

    Raises InvalidRequest with every fault: of forms, of references to what does not exist, of sub-groups.
    """
    faults = list(_id_faults(kind, id, body))
    document: Document = {}
    try:
        ours = {name: value for name, value in body.items() if name not in LATER_NAMES.get(kind, {})}
        model = parse_body(MODELS[kind], {**ours, **_id(kind, id)}, zone=_zone(kind, body, documents))
        document = model.model_dump(mode="json", by_alias=True)
    except InvalidRequest as invalid:
        faults += invalid.faults
    known = {fault.where for fault in faults}
    faults += [fault for fault in reference_faults(kind, id, document or body, documents) if fault.where not in known]
    if document:
        faults += locale_faults(kind, document, documents)
    if document and kind is Kind.COMPETENCE_GROUPS:
        faults += sub_group_faults(id, document["subGroupIds"], documents)
    if faults:
        raise InvalidRequest(faults)
    return document


def answer_of(saved: Saved) -> Document:
    """The answer after a document was stored. That of a new webhook has the secret, which is shown this once."""
    return saved.stored.document if saved.secret is None else {**saved.stored.document, "secret": saved.secret}


def _id(kind: Kind, id: str) -> dict[str, str]:
    return {} if kind is Kind.ORGANISATION else {"id": id}


def _id_faults(kind: Kind, id: str, body: Mapping[str, Any]) -> list[Fault]:
    if kind is Kind.ORGANISATION:
        return []
    if isinstance(id, str) and not _stands_in_a_path(id):
        accepted = (
            "an identifier that can stand in a path and in a list: no spaces around it, no /, no % and no comma, no [ "
            "at its beginning, neither . nor .."
        )
        return [Fault("body.id", shown(id), accepted)]
    if body.get("id") is None or _same_id(body["id"], id):
        return []
    return [Fault("body.id", shown(body["id"]), "the id in the path, or none")]


def _same_id(sent: object, id: str) -> bool:
    return sent == id or (isinstance(sent, str) and normalized(sent) == id)


def _stands_in_a_path(id: str) -> bool:
    """Lists of ids are separated by commas, or JSON arrays.

    Clients shorten paths with dots, and not every gateway hands on a quoted slash, or undoes quoting once only.
    """
    return id == id.strip() and not {"/", "%", ","} & set(id) and not id.startswith("[") and id not in (".", "..")


def _zone(kind: Kind, body: Mapping[str, Any], documents: Documents) -> ZoneInfo:
    if kind is Kind.EMPLOYEES:
        try:
            return parse_time_zone(body.get("timeZone"))
        except ValueError:
            pass  # there is none, or its own field refuses it
    return ZoneInfo(documents.organisation.get("timeZone", DEFAULTS.time_zone.key))


def _optional(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: None if value is None else parse(value))


def _each_once[T](elements: list[T]) -> list[T]:
    if len(set(elements)) < len(elements):
        raise ValueError("no value more than once")
    return elements


def _each_locale_once(value: object) -> object:
    if isinstance(value, dict) and len({str(locale).lower() for locale in value}) < len(value):
        raise ValueError("each locale once")
    return value


def _address(value: object) -> str:
    return value if value == "" else parse_email(value)


def _seconds_between(least: int, most: int) -> AfterValidator:
    def check(seconds: int | None) -> int | None:
        if seconds is not None and not least <= seconds <= most:
            raise ValueError(f"a duration from {format_duration(least)} to {format_duration(most)}")
        return seconds

    return AfterValidator(check)


def _instant(value: object, info: ValidationInfo) -> int:
    return parse_instant(value, _zone_of(info))


def _zone_of(info: ValidationInfo) -> ZoneInfo:
    zone: ZoneInfo = info.context["zone"]  # type: ignore[index]
    return zone


def _date_or_instant(value: object, info: ValidationInfo) -> date | int:
    """A date stays a date: it means the whole day in whatever zone applies."""
    try:
        return parse_date(value)
    except ValueError:
        return _instant(value, info)


def _format_optional_duration(seconds: int | None) -> str | None:
    return None if seconds is None else format_duration(seconds)


def _format_date_or_instant(value: date | int) -> str:
    return value.isoformat() if isinstance(value, date) else format_instant(value)


class Form:
    """The name under which `local/openapi.py` describes the forms that a field accepts."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler(core_schema)
        if handler.mode != "validation":
            return schema
        if {"type": "null"} in schema.get("anyOf", ()):
            return {"anyOf": [{"x-form": self._name}, {"type": "null"}]}
        return schema | {"x-form": self._name}


class TextOf:
    """Text of that many characters, read as `parse_text` reads it, and described with its limits."""

    def __init__(self, shortest: int, longest: int, *, is_multi_line: bool = False) -> None:
        self._shortest, self._longest, self._is_multi_line = shortest, longest, is_multi_line

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_before_validator_function(self._parse, handler(source))

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler(core_schema)
        if handler.mode != "validation":
            return schema
        limits = {"minLength": self._shortest} if self._shortest else {}
        form = "Text" if self._is_multi_line else "Line"
        return schema | limits | {"maxLength": self._longest, "x-form": form}

    def _parse(self, value: object) -> str:
        return parse_text(value, self._shortest, self._longest, is_multi_line=self._is_multi_line)


Id = Annotated[str, BeforeValidator(parse_identifier), Form("Identifier")]
OptionalId = Annotated[str | None, _optional(parse_identifier), Form("Identifier")]
Ids = Annotated[list[Id], Field(max_length=5_000), AfterValidator(_each_once)]
Name = Annotated[str, TextOf(1, 200)]
Line = Annotated[str, TextOf(0, 1_000)]
Text = Annotated[str, TextOf(0, 10_000, is_multi_line=True)]
Label = Annotated[str, AfterValidator(normalized), TextOf(0, 1_000)]
"""Labels are compared with each other, so they are stored in NFC."""
Lines = Annotated[list[Line], Field(max_length=100), AfterValidator(_each_once)]
Labels = Annotated[list[Label], Field(max_length=100), AfterValidator(_each_once)]
Email = Annotated[str, BeforeValidator(_address), Form("OptionalEmail")]
Flag = Annotated[bool, BeforeValidator(parse_boolean), Form("Flag")]
Duration = Annotated[int, BeforeValidator(parse_duration), PlainSerializer(format_duration), Form("Duration")]
OptionalDuration = Annotated[
    int | None, _optional(parse_duration), PlainSerializer(_format_optional_duration), Form("Duration")
]
Positive = _seconds_between(60, SECONDS_PER_DAY)
Reminders = Annotated[
    list[Annotated[Duration, _seconds_between(60, 366 * SECONDS_PER_DAY)]],
    Field(max_length=10),
    AfterValidator(_each_once),
]
UpToADay = _seconds_between(0, SECONDS_PER_DAY)
UpToAYear = _seconds_between(0, 366 * SECONDS_PER_DAY)
TimeOfDay = Annotated[int, BeforeValidator(parse_time_of_day), PlainSerializer(format_time_of_day), Form("TimeOfDay")]
Instant = Annotated[int, BeforeValidator(_instant), PlainSerializer(format_instant, return_type=str), Form("Instant")]
DateOrInstant = Annotated[
    date | int, BeforeValidator(_date_or_instant), PlainSerializer(_format_date_or_instant), Form("Instant")
]
Day = Annotated[date, BeforeValidator(parse_date), Form("Date")]
OptionalDay = Annotated[date | None, _optional(parse_date), Form("Date")]
Zone = Annotated[str, BeforeValidator(lambda value: parse_time_zone(value).key), Form("TimeZone")]
OptionalZone = Annotated[str | None, _optional(lambda value: parse_time_zone(value).key), Form("TimeZone")]
Language = Annotated[str, BeforeValidator(parse_language), Form("Language")]
Locale = Annotated[str, BeforeValidator(parse_locale), Form("Language")]
MOST_LOCALES = 50
T = TypeVar("T")
Translations = Annotated[dict[Locale, T], Field(max_length=MOST_LOCALES), BeforeValidator(_each_locale_once)]
MeetingTypes = Annotated[
    list[Annotated[MeetingType, BeforeValidator(lambda value: parse_enumeration(value, MeetingType))]],
    AfterValidator(_each_once),
]


def says(description: str, example: object) -> Any:
    """A field's sentence and example, for the description."""
    return Field(description=description, examples=[example])


class Fields(BaseModel):
    """Base of all documents. Fields have camelCase names; unknown fields are refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True)


class Days(Fields):
    """Whole local days, both included."""

    first: Annotated[Day, Field(alias="from"), says("The first day.", "2026-12-24")]
    last: Annotated[Day, Field(alias="to"), says("The last day, included.", "2026-12-26")]

    @field_validator("last")
    @classmethod
    def _not_backwards(cls, last: date, info: ValidationInfo) -> date:
        if "first" in info.data and last < info.data["first"]:
            raise ValueError("the date in from, or a later one")
        return last


def _or_one_date(schema: dict[str, Any]) -> None:
    both = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"x-form": "Date"}, both]


class ClosingDays(Days):
    """A range of one day is sent and answered as one date."""

    model_config = ConfigDict(json_schema_extra=lambda schema: _or_one_date(schema))

    @model_validator(mode="before")
    @classmethod
    def _one_date(cls, value: object) -> object:
        if isinstance(value, str):
            day = parse_date(value).isoformat()
            return {"from": day, "to": day}
        return value

    @model_serializer
    def _canonical(self) -> str | dict[str, str]:
        first, last = self.first.isoformat(), self.last.isoformat()
        return first if first == last else {"from": first, "to": last}


class PriorityRule(Fields):
    type: Annotated[
        EmployeeType,
        BeforeValidator(lambda value: parse_enumeration(value, EmployeeType)),
        says("How the employee was found.", "ServiceGroup"),
    ]
    label: Annotated[Label | None, says("Only service groups with this label. Only for ServiceGroup.", "VIP")] = None

    @field_validator("label")
    @classmethod
    def _of_service_groups(cls, label: str | None, info: ValidationInfo) -> str | None:
        if label is not None and info.data.get("type") in (EmployeeType.EXPLICIT, EmployeeType.LOCAL):
            raise ValueError("no label: only ServiceGroup rules have one")
        return label


def _default_rules() -> list[PriorityRule]:
    return [PriorityRule(type=rule.type, label=rule.label) for rule in DEFAULT_PRIORITY_RULES]


class Organizer(Fields):
    name: Annotated[Line, says("The name in calendar files.", "Example Bank")] = ""
    email: Annotated[Email, says("The address in calendar files.", "booking@example.com")] = ""


class MessageText(Fields):
    """{topic} {employee} {customerType} {location} {room} {start} {end} {when} {title} {name} {organisation} and
    {manageUrl} are filled in, and of an offer {heldUntil} and {offerUrl}. A line whose placeholders are all empty is
    left out.
    """

    subject: Annotated[Line, says("The e-mail's subject.", "Confirmed: {topic}, {start}")]
    text: Annotated[Text, says("The e-mail's text.", "Hello {name},\n\nyour meeting is booked: {when}.")]
    sms: Annotated[Line, says("The SMS; empty: the subject.", "Confirmed: {topic}, {start}")] = ""


class MessageTexts(Fields):
    confirmation: Annotated[MessageText | None, says("A meeting has been booked; null: the built-in text.", None)] = (
        None
    )
    change: Annotated[MessageText | None, says("Its time, place, employee or type is new.", None)] = None
    cancellation: Annotated[MessageText | None, says("It is cancelled.", None)] = None
    reminder: Annotated[MessageText | None, says("It is near.", None)] = None
    waitlist_offer: Annotated[MessageText | None, says("A time is held for somebody on the waitlist.", None)] = None


class OrganisationDocument(Fields):
    name: Annotated[Line, says("The organisation's name.", "Example Bank")] = ""
    time_zone: Annotated[Zone, says("The zone of every wall-clock time.", "Europe/Copenhagen")] = DEFAULTS.time_zone.key
    opening_time: Annotated[TimeOfDay, says("When the organisation opens.", "08:00")] = DEFAULTS.opening_time
    closing_time: Annotated[TimeOfDay, says("When it closes.", "18:00")] = DEFAULTS.closing_time
    slot_interval: Annotated[Duration, Positive, says("How far apart the starts of meetings are.", "00:30")] = (
        DEFAULTS.slot_interval
    )
    default_meeting_duration: Annotated[
        Duration, Positive, says("How long a meeting is if neither the search nor the topic says.", "01:00")
    ] = DEFAULTS.default_meeting_duration
    default_look_forward: Annotated[
        Duration,
        _seconds_between(60, 3660 * SECONDS_PER_DAY),
        says("How far a search looks ahead if it does not say.", "7.00:00:00"),
    ] = DEFAULTS.default_look_forward
    booking_horizon_days: Annotated[
        int, Field(strict=True, ge=1, le=3660), says("How many days ahead a meeting may start.", 90)
    ] = DEFAULTS.booking_horizon_days
    buffer: Annotated[
        Duration, UpToADay, says("How much time is kept free before and after each meeting of an employee.", "00:15")
    ] = DEFAULTS.buffer
    buffer_before: Annotated[
        OptionalDuration,
        UpToADay,
        says(
            "How much time is kept free before a meeting; null: buffer. Between two meetings the larger of what the "
            "earlier one wants after it and the later one before it is kept free.",
            "00:15",
        ),
    ] = DEFAULTS.buffer_before
    buffer_after: Annotated[
        OptionalDuration, UpToADay, says("How much time is kept free after a meeting; null: buffer.", "00:30")
    ] = DEFAULTS.buffer_after
    working_time_buffer: Annotated[
        Duration,
        _seconds_between(0, 366 * SECONDS_PER_DAY),
        says(
            "The lead time: how much of the employee's working time must pass before a customer's meeting can start.",
            "02:00",
        ),
    ] = DEFAULTS.working_time_buffer
    max_meeting_time_per_day: Annotated[
        OptionalDuration,
        UpToADay,
        says("How much time a day an employee may spend in meetings. null: no limit.", "04:00"),
    ] = DEFAULTS.max_meeting_time_per_day
    max_meetings_per_day: Annotated[
        int | None,
        Field(strict=True, ge=1, le=1_000),
        says("How many meetings a day an employee may have that customers book. null: no limit.", 6),
    ] = DEFAULTS.max_meetings_per_day
    closing_days: Annotated[
        list[ClosingDays], Field(max_length=1_000), says("Days on which the organisation is closed.", ["2026-12-25"])
    ] = []
    reservation_lifetime: Annotated[
        Duration, _seconds_between(1, SECONDS_PER_DAY), says("After how long a hold lapses.", "00:05")
    ] = DEFAULTS.reservation_lifetime
    firm_slot_lifetime: Annotated[
        Duration,
        _seconds_between(1, SECONDS_PER_DAY),
        says("After how long a firm time slot without a meeting lapses.", "00:30"),
    ] = DEFAULTS.firm_slot_lifetime
    max_holds: Annotated[
        int, Field(strict=True, ge=1, le=1_000), says("How many live holds one customer may have.", 3)
    ] = DEFAULTS.max_holds
    max_upcoming_meetings: Annotated[
        int | None,
        Field(strict=True, ge=1, le=1_000),
        says("How many meetings to come one customer may have. null: no limit.", 5),
    ] = DEFAULTS.max_upcoming_meetings
    overlap_for_customer: Annotated[
        Flag, says("Whether one customer may have two meetings at the same time.", False)
    ] = DEFAULTS.overlap_for_customer
    waitlist_hold: Annotated[
        Duration,
        _seconds_between(1, SECONDS_PER_DAY),
        says("How long a time that is offered to somebody on the waitlist is held.", "00:30"),
    ] = DEFAULTS.waitlist_hold
    longest_meeting: Annotated[Duration, Positive, says("How long a meeting may be.", "04:00")] = (
        DEFAULTS.longest_meeting
    )
    bookable_from: Annotated[
        Duration,
        UpToAYear,
        says("How far ahead customers must book at least, in calendar time, beside the lead time.", "1.00:00:00"),
    ] = DEFAULTS.bookable_from
    cancel_notice: Annotated[
        OptionalDuration,
        UpToAYear,
        says("How long before its start a customer may last cancel a meeting. null: no limit.", "1.00:00:00"),
    ] = DEFAULTS.cancel_notice
    change_notice: Annotated[
        OptionalDuration,
        UpToAYear,
        says("How long before its start a customer may last move a meeting. null: no limit.", "12:00"),
    ] = DEFAULTS.change_notice
    partner_consent: Annotated[
        Flag, says("Whether a partner may act only for customers that are linked to it.", True)
    ] = DEFAULTS.partner_consent
    retention_days: Annotated[
        int | None,
        Field(strict=True, ge=1, le=36_600),
        says("How many days after a meeting its personal data is erased. null: never.", 365),
    ] = DEFAULTS.retention_days
    priority_rules: Annotated[
        list[PriorityRule],
        Field(max_length=100, default_factory=_default_rules),
        says("In which order employees are chosen.", [{"type": "Explicit"}, {"type": "Local"}]),
    ]
    ical_title: Annotated[
        Line,
        says(
            "The title in calendar files. {topic} and {employee} are replaced by their names.",
            "{topic} with {employee}",
        ),
    ] = DEFAULTS.ical_title
    ical_description: Annotated[Text, says("The description in calendar files.", "Please bring your passport.")] = (
        DEFAULTS.ical_description
    )
    locales: Annotated[
        list[Locale],
        Field(max_length=MOST_LOCALES),
        AfterValidator(_each_once),
        says("The locales that names can be translated into.", ["da-DK", "en-GB"]),
    ] = []
    localized_ical_title: Annotated[
        Translations[Annotated[str, TextOf(1, 1_000)]],
        says("icalTitle, by locale.", {"da-DK": "{topic} med {employee}"}),
    ] = {}
    localized_ical_description: Annotated[
        Translations[Annotated[str, TextOf(1, 10_000, is_multi_line=True)]],
        says("icalDescription, by locale.", {"da-DK": "Medbring pas."}),
    ] = {}
    language: Annotated[
        Language, says("The language of messages where the recipient's is not known or has no texts.", "da")
    ] = MESSAGES.language
    messages: Annotated[
        dict[Language, MessageTexts],
        Field(max_length=50),
        says(
            "The organisation's own texts of messages, by language; the others are built in (English, Danish, German).",
            {"en": {"reminder": {"subject": "See you soon", "text": "We meet {when}.", "sms": ""}}},
        ),
    ] = {}
    reminders: Annotated[
        Reminders, says("How long before the start reminders are sent; empty: none.", ["1.00:00:00"])
    ] = list(MESSAGES.reminders)
    notify_employees: Annotated[Flag, says("Whether employees get the customers' e-mails too.", False)] = (
        MESSAGES.notifies_employees
    )
    organizer: Annotated[
        Organizer, says("The organizer in calendar files.", {"name": "Example Bank", "email": "booking@example.com"})
    ] = Field(default_factory=Organizer)

    @field_validator("opening_time")
    @classmethod
    def _within_the_day(cls, opening: int) -> int:
        if opening >= DEFAULTS.closing_time:
            raise ValueError("a time of day before 24:00")
        return opening

    @field_validator("closing_time")
    @classmethod
    def _after_opening(cls, closing: int, info: ValidationInfo) -> int:
        if closing <= info.data.get("opening_time", 0):
            raise ValueError("a time of day after openingTime")
        return closing

    @field_validator("priority_rules")
    @classmethod
    def _or_default(cls, rules: list[PriorityRule]) -> list[PriorityRule]:
        return rules or _default_rules()


class Named(Fields):
    id: Annotated[Id, says("The document's id. It must be the id in the path, if the path has one.", "anna")]
    name: Annotated[Name, says("The name that people see.", "Anna Holm")]


class NamedInLanguages(Named):
    localized_name: Annotated[
        Translations[Name],
        says(
            "The name by locale, one of the organisation's `locales`. Where there is none, `name` is shown.",
            {"da-DK": "Boligrådgivning", "en-GB": "Housing advisory"},
        ),
    ] = {}


class LocationDocument(NamedInLanguages):
    address: Annotated[Line, says("The postal address.", "City Hall Square 1")] = ""
    room_policy: Annotated[
        RoomPolicy,
        BeforeValidator(lambda value: parse_enumeration(value, RoomPolicy)),
        says("Whether physical meetings there need a room.", "required"),
    ] = RoomPolicy.OPTIONAL


class CustomerTypeDocument(NamedInLanguages):
    pass


class MeetingTopicDocument(NamedInLanguages):
    available_to_customers: Annotated[
        Flag, says("Whether customers may book it; if not, only employees may.", True)
    ] = True
    customer_type_ids: Annotated[Ids, says("For which customer types; empty: all.", ["private"])] = []
    meeting_types: Annotated[MeetingTypes, says("As which types of meeting; empty: all.", ["Physical"])] = []
    duration: Annotated[
        OptionalDuration, Positive, says("How long a meeting about it is; null: the organisation's default.", "01:00")
    ] = None
    buffer_before: Annotated[
        OptionalDuration, UpToADay, says("As the organisation's, which counts if this is null.", "00:15")
    ] = None
    buffer_after: Annotated[
        OptionalDuration, UpToADay, says("As the organisation's, which counts if this is null.", "00:30")
    ] = None
    reminders: Annotated[
        Reminders | None,
        says("How long before a meeting about it reminders are sent; null: the organisation's.", ["02:00:00"]),
    ] = None
    longest_meeting: Annotated[
        OptionalDuration, Positive, says("How long a meeting about it may be; null: the organisation's limit.", "02:00")
    ] = None
    bookable_from: Annotated[
        OptionalDuration, UpToAYear, says("As the organisation's, which counts if this is null.", "2.00:00:00")
    ] = None
    cancel_notice: Annotated[
        OptionalDuration, UpToAYear, says("As the organisation's, which counts if this is null.", "2.00:00:00")
    ] = None
    change_notice: Annotated[
        OptionalDuration, UpToAYear, says("As the organisation's, which counts if this is null.", "1.00:00:00")
    ] = None
    max_upcoming_meetings: Annotated[
        int | None,
        Field(strict=True, ge=1, le=1_000),
        says(
            "How many meetings to come about it one customer may have; these do not count towards the organisation's "
            "limit then. null: they count towards the organisation's limit.",
            1,
        ),
    ] = None
    seats: Annotated[
        int,
        Field(strict=True, ge=1, le=MOST_SEATS),
        says(
            "For how many customers a meeting about it is. More than 1: a group meeting, which several customers book "
            "at the same time, with one employee and one room. A room's capacity, less the employee, bounds it.",
            8,
        ),
    ] = 1


class RoomDocument(Named):
    location: Annotated[Id, says("Where it is: an id of a location.", "Copenhagen")]
    capacity: Annotated[int, Field(strict=True, ge=1, le=100_000), says("How many people it holds.", 4)] = 1
    features: Annotated[Lines, says("What it has.", ["screen"])] = []
    bookable: Annotated[Flag, says("Whether it can be booked.", True)] = True


class SkillsFields(Fields):
    topic_ids: Annotated[Ids, says("The topics that the employee covers.", ["mortgage"])] = []
    customer_type_ids: Annotated[Ids, says("The customer types; empty: none.", ["private"])] = []


class WindowFields(Fields):
    start: Annotated[TimeOfDay, Field(alias="from"), says("When the window begins.", "08:00")]
    end: Annotated[TimeOfDay, Field(alias="to"), says("When it ends.", "16:00")]
    location: Annotated[OptionalId, says("Where the employee is then.", "Copenhagen")] = None
    meeting_types: Annotated[MeetingTypes, says("Which meetings can be held then; empty: all.", ["Online"])] = []

    @field_validator("end")
    @classmethod
    def _forwards(cls, end: int, info: ValidationInfo) -> int:
        if "start" in info.data and end <= info.data["start"]:
            raise ValueError("a time of day after from")
        return end


def _apart(windows: list[WindowFields]) -> list[WindowFields]:
    ordered = sorted(windows, key=lambda window: window.start)
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError(
                f"windows that do not overlap, unlike {format_time_of_day(earlier.start)} to "
                f"{format_time_of_day(earlier.end)} and {format_time_of_day(later.start)} to "
                f"{format_time_of_day(later.end)}"
            )
    return windows


Windows = Annotated[list[WindowFields], Field(max_length=50), AfterValidator(_apart)]


class WorkdaysFields(Fields):
    monday: Annotated[Windows, says("The windows of a Monday.", [{"from": "08:00", "to": "16:00"}])] = []
    tuesday: Annotated[Windows, says("The windows of a Tuesday.", [{"from": "08:00", "to": "16:00"}])] = []
    wednesday: Annotated[Windows, says("The windows of a Wednesday.", [{"from": "08:00", "to": "16:00"}])] = []
    thursday: Annotated[Windows, says("The windows of a Thursday.", [{"from": "08:00", "to": "16:00"}])] = []
    friday: Annotated[Windows, says("The windows of a Friday.", [{"from": "08:00", "to": "16:00"}])] = []
    saturday: Annotated[Windows, says("The windows of a Saturday.", [{"from": "08:00", "to": "16:00"}])] = []
    sunday: Annotated[Windows, says("The windows of a Sunday.", [{"from": "08:00", "to": "16:00"}])] = []


class WeekPlanFields(Fields):
    valid_from: Annotated[OptionalDay, says("The first date of the plan; null: no first.", "2026-07-01")] = None
    valid_to: Annotated[OptionalDay, says("The last date, included; null: no last.", "2026-08-31")] = None
    weeks: Annotated[
        Weeks,
        BeforeValidator(lambda value: parse_enumeration(value, Weeks)),
        says("In which ISO weeks, by their number.", "even"),
    ] = Weeks.ALL
    workdays: Annotated[
        WorkdaysFields, says("The weekly working hours on those dates.", {"monday": [{"from": "10:00", "to": "18:00"}]})
    ] = Field(default_factory=WorkdaysFields)

    @field_validator("valid_to")
    @classmethod
    def _not_backwards(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("valid_from")
        if first and last and last < first:
            raise ValueError("the date in validFrom, or a later one")
        return last


class ExtraFields(Fields):
    start: Annotated[Instant, says("When the extra time begins.", "2026-12-01T16:00")]
    end: Annotated[Instant, says("When it ends.", "2026-12-01T18:00")]

    @field_validator("end")
    @classmethod
    def _forwards(cls, end: int, info: ValidationInfo) -> int:
        if "start" in info.data and end <= info.data["start"]:
            raise ValueError("a date-time after start")
        return end


class AbsenceFields(Fields):
    start: Annotated[DateOrInstant, says("The first day, or when it begins.", "2026-12-07")]
    end: Annotated[DateOrInstant, says("The last day, included, or when it ends.", "2026-12-09")]
    blocking: Annotated[Flag, says("Whether nothing can be booked then.", True)] = True

    @field_validator("end")
    @classmethod
    def _forwards(cls, end: date | int, info: ValidationInfo) -> date | int:
        zone = _zone_of(info)
        start = info.data.get("start")
        if start is not None and _instant_of(start, zone) >= _instant_of(end, zone, last_day=True):
            raise ValueError("the date in start or a later one, or a date-time after start")
        return end


def _instant_of(value: date | int, zone: ZoneInfo, *, last_day: bool = False) -> int:
    if isinstance(value, int):
        return value
    return int(datetime.combine(value + timedelta(days=last_day), time(), zone).timestamp())


class WorkingElsewhereFields(Days):
    location: Annotated[Id, says("Where the employee works on these days.", "Aarhus")]


def _callable_url(url: str) -> str:
    target_of(url, allows_loopback=allows_loopback())
    return url


PublicUrl = Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(_callable_url), Form("PublicUrl")]


class EmployeeDocument(Named):
    email: Annotated[Email, says("The e-mail address.", "anna@example.com")] = ""
    phone: Annotated[Line, says("The phone number.", "+45 12 34 56 78")] = ""
    locations: Annotated[Ids, says("Where the employee works.", ["Copenhagen"])] = []
    can_be_booked: Annotated[Flag, says("Whether the employee can be booked.", True)] = True
    only_explicitly_available: Annotated[Flag, says("Whether only searches that name the employee find it.", False)] = (
        False
    )
    max_meeting_time_per_day: Annotated[
        OptionalDuration,
        UpToADay,
        says("How much of a day is spent in meetings; null: the organisation's limit.", "04:00"),
    ] = None
    max_meetings_per_day: Annotated[
        int | None,
        Field(strict=True, ge=1, le=1_000),
        says("How many meetings a day customers may book; null: the organisation's limit.", 6),
    ] = None
    skills: Annotated[
        SkillsFields | None, says("What the employee covers; null: everything.", {"topicIds": ["mortgage"]})
    ] = None
    workdays: Annotated[
        WorkdaysFields,
        says("When the employee works, by day of the week.", {"monday": [{"from": "08:00", "to": "16:00"}]}),
    ] = Field(default_factory=WorkdaysFields)
    week_plans: Annotated[
        list[WeekPlanFields],
        Field(max_length=100),
        says(
            "Plans that count instead of workdays on their dates; of several that have a date, the first.",
            [
                {
                    "validFrom": "2026-07-01",
                    "validTo": "2026-08-31",
                    "workdays": {"monday": [{"from": "10:00", "to": "14:00"}]},
                }
            ],
        ),
    ] = []
    extra_availability: Annotated[
        list[ExtraFields],
        Field(max_length=1_000),
        says("Further working time.", [{"start": "2026-12-01T16:00", "end": "2026-12-01T18:00"}]),
    ] = []
    absences: Annotated[
        list[AbsenceFields],
        Field(max_length=1_000),
        says("When the employee is away.", [{"start": "2026-12-07", "end": "2026-12-09"}]),
    ] = []
    working_elsewhere: Annotated[
        list[WorkingElsewhereFields],
        Field(max_length=1_000),
        says("Days at another location.", [{"from": "2026-12-14", "to": "2026-12-14", "location": "Aarhus"}]),
    ] = []
    time_zone: Annotated[OptionalZone, says("The employee's own zone; null: the organisation's.", "Europe/London")] = (
        None
    )
    busy_calendar_url: Annotated[
        PublicUrl | None,
        says(
            "Where another calendar of the employee is read every 15 minutes; null: nowhere. The URL is a secret: only "
            "employees and administrators see it.",
            "https://calendar.example.com/anna.ics",
        ),
    ] = None


class CompetenceGroupDocument(Named):
    employee_ids: Annotated[Ids, says("Its members.", ["anna"])] = []
    topic_ids: Annotated[Ids, says("The topics that they cover; empty: any.", ["finance"])] = []
    customer_type_ids: Annotated[Ids, says("The customer types; empty: any.", ["private"])] = []
    sub_group_ids: Annotated[Ids, says("Groups whose members are members too.", ["mortgage-team"])] = []
    labels: Annotated[Labels, says("Labels of your own. No rule reads them.", ["VIP"])] = []


class TriggerFields(Fields):
    topic_ids: Annotated[Ids, says("Searches for these topics; empty: any.", ["mortgage"])] = []
    customer_type_ids: Annotated[Ids, says("Searches for these customer types; empty: any.", ["private"])] = []
    customer_locations: Annotated[
        Ids, says("Searches for customers of these locations; empty: any.", ["Copenhagen"])
    ] = []


class ServiceLevelFields(Fields):
    meeting_types: Annotated[
        MeetingTypes, says("The types of meeting that the group offers; empty: none.", ["Online"])
    ] = []
    locations: Annotated[Ids, says("Where it offers physical meetings; empty: nowhere.", ["Copenhagen"])] = []


class ServiceGroupDocument(Named):
    membership_email: Annotated[Email, says("The address of the group. Nothing is sent to it.", "team@example.com")] = (
        ""
    )
    employee_ids: Annotated[Ids, says("Its members.", ["anna"])] = []
    competence_group_ids: Annotated[Ids, says("Competence groups whose members are members too.", ["finance"])] = []
    trigger: Annotated[TriggerFields, says("Which searches find the group.", {"topicIds": ["mortgage"]})] = Field(
        default_factory=TriggerFields
    )
    service_level: Annotated[ServiceLevelFields, says("What it offers.", {"meetingTypes": ["Online"]})] = Field(
        default_factory=ServiceLevelFields
    )
    max_meeting_time_per_day: Annotated[
        OptionalDuration,
        UpToADay,
        says("How much of a day a member spends in meetings found through it; null: no limit.", "05:00"),
    ] = None
    labels: Annotated[Labels, says("Labels, which priority rules name.", ["VIP"])] = []


def _event(value: object) -> str:
    if value == EVERY_EVENT:
        return EVERY_EVENT
    try:
        return parse_enumeration(value, EventType)
    except ValueError as error:
        raise ValueError(f"{EVERY_EVENT} (every event), or {error}") from None


class WebhookDocument(Fields):
    id: Annotated[Id, says("The webhook's id.", "crm")]
    url: Annotated[
        PublicUrl,
        says("Where events are sent.", "https://crm.example.com/hooks/booking"),
    ]
    events: Annotated[
        list[Annotated[str, BeforeValidator(_event), Form("EventName")]],
        Field(min_length=1, max_length=50),
        AfterValidator(_each_once),
        says("The events that are sent, or `*` for every event.", ["MeetingCreated"]),
    ]
    enabled: Annotated[Flag, says("Whether events are sent.", True)] = True
    description: Annotated[Line, says("What it is for.", "Customer records")] = ""


MODELS: Mapping[Kind, type[Fields]] = {
    Kind.COMPETENCE_GROUPS: CompetenceGroupDocument,
    Kind.CUSTOMER_TYPES: CustomerTypeDocument,
    Kind.EMPLOYEES: EmployeeDocument,
    Kind.LOCATIONS: LocationDocument,
    Kind.MEETING_TOPICS: MeetingTopicDocument,
    Kind.ORGANISATION: OrganisationDocument,
    Kind.ROOMS: RoomDocument,
    Kind.SERVICE_GROUPS: ServiceGroupDocument,
    Kind.WEBHOOKS: WebhookDocument,
}
