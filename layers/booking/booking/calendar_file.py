"""Meetings as calendar files (RFC 5545) that Outlook, Google Calendar and Apple Calendar import."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vText,
)

from booking.domain.configuration import Configuration, Employee, MeetingType
from booking.domain.languages import locales_for, translation
from booking.domain.meeting import Meeting, MeetingStatus

PRODUCT = "-//Meeting booking//Meeting booking 1.0//EN"
NOBODY = "nobody@booking.invalid"
"""No such address can exist (RFC 2606, 2)."""

REMINDER = timedelta(minutes=-15)
REFRESH = timedelta(minutes=15)
"""How often a program that has subscribed to a calendar should look again."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar_file(
    meeting: Meeting,
    configuration: Configuration,
    now: int,
    title: str | None = None,
    description: str | None = None,
    location: str | None = None,
    languages: Iterable[str] = (),
) -> bytes:
    """The file of one meeting, made at `now` (DTSTAMP; RFC 5545, 3.8.7.2); UTF-8, CRLF, lines of at most 75 octets.

    Texts that are given are used unchanged. Otherwise title and description are the meeting's own, else the
    organisation's template, else topic and employee. A title without visible characters counts as missing. The
    description names those who take part, because a published event has no ATTENDEE (RFC 5546, 3.2.1). The location
    depends on the type of meeting: the room and its branch, the video link, or the employee's phone. In templates
    {topic} {employee} {customerType} {location} {room} {start} {title} are filled in, and other braces are kept. An
    object that has been deleted from the configuration is shown by its id. `languages` are the reader's, best first:
    they choose the translations of names and templates.

    A cancelled meeting gives METHOD:CANCEL, without an alarm (RFC 5546, 3.2.5). Times are in the organisation's zone,
    with its VTIMEZONE. If the local time occurs twice they are in UTC: RFC 5545 cannot name the second occurrence.
    """
    event = _event(meeting, configuration, now, title, description, location, languages)
    return _file_of(event, method(meeting), configuration)


def invitation(meeting: Meeting, configuration: Configuration, now: int, languages: Iterable[str] = ()) -> bytes:
    """The meeting as an invitation for mail programs. The reader accepts or declines it, and later files update it.

    METHOD:REQUEST (RFC 5546, 3.2.2), or CANCEL. Everybody with a known address is an ATTENDEE.
    """
    event = _event(meeting, configuration, now, None, None, None, languages)
    for attendee in _attendees(meeting, configuration):
        event.add("attendee", attendee)
    return _file_of(event, invitation_method(meeting), configuration)


def _attendees(meeting: Meeting, configuration: Configuration) -> Iterator[vCalAddress]:
    employees = map(configuration.employees.get, (meeting.employee_id, *meeting.additional_employees))
    known = [(each.name, each.email) for each in employees if each and each.email]
    if meeting.customer and meeting.customer.email:
        known.append((meeting.customer.name or "", meeting.customer.email))
    known += [(each.name, each.email) for each in meeting.external_attendees]
    for name, email in known:
        attendee = _address(name, email)
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "TRUE"
        yield attendee


def feed_file(
    employee: Employee,
    meetings: Iterable[Meeting],
    configuration: Configuration,
    now: int,
    details: bool,
    languages: Iterable[str] = (),
) -> bytes:
    """The employee's confirmed meetings as one calendar that programs subscribe to, earliest first.

    Without `details` there are no descriptions, because they name customers. If no meeting has changed, the bytes are
    the same: DTSTAMP is the time of a meeting's last change.
    """
    events = [
        _event(each, configuration, each.modified_at, None, None if details else "", None, languages)
        for each in sorted(meetings, key=lambda each: (each.start, each.id))
        if each.status is MeetingStatus.CONFIRMED
    ]
    calendar = _calendar()
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _Text(_one_line(employee.name) or employee.id))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    if not all(map(_is_in_utc, events)):
        calendar.add_component(_time_zone(configuration.organisation.time_zone, _utc(now).year))
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def method(meeting: Meeting) -> str:
    """The file's METHOD, which its content type repeats: PUBLISH, or CANCEL for a cancelled meeting."""
    return "CANCEL" if meeting.status is MeetingStatus.CANCELLED else "PUBLISH"


def invitation_method(meeting: Meeting) -> str:
    """The METHOD of an invitation: REQUEST, or CANCEL for a cancelled meeting."""
    return "CANCEL" if meeting.status is MeetingStatus.CANCELLED else "REQUEST"


def file_name(meeting: Meeting) -> str:
    """A name that is safe in a header and on any disk."""
    return f"meeting-{re.sub(r'[^A-Za-z0-9_-]', '_', meeting.id)}.ics"


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    return calendar


def _file_of(event: Event, method: str, configuration: Configuration) -> bytes:
    calendar = _calendar()
    calendar.add("method", method)
    if not _is_in_utc(event):
        calendar.add_component(_time_zone(configuration.organisation.time_zone, event.start.year))
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _is_in_utc(event: Event) -> bool:
    start: Any = event["DTSTART"]
    return start.dt.tzinfo is UTC


def _event(
    meeting: Meeting,
    configuration: Configuration,
    stamp: int,
    title: str | None,
    description: str | None,
    location: str | None,
    languages: Iterable[str],
) -> Event:
    """The meeting as an event, with the texts as `calendar_file` has them."""
    organisation = configuration.organisation
    start, end = (datetime.fromtimestamp(each, organisation.time_zone) for each in (meeting.start, meeting.end))
    locales = locales_for(languages, organisation.locales)
    values = placeholders(meeting, configuration, locales, location)
    topic, employee, where = values["topic"], values["employee"], values["location"]
    titles = (
        title or "",
        meeting.title or "",
        filled(translation(organisation.ical_title, organisation.localized_ical_title, locales), values).strip(),
        _joined((topic, employee), ", "),
    )
    title = next(text for each in titles if (text := _one_line(each)))
    if description is None:
        template = translation(organisation.ical_description, organisation.localized_ical_description, locales)
        template = filled(template, values | {"title": title}).strip()
        names = _participants(meeting, configuration)
        text = meeting.description or template
        description = _with_names(text, names) if text else _joined((topic, *names), "\n")
    cancelled = meeting.status is MeetingStatus.CANCELLED

    event = Event()
    event.add("uid", meeting.id)
    event.add("dtstamp", _utc(stamp))
    event.add("created", _utc(meeting.created_at))
    event.add("last-modified", _utc(meeting.modified_at))
    event.add("sequence", meeting.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", _Text(title))
    if description:
        event.add("description", _Text(_printable(description)))
    if where:
        event.add("location", _Text(where))
    event.add("organizer", _organizer(meeting, configuration))
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", REMINDER)
        alarm.add("description", _Text(title))
        event.add_component(alarm)
    if organisation.time_zone.key == "UTC" or _occurs_twice(start) or _occurs_twice(end):
        start, end = _utc(meeting.start), _utc(meeting.end)
    event.add("dtstart", start)
    event.add("dtend", end)
    return event


def placeholders(
    meeting: Meeting, configuration: Configuration, locales: Sequence[str], location: str | None = None
) -> dict[str, str]:
    """What {topic} {employee} {customerType} {location} {room} {start} {title} stand for.

    A name is shown in the first of the locales that it is translated into.
    """
    start = datetime.fromtimestamp(meeting.start, configuration.organisation.time_zone)
    return {
        "topic": _localized(configuration.meeting_topics, meeting.topic_id, locales),
        "employee": _name(configuration.employees, meeting.employee_id),
        "customerType": _localized(configuration.customer_types, meeting.customer_type_id, locales),
        "location": _one_line(_place(meeting, configuration, locales) if location is None else location),
        "room": _name(configuration.rooms, meeting.room_id),
        "start": f"{start:%Y-%m-%d %H:%M}",
        "title": meeting.title or "",
    }


class _Text(vText):
    """TEXT, escaped as in RFC 5545 (3.3.11). The library's escaping turns a backslash and N into a line break."""

    def to_ical(self) -> bytes:
        return re.sub(r"([\\;,])", r"\\\1", self).replace("\n", "\\n").encode()


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def _name(kind: Mapping[str, _Named], id: str | None) -> str:
    configured = kind.get(id) if id else None
    return (configured.name if configured else "") or id or ""


class _Translated(_Named, Protocol):
    @property
    def localized_name(self) -> Mapping[str, str]: ...


def _localized(kind: Mapping[str, _Translated], id: str | None, locales: Sequence[str]) -> str:
    configured = kind.get(id) if id else None
    return (translation(configured.name, configured.localized_name, locales) if configured else "") or id or ""


def _place(meeting: Meeting, configuration: Configuration, locales: Sequence[str]) -> str:
    employee = configuration.employees.get(meeting.employee_id)
    match meeting.type:
        case MeetingType.ONLINE:
            return meeting.video_link or ""
        case MeetingType.TELEPHONE:
            return employee.phone if employee else ""
        case MeetingType.OFF_SITE:
            return ""
    room = configuration.rooms.get(meeting.room_id) if meeting.room_id else None
    branch_id = room.location if room else ""
    if not meeting.room_id and employee and len(employee.locations) == 1:
        branch_id = employee.locations[0]
    branch, address = _localized(configuration.locations, branch_id, locales), configuration.location(branch_id).address
    return _joined((_name(configuration.rooms, meeting.room_id), branch, address), ", ")


def _organizer(meeting: Meeting, configuration: Configuration) -> vCalAddress:
    """The organisation; if it has no address, the employee; if neither has one, an address that reaches nobody.

    An ORGANIZER is required (RFC 5546, 3.2.1) and must be a URI.
    """
    organisation = configuration.organisation
    name = organisation.organizer_name or organisation.name
    employee = configuration.employees.get(meeting.employee_id)
    if organisation.organizer_email:
        return _address(name, organisation.organizer_email)
    if employee and employee.email:
        return _address(employee.name, employee.email)
    return _address(name or _name(configuration.employees, meeting.employee_id), NOBODY)


def _participants(meeting: Meeting, configuration: Configuration) -> list[str]:
    """The names of all who take part. Whoever has no name is shown by the e-mail address."""
    employees = (meeting.employee_id, *meeting.additional_employees)
    names = [_name(configuration.employees, id) for id in employees]
    names += [each.name or each.email for each in meeting.external_attendees]
    return [name for name in dict.fromkeys(map(_one_line, names)) if name]


def _with_names(text: str, names: Iterable[str]) -> str:
    """The text, followed by the names that it does not mention."""
    text = _printable(text)
    return _joined((text, "\n".join(name for name in names if name not in text)), "\n\n")


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{_one_line(email)}")
    if name := _one_line(name):
        address.params["CN"] = name
    return address


def filled(template: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; other braces stay."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)


def _joined(parts: Iterable[str], separator: str) -> str:
    return separator.join(part for part in parts if part)


def _printable(text: str) -> str:
    """The text without characters that calendars cannot show, and with \n as the only line break."""
    return UNPRINTABLE.sub("", LINE_BREAK.sub("\n", text))


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in _printable(text).splitlines() if line.strip())


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def _occurs_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _time_zone(zone: ZoneInfo, year: int) -> Timezone:
    """A VTIMEZONE that is right in `year` and the years beside it.

    The library's own is not used: it starts summer time an hour late, because its onsets are not in the offset before
    them, and it lists dates where Outlook needs rules.
    """
    component = Timezone()
    component.add("tzid", zone.key)
    begin = datetime(year - 1, 1, 1, tzinfo=zone)
    changes: dict[tuple[timedelta, timedelta, str], list[datetime]] = {}
    for change in _changes(zone, year - 1, year + 1):
        before, after = _offset(change - timedelta(seconds=1), zone), _offset(change, zone)
        name = change.astimezone(zone).tzname() or zone.key
        # The onset is wall-clock time in the offset before it (RFC 5545, 3.6.5).
        changes.setdefault((before, after, name), []).append((change + before).replace(tzinfo=None))
    if not any(onset.year < year for onsets in changes.values() for onset in onsets):
        offset = begin.utcoffset() or timedelta()
        changes[offset, offset, begin.tzname() or zone.key] = [begin.replace(tzinfo=None)]
    for (before, after, name), onsets in changes.items():
        part = TimezoneDaylight() if after > before else TimezoneStandard()
        part.add("dtstart", onsets[0])
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", name)
        rule = _yearly(onsets)
        if rule:
            part.add("rrule", rule)
        else:
            # One line for each onset, and DTSTART too: ical.js ignores DTSTART here, and reads one date of a line.
            for onset in onsets:
                part.add("rdate", [onset])
        component.add_component(part)
    return component


@cache
def _changes(zone: ZoneInfo, first: int, last: int) -> list[datetime]:
    """The instants, in UTC, at which the zone's offset changes in these years."""
    day, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    found = []
    while day < end:
        low, high = day, day + timedelta(days=1)
        if _offset(low, zone) != _offset(high, zone):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if _offset(middle, zone) == _offset(low, zone) else (low, middle)
            found.append(high.replace(microsecond=0))
        day += timedelta(days=1)
    return found


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _yearly(onsets: list[datetime]) -> dict[str, object] | None:
    """The rule 'the n-th (or last) weekday of a month' if it gives exactly the onsets of these three years."""
    first = onsets[0]
    if len(onsets) != 3 or len({(each.month, each.weekday(), each.time()) for each in onsets}) != 1:
        return None
    if all((each + timedelta(days=7)).month != each.month for each in onsets):
        nth = -1
    elif len({(each.day - 1) // 7 for each in onsets}) == 1:
        nth = (first.day - 1) // 7 + 1
    else:
        return None
    return {"freq": "YEARLY", "bymonth": first.month, "byday": f"{nth}{WEEKDAYS[first.weekday()]}"}
