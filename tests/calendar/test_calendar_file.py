"""Each file is read by two parsers (conftest.py), which must agree before anything else is looked at."""

from copy import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from booking.calendar_file import calendar_file, feed_file, file_name, method
from booking.domain.configuration import (
    Configuration,
    CustomerType,
    Employee,
    Location,
    MeetingTopic,
    MeetingType,
    Organisation,
    Room,
)
from booking.domain.meeting import ExternalAttendee, Meeting, MeetingStatus
from tests.calendar.conftest import Parse, Starts


def instant(text: str) -> int:
    """Unix seconds of a UTC time such as 2026-03-15T10:00."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


NOW = instant("2026-02-03T12:00")

CONFIGURATION = Configuration(
    organisation=Organisation(
        name="Example Bank", organizer_name="Example Bank, bookings", organizer_email="booking@example.com"
    ),
    locations={"Copenhagen": Location("Copenhagen", "City Hall Square", "Rådhuspladsen 1; 1550 København V")},
    customer_types={"private": CustomerType("private", "Private")},
    meeting_topics={"mortgage": MeetingTopic("mortgage", "Mortgage")},
    employees={
        "anna": Employee("anna", "Anna Holm", "anna@example.com", "+45 11 22 33 44", ("Copenhagen",)),
        "bo": Employee("bo", "Bo Ærø", "bo@example.com"),
    },
    rooms={"cph-1": Room("cph-1", "Tivoli", "Copenhagen")},
)

MEETING = Meeting(
    id="01982f3e",
    owner="CUSTOMER#c",
    version=1,
    sequence=0,
    status=MeetingStatus.CONFIRMED,
    created_at=instant("2026-02-01T08:00"),
    modified_at=instant("2026-02-02T09:30"),
    time_slot_id="slot",
    start=instant("2026-03-16T10:00"),
    end=instant("2026-03-16T11:00"),
    type=MeetingType.PHYSICAL,
    employee_id="anna",
    room_id="cph-1",
    customer_type_id="private",
    topic_id="mortgage",
)

CANCELLED = replace(MEETING, status=MeetingStatus.CANCELLED, sequence=1)


def organised(**changes: object) -> Configuration:
    return replace(CONFIGURATION, organisation=replace(CONFIGURATION.organisation, **changes))  # type: ignore[arg-type]


def in_zone(zone: str) -> Configuration:
    return organised(time_zone=ZoneInfo(zone))


def local_time(content: bytes) -> str:
    """The wall-clock start that is written in the file."""
    text: str = written_start(content).to_ical().decode()
    return text


def written_start(content: bytes) -> Any:
    """DTSTART as icalendar reads it."""
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return event["DTSTART"]


def test_a_confirmed_meeting_is_published_with_everything_a_calendar_shows(parse: Parse) -> None:
    assert parse(calendar_file(MEETING, CONFIGURATION, NOW)) == {
        "method": "PUBLISH",
        "zones": ["Europe/Copenhagen"],
        "events": [
            {
                "uid": "01982f3e",
                "sequence": 0,
                "status": "CONFIRMED",
                "summary": "Mortgage, Anna Holm",
                "description": "Mortgage\nAnna Holm",
                "location": "Tivoli, City Hall Square, Rådhuspladsen 1; 1550 København V",
                "start": MEETING.start,
                "end": MEETING.end,
                "stamp": NOW,
                "created": MEETING.created_at,
                "modified": MEETING.modified_at,
                "zone": "Europe/Copenhagen",
                "organizer": {
                    "address": "mailto:booking@example.com",
                    "name": "Example Bank, bookings",
                    "role": None,
                    "answer": None,
                },
                "attendees": [],
                "alarms": [-15 * 60],
            }
        ],
    }


def test_the_file_has_the_frame_that_the_standard_requires() -> None:
    lines = calendar_file(MEETING, CONFIGURATION, NOW).decode().split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert any(line.startswith("PRODID:") for line in lines)


def test_a_cancelled_meeting_cancels_the_same_event_and_rings_no_alarm(parse: Parse) -> None:
    parsed = parse(calendar_file(CANCELLED, CONFIGURATION, NOW))
    (event,) = parsed["events"]
    assert (parsed["method"], method(CANCELLED)) == ("CANCEL", "CANCEL")
    assert (event["status"], event["uid"], event["sequence"]) == ("CANCELLED", MEETING.id, 1)
    assert event["alarms"] == []


def test_a_rescheduled_meeting_is_the_same_event_at_its_new_time_with_a_higher_sequence(parse_event: Parse) -> None:
    moved = replace(MEETING, start=instant("2026-03-30T08:00"), end=instant("2026-03-30T09:00"), sequence=3)
    event = parse_event(calendar_file(moved, CONFIGURATION, NOW))
    assert (event["uid"], event["sequence"]) == (MEETING.id, 3)
    assert (event["start"], event["end"]) == (moved.start, moved.end)


@pytest.mark.parametrize("status", MeetingStatus)
@pytest.mark.parametrize("type", MeetingType)
@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "America/New_York", "Asia/Kathmandu"])
def test_every_type_of_meeting_keeps_its_instants_in_every_zone(
    parse_event: Parse, zone: str, type: MeetingType, status: MeetingStatus
) -> None:
    meeting = replace(MEETING, type=type, status=status)
    event = parse_event(calendar_file(meeting, in_zone(zone), NOW))
    assert (event["start"], event["end"], event["zone"]) == (meeting.start, meeting.end, zone)


DAYS_OF_CHANGE = [
    ("Europe/Copenhagen", "2026-03-28T12:00", "20260328T130000"),
    ("Europe/Copenhagen", "2026-03-29T00:30", "20260329T013000"),
    ("Europe/Copenhagen", "2026-03-29T01:00", "20260329T030000"),
    ("Europe/Copenhagen", "2026-03-29T01:30", "20260329T033000"),
    ("Europe/Copenhagen", "2026-03-30T06:00", "20260330T080000"),
    ("Europe/Copenhagen", "2026-10-24T06:00", "20261024T080000"),
    ("Europe/Copenhagen", "2026-10-25T02:00", "20261025T030000"),
    ("Europe/Copenhagen", "2026-10-26T07:00", "20261026T080000"),
    ("Europe/Copenhagen", "2026-12-31T23:00", "20270101T000000"),
    ("America/New_York", "2026-03-08T06:30", "20260308T013000"),
    ("America/New_York", "2026-03-08T07:00", "20260308T030000"),
    ("America/New_York", "2026-03-09T12:00", "20260309T080000"),
    ("America/New_York", "2026-11-01T07:00", "20261101T020000"),
    ("America/New_York", "2026-11-02T13:00", "20261102T080000"),
    ("Asia/Kathmandu", "2026-03-29T02:15", "20260329T080000"),
    ("America/Nuuk", "2026-03-29T00:30", "20260328T223000"),
    ("America/Nuuk", "2026-03-29T01:00", "20260329T000000"),
    ("Australia/Lord_Howe", "2026-10-03T15:30", "20261004T023000"),
    ("Africa/Casablanca", "2026-02-20T09:00", "20260220T090000"),
    ("Africa/Casablanca", "2026-03-25T09:00", "20260325T100000"),
]


@pytest.mark.parametrize(("zone", "start", "local"), DAYS_OF_CHANGE)
def test_a_meeting_on_either_side_of_a_clock_change_keeps_its_instant(
    parse_event: Parse, zone: str, start: str, local: str
) -> None:
    meeting = replace(MEETING, start=instant(start), end=instant(start) + 3600)
    content = calendar_file(meeting, in_zone(zone), NOW)
    event = parse_event(content)
    assert (event["start"], event["end"], event["zone"]) == (meeting.start, meeting.end, zone)
    assert local_time(content) == local


ZONES = [
    *("Europe/Copenhagen", "America/New_York", "America/Nuuk", "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun"),
    *("Asia/Gaza", "Australia/Lord_Howe", "Europe/Dublin", "Antarctica/Troll", "Asia/Kathmandu", "Africa/Lagos"),
]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_the_time_zone_in_the_file_is_right_without_any_other_source(starts_by_ical_js: Starts, zone: str) -> None:
    """Each month, and each hour around each clock change, of several years.

    Read under a name that nobody knows, so that only the file's own VTIMEZONE can tell the offset.
    """
    starts = [hour for year in (2025, 2026, 2027, 2031) for hour in moments(ZoneInfo(zone), year)]
    files = [
        calendar_file(replace(MEETING, start=start, end=start + 60), in_zone(zone), NOW).replace(
            zone.encode(), f"Nowhere/{zone.replace('/', '-')}-{start}".encode()
        )
        for start in starts
    ]
    assert [int(written_start(file).dt.timestamp()) for file in files] == starts
    assert starts_by_ical_js(files) == starts


def moments(zone: ZoneInfo, year: int) -> list[int]:
    hours = range(instant(f"{year}-01-01T00:00"), instant(f"{year + 1}-01-01T00:00"), 3600)
    offsets = [datetime.fromtimestamp(hour, zone).utcoffset() for hour in hours]
    changes = [n for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]
    around = {n + more for n in changes for more in range(-2, 3) if 0 <= n + more < len(hours)}
    months = set(range(12, len(hours), 730))
    return [hours[n] for n in sorted(around | months)]


def test_the_first_change_of_an_irregular_time_zone_is_listed_too() -> None:
    zones = icalendar.Calendar.from_ical(calendar_file(MEETING, in_zone("Africa/Casablanca"), NOW)).walk("VTIMEZONE")
    parts: list[Any] = [part for zone in zones for part in zone.subcomponents]
    for part in parts:
        lines = part["RDATE"] if isinstance(part["RDATE"], list) else [part["RDATE"]]
        assert part["DTSTART"].dt in [time.dt for line in lines for time in line.dts]


def test_the_time_zone_gives_yearly_rules_where_the_clock_changes_by_one() -> None:
    zones = icalendar.Calendar.from_ical(calendar_file(MEETING, CONFIGURATION, NOW)).walk("VTIMEZONE")
    rules = [part["RRULE"].to_ical() for zone in zones for part in zone.subcomponents]
    assert rules == [b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"]


@pytest.mark.parametrize("start", ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"])
def test_a_meeting_in_the_hour_that_occurs_twice_is_given_in_utc(parse: Parse, start: str) -> None:
    meeting = replace(MEETING, start=instant(start), end=instant(start) + 1800)
    content = calendar_file(meeting, CONFIGURATION, NOW)
    parsed = parse(content)
    (event,) = parsed["events"]
    assert (event["start"], event["end"]) == (meeting.start, meeting.end)
    assert local_time(content).endswith("Z")
    assert parsed["zones"] == []


def test_an_organisation_in_utc_needs_no_time_zone(parse: Parse) -> None:
    content = calendar_file(MEETING, in_zone("UTC"), NOW)
    assert parse(content)["zones"] == []
    assert local_time(content) == "20260316T100000Z"


@pytest.mark.parametrize(
    ("meeting", "location"),
    [
        (replace(MEETING, room_id=None), "City Hall Square, Rådhuspladsen 1; 1550 København V"),
        (replace(MEETING, room_id=None, employee_id="bo"), None),
        (replace(MEETING, type=MeetingType.ONLINE, video_link="https://meet.example.com/a?b=1,2;c"), "=video"),
        (replace(MEETING, type=MeetingType.ONLINE), None),
        (replace(MEETING, type=MeetingType.TELEPHONE), "+45 11 22 33 44"),
        (replace(MEETING, type=MeetingType.OFF_SITE), None),
    ],
)
def test_the_location_is_where_that_type_of_meeting_takes_place(
    parse_event: Parse, meeting: Meeting, location: str | None
) -> None:
    expected = meeting.video_link if location == "=video" else location
    assert parse_event(calendar_file(meeting, CONFIGURATION, NOW))["location"] == expected


def test_a_location_that_nobody_configured_goes_by_its_id(parse_event: Parse) -> None:
    configuration = replace(CONFIGURATION, locations={})
    assert parse_event(calendar_file(MEETING, configuration, NOW))["location"] == "Tivoli, Copenhagen"


@pytest.mark.parametrize("meeting", [MEETING, CANCELLED])
def test_the_participants_are_in_the_description_and_there_is_no_attendee(parse_event: Parse, meeting: Meeting) -> None:
    meeting = replace(
        meeting,
        additional_employees=("bo",),
        external_attendees=(
            ExternalAttendee('Søren; Møller, "Smed"', "soren@example.org"),
            ExternalAttendee("Anna Holm", "anna@example.com"),
            ExternalAttendee("", "nameless@example.org"),
        ),
    )
    names = 'Anna Holm\nBo Ærø\nSøren; Møller, "Smed"\nnameless@example.org'
    event = parse_event(calendar_file(meeting, CONFIGURATION, NOW))
    assert (event["attendees"], event["description"]) == ([], f"Mortgage\n{names}")
    text = "Bring your papers.\nBo Ærø will join us."
    own = replace(meeting, description=text)
    event = parse_event(calendar_file(own, CONFIGURATION, NOW))
    assert event["description"] == text + "\n\n" + names.replace("\nBo Ærø", "")
    assert b"ATTENDEE" not in calendar_file(meeting, CONFIGURATION, NOW)


def test_the_employee_organises_where_the_organisation_names_nobody(parse_event: Parse) -> None:
    event = parse_event(calendar_file(MEETING, organised(organizer_email=""), NOW))
    assert event["organizer"]["address"] == "mailto:anna@example.com"
    assert event["organizer"]["name"] == "Anna Holm"


def test_there_is_an_organizer_also_where_nobody_has_an_address(parse_event: Parse) -> None:
    configuration = replace(organised(organizer_email=""), employees={"anna": Employee("anna", "Anna Holm")})
    event = parse_event(calendar_file(MEETING, configuration, NOW))
    assert event["organizer"]["address"] == "mailto:nobody@booking.invalid"
    assert event["organizer"]["name"] == "Example Bank, bookings"


@pytest.mark.parametrize("empty", ["", "  ", "\n", "\x00\x07", "\u2028"])
def test_a_title_without_anything_to_show_is_the_default(parse_event: Parse, empty: str) -> None:
    meeting = replace(MEETING, title=empty)
    event = parse_event(calendar_file(meeting, organised(ical_title=empty), NOW, title=empty))
    assert event["summary"] == "Mortgage, Anna Holm"
    event = parse_event(calendar_file(replace(meeting, topic_id=None), CONFIGURATION, NOW))
    assert (event["summary"], event["description"]) == ("Anna Holm", "Anna Holm")


def test_templates_of_the_organisation_are_filled_in(parse_event: Parse) -> None:
    configuration = organised(
        ical_title="{topic} with {employee} ({customerType})",
        ical_description="{title}\n{start} in {room}\n{location}",
    )
    event = parse_event(calendar_file(MEETING, configuration, NOW))
    assert event["summary"] == "Mortgage with Anna Holm (Private)"
    assert event["description"] == (
        "Mortgage with Anna Holm (Private)\n2026-03-16 11:00 in Tivoli\n"
        "Tivoli, City Hall Square, Rådhuspladsen 1; 1550 København V"
    )


def test_names_and_templates_are_in_the_first_of_the_readers_languages(parse_event: Parse) -> None:
    configuration = replace(
        organised(
            locales=("da-DK", "de-DE"),
            ical_title="{topic} with {employee} ({customerType})",
            ical_description="Bring your passport to {location}.",
            localized_ical_title={"da-DK": "{topic} hos {employee} ({customerType})"},
            localized_ical_description={"da-DK": "Tag passet med til {location}."},
        ),
        meeting_topics={"mortgage": MeetingTopic("mortgage", "Mortgage", localized_name={"da-DK": "Boliglån"})},
        customer_types={"private": CustomerType("private", "Private", {"da-DK": "Privat", "de-DE": "Privatkunde"})},
        locations={"Copenhagen": Location("Copenhagen", "Copenhagen", localized_name={"da-DK": "København"})},
    )

    danish = parse_event(calendar_file(MEETING, configuration, NOW, languages=["sv", "da"]))
    assert danish["summary"] == "Boliglån hos Anna Holm (Privat)"
    assert danish["description"] == "Tag passet med til Tivoli, København.\n\nAnna Holm"
    assert danish["location"] == "Tivoli, København"
    german = parse_event(calendar_file(MEETING, configuration, NOW, languages=["de"]))
    assert german["summary"] == "Mortgage with Anna Holm (Privatkunde)"
    assert parse_event(calendar_file(MEETING, configuration, NOW))["summary"] == "Mortgage with Anna Holm (Private)"


@pytest.mark.parametrize("template", ["{nobody} {", "}{", "{topic", "{{}}", "{0} {!r} {a.b}", "100 % {}", "\\{start\\"])
def test_a_template_with_stray_braces_or_unknown_names_stays_as_it_is(parse_event: Parse, template: str) -> None:
    configuration = organised(ical_title=template)
    expected = template.replace("{start", "2026-03-16 11:00") if "{start}" in template else template
    assert parse_event(calendar_file(MEETING, configuration, NOW))["summary"] == expected


def test_a_value_that_looks_like_a_placeholder_is_not_filled_in_again(parse_event: Parse) -> None:
    configuration = replace(
        organised(ical_title="{topic}"), meeting_topics={"mortgage": MeetingTopic("mortgage", "{employee}")}
    )
    assert parse_event(calendar_file(MEETING, configuration, NOW))["summary"] == "{employee}"


def test_the_meetings_own_texts_come_before_templates_and_given_texts_before_both(parse_event: Parse) -> None:
    configuration = organised(ical_title="template", ical_description="template")
    own = replace(MEETING, title="own title", description="own description")
    event = parse_event(calendar_file(own, configuration, NOW))
    assert (event["summary"], event["description"]) == ("own title", "own description\n\nAnna Holm")
    event = parse_event(calendar_file(own, configuration, NOW, "given title", "given description", "given place"))
    assert (event["summary"], event["description"]) == ("given title", "given description")
    assert event["location"] == "given place"


def test_a_given_empty_text_leaves_the_default_out(parse_event: Parse) -> None:
    event = parse_event(calendar_file(MEETING, CONFIGURATION, NOW, description="", location=""))
    assert (event["description"], event["location"]) == (None, None)


def test_an_object_deleted_from_the_configuration_is_shown_by_its_id(parse_event: Parse) -> None:
    meeting = replace(MEETING, additional_employees=("bo",))
    event = parse_event(calendar_file(meeting, Configuration(), NOW))
    assert event["summary"] == "mortgage, anna"
    assert event["location"] == "cph-1"
    assert event["organizer"] == {
        "address": "mailto:nobody@booking.invalid",
        "name": "anna",
        "role": None,
        "answer": None,
    }
    assert event["description"] == "mortgage\nanna\nbo"


TEXTS = [
    "Commas, semicolons; colons: and \\ backslashes \\n \\N \\, C:\\New\\notes",
    "Æbler, øl og ålegræs: blåbærgrød",
    "Emoji 👩‍👩‍👧‍👦 🇩🇰 and 漢字",
    "“Quotes” \"straight\" 'single' ^n ^' ^^ %2C %5C",
    "BEGIN:VEVENT",
    "Æøå 👍 " * 286,
    "a" * 2000,
    "👍" * 500,
    "\\" * 300,
    "Line one\nline two\n\n  indented\n\ttabbed",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_description_arrives_exactly_as_it_was_written(parse_event: Parse, text: str) -> None:
    meeting = replace(MEETING, description=text)
    assert parse_event(calendar_file(meeting, CONFIGURATION, NOW))["description"] == f"{text}\n\nAnna Holm"
    assert parse_event(calendar_file(MEETING, CONFIGURATION, NOW, description=text))["description"] == text


@pytest.mark.parametrize("text", TEXTS[:5], ids=range(5))
def test_a_title_a_location_and_a_name_arrive_exactly_as_they_were_written(parse_event: Parse, text: str) -> None:
    # icalendar takes a backslash in a parameter for an escape, which RFC 5545 does not.
    name = text.replace("\\", "/")
    event = parse_event(calendar_file(MEETING, organised(organizer_name=name), NOW, title=text, location=text))
    assert (event["summary"], event["location"]) == (text, text)
    assert event["organizer"]["name"] == name


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_line_is_longer_than_75_octets_and_every_line_is_whole_utf_8(text: str) -> None:
    meeting = replace(MEETING, title=text, description=text)
    content = calendar_file(meeting, CONFIGURATION, NOW)
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode() for line in lines]
    assert not set(b"\r\n") & set(content.replace(b"\r\n", b""))


INJECTIONS = [
    "one\rATTENDEE:mailto:evil@example.org",
    "one\r\nATTENDEE:mailto:evil@example.org",
    "one\nATTENDEE:mailto:evil@example.org",
    "one\x85ATTENDEE:mailto:evil@example.org",
    "one\u2028ATTENDEE:mailto:evil@example.org",
    "one\x0bATTENDEE:mailto:evil@example.org",
    "one\x00\x07\x1b\x7f two",
    "one\ud800 two",
]


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_control_characters_neither_break_the_file_nor_add_lines(parse: Parse, text: str) -> None:
    configuration = replace(
        organised(name=text, organizer_name=text),
        employees={"anna": replace(CONFIGURATION.employees["anna"], name=text, phone=text)},
        meeting_topics={"mortgage": MeetingTopic("mortgage", text)},
    )
    meeting = replace(
        MEETING,
        type=MeetingType.TELEPHONE,
        description=text,
        external_attendees=(ExternalAttendee(text, "x@example.org\r\nX-EVIL:1"),),
    )
    content = calendar_file(meeting, configuration, NOW)
    (event,) = parse(content)["events"]
    assert len(event["attendees"]) == 0
    assert not [line for line in content.split(b"\r\n") if line.startswith((b"ATTENDEE:", b"X-EVIL"))]
    assert not set(content) & (set(range(32)) - {13, 10})
    assert event["summary"].startswith("one")


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "Africa/Casablanca", "UTC"])
def test_a_feed_has_the_confirmed_meetings_in_order_and_stays_the_same_until_one_changes(
    parse: Parse, zone: str
) -> None:
    """Half a year ahead, and so on both sides of a clock change."""
    spring = replace(MEETING, id="later", start=instant("2026-05-16T10:00"), end=instant("2026-05-16T11:00"))
    anna, meetings = CONFIGURATION.employees["anna"], [spring, CANCELLED, MEETING]
    content = feed_file(anna, meetings, in_zone(zone), NOW, False)
    parsed = parse(content)
    assert [(each["uid"], each["start"]) for each in parsed["events"]] == [
        (MEETING.id, MEETING.start),
        ("later", spring.start),
    ]
    assert parsed["method"] is None
    assert [each["description"] for each in parsed["events"]] == [None, None]
    assert parsed["events"][0]["stamp"] == MEETING.modified_at
    assert feed_file(anna, reversed(meetings), in_zone(zone), NOW + 3600, False) == content
    assert feed_file(anna, [replace(spring, title="New")], in_zone(zone), NOW, False) != content
    with_details = parse(feed_file(anna, meetings, in_zone(zone), NOW, True))
    assert "Anna Holm" in with_details["events"][0]["description"]


def test_the_file_name_is_plain_ascii() -> None:
    assert file_name(MEETING) == "meeting-01982f3e.ics"
    assert file_name(replace(MEETING, id='é"/../\r\nx')) == "meeting-________x.ics"
