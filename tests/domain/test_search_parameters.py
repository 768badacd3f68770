"""Every parameter of a search changes its result."""

from copy import replace
from datetime import date

import pytest

from booking.domain.agenda import employee
from booking.domain.configuration import (
    Configuration,
    DateRange,
    EmployeeType,
    MeetingTopic,
    MeetingType,
    Room,
    ServiceGroup,
    Skills,
    WorkingElsewhere,
)
from booking.domain.errors import NotFound
from booking.domain.interval import Interval
from booking.domain.requests import Search
from booking.domain.search import agendas_for_search, find_offers
from tests.domain.examples import DAY, HOUR, MINUTE, anna, at, booked, hours, offers, organisation, search, starts

MONDAY, TUESDAY = at("2026-11-23 00:00"), at("2026-11-24 00:00")
ANYTHING = search(MONDAY, TUESDAY)


@pytest.fixture
def branch() -> Configuration:
    """Anna in the City until noon; Bo in Aarhus all day, not in person, and only for business loans; two rooms."""
    no_visits = frozenset(MeetingType) - {MeetingType.PHYSICAL}
    bo = anna(
        hours("08:00", "16:00", "Aarhus", no_visits),
        id="bo",
        locations=("Aarhus",),
        skills=Skills(frozenset({"loan"}), frozenset({"business"})),
    )
    configuration = organisation(
        anna(hours("08:00", "12:00")),
        bo,
        rooms=[Room("large", location="City", capacity=8), Room("small", location="City", capacity=4)],
    )
    topics = {
        **configuration.meeting_topics,
        "pension": MeetingTopic("pension", meeting_types=frozenset({MeetingType.ONLINE})),
    }
    return replace(configuration, meeting_topics=topics)


def who(asked: Search, configuration: Configuration) -> set[str]:
    return {id for offer in offers(asked, configuration) for id in offer.employee_ids}


def types(asked: Search, configuration: Configuration) -> set[MeetingType]:
    return {offer.meeting_type for offer in offers(asked, configuration)}


def rooms(asked: Search, configuration: Configuration) -> set[str | None]:
    return {offer.room_id for offer in offers(asked, configuration)}


def test_explicit_employee_ids_are_the_only_candidates(branch: Configuration) -> None:
    assert who(ANYTHING, branch) == {"anna", "bo"}
    assert who(replace(ANYTHING, explicit_employee_ids=("anna",)), branch) == {"anna"}


def test_required_participation_means_all_of_them(branch: Configuration) -> None:
    both = replace(ANYTHING, explicit_employee_ids=("anna", "bo"))

    assert "Mon 15:00" in starts(both, branch)
    assert "Mon 15:00" not in starts(replace(both, require_employee_participation=True), branch)


def test_nothing_is_offered_before_the_start_date(branch: Configuration) -> None:
    assert starts(search(at("2026-11-23 10:00"), TUESDAY), branch)[0] == "Mon 10:00"


def test_nothing_is_offered_beyond_the_end_of_the_search(branch: Configuration) -> None:
    assert starts(search(MONDAY, at("2026-11-23 10:00")), branch) == ["Mon 08:00", "Mon 08:30", "Mon 09:00"]


def test_a_topic_asks_for_those_who_cover_it_and_for_its_meeting_types(branch: Configuration) -> None:
    assert who(replace(ANYTHING, topic_id="loan"), branch) == {"anna", "bo"}
    assert who(replace(ANYTHING, topic_id="pension"), branch) == {"anna"}
    assert types(replace(ANYTHING, topic_id="pension"), branch) == {MeetingType.ONLINE}


def test_a_customer_type_asks_for_those_who_cover_it(branch: Configuration) -> None:
    assert who(replace(ANYTHING, topic_id="loan", customer_type_id="business"), branch) == {"anna", "bo"}
    assert who(replace(ANYTHING, topic_id="loan", customer_type_id="private"), branch) == {"anna"}


def test_a_topic_for_other_customer_types_is_not_offered(branch: Configuration) -> None:
    topics = {"loan": MeetingTopic("loan", customer_type_ids=frozenset({"business"}))}
    configuration = replace(branch, meeting_topics=topics)

    assert offers(replace(ANYTHING, topic_id="loan", customer_type_id="private"), configuration) == []
    assert offers(replace(ANYTHING, topic_id="loan", customer_type_id="business"), configuration)


def test_no_other_meeting_types_are_offered_than_asked_for(branch: Configuration) -> None:
    wanted = frozenset({MeetingType.TELEPHONE, MeetingType.OFF_SITE})

    assert types(ANYTHING, branch) == set(MeetingType)
    assert types(replace(ANYTHING, meeting_types=wanted), branch) == wanted


def test_a_longer_meeting_has_fewer_starts(branch: Configuration) -> None:
    only_anna = replace(ANYTHING, explicit_employee_ids=("anna",))

    assert starts(only_anna, branch)[-1] == "Mon 11:00"
    assert starts(replace(only_anna, duration=150 * MINUTE), branch)[-1] == "Mon 09:30"


def test_a_required_room_is_named_in_every_offer(branch: Configuration) -> None:
    assert None in rooms(ANYTHING, branch)
    assert rooms(replace(ANYTHING, require_room=True), branch) == {"small"}
    assert who(replace(ANYTHING, require_room=True), branch) == {"anna"}


def test_only_the_specific_rooms_are_named(branch: Configuration) -> None:
    assert rooms(replace(ANYTHING, specific_rooms=("large",)), branch) == {"large"}


def test_a_meeting_location_is_where_physical_meetings_are(branch: Configuration) -> None:
    assert types(replace(ANYTHING, meeting_location="City"), branch) == set(MeetingType)
    assert MeetingType.PHYSICAL not in types(replace(ANYTHING, meeting_location="Aarhus"), branch)


def test_a_meeting_location_asks_for_those_who_work_there(branch: Configuration) -> None:
    assert who(replace(ANYTHING, meeting_location="Aarhus"), branch) == {"bo"}
    assert who(replace(ANYTHING, meeting_location="Nowhere"), branch) == set()


def test_the_customers_location_is_the_meeting_location_if_no_other_is_given(branch: Configuration) -> None:
    assert who(replace(ANYTHING, customer_location="Aarhus"), branch) == {"bo"}
    assert who(replace(ANYTHING, customer_location="Aarhus", meeting_location="City"), branch) == {"anna"}


def test_the_customers_location_triggers_service_groups(branch: Configuration) -> None:
    group = ServiceGroup(
        "west",
        employee_ids=frozenset({"anna"}),
        trigger_customer_locations=frozenset({"Aarhus"}),
        meeting_types=frozenset({MeetingType.ONLINE}),
    )
    configuration = replace(branch, service_groups={"west": group})

    assert who(replace(ANYTHING, customer_location="Aarhus", all_employees=True), configuration) == {"anna", "bo"}
    assert who(replace(ANYTHING, meeting_location="Aarhus", all_employees=True), configuration) == {"bo"}


def test_employee_types_say_how_candidates_are_found(branch: Configuration) -> None:
    group = ServiceGroup("all", employee_ids=frozenset({"bo"}), meeting_types=frozenset({MeetingType.ONLINE}))
    configuration = replace(branch, service_groups={"all": group})
    asked = replace(ANYTHING, explicit_employee_ids=("anna",), meeting_location="City")

    assert who(asked, configuration) == {"anna"}
    only_groups = replace(asked, employee_types=frozenset({EmployeeType.SERVICE_GROUP}))
    assert who(only_groups, configuration) == {"bo"}
    both = frozenset({EmployeeType.EXPLICIT, EmployeeType.SERVICE_GROUP})
    assert who(replace(asked, employee_types=both), configuration) == {"anna", "bo"}


def test_employee_types_are_not_read_where_participation_is_required(branch: Configuration) -> None:
    asked = replace(
        ANYTHING,
        require_employee_participation=True,
        explicit_employee_ids=("anna",),
        employee_types=frozenset({EmployeeType.SERVICE_GROUP}),
    )

    assert who(asked, branch) == {"anna"}


def test_all_employees_are_each_offered(branch: Configuration) -> None:
    online_at_nine = [
        offer.employee_ids
        for offer in offers(replace(ANYTHING, all_employees=True), branch)
        if offer.start == at("2026-11-23 09:00") and offer.meeting_type is MeetingType.ONLINE
    ]

    assert sorted(online_at_nine) == [("anna",), ("bo",)]


def test_employees_may_search_past_the_rules_for_customers() -> None:
    hidden = MeetingTopic("hidden", available_to_customers=False)
    configuration = replace(
        organisation(
            anna(max_meeting_time_per_day=2 * HOUR),
            opening_time=9 * 60,
            closing_time=15 * 60,
            working_time_buffer=3 * HOUR,
        ),
        meeting_topics={"hidden": hidden},
    )
    agendas = {employee("anna"): booked((at("2026-11-23 11:00"), at("2026-11-23 13:00")))}
    monday_and_tuesday = search(at("2026-11-23 08:00"), at("2026-11-25 00:00"))
    internal = replace(monday_and_tuesday, is_customer_initiated=False)

    assert starts(monday_and_tuesday, configuration, agendas)[0] == "Tue 09:00"
    assert starts(internal, configuration, agendas)[0] == "Mon 08:00"
    assert "Mon 11:00" not in starts(internal, configuration, agendas)
    assert offers(replace(monday_and_tuesday, topic_id="hidden"), configuration) == []
    assert offers(replace(internal, topic_id="hidden"), configuration)


@pytest.mark.parametrize(
    "asked",
    [
        replace(ANYTHING, explicit_employee_ids=("nobody",)),
        replace(ANYTHING, topic_id="nothing"),
        replace(ANYTHING, customer_type_id="nobody"),
        replace(ANYTHING, specific_rooms=("nowhere",)),
    ],
    ids=["employee", "topic", "customer type", "room"],
)
def test_an_unknown_id_is_not_found(asked: Search, branch: Configuration) -> None:
    with pytest.raises(NotFound):
        find_offers(asked, branch, {}, MONDAY)
    with pytest.raises(NotFound):
        agendas_for_search(asked, branch, MONDAY)


def test_a_search_in_the_past_needs_no_agenda_and_offers_nothing(branch: Configuration) -> None:
    resources, _ = agendas_for_search(ANYTHING, branch, now=MONDAY + 30 * DAY)

    assert resources == frozenset()
    assert offers(ANYTHING, branch, now=MONDAY + 30 * DAY) == []


def test_an_employee_is_local_where_they_work_on_the_days_searched(branch: Configuration) -> None:
    visit = WorkingElsewhere(days=_monday(), location="Odense")
    configuration = replace(branch, employees={"anna": replace(branch.employees["anna"], working_elsewhere=(visit,))})

    assert who(replace(ANYTHING, meeting_location="Odense"), configuration) == {"anna"}
    week_after = Interval(MONDAY + 7 * DAY, TUESDAY + 7 * DAY)
    assert who(replace(ANYTHING, window=week_after, meeting_location="Odense"), configuration) == set()


def _monday() -> DateRange:
    return DateRange(date(2026, 11, 23), date(2026, 11, 23))
