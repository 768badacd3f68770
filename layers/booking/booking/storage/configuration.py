"""Configuration: one partition of documents, each stored as the JSON that the API gives, under one version.

Every change raises the version in its own transaction, on the condition that the version is still the one that
the change was decided on. So a reference that was checked cannot be gone when the document that makes it is
stored, and a warm container re-reads the configuration only when its version has moved.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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
    PriorityRule,
    Room,
    RoomPolicy,
    ServiceGroup,
    Skills,
    Window,
    WorkingElsewhere,
)
from booking.domain.documents import Document, Documents, Kind, Leaving, Stored
from booking.domain.errors import Outdated
from booking.domain.interval import Interval
from booking.storage import keys
from booking.storage.table import Action, Item, Table, encode

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DEFAULTS = Organisation()
FRESH_SECONDS = 5
"""How long a container believes that the version which it has seen is still the newest."""

IS_FIRST_CHANGE = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # nothing at all was configured differently since it was read


class Configurations:
    """A warm container's copy of the configuration. `now` is in Unix seconds."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._documents = Documents()
        self._configuration: Configuration | None = None
        self._checked_at: int | None = None
        self._moved_at = self._read_at = 0

    def current(self, now: int) -> Configuration:
        """At most `FRESH_SECONDS` behind: no call, or one to ask for the version."""
        if self._checked_at is None or not 0 <= now - self._checked_at < FRESH_SECONDS:
            self._refresh(now)
        if self._configuration is None:
            self._configuration = configuration_of(self._documents)
        return self._configuration

    def documents(self, now: int) -> Documents:
        """The newest, for those who look at what they have just changed: one call to ask for the version."""
        self._refresh(now)
        return self._documents

    def was_old(self, now: int) -> bool:
        """Whether the copy, if there was one, was not the newest; it is now. One call to ask for the version."""
        if self._checked_at is None:
            return False
        before = self._documents
        self._refresh(now)
        return self._documents != before

    def _refresh(self, now: int) -> None:
        # The writes of a transaction may become visible one after the other, the version first. So what was read
        # with a version that had just moved is read again later, before it is trusted for good.
        is_settled = self._read_at >= self._moved_at + FRESH_SECONDS
        if self._checked_at is None or not is_settled or self._documents.version != self._version():
            documents = read(self._table)
            if self._checked_at is None or documents.version != self._documents.version:
                self._moved_at = now
            self._documents, self._read_at, self._configuration = documents, now, None
        self._checked_at = now

    def _version(self) -> int:
        item = self._table.get(keys.CONFIGURATION_VERSION)
        return int(item["version"]) if item else 0


def read(table: Table) -> Documents:
    """All documents: one Query for each megabyte of them."""
    version = 0
    by_kind: dict[Kind, dict[str, Stored]] = {}
    leaving: dict[tuple[Kind, str], Leaving] = {}
    former: set[str] = set()
    for item in table.query(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=encode({":pk": keys.CONFIGURATION_PARTITION}),
        ConsistentRead=True,
    ):
        if item["sk"] == keys.CONFIGURATION_VERSION["sk"]:
            version = item["version"]
            continue
        kind, _, id = item["sk"].partition("#")
        if kind == keys.FORMER_EMPLOYEE:
            former.add(id)
            continue
        stored = Stored(json.loads(item["document"]), item["version"])
        if "leavingSince" in item:
            leaving[Kind(kind), id] = Leaving(stored, item["leavingSince"])
        else:
            by_kind.setdefault(Kind(kind), {})[id] = stored
    return Documents(version, by_kind, leaving, frozenset(former))


def require_newest(configuration: Configuration, items: Iterable[Item]) -> None:
    """For who decides by `configuration`: it is the newest, whose version is among `items` if there is any.

    Raises Outdated.
    """
    newest = next((item["version"] for item in items if item["sk"] == keys.CONFIGURATION_VERSION["sk"]), 0)
    if newest != configuration.version:
        raise Outdated


def put(kind: Kind, id: str, stored: Stored, *, leaving_since: int | None = None) -> Action:
    """Stores the document; with `leaving_since` as one whose deletion has begun."""
    text = json.dumps(stored.document, ensure_ascii=False, separators=(",", ":"))
    item = {
        **keys.configuration(kind, id),
        "version": stored.version,
        "document": text,
        "leavingSince": leaving_since,
    }
    return {"Put": {"Item": encode(item)}}


def delete(kind: Kind, id: str) -> Action:
    return {"Delete": {"Key": encode(keys.configuration(kind, id))}}


def note_former_employee(id: str) -> Action:
    """For the lists of meetings and slots, which are by employee and keep those of who has left."""
    return {"Put": {"Item": encode(keys.former_employee(id))}}


@dataclass(frozen=True)
class Change:
    """What a new version changed, and who made it: for the audit trail."""

    by: str
    action: str
    kind: Kind
    id: str


def raise_version(read: int, change: Change | None = None) -> Action:
    """Makes the version `read + 1`, unless it is no longer `read`. Without a `change` the audit trail has no entry."""
    said = {}
    if change:
        said = {"modifiedBy": change.by, "action": change.action, "kind": change.kind.value, "id": change.id}
    request: Action = {"Item": encode({**keys.CONFIGURATION_VERSION, "version": read + 1, **said})}
    if read:
        request |= {"ConditionExpression": IS_UNCHANGED, "ExpressionAttributeValues": encode({":read": read})}
    else:
        request |= {"ConditionExpression": IS_FIRST_CHANGE}
    return {"Put": request}


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
    )


def competence_groups_of(documents: Documents) -> Mapping[str, CompetenceGroup]:
    return _each(documents, Kind.COMPETENCE_GROUPS, _competence_group)


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
        working_time_buffer=_seconds(document["workingTimeBuffer"]),
        max_meeting_time_per_day=_optional_seconds(document["maxMeetingTimePerDay"]),
        closing_days=tuple(map(_closing_days, document["closingDays"])),
        reservation_lifetime=_seconds(document["reservationLifetime"]),
        firm_slot_lifetime=_seconds_or(document.get("firmSlotLifetime"), DEFAULTS.firm_slot_lifetime),
        max_holds=document.get("maxHolds", DEFAULTS.max_holds),
        longest_meeting=_seconds_or(document.get("longestMeeting"), DEFAULTS.longest_meeting),
        retention_days=document["retentionDays"],
        priority_rules=tuple(
            PriorityRule(EmployeeType(rule["type"]), rule["label"]) for rule in document["priorityRules"]
        ),
        ical_title=document["icalTitle"],
        ical_description=document["icalDescription"],
        organizer_name=document["organizer"]["name"],
        organizer_email=document["organizer"]["email"],
    )


def _closing_days(days: str | Mapping[str, str]) -> DateRange:
    return _date_range({"from": days, "to": days} if isinstance(days, str) else days)


def _location(document: Document) -> Location:
    return Location(document["id"], document["name"], document["address"], RoomPolicy(document["roomPolicy"]))


def _customer_type(document: Document) -> CustomerType:
    return CustomerType(document["id"], document["name"])


def _meeting_topic(document: Document) -> MeetingTopic:
    return MeetingTopic(
        id=document["id"],
        name=document["name"],
        available_to_customers=document["availableToCustomers"],
        customer_type_ids=frozenset(document["customerTypeIds"]),
        meeting_types=_meeting_types(document["meetingTypes"]) or ALL_MEETING_TYPES,
        duration=_optional_seconds(document["duration"]),
        longest_meeting=_optional_seconds(document.get("longestMeeting")),
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
        skills=Skills(frozenset(skills["topicIds"]), frozenset(skills["customerTypeIds"])) if skills else None,
        workdays=tuple(tuple(map(_window, document["workdays"][day])) for day in WEEKDAYS),
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
    return int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _seconds_or(duration: str | None, default: int) -> int:
    """For a setting that documents of an earlier version do not have."""
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
