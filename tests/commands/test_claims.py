"""What a slot has, it keeps; what it gains must be allowed and free. Decided without a database."""

from collections.abc import Mapping
from copy import replace
from typing import Any

import pytest

from booking.commands.claims import (
    Situation,
    judge_gain,
    judge_use,
    require_match,
    require_seat_kept,
    require_usable,
    subject_of,
    wants_more_buffer,
)
from booking.domain.agenda import Agenda, Entry, Resource, employee, room
from booking.domain.configuration import Configuration, CustomerType, MeetingTopic, MeetingType, Room, Skills
from booking.domain.errors import InvalidRequest, ReservationExpired, RoomTaken, SlotMismatch, SlotNotOffered, SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import MOST_ADDITIONAL, Slot, SlotStatus
from booking.domain.refusal import Reason
from tests.commands.conftest import HOUR, MINUTE, at

NOW = at(7)
HOLD = Slot(
    "hold",
    "owner",
    at(9),
    at(10),
    ("anna",),
    SlotStatus.RESERVED,
    1,
    NOW,
    NOW,
    room_id="tivoli",
    expires_at=NOW + 5 * MINUTE,
    meeting_type=MeetingType.ONLINE,
)
BOOKED = HOLD.booked(NOW, "meeting")


def situation(
    configuration: Configuration, taken: Mapping[Resource, tuple[int, int]] | None = None, ignored: str = ""
) -> Situation:
    """`taken`: of whom another slot has time, from when to when."""
    agendas = {of: Agenda((Entry(*time, "other"),)) for of, time in (taken or {}).items()}
    return Situation(configuration, agendas, NOW, frozenset({ignored} if ignored else ()))


def test_a_hold_that_stands_keeps_its_time_whoever_else_is_there(configuration: Configuration) -> None:
    taken = {employee("anna"): (at(9), at(10)), room("tivoli"): (at(9), at(10))}
    judge_use(HOLD, BOOKED, situation(configuration, taken), stands=True)


@pytest.mark.parametrize(("start", "end"), [(at(9, 59), at(11)), (at(8), at(9, 1)), (at(9, 15), at(9, 30))])
def test_a_hold_that_does_not_stand_gains_its_time_anew(configuration: Configuration, start: int, end: int) -> None:
    with pytest.raises(ReservationExpired) as refused:
        judge_use(HOLD, BOOKED, situation(configuration, {employee("anna"): (start, end)}), stands=False)
    assert refused.value.details == {"timeSlotId": "hold"}
    assert str(refused.value) == "The reservation has lapsed, and its time has begun or has been taken."
    with pytest.raises(RoomTaken):
        judge_use(HOLD, BOOKED, situation(configuration, {room("tivoli"): (start, end)}), stands=False)


@pytest.mark.parametrize(("start", "end"), [(at(10), at(11)), (at(8), at(9))])
def test_times_that_touch_do_not_overlap(configuration: Configuration, start: int, end: int) -> None:
    taken = {employee("anna"): (start, end), room("tivoli"): (start, end), employee("bo"): (start, end)}
    judge_use(HOLD, BOOKED, situation(configuration, taken), stands=False)
    judge_gain(HOLD, replace(BOOKED, employee_ids=("anna", "bo")), situation(configuration, taken))


def test_an_ignored_meeting_does_not_block_a_time(configuration: Configuration) -> None:
    taken = dict.fromkeys((employee("anna"), employee("bo"), room("tivoli")), (at(9), at(10)))
    after = replace(BOOKED, employee_ids=("anna", "bo"))
    judge_use(HOLD, after, situation(configuration, taken, ignored="other"), stands=False)
    with pytest.raises(SlotTaken):
        judge_use(HOLD, after, situation(configuration, taken), stands=True)


def test_a_lapsed_hold_may_begin_this_second_and_no_sooner(configuration: Configuration) -> None:
    lapsed = replace(HOLD, created_at=at(8))
    now = replace(situation(configuration), now=at(9))
    judge_use(lapsed, lapsed.booked(at(9), "meeting"), now, stands=False)
    with pytest.raises(ReservationExpired):
        judge_use(lapsed, lapsed.booked(at(9), "meeting"), replace(now, now=at(9) + 1), stands=False)


def test_a_room_that_is_exchanged_is_judged_and_one_that_is_kept_is_not(configuration: Configuration) -> None:
    taken = {room("tivoli"): (at(9), at(10)), room("round-tower"): (at(9), at(10))}
    judge_gain(BOOKED, replace(BOOKED, employee_ids=("anna", "bo")), situation(configuration, taken))
    with pytest.raises(RoomTaken):
        judge_gain(BOOKED, replace(BOOKED, room_id="round-tower"), situation(configuration, taken))


def test_only_who_joins_makes_them_too_many(configuration: Configuration) -> None:
    many = ("anna", *(f"e{number}" for number in range(MOST_ADDITIONAL + 1)))
    crowded = replace(BOOKED, employee_ids=many)
    with pytest.raises(InvalidRequest):
        judge_gain(BOOKED, crowded, situation(configuration))
    judge_gain(crowded, replace(crowded, employee_ids=many[:-1]), situation(configuration))
    judge_gain(crowded, replace(crowded, room_id=None), situation(configuration))


def test_a_slot_is_usable_up_to_its_last_second() -> None:
    require_usable(HOLD, HOLD.end - 1)
    with pytest.raises(ReservationExpired):
        require_usable(HOLD, HOLD.end)
    with pytest.raises(ReservationExpired):
        require_usable(HOLD.released(NOW), NOW)


@pytest.mark.parametrize(("asked", "held"), [(None, "a"), ("a", None), (None, None), ("a", "a")])
def test_a_missing_value_matches_any_value(asked: str | None, held: str | None) -> None:
    require_match(HOLD, {"roomId": (asked, held)})


def test_the_fields_of_the_request_must_agree_with_the_slot() -> None:
    with pytest.raises(SlotMismatch) as refused:
        require_match(HOLD, {"topicId": ("a", "a"), "roomId": ("a", "b")})
    assert refused.value.details == {"field": "roomId", "timeSlotId": "hold"}
    assert str(refused.value) == "The time slot has a different roomId."


def test_a_hold_lapses_in_one_second_for_its_slot_its_entry_and_its_customer() -> None:
    from booking.domain.holds import CustomerHolds

    until = HOLD.expires_at
    assert until is not None
    entry = Entry(HOLD.start, HOLD.end, HOLD.id, until)
    holds = CustomerHolds("ida", 1, {HOLD.id: until})
    for now, is_live in ((until - 1, True), (until, False)):
        assert HOLD.is_live(now) is is_live
        assert entry.is_live(now) is is_live
        assert bool(holds.live(now)) is is_live
    assert Interval(HOLD.start, HOLD.end).end - HOLD.start == HOUR


TOPICS = {"loan": MeetingTopic("loan", customer_type_ids=frozenset({"private", "business"}))}
TYPES = {"private": CustomerType("private"), "business": CustomerType("business")}


def for_private_customers(configuration: Configuration) -> Configuration:
    """Anna covers the loan for private customers only, and customers may not book the topic by themselves."""
    able = Skills(frozenset({"loan"}), frozenset({"private"}))
    topics = {"loan": replace(TOPICS["loan"], available_to_customers=False)}
    employees = {**configuration.employees, "anna": replace(configuration.employees["anna"], skills=able)}
    return replace(configuration, meeting_topics=topics, customer_types=TYPES, employees=employees)


def test_the_host_of_a_moved_meeting_must_cover_its_topic_and_its_customer_type(configuration: Configuration) -> None:
    meeting = replace(BOOKED, topic_id="loan", customer_type_id="private")
    configured = replace(configuration, meeting_topics=TOPICS, customer_types=TYPES)

    assert subject_of(meeting, configured) == ("loan", "private")
    assert subject_of(meeting, replace(configured, customer_types={})) == ("loan", None)
    assert subject_of(meeting, replace(configured, meeting_topics={})) == (None, "private")


def test_a_hold_becomes_a_meeting_only_for_a_customer_type_that_its_employee_covers(
    configuration: Configuration,
) -> None:
    hold = replace(HOLD, is_customer_initiated=False)
    after = replace(hold.booked(NOW, "meeting"), topic_id="loan", customer_type_id="private")
    now = situation(for_private_customers(configuration))
    judge_use(hold, after, now, stands=True)

    with pytest.raises(SlotNotOffered):
        judge_use(hold, replace(after, customer_type_id="business"), now, stands=True)


def test_a_topic_that_customers_may_not_book_binds_new_meetings_of_customers_only(
    configuration: Configuration,
) -> None:
    after = replace(BOOKED, topic_id="loan", customer_type_id="private")
    now = situation(for_private_customers(configuration))
    judge_use(replace(HOLD, is_customer_initiated=False), after, now, stands=True)
    judge_use(HOLD, after, now, stands=True, is_agreed=True)

    with pytest.raises(SlotNotOffered):
        judge_use(HOLD, after, now, stands=True)


def test_only_a_topic_with_a_longer_buffer_than_that_of_the_hold_needs_more_time(configuration: Configuration) -> None:
    topics = {
        "loan": MeetingTopic("loan", buffer_before=HOUR, buffer_after=HOUR),
        "card": MeetingTopic("card", buffer_before=0, buffer_after=0),
        "tax": MeetingTopic("tax", buffer_before=0, buffer_after=HOUR),
    }
    configured = replace(configuration, meeting_topics=topics)
    pairs = {
        (a, b): wants_more_buffer(replace(HOLD, topic_id=a), replace(HOLD, topic_id=b), configured)
        for a in topics
        for b in topics
    }

    assert {pair for pair, more in pairs.items() if more} == {("card", "loan"), ("card", "tax"), ("tax", "loan")}


def test_the_buffer_of_the_topic_counts_for_who_joins(configuration: Configuration) -> None:
    topics = {"loan": MeetingTopic("loan", buffer_before=HOUR, buffer_after=0)}
    now = situation(replace(configuration, meeting_topics=topics), {employee("bo"): (at(8), at(9))})
    judge_gain(BOOKED, replace(BOOKED, employee_ids=("anna", "bo")), now)

    with pytest.raises(SlotTaken):
        judge_gain(BOOKED, replace(BOOKED, employee_ids=("anna", "bo"), topic_id="loan"), now)


def test_who_joins_a_physical_meeting_must_be_where_its_room_is(configuration: Configuration) -> None:
    rooms = {"tivoli": replace(configuration.rooms["tivoli"], location="Harbour")}
    meeting = replace(BOOKED, meeting_type=MeetingType.PHYSICAL)
    joined = replace(meeting, employee_ids=("anna", "bo"))
    judge_gain(meeting, joined, situation(configuration))

    with pytest.raises(SlotNotOffered):
        judge_gain(meeting, joined, situation(replace(configuration, rooms=rooms)))


@pytest.mark.parametrize("change", [{"room_id": "round-tower"}, {"employee_ids": ("bo",)}])
def test_a_seat_stays_with_its_employee_and_room(change: dict[str, Any]) -> None:
    seat = replace(HOLD, is_seat=True)
    require_seat_kept(seat, replace(seat, topic_id="loan"))

    with pytest.raises(SlotNotOffered) as refused:
        require_seat_kept(seat, replace(seat, **change))
    assert refused.value.details == {"reason": "GROUP_MEETING"}
    assert str(refused.value) == Reason.GROUP_MEETING.sentence


def test_the_lead_time_of_who_joins_binds_customers_only(configuration: Configuration) -> None:
    organisation = replace(configuration.organisation, working_time_buffer=4 * HOUR)
    now = situation(replace(configuration, organisation=organisation))
    by_employee = replace(BOOKED, is_customer_initiated=False)
    judge_gain(by_employee, replace(by_employee, employee_ids=("anna", "bo")), now)

    with pytest.raises(SlotNotOffered):
        judge_gain(BOOKED, replace(BOOKED, employee_ids=("anna", "bo")), now)


def test_a_physical_meeting_moves_only_to_a_room_where_its_host_works(configuration: Configuration) -> None:
    rooms = {**configuration.rooms, "pier": Room("pier", location="Harbour")}
    meeting = replace(BOOKED, meeting_type=MeetingType.PHYSICAL)
    now = situation(replace(configuration, rooms=rooms))
    judge_gain(meeting, replace(meeting, room_id="round-tower"), now)

    with pytest.raises(SlotNotOffered):
        judge_gain(meeting, replace(meeting, room_id="pier"), now)


def test_nobody_joins_a_seat_of_a_group_meeting(configuration: Configuration) -> None:
    seat = replace(BOOKED, is_seat=True)
    with pytest.raises(SlotNotOffered) as refused:
        judge_gain(seat, replace(seat, employee_ids=("anna", "bo")), situation(configuration))
    assert refused.value.details == {"reason": "GROUP_MEETING"}
    assert str(refused.value) == Reason.GROUP_MEETING.sentence


def test_the_time_that_the_slot_has_already_does_not_block_who_joins_it(configuration: Configuration) -> None:
    own = Agenda((Entry(at(9), at(10), BOOKED.id),))
    now = Situation(configuration, {employee("bo"): own, room("round-tower"): own}, NOW)

    judge_gain(BOOKED, replace(BOOKED, employee_ids=("anna", "bo"), room_id="round-tower"), now)


def test_a_crowded_slot_is_used_as_it_is(configuration: Configuration) -> None:
    employees = {f"e{number}": configuration.employees["bo"] for number in range(MOST_ADDITIONAL + 1)}
    configured = replace(configuration, employees={**configuration.employees, **employees})
    crowded = replace(HOLD, employee_ids=("anna", *employees))

    judge_use(crowded, crowded.booked(NOW, "meeting"), situation(configured), stands=True)


def test_as_many_as_allowed_may_join_at_once(configuration: Configuration) -> None:
    employees = {f"e{number}": configuration.employees["bo"] for number in range(MOST_ADDITIONAL)}
    configured = replace(configuration, employees={**configuration.employees, **employees})

    judge_gain(BOOKED, replace(BOOKED, employee_ids=("anna", *employees)), situation(configured))
