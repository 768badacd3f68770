from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.configuration import MeetingType
from booking.domain.errors import Stale
from booking.domain.instants import format_instant
from booking.http import forms

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LAST = int(datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.text()),
    st.dictionaries(st.text(), st.text()),
)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (60, 3600),
        (60.0, 3600),
        ("60", 3600),
        (" 90 ", 5400),
        (0, 0),
        ("01:30", 5400),
        ("1:30", 5400),
        ("01:30:15", 5415),
        ("36:00", 36 * 3600),
        ("7.00:00:00", 7 * 86400),
        ("1.12:00", 36 * 3600),
        ("PT1H", 3600),
        ("pt45m", 2700),
        ("P7D", 7 * 86400),
        ("P1W", 7 * 86400),
        ("P1DT2H3M4S", 86400 + 7384),
    ],
)
def test_a_duration_is_read_in_every_form(sent: object, seconds: int) -> None:
    assert forms.parse_duration(sent) == seconds


@pytest.mark.parametrize(
    "sent",
    [
        *(None, True, -1, 1.5, float("inf"), float("nan"), [], {}, "", "x", "-5", "1.5", "٣"),
        *("00:60", "1.24:00", "00:00:60", "1:2", "P", "PT", "P1DT", "P1Y", "P1M", "PT1.5H", "9" * 5000, 10**400),
        "P3661D",
    ],
)
def test_a_value_that_is_no_duration_is_refused_with_the_accepted_form(sent: object) -> None:
    with pytest.raises(ValueError, match="hh:mm"):
        forms.parse_duration(sent)


@given(st.integers(0, forms.LONGEST_DURATION_SECONDS))
def test_a_duration_that_was_given_back_means_the_same(seconds: int) -> None:
    assert forms.parse_duration(forms.format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "00:00:00"), (3661, "01:01:01"), (86399, "23:59:59"), (86400, "1.00:00:00"), (604800, "7.00:00:00")],
)
def test_a_duration_has_one_form_on_the_way_out(seconds: int, text: str) -> None:
    assert forms.format_duration(seconds) == text


@pytest.mark.parametrize(
    ("sent", "instant"),
    [
        ("2026-11-24T10:00:00Z", utc(2026, 11, 24, 10)),
        ("2026-11-24t10:00z", utc(2026, 11, 24, 10)),
        ("2026-11-24 10:00:00+01:00", utc(2026, 11, 24, 9)),
        ("2026-11-24T10:00:00-0530", utc(2026, 11, 24, 15, 30)),
        ("2026-11-24T10:00:00+05", utc(2026, 11, 24, 5)),
        ("2026-11-24T10:00:00.999Z", utc(2026, 11, 24, 10)),
        ("2026-11-24T10:00", utc(2026, 11, 24, 9)),
        ("2026-07-01T10:00", utc(2026, 7, 1, 8)),
        ("2026-11-24", utc(2026, 11, 23, 23)),
        ("1970-01-01T00:00Z", 0),
        ("9998-12-31T23:59:59Z", LAST),
    ],
)
def test_a_date_time_is_its_instant_or_wall_clock_time(sent: str, instant: int) -> None:
    assert forms.parse_instant(sent, COPENHAGEN) == instant


def test_a_plus_that_arrives_as_a_space_is_a_plus() -> None:
    assert forms.parse_instant("2026-11-24T10:00:00 01:00", COPENHAGEN) == utc(2026, 11, 24, 9)


@pytest.mark.parametrize("sent", ["2026-03-29T02:00", "2026-03-29T02:30:00", "2026-03-29 02:59:59"])
def test_a_wall_clock_time_that_is_skipped_is_refused_and_says_so(sent: str) -> None:
    with pytest.raises(ValueError, match="exists in Europe/Copenhagen"):
        forms.parse_instant(sent, COPENHAGEN)


def test_the_times_around_the_skipped_hour_follow_each_other() -> None:
    before = forms.parse_instant("2026-03-29T01:59:59", COPENHAGEN)

    assert forms.parse_instant("2026-03-29T03:00", COPENHAGEN) == before + 1


def test_a_wall_clock_time_that_occurs_twice_is_the_first() -> None:
    assert forms.parse_instant("2026-10-25T02:30", COPENHAGEN) == utc(2026, 10, 25, 0, 30)


def test_a_day_that_begins_with_the_skipped_hour_begins_after_it() -> None:
    cairo = ZoneInfo("Africa/Cairo")

    assert forms.parse_instant("2026-04-24", cairo) == forms.parse_instant("2026-04-24T01:00", cairo)


@pytest.mark.parametrize(
    "sent",
    [
        *(None, 5, True, [], "", "today", "2026-11", "2026-13-01", "2026-02-29", "2026-1-1", "20261124"),
        *("2026-11-24T24:00", "2026-11-24T10:60", "2026-11-24T10:00:60Z", "2026-11-24T10", "2026-11-24T10:00+24:00"),
        *("2026-11-24T10:00+01:60", "2026-11-24Z", "٢٠٢٦-11-24", "2026-11-24T10:00:00Z; DROP"),
        *("1969-12-31", "1970-01-01T00:00+02:00", "9999-01-01", "9998-12-31T23:59-01:00", "0001-01-01"),
    ],
)
def test_a_value_that_is_no_date_time_is_refused_with_the_accepted_form(sent: object) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        forms.parse_instant(sent, COPENHAGEN)


@given(st.integers(0, LAST))
def test_an_instant_that_was_given_back_is_the_same(instant: int) -> None:
    assert forms.parse_instant(format_instant(instant), COPENHAGEN) == instant


@given(ANYTHING, st.sampled_from(["UTC", "Africa/Cairo", "America/Nuuk", "Asia/Kathmandu", "Australia/Lord_Howe"]))
def test_whatever_is_sent_is_read_or_refused(sent: object, zone: str) -> None:
    parsers = (
        forms.parse_duration,
        forms.parse_date,
        forms.parse_time_of_day,
        forms.parse_boolean,
        forms.parse_identifier,
        forms.parse_time_zone,
        lambda value: forms.parse_instant(value, ZoneInfo(zone)),
        lambda value: forms.parse_enumeration(value, MeetingType),
    )
    for parse in parsers:
        with suppress(ValueError):
            parse(sent)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30)),  # noqa: DTZ001 - wall-clock times
    st.sampled_from(["UTC", "Africa/Cairo", "America/Nuuk", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_wall_clock_time_reads_as_the_first_instant_that_shows_it(local: datetime, zone: str) -> None:
    local = local.replace(microsecond=0)
    try:
        instant = forms.parse_instant(local.isoformat(), ZoneInfo(zone))
    except ValueError:
        assert all(
            datetime.fromtimestamp(local.replace(tzinfo=UTC).timestamp() - offset, ZoneInfo(zone)).replace(tzinfo=None)
            != local
            for offset in range(-14 * 3600, 14 * 3600, 900)
        )
    else:
        shown = datetime.fromtimestamp(instant, ZoneInfo(zone))
        assert shown.replace(tzinfo=None) == local
        assert shown.fold == 0


@pytest.mark.parametrize(("sent", "minutes"), [("00:00", 0), ("08:30", 510), ("23:59", 1439), ("24:00", 1440)])
def test_a_time_of_day_is_read_and_given_back(sent: str, minutes: int) -> None:
    assert forms.parse_time_of_day(sent) == minutes
    assert forms.format_time_of_day(minutes) == sent


@pytest.mark.parametrize("sent", [None, 8, "8:30", "24:01", "25:00", "08:60", "08:30:00", "0830", "", "08:30 "])
def test_a_value_that_is_no_time_of_day_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="time of day"):
        forms.parse_time_of_day(sent)


def test_a_date_is_read() -> None:
    assert forms.parse_date("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize("sent", ["europe/copenhagen", "../etc/passwd", "Europe", "localtime", "right/UTC", "", None])
def test_a_value_that_is_no_time_zone_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="IANA"):
        forms.parse_time_zone(sent)


@pytest.mark.parametrize(("sent", "value"), [("true", True), ("FALSE", False), (" True ", True), (False, False)])
def test_booleans_are_read_in_any_case(sent: object, value: bool) -> None:
    assert forms.parse_boolean(sent) is value


@pytest.mark.parametrize("sent", ["yes", "1", 1, 0, None, ""])
def test_a_value_that_is_no_boolean_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        forms.parse_boolean(sent)


@pytest.mark.parametrize("sent", ["offsite", "OFFSITE", "OffSite"])
def test_enumerations_are_read_in_any_case(sent: str) -> None:
    assert forms.parse_enumeration(sent, MeetingType) is MeetingType.OFF_SITE


def test_an_unknown_member_is_refused_with_the_known_ones() -> None:
    class Colour(StrEnum):
        RED = "Red"
        BLUE = "Blue"

    with pytest.raises(ValueError, match="one of Red, Blue"):
        forms.parse_enumeration("green", Colour)


@pytest.mark.parametrize("sent", ["67890", "x" * 128, "anna..", "../etc", "æøå 你好", "a#b"])
def test_an_identifier_is_any_short_printable_text(sent: str) -> None:
    assert forms.parse_identifier(sent) == sent


@pytest.mark.parametrize("sent", ["", "x" * 129, " ", "a\nb", "a\x00", "\ud800", 5, None, ["a"]])
def test_a_value_that_is_no_identifier_is_refused(sent: object) -> None:
    with pytest.raises(ValueError, match="an identifier"):
        forms.parse_identifier(sent)


@pytest.mark.parametrize(
    ("sent", "elements"),
    [
        (["a", "b"], ["a", "b"]),
        (["a,b"], ["a", "b"]),
        ([" a , ,b,"], ["a", "b"]),
        (['["a", "b"]'], ["a", "b"]),
        (["[1, 2]"], ["1", "2"]),
        (["a", "b,a"], ["a", "b"]),
        ([], []),
        ([""], []),
        (["[]"], []),
    ],
)
def test_a_list_is_read_in_every_form(sent: list[str], elements: list[str]) -> None:
    assert forms.parse_list(sent) == elements


@pytest.mark.parametrize("sent", ["[", "[a]", '[{"a": 1}]', "[null]", "[true]", "[" * 100_000, '["a"] b'])
def test_a_broken_array_is_refused(sent: str) -> None:
    with pytest.raises(ValueError, match="JSON array"):
        forms.parse_list([sent])


def test_an_etag_names_a_version() -> None:
    assert forms.expected_version(forms.format_etag(12)) == 12
    assert forms.expected_version("*") is None
    assert forms.expected_version(None) is None


@pytest.mark.parametrize("sent", ["", "12", '"x"', "W/12", '"' + "9" * 5000 + '"'])
def test_an_unknown_etag_matches_no_version(sent: str) -> None:
    with pytest.raises(Stale):
        forms.expected_version(sent)


def test_an_etag_that_a_proxy_has_weakened_names_its_version() -> None:
    assert forms.expected_version('W/"12"') == 12
