"""Calendars as calendar programs export them, and as attackers and bugs write them."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.busy_calendar import MAX_BYTES, busy_times
from booking.domain.errors import InvalidRequest
from booking.domain.interval import Interval

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NEW_YORK = ZoneInfo("America/New_York")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


MARCH_AND_APRIL = Interval(instant("2026-03-01T00:00"), instant("2026-05-01T00:00"))


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str, uid: str = "one") -> list[str]:
    """Where it comes first in a calendar, its first own line is line 7."""
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def busy(*lines: str, zone: ZoneInfo = COPENHAGEN, window: Interval = MARCH_AND_APRIL) -> list[str]:
    """The busy times as '03-16 10:00 - 03-16 11:00', in UTC."""
    return [
        " - ".join(f"{datetime.fromtimestamp(each, UTC):%m-%d %H:%M}" for each in interval)
        for interval in busy_times(calendar(*lines), window, zone)
    ]


def fault(content: bytes) -> tuple[str, str]:
    """Where the file is broken, and what would be accepted."""
    with pytest.raises(InvalidRequest) as raised:
        busy_times(content, MARCH_AND_APRIL, COPENHAGEN)
    (fault,) = raised.value.faults
    assert fault.sent is None
    return fault.where, fault.accepted


def test_an_event_is_busy_from_its_start_to_its_end() -> None:
    assert busy(*event("DTSTART:20260316T100000Z", "DTEND:20260316T113000Z")) == ["03-16 10:00 - 03-16 11:30"]
    assert busy(*event("DTSTART:20260316T100000Z", "DURATION:PT45M")) == ["03-16 10:00 - 03-16 10:45"]


def test_overlapping_and_touching_events_are_one_busy_time() -> None:
    assert busy(
        *event("DTSTART:20260316T120000Z", "DURATION:PT1H", uid="c"),
        *event("DTSTART:20260316T100000Z", "DURATION:PT1H", uid="a"),
        *event("DTSTART:20260316T103000Z", "DURATION:PT90M", uid="b"),
        *event("DTSTART:20260317T100000Z", "DURATION:PT1H", uid="d"),
    ) == ["03-16 10:00 - 03-16 13:00", "03-17 10:00 - 03-17 11:00"]


def test_only_what_lies_within_the_window_counts() -> None:
    window = Interval(instant("2026-03-16T10:00"), instant("2026-03-16T12:00"))
    lines = [
        *event("DTSTART:20260316T093000Z", "DTEND:20260316T101500Z", uid="a"),
        *event("DTSTART:20260316T113000Z", "DTEND:20260316T130000Z", uid="b"),
        *event("DTSTART:20260316T120000Z", "DTEND:20260316T130000Z", uid="c"),
        *event("DTSTART:20260315T120000Z", "DTEND:20260316T100000Z", uid="d"),
    ]
    assert busy(*lines, window=window) == ["03-16 10:00 - 03-16 10:15", "03-16 11:30 - 03-16 12:00"]


def test_an_event_longer_than_the_window_fills_it() -> None:
    assert busy(*event("DTSTART:20250101T000000Z", "DTEND:20270101T000000Z")) == ["03-01 00:00 - 05-01 00:00"]


def test_a_time_with_a_time_zone_is_read_in_it() -> None:
    lines = event("DTSTART;TZID=America/New_York:20260316T100000", "DTEND;TZID=America/New_York:20260316T110000")
    assert busy(*lines) == ["03-16 14:00 - 03-16 15:00"]


def test_a_time_zone_by_its_windows_name_is_known() -> None:
    lines = event('DTSTART;TZID="Romance Standard Time":20260316T100000', "DURATION:PT1H")
    assert busy(*lines, zone=NEW_YORK) == ["03-16 09:00 - 03-16 10:00"]


def test_a_time_zone_by_a_vendors_own_path_is_known() -> None:
    lines = event("DTSTART;TZID=/example.org/20070129_1/Europe/Berlin:20260316T100000", "DURATION:PT1H")
    assert busy(*lines) == ["03-16 09:00 - 03-16 10:00"]


OWN_ZONE = [
    "BEGIN:VTIMEZONE",
    "TZID:Head office",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0400",
    "TZOFFSETTO:+0300",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0300",
    "TZOFFSETTO:+0400",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
]


@pytest.mark.parametrize("zone_comes_first", [True, False])
def test_a_time_zone_that_the_file_defines_is_read_from_it(zone_comes_first: bool) -> None:
    events = [
        *event("DTSTART;TZID=Head office:20260316T100000", "DURATION:PT1H", uid="winter"),
        *event("DTSTART;TZID=Head office:20260416T100000", "DURATION:PT1H", uid="summer"),
    ]
    lines = OWN_ZONE + events if zone_comes_first else events + OWN_ZONE
    assert busy(*lines) == ["03-16 07:00 - 03-16 08:00", "04-16 06:00 - 04-16 07:00"]


def test_a_time_zone_that_one_file_defines_is_unknown_to_the_next() -> None:
    lines = event("DTSTART;TZID=Head office:20260316T100000", "DURATION:PT1H")
    assert busy(*OWN_ZONE, *lines) == ["03-16 07:00 - 03-16 08:00"]
    assert fault(calendar(*lines)) == ("line 7", "a TZID that the file or IANA defines")


@pytest.mark.parametrize(("zone", "expected"), [(COPENHAGEN, "09:00 - 03-16 10:00"), (NEW_YORK, "14:00 - 03-16 15:00")])
def test_a_floating_time_is_local(zone: ZoneInfo, expected: str) -> None:
    lines = event("DTSTART:20260316T100000", "DTEND:20260316T110000")
    assert busy(*lines, zone=zone) == [f"03-16 {expected}"]


def test_a_floating_recurrence_keeps_its_local_time_over_the_clock_change() -> None:
    lines = event("DTSTART:20260327T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20260328T080000")
    assert busy(*lines) == [
        "03-27 07:00 - 03-27 08:00",
        "03-29 06:00 - 03-29 07:00",
        "03-30 06:00 - 03-30 07:00",
    ]


def test_an_all_day_event_is_the_local_day() -> None:
    lines = event("DTSTART;VALUE=DATE:20260316", "DTEND;VALUE=DATE:20260318")
    assert busy(*lines) == ["03-15 23:00 - 03-17 23:00"]
    assert busy(*lines, zone=NEW_YORK) == ["03-16 04:00 - 03-18 04:00"]


def test_the_all_day_event_of_a_clock_change_has_23_hours() -> None:
    assert busy(*event("DTSTART;VALUE=DATE:20260329")) == ["03-28 23:00 - 03-29 22:00"]


def test_an_all_day_event_may_recur() -> None:
    lines = event("DTSTART;VALUE=DATE:20240101", "RRULE:FREQ=MONTHLY;BYDAY=1MO", "EXDATE;VALUE=DATE:20260302")
    assert busy(*lines) == ["04-05 22:00 - 04-06 22:00"]


def test_an_event_without_an_end_lasts_a_day_from_a_date_and_no_time_from_a_time() -> None:
    assert busy(*event("DTSTART;VALUE=DATE:20260316")) == ["03-15 23:00 - 03-16 23:00"]
    assert busy(*event("DTSTART:20260316T100000Z")) == []


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "transp:Transparent"])
def test_transparent_and_cancelled_events_take_no_time(line: str) -> None:
    times = ["DTSTART:20260316T100000Z", "DURATION:PT1H"]
    assert busy(*event(*times, line)) == []
    assert busy(*event(*times, "TRANSP:OPAQUE", "STATUS:TENTATIVE")) == ["03-16 10:00 - 03-16 11:00"]


WEEKLY = event(
    "DTSTART;TZID=Europe/Copenhagen:20260316T100000",
    "DTEND;TZID=Europe/Copenhagen:20260316T110000",
    "RRULE:FREQ=WEEKLY;COUNT=4",
)


def test_a_recurring_event_keeps_its_local_time_over_the_clock_change() -> None:
    assert busy(*WEEKLY) == [
        "03-16 09:00 - 03-16 10:00",
        "03-23 09:00 - 03-23 10:00",
        "03-30 08:00 - 03-30 09:00",
        "04-06 08:00 - 04-06 09:00",
    ]


def test_a_recurrence_that_began_years_ago_is_still_busy() -> None:
    lines = event("DTSTART:20100104T100000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=2TU")
    assert busy(*lines) == ["04-14 10:00 - 04-14 11:00"]


def test_a_rule_ends_at_its_until() -> None:
    lines = event("DTSTART:20260316T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260317T100000Z")
    assert busy(*lines) == ["03-16 10:00 - 03-16 11:00", "03-17 10:00 - 03-17 11:00"]


def test_further_dates_and_periods_are_busy_and_excluded_dates_are_not() -> None:
    lines = event(
        "DTSTART:20260316T100000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RDATE:20260320T100000Z,20260321T120000Z",
        "RDATE;VALUE=PERIOD:20260322T100000Z/PT3H",
        "EXDATE:20260317T100000Z",
        "EXDATE:20260320T100000Z",
    )
    assert busy(*lines) == [
        "03-16 10:00 - 03-16 11:00",
        "03-18 10:00 - 03-18 11:00",
        "03-21 12:00 - 03-21 13:00",
        "03-22 10:00 - 03-22 13:00",
    ]


def test_a_moved_occurrence_is_busy_at_its_new_time_only() -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Copenhagen:20260323T100000",
        "DTSTART;TZID=Europe/Copenhagen:20260324T140000",
        "DTEND;TZID=Europe/Copenhagen:20260324T160000",
    )
    assert busy(*WEEKLY, *moved)[:3] == [
        "03-16 09:00 - 03-16 10:00",
        "03-24 13:00 - 03-24 15:00",
        "03-30 08:00 - 03-30 09:00",
    ]


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
def test_a_cancelled_occurrence_is_free(line: str) -> None:
    override = event(
        "RECURRENCE-ID;TZID=Europe/Copenhagen:20260323T100000",
        "DTSTART;TZID=Europe/Copenhagen:20260323T100000",
        "DTEND;TZID=Europe/Copenhagen:20260323T110000",
        line,
    )
    assert busy(*WEEKLY, *override) == [
        "03-16 09:00 - 03-16 10:00",
        "03-30 08:00 - 03-30 09:00",
        "04-06 08:00 - 04-06 09:00",
    ]


def test_this_and_all_later_occurrences_may_be_moved() -> None:
    moved = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Copenhagen:20260330T100000",
        "DTSTART;TZID=Europe/Copenhagen:20260330T150000",
        "DTEND;TZID=Europe/Copenhagen:20260330T153000",
    )
    assert busy(*WEEKLY, *moved)[2:] == ["03-30 13:00 - 03-30 13:30", "04-06 13:00 - 04-06 13:30"]


def test_the_busy_periods_of_a_free_busy_answer_count() -> None:
    lines = [
        "BEGIN:VFREEBUSY",
        "UID:one",
        "DTSTAMP:20260101T000000Z",
        "FREEBUSY:20260316T100000Z/PT1H,20260317T100000Z/20260317T103000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260318T100000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20260319T100000Z/PT1H",
        "END:VFREEBUSY",
    ]
    assert busy(*lines) == [
        "03-16 10:00 - 03-16 11:00",
        "03-17 10:00 - 03-17 10:30",
        "03-18 10:00 - 03-18 11:00",
    ]


def test_tasks_journals_and_alarms_take_no_time() -> None:
    alarm = ["BEGIN:VALARM", "TRIGGER:nonsense", "END:VALARM"]
    lines = event("DTSTART:20260316T100000Z", *alarm, "DURATION:PT1H")
    task = ["BEGIN:VTODO", "UID:t", "DTSTART:20260317T100000Z", "DUE:20260317T110000Z", "END:VTODO"]
    assert busy(*lines, *task) == ["03-16 10:00 - 03-16 11:00"]


def test_folded_lines_bare_line_feeds_and_a_byte_order_mark_are_read() -> None:
    lines = event("SUMMARY:Møde om lån\r\n  og bolig", "DTSTART:202603\r\n 16T100000Z", "DURATION:PT1H")
    content = calendar(*lines).replace(b"\r\n", b"\n")
    expected = [Interval(instant("2026-03-16T10:00"), instant("2026-03-16T11:00"))]
    assert busy_times(b"\xef\xbb\xbf" + content, MARCH_AND_APRIL, COPENHAGEN) == expected


def test_a_file_may_hold_several_calendars() -> None:
    content = calendar(*event("DTSTART:20260316T100000Z", "DURATION:PT1H")) + calendar(
        *event("DTSTART:20260317T100000Z", "DURATION:PT1H", uid="two")
    )
    assert len(busy_times(content, MARCH_AND_APRIL, COPENHAGEN)) == 2


def test_an_empty_calendar_is_free() -> None:
    assert busy() == []


def test_what_cannot_be_read_but_takes_no_time_does_no_harm() -> None:
    lines = event("DTSTART:20260316T100000Z", "DURATION:PT1H", "GEO:nowhere", "PRIORITY:high", "X-OWN;A=b:c")
    assert busy(*lines) == ["03-16 10:00 - 03-16 11:00"]


BROKEN = [
    (["DTSTART:20260316T100000Z", "DTEND:yesterday"], "line 8"),
    (["DTSTART:20260230T100000Z", "DURATION:PT1H"], "line 7"),
    (["DTSTART:20260316T100000Z", "DURATION:an hour"], "line 8"),
    (["DTSTART:20260316T100000Z", "DURATION:-PT1H"], "line 8"),
    (["SUMMARY:a", "  folded", "DTSTART:nonsense"], "line 9"),
    (["DTSTART:20260316T100000Z", "RRULE:FREQ=SOMETIMES"], "line 8"),
    (["DTSTART:20260316T100000Z", "RRULE:FREQ=DAILY;BYDAY=XX"], "line 8"),
    (["DTSTART:20260316T100000Z", "RRULE:FREQ=DAILY;NONSENSE=1"], "line 8"),
    (["DTSTART:20260316T100000Z", "RRULE:"], "line 8"),
    (["DTSTART:20260316T100000Z", "RRULE:FREQ=DAILY", "EXDATE:x"], "line 9"),
    (["DTSTART:20260316T100000Z", "RDATE:x"], "line 8"),
    (["DTSTART:20260316T100000Z", "RECURRENCE-ID:x"], "line 8"),
    (["DTSTART:20260316T100000Z", "this is no content line"], "line 8"),
    (["DTSTART:20260316T100000Z", "DTEND:20260316T090000Z"], "line 8"),
    (["DTSTART:20260316T100000Z", "DTSTART:20260317T100000Z"], "line 8"),
    (["DTSTART:99991231T235959Z", "DURATION:P9999D"], "line 7"),
    (["DTSTART;TZID=Nowhere/City:20260316T100000"], "line 7"),
    (["DTSTART:20260316T100000Z", "EXDATE;TZID=Nowhere/City:20260316T100000", "EXDATE:20260317T100000Z"], "line 8"),
    (["DTSTART:20260316T100000Z", "DTSTART:20260317T100000Z", "RRULE:FREQ=DAILY"], "line 8"),
    (["DTSTART;VALUE=PERIOD:20260316T100000Z/PT1H", "RRULE:FREQ=DAILY"], "line 7"),
    (["SUMMARY:no start"], "line 4"),
    (["DTSTART;VALUE=TEXT:today"], "line 7"),
    (["DTSTART:20260316T100000Z", "RRULE;VALUE=TEXT:often"], "line 8"),
    (["DTSTART:20260316T100000Z", "EXDATE;VALUE=TEXT:never"], "line 8"),
]


@pytest.mark.parametrize(("lines", "where"), BROKEN)
def test_a_broken_event_is_refused_with_its_line(lines: list[str], where: str) -> None:
    assert fault(calendar(*event(*lines)))[0] == where


def test_the_line_is_counted_from_the_start_of_the_file_and_not_of_the_event() -> None:
    good = event("DTSTART:20260316T100000Z", "DURATION:PT1H")
    assert fault(calendar(*good, *good, *event("DTSTART:x", uid="two")))[0] == "line 19"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "line 1"),
        (b"hello", "line 1"),
        (b"<html>\r\n<body>", "line 1"),
        (b"BEGIN:" + b" " * 900_000 + b"x", "line 1"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "line 1"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "line 3"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", "line 3"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nEND:VCALENDAR\r\n", "line 3"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:\xff\xfe\r\nEND:VCALENDAR\r\n", "line 2"),
        (calendar("BEGIN:VFREEBUSY", "FREEBUSY:x", "END:VFREEBUSY"), "line 5"),
        (calendar("BEGIN:VFREEBUSY", "FREEBUSY:99991231T235959/P9D", "END:VFREEBUSY"), "line 5"),
    ],
    ids=range(11),
)
def test_what_is_no_calendar_is_refused_with_its_line(content: bytes, where: str) -> None:
    assert fault(content)[0] == where


PIECES = [
    *OWN_ZONE,
    *WEEKLY,
    "TRANSP:OPAQUE",
    "EXDATE:20260316T100000",
    "EXDATE;VALUE=DATE:20260316",
    "RDATE;VALUE=PERIOD:20260322T100000Z/PT3H",
    "RDATE:20260322",
    "RECURRENCE-ID:20260316T090000Z",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260316",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1;UNTIL=20260401",
    "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=-1;WKST=SU",
    "DTSTART;VALUE=DATE:20260316",
    "DTEND:00010101T000000",
    "DURATION:-P1D",
    "DURATION:PT0S",
    "SEQUENCE:1",
    "SEQUENCE;VALUE=TEXT:first",
    "DTEND;VALUE=TIME:100000",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "BEGIN:VFREEBUSY",
    "FREEBUSY;FBTYPE=BUSY:20260316T100000Z/PT1H",
    "END:VFREEBUSY",
    "BEGIN:VALARM",
    "END:VALARM",
    "END:VCALENDAR",
    "",
    " folded",
    "=;:,",
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.sampled_from(PIECES[len(OWN_ZONE) :]), max_size=12))
def test_whatever_is_sent_is_read_or_refused_and_never_fails(loose: list[str], within: list[str]) -> None:
    for content in (calendar(*loose), calendar(*OWN_ZONE, *event(*within), *WEEKLY)):
        try:
            times = busy_times(content, MARCH_AND_APRIL, COPENHAGEN)
        except InvalidRequest:
            continue
        assert all(MARCH_AND_APRIL.contains(each) and each.start < each.end for each in times)


def test_a_fault_never_repeats_what_the_file_says() -> None:
    content = calendar(*event("SUMMARY:secret", "DTSTART:secret", "ATTENDEE:mailto:secret@example.org"))
    with pytest.raises(InvalidRequest) as raised:
        busy_times(content, MARCH_AND_APRIL, COPENHAGEN)
    assert "secret" not in f"{raised.value} {raised.value.details}"


def test_a_file_of_more_than_a_megabyte_is_refused() -> None:
    assert fault(b" " * (MAX_BYTES + 1)) == ("body", "at most 1000000 bytes")


START = "DTSTART:20260316T100000Z"

TOO_MUCH = [
    ([START, "RRULE:FREQ=SECONDLY"], "line 8"),
    ([START, "RRULE:FREQ=MINUTELY"], "line 8"),
    ([START, "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"], "line 8"),
    ([START, "R RULE:FREQ=SECONDLY"], "line 4"),
    ([START, "RRULE:FREQ=DAILY;FREQ=SECONDLY"], "line 8"),
    ([START, "RRULE:FREQ=DAILY,SECONDLY"], "line 8"),
    ([START, "RRULE:FREQ=DAILY;INTERVAL=0"], "line 8"),
    ([START, "RRULE:FREQ=DAILY;INTERVAL=-1"], "line 8"),
    ([START, "RRULE:FREQ=YEARLY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5"], "line 8"),
    ([START, "RRULE:FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 1000)], "line 8"),
    ([START, "RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY;INTERVAL=2"], "line 9"),
    (["DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"], "line 8"),
    ([START, "DURATION:P5000D", "RRULE:FREQ=DAILY"], "line 7"),
    ([START, "RECURRENCE-ID;RANGE=THISANDFUTURE:99980101T000000Z"], "line 7"),
]


@pytest.mark.parametrize(("lines", "where"), TOO_MUCH)
def test_a_rule_that_would_be_too_much_work_is_refused_at_once(lines: list[str], where: str) -> None:
    started = time.process_time()
    assert fault(calendar(*event(*lines)))[0] == where
    assert time.process_time() - started < 1


def test_a_time_zone_that_would_be_too_much_work_is_refused() -> None:
    zone = [line.replace("FREQ=YEARLY;BYMONTH=10", "FREQ=SECONDLY;BYMONTH=10") for line in OWN_ZONE]
    assert fault(calendar(*zone))[0] == "line 8"


def test_too_many_occurrences_are_refused() -> None:
    hours = "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(str(hour) for hour in range(24))
    lines = [line for n in range(20) for line in event("DTSTART:20260101T000000Z", hours, uid=f"{n}")]
    assert fault(calendar(*lines))[1] == "at most 20000 occurrences in all"


def test_many_rules_that_never_come_true_are_refused_within_the_limit_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.busy_calendar.MAX_SECONDS", 0.5)
    rule = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    lines = [line for n in range(500) for line in event(START, rule, uid=f"{n}")]
    started = time.monotonic()
    assert fault(calendar(*lines))[1].startswith("a calendar that can be read in")
    assert time.monotonic() - started < 5
