"""Calendars as calendar programs export them, and as attackers and bugs write them."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.busy_calendar import MAX_BYTES, BusyCalendar, read_busy_calendar
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


def busy_times(content: bytes, window: Interval, zone: ZoneInfo) -> list[Interval]:
    return read_busy_calendar(content, window, zone).busy


def read(*lines: str) -> BusyCalendar:
    return read_busy_calendar(calendar(*lines), MARCH_AND_APRIL, COPENHAGEN)


def remarks(*lines: str) -> dict[str, tuple[int, int]]:
    """What was passed over or assumed: how often, and at which line first."""
    found = read(*lines)
    return {each.reason.value: (each.count, each.first_line) for each in [*found.passed_over, *found.assumed]}


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
    assert remarks(*lines) == {"LOCAL_TIME_ZONE": (1, 7)}


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


def test_unreadable_properties_that_do_not_concern_the_time_are_ignored() -> None:
    lines = event("DTSTART:20260316T100000Z", "DURATION:PT1H", "GEO:nowhere", "PRIORITY:high", "X-OWN;A=b:c")
    assert busy(*lines) == ["03-16 10:00 - 03-16 11:00"]


UNREADABLE = [
    (["DTSTART:20260316T100000Z", "DTEND:yesterday"], "UNREADABLE_END"),
    (["DTSTART:20260230T100000Z", "DURATION:PT1H"], "UNREADABLE_START"),
    (["DTSTART:20260316T250000Z", "DURATION:PT1H"], "UNREADABLE_START"),
    (["DTSTART:20260316T100000Z", "DURATION:an hour"], "UNREADABLE_END"),
    (["DTSTART:20260316T100000Z", "DURATION:-PT1H"], "END_BEFORE_START"),
    (["DTSTART:20260316T100000Z", "DTEND:16010101T090000Z"], "END_BEFORE_START"),
    (["DTSTART:20260316T100000Z", "DTEND:20260316T100000Z"], "NO_DURATION"),
    (["DTSTART:20260316T100000Z"], "NO_DURATION"),
    (["DTSTART:nonsense", "DURATION:PT1H"], "UNREADABLE_START"),
    (["DTSTART;VALUE=TEXT:today"], "UNREADABLE_START"),
    (["SUMMARY:no start"], "NO_START"),
]


@pytest.mark.parametrize(("lines", "reason"), UNREADABLE)
def test_an_event_that_cannot_be_read_is_counted_and_the_others_stay(lines: list[str], reason: str) -> None:
    good = event("DTSTART:20260317T100000Z", "DURATION:PT1H", uid="good")
    found = read(*good, *event(*lines), *good)
    assert [each.start for each in found.busy] == [instant("2026-03-17T10:00")]
    assert remarks(*good, *event(*lines)) == {reason: (1, 10)}


AT_TEN = ["03-16 10:00 - 03-16 11:00"]
HOUR = ["DTSTART:20260316T100000Z", "DURATION:PT1H"]

READ_IN_PART = [
    (["DTSTART:20260316T110000Z", "DTEND:20260316T100000Z"], "ENDS_SWAPPED"),
    ([*HOUR, "RRULE:FREQ=SOMETIMES"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;BYDAY=XX"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;RSCALE=HEBREW"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=FORWARD"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;COUNT"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;NONSENSE=1;BYDAY=XX"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;FREQ=SECONDLY"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY,SECONDLY"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;COUNT=0"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;COUNT=" + "9" * 5000], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;UNTIL=soon"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=YEARLY;BYHOUR=25"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:FREQ=DAILY;BYMONTHDAY=" + ",".join(map(str, range(1, 1000)))], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:"], "NO_RECURRENCE"),
    ([*HOUR, "RRULE:D1 #5"], "NO_RECURRENCE"),
    ([*HOUR, "EXDATE:x"], "UNREADABLE_DATE"),
    ([*HOUR, "RDATE:x"], "UNREADABLE_DATE"),
    ([*HOUR, "RDATE;VALUE=PERIOD:20260317T100000Z/20260317T090000Z"], "UNREADABLE_DATE"),
    ([*HOUR, "RECURRENCE-ID:x"], "UNREADABLE_DATE"),
    (["DTSTART;TZID=Nowhere/City:20260316T110000", "DURATION:PT1H"], "LOCAL_TIME_ZONE"),
    (["DTSTART;TZID=Customized Time Zone:20260316T110000", "DURATION:PT1H"], "LOCAL_TIME_ZONE"),
]


@pytest.mark.parametrize(("lines", "reason"), READ_IN_PART)
def test_the_readable_parts_of_an_event_count(lines: list[str], reason: str) -> None:
    assert busy(*event(*lines)) == AT_TEN
    assert list(remarks(*event(*lines))) == [reason]


AS_MEANT = [
    [*HOUR, "this is no content line"],
    [*HOUR, "GEO:nowhere", "X-OWN;A=b:c", "X-BAD;;=:", "ATTACH"],
    [*HOUR, "DTSTART:20260317T100000Z"],
    ["DTSTART:20260316T1000Z", "DTEND:20260316T1100Z"],
    ["DTSTART:2026-03-16T10:00:00Z", "DTEND:2026-03-16T11:00:00.000Z"],
    ["DTSTART:20260316T110000+0100", "DTEND:20260316T110000Z"],
    ["dtstart : 20260316t100000z", "duration:pt1h"],
    ["DTSTART:20260316T100000Z", "DTEND:20260316T110000Z", "DURATION:PT0S"],
    ["DTSTART:20260316T100000Z", "DTEND:20260316T100000Z", "DURATION:PT1H"],
    ["DTSTART:20260316T100000Z", "DTEND:20260316T090000Z", "DURATION:PT1H"],
    ["DTSTART:20260316T100000Z", "DTEND:soon", "DURATION:PT1H"],
    ["DTSTART;TZID=Europe/Copenhagen:20260316T110000", "DTEND:20260316T120000"],
    ["DTSTART;VALUE=PERIOD:20260316T100000Z/PT1H"],
    [*HOUR, "STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"],
    [*HOUR, "X-MICROSOFT-CDO-BUSYSTATUS:OOF"],
    [*HOUR, "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"],
    [*HOUR, "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
    [*HOUR, "RRULE:FREQ=DAILY;UNTIL=20260301"],
]


@pytest.mark.parametrize("lines", AS_MEANT, ids=range(len(AS_MEANT)))
def test_invalid_but_common_forms_are_read_as_they_are_meant(lines: list[str]) -> None:
    assert busy(*event(*lines)) == AT_TEN


def test_a_day_is_a_day_however_it_is_written() -> None:
    expected = ["03-15 23:00 - 03-16 23:00"]
    for lines in (
        ["DTSTART;VALUE=DATE:20260316"],
        ["DTSTART:20260316"],
        ["DTSTART;TZID=America/New_York;VALUE=DATE:20260316"],
        ["DTSTART;TZID=America/New_York;VALUE=DATE:20260316", "DTEND;VALUE=DATE:20260317"],
        ["DTSTART;VALUE=DATE:20260316", "DTEND;VALUE=DATE:20260316"],
        ["DTSTART;VALUE=DATE:20260316", "DTEND;VALUE=DATE:20260315"],
        ["DTSTART;VALUE=DATE:20260316", "DURATION:P1D"],
        ["DTSTART;VALUE=DATE:20260316", "DURATION:PT24H"],
        ["DTSTART;VALUE=DATE:20260316T000000", "DTEND;VALUE=DATE:20260317T000000"],
    ):
        assert busy(*event(*lines)) == expected


def test_hours_are_exact_and_days_are_by_the_calendar() -> None:
    night = "DTSTART;TZID=Europe/Copenhagen:20260328T220000"
    assert busy(*event(night, "DURATION:PT8H")) == ["03-28 21:00 - 03-29 05:00"]
    assert busy(*event(night, "DURATION:P1D")) == ["03-28 21:00 - 03-29 20:00"]
    assert busy(*event(night, "DURATION:P1DT1H")) == ["03-28 21:00 - 03-29 21:00"]
    assert busy(*event(night, "DURATION:PT24H")) == ["03-28 21:00 - 03-29 21:00"]
    assert busy(*event(night, "DTEND;TZID=Europe/Copenhagen:20260329T060000")) == ["03-28 21:00 - 03-29 04:00"]
    assert busy(*event("DTSTART;TZID=Europe/Copenhagen:20260329T013000", "DURATION:PT2H")) == [
        "03-29 00:30 - 03-29 02:30"
    ]


def test_repetitions_last_no_shorter_because_the_clock_changes_in_one() -> None:
    first = ["DTSTART;TZID=Europe/Copenhagen:20260328T220000", "DTEND;TZID=Europe/Copenhagen:20260329T060000"]
    assert busy(*event(*first, "RRULE:FREQ=DAILY;COUNT=2"))[1] == "03-29 20:00 - 03-30 04:00"
    before = ["DTSTART;TZID=Europe/Copenhagen:20260327T220000", "DTEND;TZID=Europe/Copenhagen:20260328T060000"]
    assert busy(*event(*before, "RRULE:FREQ=DAILY;COUNT=2"))[1] == "03-28 21:00 - 03-29 05:00"


@pytest.mark.parametrize("tzid", [";TZID=Europe/Copenhagen", ";TZID=Head office", ""])
def test_a_time_that_the_clock_skips_has_the_offset_before(tzid: str) -> None:
    zone = [line.replace("+04", "+02").replace("+03", "+01") for line in OWN_ZONE]

    def of(*lines: str) -> list[str]:
        return busy(*zone, *event(*lines))

    assert of(f"DTSTART{tzid}:20260329T023000", "DURATION:PT30M") == ["03-29 01:30 - 03-29 02:00"]
    assert of(f"DTSTART{tzid}:20260329T023000", f"DTEND{tzid}:20260329T033000") == ["03-29 01:30 - 03-29 02:30"]
    assert of(f"DTSTART{tzid}:20260329T013000", f"DTEND{tzid}:20260329T023000") == ["03-29 00:30 - 03-29 01:30"]
    assert of(f"DTSTART{tzid}:20260328T023000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3") == [
        "03-28 01:30 - 03-28 02:30",
        "03-29 01:30 - 03-29 02:30",
        "03-30 00:30 - 03-30 01:30",
    ]


def test_a_time_that_the_clock_shows_twice_is_the_first() -> None:
    window = Interval(instant("2026-10-01T00:00"), instant("2026-11-01T00:00"))
    zone = [line.replace("+04", "+02").replace("+03", "+01") for line in OWN_ZONE]
    for tzid in ("Europe/Copenhagen", "Head office"):
        lines = event(f"DTSTART;TZID={tzid}:20261025T023000", "DURATION:PT30M")
        assert busy(*zone, *lines, window=window) == ["10-25 00:30 - 10-25 01:00"]


NAMES = [
    ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "08:00"),
    ("(utc+01:00) AMSTERDAM, Berlin, Bern, Rome, Stockholm, Vienna", "08:00"),
    ("(UTC-05:00) Eastern Time (US & Canada)", "14:00"),
    ("(GMT-08.00) Pacific Time (US & Canada) / Tijuana", "17:00"),
    ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "04:30"),
    ("(UTC) Dublin, Edinburgh, Lisbon, London", "09:00"),
    ("tzone://Microsoft/Utc", "10:00"),
    ("TZONE://MICROSOFT/UTC", "10:00"),
    ("UTC+01", "09:00"),
    ("UTC-02", "12:00"),
    ("GMT+0100", "09:00"),
    ("W. Europe Standard Time", "08:00"),
    ("romance standard time", "08:00"),
    ("Romance Standard Time 1", "08:00"),
    ("Eastern Daylight Time", "14:00"),
    ("Eastern", "14:00"),
    ("GMT +0100 (Standard) / GMT +0200 (Daylight)", "08:00"),
    ("/mozilla.org/20050126_1/Europe/Paris", "08:00"),
    ("/freeassociation.sourceforge.net/Tzfile/America/New_York", "14:00"),
    ("europe/paris", "08:00"),
    (" Europe/Paris ", "08:00"),
    ("America/Argentina/Buenos_Aires", "13:00"),
]


@pytest.mark.parametrize("quotes", ["", '"'])
@pytest.mark.parametrize(("name", "start"), NAMES)
def test_a_time_zone_goes_by_many_names(name: str, start: str, quotes: str) -> None:
    lines = event(f"DTSTART;TZID={quotes}{name}{quotes}:20260416T100000", "DURATION:PT1H")
    assert [time[6:11] for time in busy(*lines)] == [start]
    assert remarks(*lines) == {}


@pytest.mark.parametrize("year", ["0001", "1601", "1900"])
@pytest.mark.parametrize("tzid", ["Head office", "Europe/Paris", " 1", "1 "])
def test_a_time_zone_may_begin_long_ago(tzid: str, year: str) -> None:
    zone = [line.replace("1970", year).replace("Head office", tzid) for line in OWN_ZONE]
    hours = 1 if tzid == "Europe/Paris" else 3
    assert busy(*zone, *event(f"DTSTART;TZID={tzid}:20260316T100000", "DURATION:PT1H")) == [
        f"03-16 {10 - hours:02}:00 - 03-16 {11 - hours:02}:00"
    ]
    assert busy(*zone, *event(*HOUR)) == AT_TEN


def test_each_calendar_of_a_file_has_its_own_time_zones() -> None:
    other = [line.replace("+04", "+02").replace("+03", "+01") for line in OWN_ZONE]
    lines = event("DTSTART;TZID=Head office:20260316T100000", "DURATION:PT1H")
    content = calendar(*OWN_ZONE, *lines) + calendar(*other, *lines)
    starts = [each.start for each in busy_times(content, MARCH_AND_APRIL, COPENHAGEN)]
    assert starts == [instant("2026-03-16T07:00"), instant("2026-03-16T09:00")]


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_a_file_may_come_in_another_encoding_and_with_other_line_ends(encoding: str, ending: bytes) -> None:
    lines = ["SUMMARY:Møde", "DTSTART;TZID=Kontoret på Østerbro:202603", " 16T110000", "DURATION:PT1H"]
    zone = [line.replace("Head office", "Kontoret på Østerbro") for line in OWN_ZONE]
    text = calendar(*zone, *event(*lines)).decode().replace("\r\n", ending.decode())
    assert busy_times(text.encode(encoding), MARCH_AND_APRIL, COPENHAGEN) == [
        Interval(instant("2026-03-16T08:00"), instant("2026-03-16T09:00"))
    ]


def test_a_line_may_be_folded_inside_a_character() -> None:
    content = calendar(*event(*HOUR, "SUMMARY:Møde")).replace("ø".encode(), b"\xc3\r\n \xb8")
    assert len(busy_times(content, MARCH_AND_APRIL, COPENHAGEN)) == 1


def test_a_date_excludes_that_days_occurrence_whatever_its_form() -> None:
    daily = ["DTSTART;TZID=Europe/Copenhagen:20260316T110000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"]
    for line in ("EXDATE:20260317T110000", "EXDATE:20260317T100000Z", "EXDATE;VALUE=DATE:20260317"):
        assert busy(*event(*daily, line)) == AT_TEN
    days = ["DTSTART;VALUE=DATE:20260316", "RRULE:FREQ=DAILY;COUNT=2"]
    for line in ("EXDATE:20260317T000000", "EXDATE:20260316T230000Z", "EXDATE:20260317T000000Z"):
        assert busy(*event(*days, line)) == ["03-15 23:00 - 03-16 23:00"]


def test_the_last_day_of_a_rule_may_be_of_another_form_than_the_start() -> None:
    daily = ["DTSTART;TZID=Europe/Copenhagen:20260316T233000", "DURATION:PT1H"]
    for until in ("20260317", "20260317T223000Z", "20260317T233000"):
        assert len(busy(*event(*daily, f"RRULE:FREQ=DAILY;UNTIL={until}"))) == 2
    for until in ("20260317", "20260317T000000Z", "20260316T230000Z", "20260317T235959Z", "20260317T120000"):
        lines = event("DTSTART;VALUE=DATE:20260316", f"RRULE:FREQ=DAILY;UNTIL={until}")
        assert busy(*lines) == ["03-15 23:00 - 03-17 23:00"]


def test_further_dates_of_an_event_without_a_length_are_busy() -> None:
    start = "DTSTART:20260301T100000Z"
    assert busy(*event(start, "RDATE;VALUE=PERIOD:20260316T100000Z/PT1H")) == AT_TEN
    assert busy(*event(start, "RDATE;VALUE=DATE:20260316")) == ["03-15 23:00 - 03-16 23:00"]
    assert busy(*event(start, "RDATE:20260316T100000Z")) == []


def test_a_change_that_cannot_be_read_leaves_the_occurrence_as_it_was() -> None:
    for change in (["DTSTART:soon"], []):
        lines = event("RECURRENCE-ID;TZID=Europe/Copenhagen:20260323T100000", *change)
        assert "03-23 09:00 - 03-23 10:00" in busy(*WEEKLY, *lines)


def test_a_change_without_its_series_is_busy() -> None:
    assert busy(*event("RECURRENCE-ID:20260312T100000Z", *HOUR)) == AT_TEN


def test_a_cancellation_without_a_start_frees_its_occurrence() -> None:
    lines = event("RECURRENCE-ID;TZID=Europe/Copenhagen:20260323T100000", "STATUS:CANCELLED")
    assert "03-23 09:00 - 03-23 10:00" not in busy(*WEEKLY, *lines)


def test_all_later_occurrences_may_be_cancelled() -> None:
    lines = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Copenhagen:20260330T100000",
        "DTSTART;TZID=Europe/Copenhagen:20260330T100000",
        "STATUS:CANCELLED",
    )
    assert len(busy(*WEEKLY, *lines)) == 2


def test_different_events_with_one_uid_are_all_busy_and_an_older_version_is_not() -> None:
    later = ["DTSTART:20260317T100000Z", "DURATION:PT1H"]
    assert len(busy(*event(*HOUR), *event(*later))) == 2
    assert busy(*event(*HOUR, "SEQUENCE:2"), *event(*later, "SEQUENCE:1")) == AT_TEN
    assert remarks(*event(*HOUR, "SEQUENCE:2"), *event(*later)) == {"OLDER_VERSION": (1, 11)}


def test_the_events_of_a_cancellation_are_cancelled() -> None:
    assert busy("METHOD:CANCEL", *event(*HOUR)) == []
    assert busy("METHOD:PUBLISH", *event(*HOUR)) == AT_TEN


def test_events_at_the_ends_of_time_are_read() -> None:
    for lines in (
        ["DTSTART:19700101T000000Z", "DTEND:99991231T235959Z"],
        ["DTSTART:00010101T000000", "DURATION:P999999999W"],
        ["DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:99991231"],
    ):
        assert busy(*event(*lines)) == ["03-01 00:00 - 05-01 00:00"]
    for lines in (["DTSTART:99991231T235959", "DURATION:P9D"], ["DTSTART:99991231T235959", "RRULE:FREQ=DAILY"]):
        assert busy(*event(*lines)) == []


def test_rules_that_the_library_reads_otherwise_are_right() -> None:
    mixed = event("DTSTART:20260316T100000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=MO,1TU")
    assert [time[:5] for time in busy(*mixed)] == [
        *("03-16", "03-23", "03-30", "04-06", "04-07", "04-13", "04-20", "04-27"),
    ]
    for rule in ("MONTHLY;BYDAY=6MO", "YEARLY;BYMONTH=1,3;BYDAY=53MO", "YEARLY;BYDAY=54MO"):
        assert busy(*event(*HOUR, f"RRULE:FREQ={rule}")) == AT_TEN
        assert remarks(*event(*HOUR, f"RRULE:FREQ={rule}")) == {}
    week = event("DTSTART:20240108T100000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY;BYWEEKNO=11")
    assert [time[:5] for time in busy(*week)] == ["03-09"]


DAYS_16_TO_18 = ["03-16 10:00 - 03-16 11:00", "03-17 10:00 - 03-17 11:00", "03-18 10:00 - 03-18 11:00"]


@pytest.mark.parametrize("part", ["NONSENSE=1", "BYEASTER=1", "X-OWN=A", "NONSENSE", "NONSENSE=", "A=1;A=2", "=1"])
def test_a_rule_with_a_part_that_no_standard_names_repeats_without_it(part: str) -> None:
    for rule in (f"FREQ=DAILY;{part};COUNT=3", f"{part};FREQ=DAILY;COUNT=3", f"FREQ=DAILY;COUNT=3;{part}"):
        assert busy(*event(*HOUR, f"RRULE:{rule}")) == DAYS_16_TO_18
        assert remarks(*event(*HOUR, f"RRULE:{rule}")) == {"PART_OF_RECURRENCE": (1, 9)}


@pytest.mark.parametrize("rule", ["RSCALE=GREGORIAN;FREQ=DAILY;COUNT=3", "FREQ=DAILY;SKIP=omit;COUNT=3;;"])
def test_a_part_that_says_what_holds_without_it_is_no_assumption(rule: str) -> None:
    assert busy(*event(*HOUR, f"RRULE:{rule}")) == DAYS_16_TO_18
    assert remarks(*event(*HOUR, f"RRULE:{rule}")) == {}


def test_an_exception_rule_with_a_part_that_no_standard_names_excludes_nothing() -> None:
    for part in ("NONSENSE=1", "X-OWN=A", "RSCALE=HEBREW"):
        lines = event(*HOUR, "RRULE:FREQ=DAILY;COUNT=3", f"EXRULE:FREQ=DAILY;INTERVAL=2;{part}")
        assert busy(*lines) == DAYS_16_TO_18
        assert remarks(*lines) == {"NO_RECURRENCE": (1, 10)}
    # The same without the part does: the start stays, whatever is excluded.
    assert len(busy(*event(*HOUR, "RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=DAILY;INTERVAL=2"))) == 2


def test_a_time_zones_rule_is_read_without_the_part_that_no_standard_names() -> None:
    zone = [f"{line};NONSENSE=1" if line.startswith("RRULE") else line for line in OWN_ZONE]
    summer = event("DTSTART;TZID=Head office:20260416T100000", "DURATION:PT1H")
    assert busy(*zone, *summer) == ["04-16 06:00 - 04-16 07:00"]


AVAILABILITY = [
    *("BEGIN:VAVAILABILITY", "UID:hours", "DTSTART:20260301T000000Z", "BUSYTYPE:BUSY-UNAVAILABLE"),
    *("BEGIN:AVAILABLE", "UID:weekdays", "DTSTART:20260302T080000Z", "DURATION:PT8H"),
    *("RRULE:FREQ=WEEKLY;BYDAY=MO,TU", "END:AVAILABLE", "END:VAVAILABILITY"),
]


def test_an_availability_is_passed_over_and_the_events_beside_it_count() -> None:
    periods = ["BEGIN:VFREEBUSY", "FREEBUSY:20260317T100000Z/PT1H", "END:VFREEBUSY"]
    assert busy(*AVAILABILITY, *event(*HOUR), *AVAILABILITY, *periods) == DAYS_16_TO_18[:2]
    assert remarks(*AVAILABILITY, *event(*HOUR), *AVAILABILITY) == {"AVAILABILITY": (2, 4)}


@pytest.mark.parametrize("around", ["X-GROUP", "VAVAILABILITY", "VTODO", "VEVENT", "VCALENDAR"])
def test_an_event_inside_another_component_counts(around: str) -> None:
    lines = [f"BEGIN:{around}", *event("DTSTART;TZID=Europe/Paris:20260316T110000", "DURATION:PT1H"), f"END:{around}"]
    assert busy(*lines) == AT_TEN


def test_the_systems_own_meetings_are_passed_over() -> None:
    content = calendar(*event(*HOUR, uid="own"), *event("DTSTART:20260317T100000Z", "DURATION:PT1H", uid="other"))
    found = read_busy_calendar(content, MARCH_AND_APRIL, COPENHAGEN, lambda uids: {"own"} & set(uids))
    assert [each.start for each in found.busy] == [instant("2026-03-17T10:00")]
    assert [(each.reason, each.count, each.first_line) for each in found.passed_over] == [("OWN_MEETING", 1, 4)]


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
    ],
    ids=range(8),
)
def test_a_file_that_is_no_calendar_is_refused_with_the_line(content: bytes, where: str) -> None:
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


@pytest.mark.slow
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
    content = calendar("BEGIN:secret", *event("SUMMARY:secret", "DTSTART:secret"))
    with pytest.raises(InvalidRequest) as raised:
        busy_times(content, MARCH_AND_APRIL, COPENHAGEN)
    assert "secret" not in f"{raised.value} {raised.value.details}"


def test_a_file_of_more_than_a_megabyte_is_refused() -> None:
    assert fault(b" " * (MAX_BYTES + 1)) == ("body", "at most 1000000 bytes")


ANCIENT = "DTSTART:19000101T100000Z"

TOO_MUCH = [
    (["DTSTART:20260316T100000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"], "line 9"),
    (["DTSTART:20260316T100000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY;INTERVAL=7;BYHOUR=3"], "line 9"),
    (
        [ANCIENT, "DURATION:PT1H", "RRULE:FREQ=DAILY;BYSETPOS=" + ",".join(map(str, range(1, 367))) + ";COUNT=9"],
        "line 9",
    ),
    (["DTSTART:00010101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYDAY=MO;COUNT=9999999"], "line 9"),
]


@pytest.mark.parametrize(("lines", "where"), TOO_MUCH)
def test_a_rule_that_would_be_too_much_work_is_refused_at_once(lines: list[str], where: str) -> None:
    started = time.process_time()
    assert fault(calendar(*event(*lines)))[0] == where
    assert time.process_time() - started < 1


SPARSE = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=3;BYSECOND=3",
    "FREQ=MINUTELY;BYHOUR=3;BYMINUTE=7",
    "FREQ=DAILY;COUNT=999999999999",
    "FREQ=DAILY;INTERVAL=1000000000",
    "FREQ=WEEKLY;UNTIL=99991231T235959Z",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
]


@pytest.mark.slow
@pytest.mark.parametrize("rule", SPARSE)
def test_a_rule_costs_what_it_gives(rule: str) -> None:
    started = time.process_time()
    read(*event(ANCIENT, "DURATION:PT1H", f"RRULE:{rule}"))
    assert time.process_time() - started < 1


def test_a_time_zone_that_would_be_too_much_work_is_refused_where_it_is_used() -> None:
    zone = [line.replace("FREQ=YEARLY;BYMONTH=10", "FREQ=SECONDLY;BYMONTH=10") for line in OWN_ZONE]
    used = event("DTSTART;TZID=Head office:20260316T100000", "DURATION:PT1H")
    assert fault(calendar(*zone, *used))[0] == "line 8"
    assert busy(*zone, *event(*HOUR)) == AT_TEN


def test_too_many_occurrences_are_refused() -> None:
    lines = [
        line
        for n in range(20)
        for line in event("DTSTART:20260316T100000Z", "DURATION:PT1S", "RRULE:FREQ=MINUTELY", uid=f"{n}")
    ]
    assert fault(calendar(*lines))[1] == "at most 50000 occurrences in the whole file"


def test_many_rules_that_never_come_true_are_refused_within_the_limit_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.ical.work.MAX_SECONDS", 0.5)
    rule = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    lines = [line for n in range(500) for line in event(*HOUR, rule, uid=f"{n}")]
    started = time.process_time()
    assert fault(calendar(*lines))[1].startswith("a calendar that can be read in 0.5 seconds")
    assert time.process_time() - started < 2


SEVEN_THOUSAND = [
    line
    for n in range(7_000)
    for line in ("BEGIN:VEVENT", f"UID:event-{n}", f"DTSTART:2026{n % 12 + 1:02}{n % 28 + 1:02}T{n % 24:02}0000Z")
    for line in (line, *(["DURATION:PT30M", "END:VEVENT"] if line.startswith("DTSTART") else []))
]
FIVE_THOUSAND = [
    line
    for n in range(5_000)
    for line in (
        "BEGIN:VEVENT",
        f"UID:event-{n}",
        f"DTSTART;TZID=Europe/Copenhagen:20{n % 20 + 1:02}{n % 12 + 1:02}{n % 28 + 1:02}T{n % 24:02}0000",
        "DURATION:PT30M",
        ("RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO,TU", "RRULE:FREQ=DAILY;UNTIL=20250101T000000Z")[n % 2],
        "END:VEVENT",
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("lines", [SEVEN_THOUSAND, FIVE_THOUSAND], ids=["events", "ended-series"])
def test_a_large_calendar_is_read_in_seconds(lines: list[str]) -> None:
    started = time.process_time()
    read(*lines)
    assert time.process_time() - started < 5
