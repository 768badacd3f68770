"""Turns configuration documents into the values that the rules read.

Stored documents have one form of everything. A field that came later has its default in documents from before.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from booking.domain.configuration import (
    ALL_MEETING_TYPES,
    CompetenceGroup,
    Configuration,
    CustomerType,
    DateRange,
    Employee,
    EmployeeType,
    Location,
    MeetingTopic,
    MeetingType,
    Organisation,
    PlanDates,
    PriorityRule,
    Room,
    RoomPolicy,
    ServiceGroup,
    Skills,
    WeekPlan,
    Weeks,
    Window,
    WorkingElsewhere,
)
from booking.domain.documents import Document, Documents, Kind
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.messages import MessageKind, MessageSettings, Text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DEFAULTS = Organisation()
MESSAGES = MessageSettings()


def configuration_of(documents: Documents) -> Configuration:
    organisation = _organisation(documents.organisation)
    return Configuration(
        version=documents.version,
        organisation=organisation,
        locations=_each(documents, Kind.LOCATIONS, _location),
        customer_types=_each(documents, Kind.CUSTOMER_TYPES, _customer_type),
        meeting_topics=_each(documents, Kind.MEETING_TOPICS, _meeting_topic),
        employees=_each(documents, Kind.EMPLOYEES, partial(_employee, default_zone=organisation.time_zone)),
        rooms=_each(documents, Kind.ROOMS, _room),
        competence_groups=competence_groups_of(documents),
        service_groups=_each(documents, Kind.SERVICE_GROUPS, _service_group),
        former_employee_ids=documents.former_employee_ids,
        limits_changed_at=_limits_changed_at(documents),
    )


def competence_groups_of(documents: Documents) -> Mapping[str, CompetenceGroup]:
    return _each(documents, Kind.COMPETENCE_GROUPS, _competence_group)


def _limits_changed_at(documents: Documents) -> int:
    stored = (*documents.of(Kind.ORGANISATION).values(), *documents.of(Kind.MEETING_TOPICS).values())
    return max((each.changed_at for each in stored if _limits_customers(each.document)), default=0)


def _limits_customers(document: Document) -> bool:
    return document.get("maxUpcomingMeetings") is not None or not document.get("overlapForCustomer", True)


def _each[T](documents: Documents, kind: Kind, value_of: Callable[[Document], T]) -> Mapping[str, T]:
    return {id: value_of(stored.document) for id, stored in documents.of(kind).items()}


def _organisation(document: Document) -> Organisation:
    if not document:
        return Organisation()
    return Organisation(
        name=document["name"],
        time_zone=ZoneInfo(document["timeZone"]),
        opening_time=_minutes(document["openingTime"]),
        closing_time=_minutes(document["closingTime"]),
        slot_interval=_seconds(document["slotInterval"]),
        default_meeting_duration=_seconds(document["defaultMeetingDuration"]),
        default_look_forward=_seconds(document["defaultLookForward"]),
        booking_horizon_days=document["bookingHorizonDays"],
        buffer=_seconds(document["buffer"]),
        buffer_before=_optional_seconds(document.get("bufferBefore")),
        buffer_after=_optional_seconds(document.get("bufferAfter")),
        working_time_buffer=_seconds(document["workingTimeBuffer"]),
        max_meeting_time_per_day=_optional_seconds(document["maxMeetingTimePerDay"]),
        max_meetings_per_day=document.get("maxMeetingsPerDay"),
        closing_days=tuple(map(_closing_days, document["closingDays"])),
        reservation_lifetime=_seconds(document["reservationLifetime"]),
        firm_slot_lifetime=_seconds_or(document.get("firmSlotLifetime"), DEFAULTS.firm_slot_lifetime),
        max_holds=document.get("maxHolds", DEFAULTS.max_holds),
        max_upcoming_meetings=document.get("maxUpcomingMeetings"),
        overlap_for_customer=document.get("overlapForCustomer", DEFAULTS.overlap_for_customer),
        waitlist_hold=_seconds_or(document.get("waitlistHold"), DEFAULTS.waitlist_hold),
        longest_meeting=_seconds_or(document.get("longestMeeting"), DEFAULTS.longest_meeting),
        bookable_from=_seconds_or(document.get("bookableFrom"), DEFAULTS.bookable_from),
        cancel_notice=_optional_seconds(document.get("cancelNotice")),
        change_notice=_optional_seconds(document.get("changeNotice")),
        partner_consent=document.get("partnerConsent", DEFAULTS.partner_consent),
        retention_days=document["retentionDays"],
        priority_rules=tuple(
            PriorityRule(EmployeeType(rule["type"]), rule["label"]) for rule in document["priorityRules"]
        ),
        ical_title=document["icalTitle"],
        ical_description=document["icalDescription"],
        organizer_name=document["organizer"]["name"],
        organizer_email=document["organizer"]["email"],
        locales=tuple(document.get("locales", ())),
        localized_ical_title=document.get("localizedIcalTitle", {}),
        localized_ical_description=document.get("localizedIcalDescription", {}),
    )


def message_settings_of(documents: Documents) -> MessageSettings:
    """Only for who sends messages: bookings do not wait for it."""
    document = documents.organisation
    topics = documents.of(Kind.MEETING_TOPICS)
    return MessageSettings(
        language=document.get("language", MESSAGES.language),
        texts={
            language: {MessageKind(kind): Text(**text) for kind, text in texts.items() if text}
            for language, texts in document.get("messages", {}).items()
        },
        reminders=tuple(map(_seconds, document["reminders"])) if "reminders" in document else MESSAGES.reminders,
        topic_reminders={
            id: tuple(map(_seconds, stored.document["reminders"]))
            for id, stored in topics.items()
            if stored.document.get("reminders") is not None
        },
        notifies_employees=document.get("notifyEmployees", MESSAGES.notifies_employees),
    )


def _closing_days(days: str | Mapping[str, str]) -> DateRange:
    return _date_range({"from": days, "to": days} if isinstance(days, str) else days)


def _location(document: Document) -> Location:
    return Location(
        id=document["id"],
        name=document["name"],
        address=document["address"],
        room_policy=RoomPolicy(document["roomPolicy"]),
        localized_name=document.get("localizedName", {}),
    )


def _customer_type(document: Document) -> CustomerType:
    return CustomerType(document["id"], document["name"], document.get("localizedName", {}))


def _meeting_topic(document: Document) -> MeetingTopic:
    return MeetingTopic(
        id=document["id"],
        name=document["name"],
        available_to_customers=document["availableToCustomers"],
        customer_type_ids=frozenset(document["customerTypeIds"]),
        meeting_types=_meeting_types(document["meetingTypes"]) or ALL_MEETING_TYPES,
        duration=_optional_seconds(document["duration"]),
        buffer_before=_optional_seconds(document.get("bufferBefore")),
        buffer_after=_optional_seconds(document.get("bufferAfter")),
        longest_meeting=_optional_seconds(document.get("longestMeeting")),
        bookable_from=_optional_seconds(document.get("bookableFrom")),
        cancel_notice=_optional_seconds(document.get("cancelNotice")),
        change_notice=_optional_seconds(document.get("changeNotice")),
        max_upcoming_meetings=document.get("maxUpcomingMeetings"),
        seats=document.get("seats", 1),
        localized_name=document.get("localizedName", {}),
    )


def _employee(document: Document, default_zone: ZoneInfo) -> Employee:
    own_zone = ZoneInfo(document["timeZone"]) if document["timeZone"] else None
    skills = document["skills"]
    return Employee(
        id=document["id"],
        name=document["name"],
        email=document["email"],
        phone=document["phone"],
        locations=tuple(document["locations"]),
        can_be_booked=document["canBeBooked"],
        only_explicitly_available=document["onlyExplicitlyAvailable"],
        max_meeting_time_per_day=_optional_seconds(document["maxMeetingTimePerDay"]),
        max_meetings_per_day=document.get("maxMeetingsPerDay"),
        skills=Skills(frozenset(skills["topicIds"]), frozenset(skills["customerTypeIds"])) if skills else None,
        workdays=_workdays(document["workdays"]),
        week_plans=tuple(map(_week_plan, document.get("weekPlans", ()))),
        extra_availability=tuple(
            Interval(_instant(extra["start"]), _instant(extra["end"])) for extra in document["extraAvailability"]
        ),
        absences=tuple(
            _absence(absence, own_zone or default_zone) for absence in document["absences"] if absence["blocking"]
        ),
        working_elsewhere=tuple(
            WorkingElsewhere(_date_range(days), days["location"]) for days in document["workingElsewhere"]
        ),
        time_zone=own_zone,
    )


def _workdays(workdays: Mapping[str, list[Document]]) -> tuple[tuple[Window, ...], ...]:
    return tuple(tuple(map(_window, workdays[day])) for day in WEEKDAYS)


def _week_plan(plan: Document) -> WeekPlan:
    first, last = plan["validFrom"], plan["validTo"]
    dates = PlanDates(
        date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None, Weeks(plan["weeks"])
    )
    return WeekPlan(dates, _workdays(plan["workdays"]))


def _window(window: Document) -> Window:
    return Window(
        start=_minutes(window["from"]),
        end=_minutes(window["to"]),
        location=window["location"],
        meeting_types=_meeting_types(window["meetingTypes"]) or ALL_MEETING_TYPES,
    )


def _absence(absence: Document, zone: ZoneInfo) -> Interval:
    """Dates stand for whole days in that zone, the last one included; they keep meaning that if the zone changes."""
    start, end = absence["start"], absence["end"]
    return Interval(
        _midnight(date.fromisoformat(start), zone) if _is_date(start) else _instant(start),
        _midnight(date.fromisoformat(end) + timedelta(days=1), zone) if _is_date(end) else _instant(end),
    )


def _room(document: Document) -> Room:
    return Room(
        id=document["id"],
        name=document["name"],
        location=document["location"],
        capacity=document["capacity"],
        features=tuple(document["features"]),
        bookable=document["bookable"],
    )


def _competence_group(document: Document) -> CompetenceGroup:
    return CompetenceGroup(
        id=document["id"],
        name=document["name"],
        employee_ids=frozenset(document["employeeIds"]),
        topic_ids=frozenset(document["topicIds"]),
        customer_type_ids=frozenset(document["customerTypeIds"]),
        sub_group_ids=frozenset(document["subGroupIds"]),
        labels=frozenset(document["labels"]),
    )


def _service_group(document: Document) -> ServiceGroup:
    trigger, level = document["trigger"], document["serviceLevel"]
    return ServiceGroup(
        id=document["id"],
        name=document["name"],
        employee_ids=frozenset(document["employeeIds"]),
        competence_group_ids=frozenset(document["competenceGroupIds"]),
        trigger_topic_ids=frozenset(trigger["topicIds"]),
        trigger_customer_type_ids=frozenset(trigger["customerTypeIds"]),
        trigger_customer_locations=frozenset(trigger["customerLocations"]),
        meeting_types=_meeting_types(level["meetingTypes"]),
        locations=frozenset(level["locations"]),
        max_meeting_time_per_day=_optional_seconds(document["maxMeetingTimePerDay"]),
        labels=frozenset(document["labels"]),
    )


# Stored documents have one form of everything, so reading it back needs no more than this.


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def _seconds(duration: str) -> int:
    days, _, clock = duration.rpartition(".")
    hours, minutes, seconds = clock.split(":")
    return int(days or 0) * SECONDS_PER_DAY + int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _seconds_or(duration: str | None, default: int) -> int:
    """The default of a setting that older documents do not have."""
    return default if duration is None else _seconds(duration)


def _optional_seconds(duration: str | None) -> int | None:
    return None if duration is None else _seconds(duration)


def _instant(date_time: str) -> int:
    return int(datetime.fromisoformat(date_time).timestamp())


def _is_date(text: str) -> bool:
    return len(text) == len("2026-12-07")


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _date_range(days: Mapping[str, str]) -> DateRange:
    return DateRange(date.fromisoformat(days["from"]), date.fromisoformat(days["to"]))


def _meeting_types(names: list[str]) -> frozenset[MeetingType]:
    return frozenset(map(MeetingType, names))
