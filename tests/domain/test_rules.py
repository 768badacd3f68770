"""Single rules, each where it decides."""

import importlib
import pkgutil
from collections import Counter
from copy import replace
from datetime import date, datetime
from typing import Any

import pytest

from booking.domain import rules
from booking.domain.agenda import Agenda, Entry, Resource, employee, room
from booking.domain.configuration import (
    CompetenceGroup,
    Configuration,
    DateRange,
    EmployeeType,
    Location,
    MeetingTopic,
    MeetingType,
    PriorityRule,
    Room,
    RoomPolicy,
    ServiceGroup,
    Skills,
    WorkingElsewhere,
)
from booking.domain.decide import check
from booking.domain.errors import NotFound, RoomTaken, SlotTaken, TooLong
from booking.domain.explain import Verdict, explain
from booking.domain.interval import Interval
from booking.domain.refusal import Reason
from booking.domain.requests import SlotRequest
from booking.domain.search import Offer, agendas_for_search
from tests.domain.examples import (
    COPENHAGEN,
    DAY,
    HOUR,
    MINUTE,
    anna,
    at,
    booked,
    hours,
    offers,
    organisation,
    reason,
    search,
    starts,
)

MONDAY, TUESDAY = at("2026-11-23 00:00"), at("2026-11-24 00:00")
NINE, TEN, ELEVEN = at("2026-11-23 09:00"), at("2026-11-23 10:00"), at("2026-11-23 11:00")
ANYTHING = search(MONDAY, TUESDAY)
PHYSICAL, ONLINE = frozenset({MeetingType.PHYSICAL}), frozenset({MeetingType.ONLINE})
ANNA_AT_TEN = SlotRequest(Interval(TEN, ELEVEN), ("anna",))


def chosen(configuration: Configuration, agendas: dict[Resource, Agenda] | None = None, **wishes: Any) -> str:
    """The employee offered at ten."""
    found = offers(replace(ANYTHING, meeting_types=ONLINE, **wishes), configuration, agendas)
    [offer] = [each for each in found if each.start == TEN]
    return offer.employee_ids[0]


# The list


def test_every_rule_of_the_documentation_is_in_the_list_and_so_is_every_module() -> None:
    modules = {
        importlib.import_module(f"{rules.__name__}.{module.name}") for module in pkgutil.iter_modules(rules.__path__)
    }

    assert {rule.number for rule in rules.RULES} == set(range(1, 12))
    assert {module.refusal for module in modules if hasattr(module, "refusal")} <= {
        rule.refusal for rule in rules.RULES
    }


# Time


def test_a_lapsed_hold_blocks_nothing_from_the_second_it_lapses() -> None:
    agendas = {employee("anna"): Agenda((Entry(TEN, ELEVEN, "held", until=NINE),))}
    configuration = organisation(anna())

    assert "Mon 10:00" not in starts(ANYTHING, configuration, agendas, now=NINE - 1)
    assert "Mon 10:00" in starts(ANYTHING, configuration, agendas, now=NINE)


def test_a_customer_type_filters_by_itself_where_no_topic_is_asked_for() -> None:
    business = Skills(frozenset({"loan"}), frozenset({"business"}))
    team = organisation(anna(skills=business), anna(id="bo", skills=Skills()), anna(id="cy", skills=Skills()))
    group = CompetenceGroup(
        "private",
        employee_ids=frozenset({"cy"}),
        topic_ids=frozenset({"loan"}),
        customer_type_ids=frozenset({"private"}),
    )
    configuration = replace(team, competence_groups={"private": group})

    def found(customer_type_id: str | None) -> set[str]:
        asked = replace(ANYTHING, customer_type_id=customer_type_id, all_employees=True)
        return {each.employee_ids[0] for each in offers(asked, configuration)}

    assert found("business") == {"anna"}
    assert found("private") == {"cy"}
    assert found(None) == {"anna", "bo", "cy"}
    refused = replace(ANNA_AT_TEN, customer_type_id="private")
    assert reason(refused, configuration, now=MONDAY) == Reason.NOT_QUALIFIED
    assert reason(replace(refused, employee_ids=("cy",)), configuration, now=MONDAY) is None
    explained = explain(replace(ANYTHING, customer_type_id="private"), configuration, {}, MONDAY, TEN)
    assert explained[0].reason is Reason.NOT_QUALIFIED


def test_imported_busy_times_block_with_the_buffer_too() -> None:
    agendas = {employee("anna"): Agenda(imported=(Interval(TEN, ELEVEN),))}

    found = starts(ANYTHING, organisation(anna(), buffer=30 * MINUTE), agendas)

    assert found[:3] == ["Mon 08:00", "Mon 08:30", "Mon 11:30"]


def test_a_meeting_at_the_beginning_of_the_day_blocks() -> None:
    eight = at("2026-11-23 08:00")

    assert (
        starts(ANYTHING, organisation(anna()), {employee("anna"): booked((eight, eight + 30 * MINUTE))})[0]
        == "Mon 08:30"
    )


def test_a_closing_day_is_no_working_time_for_the_lead_time() -> None:
    tuesday = DateRange(date(2026, 11, 24), date(2026, 11, 24))
    configuration = organisation(anna(), closing_days=(tuesday,), working_time_buffer=2 * HOUR)

    assert starts(search(at("2026-11-23 15:00"), MONDAY + 4 * DAY), configuration)[0] == "Wed 09:00"


def test_a_window_that_begins_in_the_skipped_hour_begins_when_the_clocks_jump() -> None:
    night = replace(anna(), workdays=((hours("02:30", "05:00"),),) * 7)
    asked = search(at("2026-03-29 00:00"), at("2026-03-29 12:00"), 120)

    assert starts(asked, organisation(night)) == ["Sun 03:00"]


def test_a_start_on_the_night_the_clocks_jump_is_offered_once() -> None:
    night = replace(anna(), workdays=((hours("01:00", "05:00"),),) * 7)
    asked = search(at("2026-03-29 00:00"), at("2026-03-29 12:00"), meeting_types=ONLINE, all_employees=True)

    found = [offer.start for offer in offers(asked, organisation(night, anna(id="bo")))]

    assert len(found) == len(set(found)) == 5


def test_the_agendas_for_a_search_cover_whole_days_and_the_buffer() -> None:
    asked = search(TEN, ELEVEN)

    resources, time = agendas_for_search(asked, organisation(anna(), buffer=15 * MINUTE), NINE)

    assert resources == {employee("anna")}
    assert time == Interval(MONDAY, TUESDAY).padded(15 * MINUTE)


def test_extra_windows_are_for_online_and_telephone_even_outside_opening_hours() -> None:
    evening = Interval(at("2026-11-23 19:00"), at("2026-11-23 20:00"))
    configuration = organisation(anna(extra_availability=(evening,)), opening_time=8 * 60, closing_time=18 * 60)

    found = {offer.meeting_type for offer in offers(ANYTHING, configuration) if offer.start == evening.start}

    assert found == {MeetingType.ONLINE, MeetingType.TELEPHONE}


def test_opening_hours_clip_the_windows() -> None:
    configuration = organisation(anna(), opening_time=9 * 60, closing_time=11 * 60)

    assert starts(ANYTHING, configuration) == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]


def test_working_elsewhere_moves_physical_meetings_there() -> None:
    away = WorkingElsewhere(DateRange(date(2026, 11, 23), date(2026, 11, 23)), "Aarhus")
    configuration = organisation(anna(working_elsewhere=(away,)))
    both_days = search(MONDAY, at("2026-11-25 00:00"), explicit_employee_ids=("anna",))

    def physical_days(location: str) -> set[str]:
        found = offers(replace(both_days, meeting_location=location), configuration)
        in_person = [offer.start for offer in found if offer.meeting_type is MeetingType.PHYSICAL]
        return {"Mon" if start < TUESDAY else "Tue" for start in in_person}

    assert physical_days("City") == {"Tue"}
    assert physical_days("Aarhus") == {"Mon"}
    assert {start[:3] for start in starts(replace(both_days, meeting_types=ONLINE), configuration)} == {"Mon", "Tue"}


def test_touching_windows_are_one_stretch_for_the_types_that_both_have() -> None:
    someone = anna(hours("09:00", "10:00"), hours("10:00", "11:00", types=ONLINE))
    configuration = organisation(someone)

    assert starts(replace(ANYTHING, meeting_types=ONLINE), configuration) == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]
    assert starts(replace(ANYTHING, meeting_types=PHYSICAL), configuration) == ["Mon 09:00"]


def test_nothing_is_offered_beyond_the_horizon() -> None:
    configuration = organisation(anna(), booking_horizon_days=2)

    found = offers(search(MONDAY, MONDAY + 10 * DAY), configuration, now=TEN)

    assert max(offer.end for offer in found) == TEN + 2 * DAY


def test_a_day_after_the_search_does_not_count_to_the_cap() -> None:
    configuration = organisation(anna(max_meeting_time_per_day=HOUR))
    wednesday = at("2026-11-25 10:00")
    agendas = {employee("anna"): booked((wednesday, wednesday + HOUR))}

    assert starts(ANYTHING, configuration, agendas)


@pytest.mark.parametrize(
    ("own", "of_groups", "of_organisation", "cap"),
    [(90, (120, 60), 30, 90), (None, (120, 60), 30, 120), (None, (), 30, 30), (None, (None,), 30, 30)],
    ids=["its own", "the highest of its groups'", "the organisation's", "groups without one"],
)
def test_the_cap_is_the_nearest_one(
    own: int | None, of_groups: tuple[int | None, ...], of_organisation: int, cap: int
) -> None:
    groups = {
        str(number): ServiceGroup(
            str(number),
            employee_ids=frozenset({"anna"}),
            trigger_topic_ids=frozenset({"loan"}),
            max_meeting_time_per_day=minutes and minutes * MINUTE,
        )
        for number, minutes in enumerate(of_groups)
    }
    someone = anna(max_meeting_time_per_day=own and own * MINUTE)
    configuration = replace(
        organisation(someone, max_meeting_time_per_day=of_organisation * MINUTE), service_groups=groups
    )

    assert offers(replace(ANYTHING, duration=cap * MINUTE), configuration)
    assert offers(replace(ANYTHING, duration=(cap + 1) * MINUTE), configuration) == []


# Who


def test_an_employee_who_cannot_be_booked_is_never_offered() -> None:
    configuration = organisation(anna(can_be_booked=False))

    assert offers(replace(ANYTHING, explicit_employee_ids=("anna",)), configuration) == []
    assert reason(ANNA_AT_TEN, configuration, now=NINE) == Reason.CANNOT_BE_BOOKED


def test_an_explicitly_available_employee_must_be_asked_for_by_id() -> None:
    configuration = organisation(anna(only_explicitly_available=True))

    assert offers(ANYTHING, configuration) == []
    assert offers(replace(ANYTHING, explicit_employee_ids=("anna",)), configuration)
    assert reason(ANNA_AT_TEN, configuration, now=TEN) is None


def test_a_service_group_has_the_members_of_its_competence_groups_and_those_below() -> None:
    finance = CompetenceGroup("finance", sub_group_ids=frozenset({"mortgage"}))
    mortgage = CompetenceGroup("mortgage", employee_ids=frozenset({"anna"}))
    group = ServiceGroup("all", competence_group_ids=frozenset({"finance"}), meeting_types=ONLINE)
    configuration = replace(
        organisation(anna(), anna(id="bo")),
        competence_groups={"finance": finance, "mortgage": mortgage},
        service_groups={"all": group},
    )
    by_group = frozenset({EmployeeType.SERVICE_GROUP})

    found = offers(replace(ANYTHING, employee_types=by_group, all_employees=True), configuration)

    assert {offer.employee_ids for offer in found} == {("anna",)}


@pytest.mark.parametrize(
    ("trigger", "is_triggered"),
    [
        ({"trigger_topic_ids": frozenset({"loan"})}, True),
        ({"trigger_topic_ids": frozenset({"pension"})}, False),
        ({"trigger_customer_type_ids": frozenset({"private"})}, True),
        ({"trigger_customer_type_ids": frozenset({"business"})}, False),
        ({"trigger_customer_locations": frozenset({"City"})}, True),
        ({"trigger_customer_locations": frozenset({"Aarhus"})}, False),
    ],
    ids=str,
)
def test_a_service_group_is_found_by_its_trigger(trigger: dict[str, Any], is_triggered: bool) -> None:
    group = ServiceGroup("all", employee_ids=frozenset({"anna"}), meeting_types=ONLINE, **trigger)
    configuration = replace(organisation(anna()), service_groups={"all": group})
    asked = replace(
        ANYTHING,
        employee_types=frozenset({EmployeeType.SERVICE_GROUP}),
        topic_id="loan",
        customer_type_id="private",
        customer_location="City",
    )

    assert bool(offers(asked, configuration)) is is_triggered


def test_an_employee_of_a_service_group_is_offered_for_its_meeting_types_only() -> None:
    group = ServiceGroup("all", employee_ids=frozenset({"anna"}), meeting_types=ONLINE)
    configuration = replace(organisation(anna()), service_groups={"all": group})
    asked = replace(
        ANYTHING,
        employee_types=frozenset({EmployeeType.SERVICE_GROUP}),
        meeting_types=frozenset({MeetingType.ONLINE, MeetingType.TELEPHONE}),
    )

    assert {offer.meeting_type for offer in offers(asked, configuration)} == {MeetingType.ONLINE}
    [verdict] = explain(asked, configuration, {}, NINE, TEN)
    assert {each.meeting_type: each.reason for each in verdict.meeting_types} == {
        MeetingType.ONLINE: None,
        MeetingType.TELEPHONE: Reason.MEETING_TYPE_NOT_OFFERED,
    }


def test_local_is_also_who_has_a_workday_at_the_location() -> None:
    visitor = anna(hours("08:00", "16:00", "Aarhus"))

    assert offers(replace(ANYTHING, meeting_location="Aarhus"), organisation(visitor))


def test_in_a_search_without_a_location_only_employees_asked_for_by_id_are_local() -> None:
    asked = replace(
        ANYTHING,
        explicit_employee_ids=("anna",),
        employee_types=frozenset({EmployeeType.EXPLICIT, EmployeeType.LOCAL}),
        all_employees=True,
    )

    assert {offer.employee_ids for offer in offers(asked, organisation(anna(), anna(id="bo")))} == {("anna",)}


def with_group(*labels: str) -> Configuration:
    group = ServiceGroup("vip", employee_ids=frozenset({"bo"}), meeting_types=ONLINE, labels=frozenset(labels))
    local, far = anna(), anna(hours("08:00", "16:00", "Aarhus"), id="bo", locations=("Aarhus",))
    rules = (
        PriorityRule(EmployeeType.SERVICE_GROUP, "VIP"),
        PriorityRule(EmployeeType.LOCAL),
        PriorityRule(EmployeeType.SERVICE_GROUP),
    )
    return replace(organisation(local, far, priority_rules=rules), service_groups={"vip": group})


def test_a_label_ranks_a_service_group_above_local_employees() -> None:
    assert chosen(with_group("VIP"), meeting_location="City") == "bo"
    assert chosen(with_group(), meeting_location="City") == "anna"


def test_candidates_without_a_priority_rule_rank_last_and_are_offered() -> None:
    configuration = with_group()
    only_groups = replace(
        configuration.organisation, priority_rules=(PriorityRule(EmployeeType.SERVICE_GROUP, "other"),) * 2
    )
    only_local = replace(configuration.organisation, priority_rules=(PriorityRule(EmployeeType.LOCAL),))
    anna_is_busy = {employee("anna"): booked((TEN, ELEVEN))}

    assert chosen(replace(configuration, organisation=only_local), meeting_location="City") == "anna"
    assert chosen(replace(configuration, organisation=only_local), anna_is_busy, meeting_location="City") == "bo"
    # Neither has a rule: both rank behind all rules, and the one with less to do that day is chosen.
    nine = {employee("anna"): booked((NINE, TEN))}
    assert chosen(replace(configuration, organisation=only_groups), nine, meeting_location="City") == "bo"


def test_by_default_explicit_comes_before_local_before_service_group() -> None:
    configuration = with_group()
    default = replace(configuration, organisation=organisation().organisation)
    everybody = frozenset(EmployeeType)

    assert chosen(default, meeting_location="City") == "anna"
    assert chosen(default, meeting_location="City", explicit_employee_ids=("bo",), employee_types=everybody) == "bo"


def test_among_equals_the_least_loaded_that_day_is_chosen() -> None:
    configuration = organisation(anna(), anna(id="bo"))
    agendas = {employee("anna"): booked((NINE, TEN)), employee("bo"): booked((NINE, TEN - 1 * MINUTE))}

    assert chosen(configuration, agendas) == "bo"


def test_the_load_of_another_day_does_not_count() -> None:
    configuration = organisation(anna(), anna(id="bo"))
    yesterday = at("2026-11-22 10:00")
    loads = [{}, {employee("anna"): booked((yesterday, yesterday + HOUR))}]

    assert chosen(configuration, loads[0]) == chosen(configuration, loads[1])


@pytest.mark.parametrize("count", range(2, 8))
def test_equals_get_equal_shares_and_the_same_question_the_same_answer(count: int) -> None:
    configuration = organisation(*(anna(id=f"employee-{number}") for number in range(count)))
    quarter = search(MONDAY, MONDAY + 85 * DAY, meeting_types=ONLINE)

    found = offers(quarter, configuration)

    shares = Counter(offer.employee_ids[0] for offer in found)
    assert len(shares) == count
    assert max(shares.values()) < 1.1 * min(shares.values())
    assert offers(quarter, configuration) == found


FAIR_SHARES = {2: range(5, 8), 3: range(2, 7), 4: range(1, 6)}


@pytest.mark.parametrize(
    "ids", [("anna", "bo"), ("17", "4"), ("anna", "bo", "cy"), ("z", "x", "y"), ("a", "b", "c", "d")]
)
@pytest.mark.parametrize(
    "first_day", ["2026-01-05", "2026-03-18", "2026-07-01", "2026-10-12", "2026-12-24", "2027-02-26"]
)
@pytest.mark.parametrize("hour", [8, 10, 14])
def test_of_twelve_workdays_equals_get_equal_shares_of_the_same_hour(
    ids: tuple[str, ...], first_day: str, hour: int
) -> None:
    configuration = organisation(*(anna(id=id) for id in ids))
    start = at(f"{first_day} 00:00")

    found = offers(search(start, start + 18 * DAY, meeting_types=ONLINE), configuration)

    at_that_hour = [each for each in found if datetime.fromtimestamp(each.start, COPENHAGEN).hour == hour]
    first_of_each_day = {datetime.fromtimestamp(each.start, COPENHAGEN).date(): each for each in reversed(at_that_hour)}
    workdays = sorted(first_of_each_day)[:12]
    shares = Counter(first_of_each_day[day].employee_ids[0] for day in workdays)
    assert set(shares) == set(ids)
    assert all(share in FAIR_SHARES[len(ids)] for share in shares.values())


@pytest.mark.parametrize("count", [2, 3])
def test_when_the_first_offer_of_each_day_is_booked_equals_get_equal_shares(count: int) -> None:
    ids = ["anna", "bo", "cy"][:count]
    configuration = organisation(*(anna(id=id) for id in ids))
    taken: dict[str, list[tuple[int, int]]] = {id: [] for id in ids}
    day = MONDAY
    while sum(map(len, taken.values())) < 12:
        agendas = {employee(id): booked(*times) for id, times in taken.items()}
        found = offers(search(day, day + DAY, meeting_types=ONLINE), configuration, agendas)
        if found:
            taken[found[0].employee_ids[0]].append((found[0].start, found[0].end))
        day += DAY

    assert all(len(times) in FAIR_SHARES[count] for times in taken.values())


def test_among_those_equal_that_day_the_least_loaded_that_week_is_chosen() -> None:
    configuration = organisation(anna(), anna(id="bo"))
    wednesday, next_monday = at("2026-11-25 09:00"), at("2026-11-30 09:00")
    busy_this_week = {employee("anna"): booked((wednesday, wednesday + HOUR))}
    busy_next_week = {employee("anna"): booked((next_monday, next_monday + HOUR))}

    everything = search(MONDAY, MONDAY + 2 * DAY, meeting_types=ONLINE)
    assert {each.employee_ids for each in offers(everything, configuration, busy_this_week)} == {("bo",)}
    assert offers(everything, configuration, busy_next_week) == offers(everything, configuration)


def test_the_agendas_for_a_choice_cover_whole_weeks() -> None:
    _, time = agendas_for_search(search(TEN + DAY, ELEVEN + DAY), organisation(anna(), anna(id="bo")), NINE)

    assert time == Interval(MONDAY, MONDAY + 7 * DAY)


def test_no_equal_always_gets_the_same_time_of_day() -> None:
    configuration = organisation(anna(), anna(id="bo"))
    found = offers(search(MONDAY, MONDAY + 28 * DAY, meeting_types=ONLINE), configuration)

    for clock in ("09:00", "10:30"):
        at_that_time = {each.employee_ids for each in found if each.start % DAY == at(f"2026-11-23 {clock}") % DAY}
        assert len(at_that_time) == 2


def test_those_who_are_required_are_offered_for_the_last_meeting_type_alone() -> None:
    telephone = frozenset({MeetingType.TELEPHONE})
    people = [anna(hours("09:00", "11:00", types=telephone), id=id) for id in ("anna", "bo")]
    both = replace(ANYTHING, require_employee_participation=True, explicit_employee_ids=("anna", "bo"))

    assert {offer.meeting_type for offer in offers(both, organisation(*people))} == telephone


# Rooms

SEATS = {"b-large": 8, "c-small": 4, "d-small": 4}
ROOMS = [Room(id, location="City", capacity=seats) for id, seats in SEATS.items()]


def room_at_ten(
    configuration: Configuration, agendas: dict[Resource, Agenda] | None = None, **wishes: Any
) -> str | None:
    asked = replace(ANYTHING, meeting_types=PHYSICAL, **wishes)
    [offer] = [each for each in offers(asked, configuration, agendas) if each.start == TEN]
    return offer.room_id


def test_the_smallest_room_is_named_and_ties_are_settled_by_id() -> None:
    configuration = organisation(anna(), rooms=ROOMS)
    taken = booked((TEN, ELEVEN))

    assert room_at_ten(configuration) == "c-small"
    assert room_at_ten(configuration, {room("c-small"): taken}) == "d-small"
    assert room_at_ten(configuration, {room("c-small"): taken, room("d-small"): taken}) == "b-large"


def test_the_room_seats_all_who_are_required_and_the_customer() -> None:
    people = [anna(id=id) for id in ("a", "b", "c", "d")]

    ids = tuple(each.id for each in people)
    assert (
        room_at_ten(organisation(*people, rooms=ROOMS), explicit_employee_ids=ids, require_employee_participation=True)
        == "b-large"
    )


@pytest.mark.parametrize(
    ("policy", "free", "taken"),
    [
        (RoomPolicy.REQUIRED, {"hall"}, set()),
        (RoomPolicy.OPTIONAL, {"hall"}, {None}),
        (RoomPolicy.NONE, {None}, {None}),
    ],
)
def test_the_policy_of_a_location_says_what_becomes_of_a_taken_room(
    policy: RoomPolicy, free: set[str | None], taken: set[str | None]
) -> None:
    configuration = organisation(
        anna(),
        rooms=[Room("hall", location="City"), Room("away", location="Aarhus")],
        locations=[Location("City", room_policy=policy)],
    )
    agendas = {room("hall"): booked((MONDAY, TUESDAY))}
    asked = replace(ANYTHING, meeting_types=PHYSICAL)

    assert {offer.room_id for offer in offers(asked, configuration)} == free
    assert {offer.room_id for offer in offers(asked, configuration, agendas)} == taken


@pytest.mark.parametrize(
    ("minutes", "by_customer", "is_offered"), [(90, True, True), (91, True, False), (91, False, True)]
)
def test_customers_are_offered_no_longer_meeting_than_the_setting(
    minutes: int, by_customer: bool, is_offered: bool
) -> None:
    configuration = organisation(anna(), longest_meeting=90 * MINUTE)
    asked = replace(ANYTHING, duration=minutes * MINUTE, is_customer_initiated=by_customer)
    wanted = SlotRequest(Interval(TEN, TEN + minutes * MINUTE), ("anna",), is_customer_initiated=by_customer)

    assert bool(offers(asked, configuration)) is is_offered
    if is_offered:
        check(wanted, configuration, {}, now=NINE)
    else:
        with pytest.raises(TooLong):
            check(wanted, configuration, {}, now=NINE)


@pytest.mark.parametrize(("of_topic", "is_offered"), [(30, False), (60, True)])
def test_a_topic_says_itself_how_long_a_meeting_about_it_may_be(of_topic: int, is_offered: bool) -> None:
    topic = MeetingTopic("loan", longest_meeting=of_topic * MINUTE)
    configuration = replace(organisation(anna(), longest_meeting=45 * MINUTE), meeting_topics={"loan": topic})
    asked = replace(ANYTHING, topic_id="loan", duration=HOUR, is_customer_initiated=True)

    assert bool(offers(asked, configuration)) is is_offered


def test_a_room_that_cannot_be_booked_is_not_named() -> None:
    configuration = organisation(anna(), rooms=[Room("hall", location="City", bookable=False)])

    assert {offer.room_id for offer in offers(ANYTHING, configuration)} == {None}
    assert offers(replace(ANYTHING, specific_rooms=("hall",)), configuration) == []


@pytest.mark.parametrize(
    ("capacities", "people", "named"),
    [((3, 2), 1, 2), ((4, 3, 2), 2, 3), ((1, 3), 1, 3), ((0, 1), 1, 1)],
    ids=["one customer fits exactly", "two employees and a customer", "too small comes last", "all too small"],
)
def test_the_smallest_room_that_seats_everybody_is_named(capacities: tuple[int, ...], people: int, named: int) -> None:
    seats = [Room(f"for-{each}", location="City", capacity=each) for each in capacities]
    staff = [anna(), anna(id="bo")][:people]
    together = search(MONDAY, TUESDAY, require_room=True, meeting_types=PHYSICAL)
    together = replace(
        together, require_employee_participation=True, explicit_employee_ids=tuple(each.id for each in staff)
    )

    found = offers(together, organisation(*staff, rooms=seats))

    assert {offer.room_id for offer in found} == {f"for-{named}"}


@pytest.mark.parametrize(("over_at", "first"), [(MONDAY, "Mon 00:15"), (MONDAY - 15 * MINUTE, "Mon 00:00")])
def test_the_buffer_of_a_meeting_that_was_over_before_the_window_counts(over_at: int, first: str) -> None:
    night = anna(hours("00:00", "04:00"))
    agendas = {employee("anna"): booked((over_at - HOUR, over_at))}
    settings: dict[str, Any] = {"buffer": 15 * MINUTE, "slot_interval": 15 * MINUTE}

    assert starts(ANYTHING, organisation(night, **settings), agendas)[0] == first
    wanted = SlotRequest(Interval(MONDAY, MONDAY + HOUR), ("anna",))
    refused = None if first == "Mon 00:00" else "SLOT_TAKEN"
    assert reason(wanted, organisation(night, **settings), agendas, now=MONDAY) == refused


def test_a_room_has_no_buffer() -> None:
    configuration = organisation(anna(), anna(id="bo"), rooms=[Room("hall", location="City")], buffer=30 * MINUTE)
    agendas = {room("hall"): booked((NINE, TEN))}

    assert "Mon 10:00" in starts(replace(ANYTHING, require_room=True), configuration, agendas)


def test_a_demanded_room_is_where_the_meeting_is_asked_for() -> None:
    configuration = organisation(anna(), rooms=[Room("hall", location="City"), Room("away", location="Aarhus")])
    asked = replace(ANYTHING, explicit_employee_ids=("anna",), require_room=True, meeting_types=ONLINE)

    assert {offer.room_id for offer in offers(asked, configuration)} == {"hall"}
    assert {offer.room_id for offer in offers(replace(asked, meeting_location="Aarhus"), configuration)} == {"away"}


# Reservations


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"interval": Interval(TEN - 7 * DAY, ELEVEN - 7 * DAY)}, Reason.IN_THE_PAST),
        ({"interval": Interval(TEN + 91 * DAY, ELEVEN + 91 * DAY)}, Reason.BEYOND_HORIZON),
        ({"interval": Interval(TEN + 5 * DAY, ELEVEN + 5 * DAY)}, Reason.OUTSIDE_WORKING_TIME),
        ({"interval": Interval(TEN + DAY, ELEVEN + DAY)}, Reason.CLOSING_DAY),
        ({"interval": Interval(TEN + 2 * DAY, ELEVEN + 2 * DAY)}, Reason.ABSENT),
        ({"interval": Interval(NINE, TEN)}, Reason.LEAD_TIME),
        ({"interval": Interval(TEN, TEN + 5 * HOUR)}, Reason.DAILY_CAP),
        ({"interval": Interval(TEN + 5 * MINUTE, ELEVEN)}, Reason.OFF_GRID),
        ({"meeting_type": MeetingType.PHYSICAL}, Reason.ROOM_REQUIRED),
        ({"meeting_type": MeetingType.OFF_SITE}, Reason.MEETING_TYPE_NOT_OFFERED),
        ({"meeting_type": MeetingType.PHYSICAL, "room_id": "hall"}, None),
        ({"meeting_type": MeetingType.PHYSICAL, "room_id": "away"}, Reason.ROOM_ELSEWHERE),
        ({"room_id": "away"}, None),
        ({"room_id": "closed"}, Reason.ROOM_NOT_BOOKABLE),
        ({"topic_id": "loan"}, Reason.NOT_QUALIFIED),
        ({"topic_id": "internal"}, Reason.TOPIC_NOT_AVAILABLE),
        ({"topic_id": "internal", "is_customer_initiated": False}, None),
        ({"interval": Interval(NINE, TEN), "is_customer_initiated": False}, None),
        ({"interval": Interval(TEN, TEN + 5 * HOUR), "is_customer_initiated": False}, None),
        ({"interval": Interval(TEN + DAY, ELEVEN + DAY), "is_customer_initiated": False}, Reason.CLOSING_DAY),
        ({"interval": Interval(TEN + 2 * DAY, ELEVEN + 2 * DAY), "is_customer_initiated": False}, Reason.ABSENT),
    ],
    ids=str,
)
def test_a_reservation_is_refused_by_the_first_rule_that_does(
    change: dict[str, object], expected: Reason | None
) -> None:
    tuesday = DateRange(date(2026, 11, 24), date(2026, 11, 24))
    someone = anna(
        hours("08:00", "16:00", types=frozenset(MeetingType) - {MeetingType.OFF_SITE}),
        skills=Skills(frozenset({"internal"})),
        absences=(Interval(MONDAY + 2 * DAY, MONDAY + 3 * DAY),),
        max_meeting_time_per_day=4 * HOUR,
    )
    configuration = organisation(
        someone,
        rooms=[
            Room("hall", location="City"),
            Room("away", location="Aarhus"),
            Room("closed", location="City", bookable=False),
        ],
        locations=[Location("City", room_policy=RoomPolicy.REQUIRED)],
        closing_days=(tuesday,),
        working_time_buffer=2 * HOUR,
    )
    topics = {**configuration.meeting_topics, "internal": MeetingTopic("internal", available_to_customers=False)}
    wanted = replace(ANNA_AT_TEN, **change)  # type: ignore[arg-type]

    assert reason(wanted, replace(configuration, meeting_topics=topics), now=at("2026-11-23 08:00")) == expected


def test_a_taken_time_names_the_employee_and_nothing_else() -> None:
    configuration = organisation(anna(), anna(id="bo"), buffer=15 * MINUTE)
    agendas = {employee("bo"): booked((ELEVEN, ELEVEN + HOUR))}

    with pytest.raises(SlotTaken) as refused:
        check(replace(ANNA_AT_TEN, employee_ids=("anna", "bo")), configuration, agendas, NINE)
    assert refused.value.details == {"employeeId": "bo"}


def test_a_taken_room_is_named() -> None:
    configuration = organisation(anna(), rooms=[Room("hall", location="City")])

    with pytest.raises(RoomTaken) as refused:
        check(replace(ANNA_AT_TEN, room_id="hall"), configuration, {room("hall"): booked((NINE, TEN + 1))}, NINE)
    assert refused.value.details == {"roomId": "hall"}


@pytest.mark.parametrize(
    "change",
    [{"employee_ids": ("nobody",)}, {"room_id": "nowhere"}, {"topic_id": "nothing"}, {"customer_type_id": "nobody"}],
    ids=str,
)
def test_a_reservation_with_an_unknown_id_is_not_found(change: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        check(replace(ANNA_AT_TEN, **change), organisation(anna()), {}, NINE)  # type: ignore[arg-type]


def test_an_ignored_slot_is_neither_busy_nor_part_of_the_cap() -> None:
    configuration = organisation(anna(max_meeting_time_per_day=HOUR))
    agendas = {employee("anna"): Agenda((Entry(TEN, ELEVEN, "old"),))}

    check(
        replace(ANNA_AT_TEN, interval=Interval(TEN + 30 * MINUTE, ELEVEN + 30 * MINUTE)),
        configuration,
        agendas,
        NINE,
        {"old"},
    )
    assert reason(ANNA_AT_TEN, configuration, agendas, NINE) == "SLOT_TAKEN"


# Explanations


def verdict_of(
    resource: Resource, configuration: Configuration, agendas: dict[Resource, Agenda], **wishes: Any
) -> Verdict:
    asked = replace(ANYTHING, **wishes)
    [verdict] = [each for each in explain(asked, configuration, agendas, MONDAY, TEN) if each.resource == resource]
    return verdict


def test_an_explanation_tells_the_booked_time_and_the_buffer() -> None:
    agendas = {employee("anna"): booked((TEN, TEN + 30 * MINUTE))}

    verdict = verdict_of(employee("anna"), organisation(anna(), buffer=15 * MINUTE), agendas)

    assert verdict.reason is Reason.BUSY
    assert verdict.words == "booked 10:00–10:30 plus 15 minutes buffer"
    assert verdict.facts == {"busyFrom": TEN, "busyUntil": TEN + 30 * MINUTE, "bufferMinutes": 15}


@pytest.mark.parametrize(
    ("agenda", "words"),
    [
        (booked((TEN, ELEVEN)), "booked 10:00–11:00"),
        (Agenda((Entry(TEN, ELEVEN, "slot", until=ELEVEN),)), "held 10:00–11:00"),
        (Agenda(imported=(Interval(TEN, ELEVEN),)), "busy in an imported calendar 10:00–11:00"),
        (
            Agenda((Entry(TEN + HOUR // 2, ELEVEN, "slot"),), (Interval(NINE, TEN + 60),)),
            "busy in an imported calendar 09:00–10:01",
        ),
    ],
)
def test_an_explanation_tells_what_makes_an_employee_or_a_room_busy(agenda: Agenda, words: str) -> None:
    configuration = organisation(anna(), rooms=[Room("hall", location="City")])

    assert verdict_of(employee("anna"), configuration, {employee("anna"): agenda}).words == words
    assert verdict_of(room("hall"), configuration, {room("hall"): agenda}).words == words


def test_an_explanation_tells_of_each_meeting_type_where_they_differ() -> None:
    in_person = anna(hours("08:00", "16:00", types=PHYSICAL), hours("16:00", "18:00"))
    configuration = organisation(in_person, locations=[Location("City", room_policy=RoomPolicy.REQUIRED)])
    wanted = PHYSICAL | ONLINE

    verdict = verdict_of(employee("anna"), configuration, {}, meeting_types=wanted)

    assert verdict.reason is Reason.NO_ROOM
    assert [(each.meeting_type, each.reason) for each in verdict.meeting_types] == [
        (MeetingType.ONLINE, Reason.MEETING_TYPE_NOT_OFFERED),
        (MeetingType.PHYSICAL, Reason.NO_ROOM),
    ]
    with_room = replace(configuration, rooms={"hall": Room("hall", location="City")})
    offered = verdict_of(employee("anna"), with_room, {}, meeting_types=wanted)
    assert offered.reason is None
    assert [each.reason for each in offered.meeting_types] == [Reason.MEETING_TYPE_NOT_OFFERED, None]
    absent = organisation(anna(absences=(Interval(MONDAY, TUESDAY),)))
    assert verdict_of(employee("anna"), absent, {}, meeting_types=wanted).meeting_types == ()


def test_an_explanation_tells_the_cap_and_what_of_it_is_used() -> None:
    agendas = {employee("anna"): booked((ELEVEN + HOUR, ELEVEN + HOUR + 210 * MINUTE))}

    verdict = verdict_of(employee("anna"), organisation(anna(max_meeting_time_per_day=4 * HOUR)), agendas)

    assert verdict.words == "daily cap 240 minutes, 210 used, 60 requested"


def test_an_explanation_tells_when_the_lead_time_is_over() -> None:
    verdict = verdict_of(employee("anna"), organisation(anna(), working_time_buffer=3 * HOUR), {})

    assert verdict.words == "lead time 180 working minutes, until 2026-11-23 11:00"


def test_an_explanation_tells_the_working_time_of_that_day() -> None:
    configuration = organisation(anna(hours("08:00", "09:30"), hours("13:00", "16:00")))

    verdict = verdict_of(employee("anna"), configuration, {})

    assert verdict.words == "10:00–11:00 is outside working time; working time that day: 08:00–09:30, 13:00–16:00"


def test_an_explanation_asks_who_is_qualified_before_how_the_topic_is_met() -> None:
    able = Skills(frozenset({"loan"}), frozenset({"private"}))
    physical = MeetingTopic("loan", meeting_types=frozenset({MeetingType.PHYSICAL}))
    team = organisation(anna(skills=able), anna(id="bo", skills=Skills()))
    configuration = replace(team, meeting_topics={"loan": physical})
    asked: dict[str, Any] = {"topic_id": "loan", "meeting_types": frozenset({MeetingType.ONLINE})}

    assert verdict_of(employee("anna"), configuration, {}, **asked).reason is Reason.MEETING_TYPE_NOT_OFFERED
    assert verdict_of(employee("bo"), configuration, {}, **asked).reason is Reason.NOT_QUALIFIED


def test_an_explanation_tells_a_free_employee_from_the_one_chosen() -> None:
    configuration = organisation(anna(), anna(id="bo"))
    agendas = {employee("anna"): booked((NINE, TEN))}

    assert verdict_of(employee("bo"), configuration, agendas).reason is None
    passed_over = verdict_of(employee("anna"), configuration, agendas)
    assert (passed_over.reason, passed_over.words) == (
        Reason.ANOTHER_CHOSEN,
        "free, with 60 minutes of meetings that day",
    )


def test_an_explanation_tells_who_of_the_required_is_free() -> None:
    configuration = organisation(anna(), anna(id="bo"))
    agendas = {employee("anna"): booked((TEN, ELEVEN))}
    both: dict[str, Any] = {"require_employee_participation": True, "explicit_employee_ids": ("anna", "bo")}

    assert verdict_of(employee("anna"), configuration, agendas, **both).reason is Reason.BUSY
    assert verdict_of(employee("bo"), configuration, agendas, **both).reason is Reason.OTHERS_NOT_FREE


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("busy", Reason.ROOM_BUSY),
        ("closed", Reason.ROOM_NOT_BOOKABLE),
        ("away", Reason.ROOM_NOT_NEEDED),
        ("free", None),
        ("large", Reason.ANOTHER_CHOSEN),
    ],
)
def test_an_explanation_tells_about_every_room(id: str, expected: Reason | None) -> None:
    rooms = [
        Room("busy", location="City"),
        Room("closed", location="City", bookable=False),
        Room("away", location="Aarhus"),
        Room("free", location="City", capacity=4),
        Room("large", location="City", capacity=8),
    ]
    agendas = {room("busy"): booked((TEN, ELEVEN))}

    assert verdict_of(room(id), organisation(anna(), rooms=rooms), agendas, meeting_types=PHYSICAL).reason is expected


@pytest.mark.parametrize(
    ("id", "asked", "words"),
    [
        ("large", {"specific_rooms": ("free",)}, "the search names other rooms"),
        ("away", {"meeting_location": "City"}, "the room is at Aarhus"),
    ],
)
def test_an_explanation_tells_why_a_room_is_not_searched(id: str, asked: dict[str, Any], words: str) -> None:
    rooms = [Room("free", location="City"), Room("large", location="City"), Room("away", location="Aarhus")]

    verdict = verdict_of(room(id), organisation(anna(), rooms=rooms), {}, meeting_types=PHYSICAL, **asked)

    assert (verdict.reason, verdict.words) == (Reason.NOT_A_CANDIDATE, words)


def test_offers_are_sorted_by_start_then_meeting_type() -> None:
    found = offers(ANYTHING, organisation(anna(), anna(id="bo")))

    assert found == sorted(found, key=lambda offer: (offer.start, offer.meeting_type))
    assert found[0] == Offer(at("2026-11-23 08:00"), NINE, MeetingType.OFF_SITE, found[0].employee_ids, None)
