"""The worked cases of the rules, in their own numbers."""

from copy import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.domain.agenda import employee
from booking.domain.configuration import (
    CompetenceGroup,
    Configuration,
    DateRange,
    EmployeeType,
    MeetingTopic,
    MeetingType,
    ServiceGroup,
    Skills,
    Window,
)
from booking.domain.decide import agenda_time
from booking.domain.interval import Interval
from booking.domain.requests import SlotRequest
from tests.domain.examples import (
    COPENHAGEN,
    HOUR,
    MINUTE,
    UTC,
    anna,
    at,
    booked,
    every_day,
    hours,
    offers,
    organisation,
    reason,
    search,
    starts,
)

MONDAY, TUESDAY = at("2026-11-23 00:00"), at("2026-11-24 00:00")
ONLINE = frozenset({MeetingType.ONLINE})


def test_a_window_from_half_past_nine_offers_what_fits_before_noon() -> None:
    configuration = organisation(anna(hours("09:30", "12:00")))

    assert starts(search(MONDAY, TUESDAY, 45), configuration) == ["Mon 09:30", "Mon 10:00", "Mon 10:30", "Mon 11:00"]


def test_free_from_seven_past_nine_begins_at_half_past() -> None:
    configuration = organisation(anna(hours("09:07", "12:00")))

    assert starts(search(MONDAY, TUESDAY, 45), configuration)[0] == "Mon 09:30"


def test_a_search_that_begins_off_the_grid_begins_at_the_next_point_of_it() -> None:
    asked = search(at("2026-11-23 09:07"), TUESDAY)

    assert starts(asked, organisation(anna()))[0] == "Mon 09:30"


def with_meeting_at_ten(slot_interval: int) -> list[str]:
    configuration = organisation(
        anna(hours("08:00", "12:00")), buffer=15 * MINUTE, slot_interval=slot_interval * MINUTE
    )
    agendas = {employee("anna"): booked((at("2026-11-23 10:00"), at("2026-11-23 10:30")))}
    return starts(search(MONDAY, TUESDAY, 30), configuration, agendas)


def test_the_buffer_keeps_a_quarter_before_and_after_a_meeting() -> None:
    assert with_meeting_at_ten(30) == ["Mon 08:00", "Mon 08:30", "Mon 09:00", "Mon 11:00", "Mon 11:30"]


def test_a_finer_grid_uses_the_time_up_to_the_buffer() -> None:
    found = with_meeting_at_ten(15)

    assert found[-4:] == ["Mon 10:45", "Mon 11:00", "Mon 11:15", "Mon 11:30"]
    assert found[-5] == "Mon 09:15"


@pytest.mark.parametrize(("booked_minutes", "is_offered"), [(120, True), (180, True), (210, False)])
def test_a_cap_of_four_hours_counts_what_is_booked_that_day(booked_minutes: int, is_offered: bool) -> None:
    configuration = organisation(anna(max_meeting_time_per_day=4 * HOUR))
    eight = at("2026-11-23 08:00")
    agendas = {employee("anna"): booked((eight, eight + booked_minutes * MINUTE))}

    assert ("Mon 14:00" in starts(search(MONDAY, TUESDAY), configuration, agendas)) is is_offered
    assert "Tue 14:00" in starts(search(MONDAY, at("2026-11-25 00:00")), configuration, agendas)


def test_a_meeting_longer_than_the_cap_is_offered_on_no_day() -> None:
    round_the_clock = replace(anna(max_meeting_time_per_day=4 * HOUR), workdays=every_day(hours("00:00", "24:00")))

    assert offers(search(MONDAY, at("2026-11-30 00:00"), 5 * 60), organisation(round_the_clock)) == []


@pytest.mark.parametrize(
    ("absence", "first"),
    [((), "Tue 09:00"), ((Interval(TUESDAY, at("2026-11-25 00:00")),), "Wed 09:00")],
    ids=["at work on Tuesday", "off on Tuesday"],
)
def test_the_lead_time_counts_working_minutes(absence: tuple[Interval, ...], first: str) -> None:
    configuration = organisation(anna(absences=absence), working_time_buffer=2 * HOUR)
    monday_15 = at("2026-11-23 15:00")

    assert starts(search(monday_15, at("2026-11-27 00:00")), configuration)[0] == first


def finance() -> Configuration:
    nothing = Skills()
    people = [anna(id=id, skills=nothing) for id in ("alice", "bob", "charlie", "diana", "eve")]
    topics = ("finance", "mortgage", "first-time")
    groups = [
        CompetenceGroup(
            "finance", "", frozenset({"alice", "bob"}), frozenset({"finance"}), sub_group_ids=frozenset({"mortgage"})
        ),
        CompetenceGroup(
            "mortgage", "", frozenset({"charlie"}), frozenset({"mortgage"}), sub_group_ids=frozenset({"first-time"})
        ),
        CompetenceGroup("first-time", "", frozenset({"diana"}), frozenset({"first-time"})),
    ]
    return replace(
        organisation(*people),
        meeting_topics={id: MeetingTopic(id) for id in topics},
        competence_groups={group.id: group for group in groups},
    )


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("finance", {"alice", "bob", "charlie", "diana"}),
        ("mortgage", {"charlie", "diana"}),
        ("first-time", {"diana"}),
    ],
)
def test_a_group_has_the_members_of_the_groups_below_it(topic: str, found: set[str]) -> None:
    asked = search(MONDAY, TUESDAY, topic_id=topic, all_employees=True)

    assert {offer.employee_ids[0] for offer in offers(asked, finance())} == found


@pytest.mark.parametrize(
    ("meeting_types", "locations", "offered"),
    [
        (set(), {"City"}, set()),
        (set(MeetingType), set(), {MeetingType.ONLINE, MeetingType.TELEPHONE, MeetingType.OFF_SITE}),
        (
            {MeetingType.PHYSICAL, MeetingType.ONLINE, MeetingType.TELEPHONE},
            set(),
            {MeetingType.ONLINE, MeetingType.TELEPHONE},
        ),
        ({MeetingType.PHYSICAL}, {"City"}, {MeetingType.PHYSICAL}),
    ],
    ids=["no types", "no locations", "Physical without locations", "Physical with locations"],
)
def test_a_service_group_offers_what_its_level_says(
    meeting_types: set[MeetingType], locations: set[str], offered: set[MeetingType]
) -> None:
    group = ServiceGroup(
        "national",
        employee_ids=frozenset({"anna"}),
        meeting_types=frozenset(meeting_types),
        locations=frozenset(locations),
    )
    configuration = replace(organisation(anna()), service_groups={group.id: group})
    asked = search(MONDAY, TUESDAY, employee_types=frozenset({EmployeeType.SERVICE_GROUP}))

    assert {offer.meeting_type for offer in offers(asked, configuration)} == offered


@pytest.mark.parametrize(
    ("day", "utc"), [("2026-03-29", "06:00"), ("2026-10-25", "07:00"), ("2026-03-28", "07:00"), ("2026-10-24", "06:00")]
)
def test_eight_in_copenhagen_is_six_or_seven_in_utc(day: str, utc: str) -> None:
    configuration = organisation(replace(anna(), workdays=every_day(hours("08:00", "09:00"))))
    asked = search(at(f"{day} 00:00"), at(f"{day} 12:00"))

    assert {offer.start for offer in offers(asked, configuration)} == {at(f"{day} {utc}", UTC)}


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("2026-03-29", ["01:00", "01:30", "03:00", "03:30", "04:00"]),
        ("2026-10-25", ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30", "04:00"]),
    ],
    ids=["02:00 becomes 03:00", "03:00 becomes 02:00"],
)
def test_the_night_that_the_clocks_change_has_each_start_that_exists_once(day: str, clock: list[str]) -> None:
    configuration = organisation(replace(anna(), workdays=every_day(hours("01:00", "05:00"))))
    asked = search(at(f"{day} 00:00"), at(f"{day} 12:00"), meeting_types=ONLINE)

    found = offers(asked, configuration)

    assert [f"{datetime.fromtimestamp(offer.start, COPENHAGEN):%H:%M}" for offer in found] == clock
    assert {offer.end - offer.start for offer in found} == {HOUR}


@pytest.mark.parametrize("before", [(), (hours("00:30", "01:30"),)], ids=["alone", "after another"])
def test_a_window_in_the_hour_that_is_skipped_is_none(before: tuple[Window, ...]) -> None:
    windows = (*before, hours("02:00", "02:30"), hours("03:00", "05:00"))
    configuration = organisation(replace(anna(), workdays=((),) * 6 + (windows,)))
    night = search(at("2026-03-29 00:00"), at("2026-03-29 12:00"), meeting_types=ONLINE)

    assert starts(night, configuration) == ["Sun 00:30"] * len(before) + ["Sun 03:00", "Sun 03:30", "Sun 04:00"]


def test_a_repeated_hour_lengthens_the_time_that_can_be_used() -> None:
    configuration = organisation(replace(anna(), workdays=every_day(hours("01:00", "05:00"))))
    night = at("2026-10-25 00:00"), at("2026-10-25 12:00")

    assert starts(search(*night, 5 * 60), configuration) == ["Sun 01:00"]
    assert starts(search(*night, 5 * 60 + 30), configuration) == []


def test_nuuk_skips_the_last_hour_of_a_saturday() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    configuration = organisation(replace(anna(), workdays=every_day(hours("22:00", "24:00"))), time_zone=nuuk)
    saturday = search(at("2026-03-28 12:00", nuuk), at("2026-03-29 12:00", nuuk), 30)

    assert starts(saturday, configuration, zone=nuuk) == ["Sat 22:00", "Sat 22:30"]


def test_nuuk_repeats_the_last_hour_of_a_saturday() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    configuration = organisation(replace(anna(), workdays=every_day(hours("22:00", "24:00"))), time_zone=nuuk)
    saturday = search(at("2026-10-24 12:00", nuuk), at("2026-10-25 12:00", nuuk), 60, meeting_types=ONLINE)

    found = offers(saturday, configuration)

    first = at("2026-10-24 22:00", nuuk)
    assert [offer.start - first for offer in found] == [0, HOUR // 2, HOUR, HOUR + HOUR // 2]


@pytest.mark.parametrize("is_own_zone", [False, True])
def test_half_hours_in_kathmandu_are_quarters_in_utc(is_own_zone: bool) -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    someone = anna(hours("10:00", "12:00"), time_zone=kathmandu if is_own_zone else None)
    configuration = organisation(someone, time_zone=COPENHAGEN if is_own_zone else kathmandu)
    day = at("2026-11-23 00:00", UTC), at("2026-11-24 00:00", UTC)

    assert starts(search(*day), configuration, zone=UTC) == ["Mon 04:15", "Mon 04:45", "Mon 05:15"]


def two() -> Configuration:
    return organisation(anna(hours("09:00", "11:00")), anna(hours("10:00", "12:00"), id="bo"))


def test_two_who_are_required_meet_when_both_are_free() -> None:
    asked = search(MONDAY, TUESDAY, require_employee_participation=True, explicit_employee_ids=("bo", "anna"))

    assert starts(asked, two()) == ["Mon 10:00"]
    assert {offer.employee_ids for offer in offers(asked, two())} == {("bo", "anna")}


def test_either_of_two_will_do_where_participation_is_not_required() -> None:
    asked = search(MONDAY, TUESDAY, explicit_employee_ids=("bo", "anna"))

    assert starts(asked, two()) == ["Mon 09:00", "Mon 09:30", "Mon 10:00", "Mon 10:30", "Mon 11:00"]


def test_meeting_types_that_only_one_of_two_offers_are_offered_by_neither() -> None:
    three = frozenset(MeetingType) - ONLINE
    configuration = organisation(
        anna(hours("09:00", "12:00", types=three)), anna(hours("09:00", "12:00", types=ONLINE), id="bo")
    )
    asked = search(
        MONDAY, TUESDAY, require_employee_participation=True, explicit_employee_ids=("anna", "bo"), meeting_types=three
    )

    assert offers(asked, configuration) == []
    assert offers(replace(asked, explicit_employee_ids=("anna",)), configuration)


def night_worker() -> Configuration:
    return organisation(replace(anna(), workdays=every_day(hours("00:00", "04:00"), hours("20:00", "24:00"))))


def test_a_search_from_half_past_eleven_goes_on_over_midnight() -> None:
    asked = search(at("2026-11-23 23:30"), at("2026-11-24 01:30"), 30)

    assert starts(asked, night_worker()) == ["Mon 23:30", "Tue 00:00", "Tue 00:30", "Tue 01:00"]


def test_a_meeting_may_cross_midnight() -> None:
    asked = search(at("2026-11-23 23:30"), at("2026-11-24 00:30"), 60)

    assert starts(asked, night_worker()) == ["Mon 23:30"]


def test_a_meeting_may_cross_midnight_in_utc_only() -> None:
    new_york = ZoneInfo("America/New_York")
    configuration = organisation(anna(hours("18:30", "19:30")), time_zone=new_york)
    day = at("2026-11-23 12:00", new_york), at("2026-11-23 23:00", new_york)

    assert starts(search(*day), configuration, zone=UTC) == ["Mon 23:30"]


def test_a_closing_day_is_one_of_local_time() -> None:
    closing = (DateRange(date(2026, 11, 24), date(2026, 11, 24)),)
    configuration = organisation(night_worker().employees["anna"], closing_days=closing)
    asked = search(at("2026-11-23 22:00"), at("2026-11-25 00:30"), 60)

    assert starts(asked, configuration) == ["Mon 22:00", "Mon 22:30", "Mon 23:00"]


def test_a_decision_reads_no_more_of_an_agenda_than_the_buffer_if_nothing_is_capped() -> None:
    ten = Interval(at("2026-11-23 10:00"), at("2026-11-23 11:00"))

    assert agenda_time(ten, organisation(anna()), ["anna"]) == ten
    assert agenda_time(ten, organisation(anna(), buffer=15 * MINUTE), ["anna"]) == ten.padded(15 * MINUTE)
    assert agenda_time(ten, organisation(anna(), max_meeting_time_per_day=HOUR), ["anna"]) == Interval(MONDAY, TUESDAY)


def test_a_reservation_off_the_grid_is_refused() -> None:
    configuration = organisation(anna())

    assert (
        reason(
            SlotRequest(Interval(at("2026-11-23 10:15"), at("2026-11-23 11:15")), ("anna",)), configuration, now=MONDAY
        )
        == "OFF_GRID"
    )
    assert (
        reason(
            SlotRequest(Interval(at("2026-11-23 10:30"), at("2026-11-23 11:30")), ("anna",)), configuration, now=MONDAY
        )
        is None
    )
