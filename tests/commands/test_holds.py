"""Nobody can take the calendar hostage: how many slots one customer holds, how long each, and how long a meeting is."""

from collections.abc import Callable
from copy import replace
from typing import Any

import pytest

from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.erase_customer_data import erase_customer_data
from booking.commands.release_time_slot import release_time_slot
from booking.commands.release_time_slots import Whose, release_time_slots
from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.commands.update_meeting import update_meeting
from booking.domain.caller import Caller
from booking.domain.configuration import MeetingTopic
from booking.domain.errors import ReservationExpired, SlotMismatch, SlotTaken, TooLong, TooManyHolds
from booking.domain.interval import Interval
from booking.domain.meeting import Slot, SlotStatus
from booking.domain.requests import SlotRequest
from booking.storage import holds, keys, slots
from tests.commands.conftest import HOUR, MINUTE, OTHER_PARTNER, PARTNER, STAFF, Desk, at

IDA = "ida"


def reserve(
    desk: Desk,
    hour: int,
    *employees: str,
    customer: str | None = IDA,
    token: str | None = None,
    caller: Caller = PARTNER,
    length: int = HOUR,
    moving: str | None = None,
) -> Reserved:
    wanted = SlotRequest(Interval(at(hour), at(hour) + length), employees or ("anna",))
    request = Reservation(wanted, token or f"{hour} {employees}", moving, customer)
    return reserve_time_slot(desk.table, desk.configuration, caller, request, desk.clock)


def confirm(desk: Desk, slot_id: str) -> Slot:
    return confirm_time_slot(desk.table, desk.configuration, PARTNER, slot_id, desk.clock)


def held(desk: Desk, customer: str = IDA) -> set[str]:
    found = holds.among(desk.table.get_many([keys.holds(customer)], consistent=True), customer)
    return set(found.live(desk.clock())) if found else set()


@pytest.fixture
def three(desk: Desk) -> list[Slot]:
    """Ida holds as many slots as one may."""
    return [reserve(desk, hour).slot for hour in (8, 9, 10)]


def test_a_customer_holds_at_most_so_many_slots_at_once(desk: Desk, three: list[Slot]) -> None:
    with pytest.raises(TooManyHolds) as refused:
        reserve(desk, 11)

    assert refused.value.details == {"reason": "TOO_MANY_HOLDS", "maxHolds": 3}
    assert refused.value.retry_after == 5 * MINUTE
    assert held(desk) == {slot.id for slot in three}
    assert reserve(desk, 11, customer="ole").is_new
    assert reserve(desk, 12, customer=None).is_new
    assert reserve(desk, 13, customer=None, caller=STAFF).is_new


def test_the_limit_is_a_setting(desk: Desk, three: list[Slot]) -> None:
    desk.configuration = replace(desk.configuration, organisation=replace(desk.configuration.organisation, max_holds=4))
    assert reserve(desk, 11).is_new
    with pytest.raises(TooManyHolds):
        reserve(desk, 12)


def test_the_limit_is_the_customers_whichever_partner_asks(desk: Desk, three: list[Slot]) -> None:
    with pytest.raises(TooManyHolds):
        reserve(desk, 11, caller=OTHER_PARTNER)


def test_a_lapsed_hold_does_not_count_from_its_second(desk: Desk, three: list[Slot]) -> None:
    desk.clock.advance(5 * MINUTE - 1)
    with pytest.raises(TooManyHolds) as refused:
        reserve(desk, 11)
    assert refused.value.retry_after == 1

    desk.clock.advance(1)
    assert reserve(desk, 11).is_new
    assert len(held(desk)) == 1


def move(desk: Desk, slot: Slot) -> None:
    meeting = desk.create(reserve(desk, 14, customer=None).slot.id, customer_id=IDA).meeting
    update_meeting(
        desk.table,
        desk.configuration,
        PARTNER,
        meeting.id,
        lambda content: replace(content, time_slot_id=slot.id),
        None,
        desk.clock,
    )


GIVING_BACK: dict[str, Callable[[Desk, Slot], Any]] = {
    "release": lambda desk, slot: release_time_slot(desk.table, PARTNER, slot.id, desk.clock),
    "release by an employee": lambda desk, slot: release_time_slot(desk.table, STAFF, slot.id, desk.clock),
    "create": lambda desk, slot: desk.create(slot.id, customer_id=IDA),
    "create from a firm slot": lambda desk, slot: desk.create(confirm(desk, slot.id).id, customer_id=IDA),
    "create with others": lambda desk, slot: desk.create(slot.id, customer_id=IDA, additional_employees=("cy",)),
    "move a meeting there": move,
}


@pytest.mark.parametrize("giving_back", GIVING_BACK)
def test_holds_that_are_released_or_confirmed_no_longer_count(desk: Desk, three: list[Slot], giving_back: str) -> None:
    GIVING_BACK[giving_back](desk, three[0])

    assert held(desk) == {three[1].id, three[2].id}
    assert reserve(desk, 11).is_new
    with pytest.raises(TooManyHolds):
        reserve(desk, 12)


def test_a_token_that_moves_its_hold_needs_no_further_one(desk: Desk, three: list[Slot]) -> None:
    moved = reserve(desk, 11, token="8 ()")

    assert moved.is_new
    assert held(desk) == {three[1].id, three[2].id, moved.slot.id}


def test_a_token_that_passes_to_another_customer_is_counted_there(desk: Desk, three: list[Slot]) -> None:
    passed = reserve(desk, 8, token="8 ()", customer="ole")

    assert passed.is_new
    assert (held(desk), held(desk, "ole")) == ({three[1].id, three[2].id}, {passed.slot.id})


def test_renewing_keeps_counting_and_adds_nothing(desk: Desk, three: list[Slot]) -> None:
    desk.clock.advance(4 * MINUTE)
    assert not reserve(desk, 8).is_new
    desk.clock.advance(2 * MINUTE)

    assert held(desk) == {three[0].id}


def test_a_hold_is_renewed_for_a_quarter_of_an_hour_in_all(desk: Desk) -> None:
    first = reserve(desk, 12).slot
    for minutes, until in ((4, 9), (8, 13), (12, 15), (14, 15)):
        desk.clock.time = first.created_at + minutes * MINUTE
        renewed = reserve(desk, 12)
        assert (renewed.is_new, renewed.slot.expires_at) == (False, first.created_at + until * MINUTE)
    desk.clock.time = first.created_at + 15 * MINUTE

    assert desk.held("anna") == []
    assert reserve(desk, 12).is_new


def test_going_to_and_fro_between_overlapping_times_is_renewing_too(desk: Desk) -> None:
    begin = reserve(desk, 12, length=2 * HOUR, token="same").slot.created_at
    for minutes, hour, until in ((4, 13, 9), (8, 12, 13), (12, 13, 15), (14, 12, 15)):
        desk.clock.time = begin + minutes * MINUTE
        assert reserve(desk, hour, length=2 * HOUR, token="same").slot.expires_at == begin + until * MINUTE
    desk.clock.time = begin + 15 * MINUTE

    assert desk.held("anna") == []


def test_another_time_is_held_anew(desk: Desk) -> None:
    reserve(desk, 12, token="same")
    desk.clock.advance(4 * MINUTE)
    other = reserve(desk, 14, token="same").slot

    assert (other.expires_at, other.held_since) == (desk.clock() + 5 * MINUTE, None)


def test_a_longer_lifetime_is_not_shortened_by_renewing(desk: Desk) -> None:
    organisation = replace(desk.configuration.organisation, reservation_lifetime=HOUR)
    desk.configuration = replace(desk.configuration, organisation=organisation)
    first = reserve(desk, 12).slot
    desk.clock.advance(20 * MINUTE)

    assert reserve(desk, 12).slot.expires_at == first.expires_at


def test_a_firm_slot_counts_and_lapses_without_a_meeting(desk: Desk, three: list[Slot]) -> None:
    firm = confirm(desk, three[0].id)
    assert (firm.status_at(desk.clock()), firm.expires_at) == (SlotStatus.BOOKED, desk.clock() + 30 * MINUTE)

    desk.clock.advance(30 * MINUTE - 1)
    assert held(desk) == {firm.id}
    assert confirm(desk, firm.id) == firm
    with pytest.raises(SlotTaken):
        reserve(desk, 8, customer="ole", token="other")
    desk.clock.advance(1)
    assert held(desk) == set()
    assert firm.status_at(desk.clock()) is SlotStatus.EXPIRED
    with pytest.raises(ReservationExpired):
        confirm(desk, firm.id)
    assert reserve(desk, 8, customer="ole", token="other").is_new
    with pytest.raises(ReservationExpired):
        desk.create(firm.id, customer_id=IDA)


def test_a_meeting_keeps_its_time_when_the_firm_slot_would_have_lapsed(desk: Desk, three: list[Slot]) -> None:
    desk.create(confirm(desk, three[0].id).id, customer_id=IDA)
    desk.clock.advance(40 * MINUTE)

    with pytest.raises(SlotTaken):
        reserve(desk, 8, customer="ole", token="other")


def test_a_lapsed_firm_slot_is_not_given_again_to_its_token_as_confirmed(desk: Desk) -> None:
    firm = confirm(desk, reserve(desk, 12).slot.id)
    desk.clock.advance(30 * MINUTE)
    again = reserve(desk, 12)

    assert again.is_new
    assert again.slot.id != firm.id


def test_lapsed_holds_are_confirmed_within_the_limit_only(desk: Desk, three: list[Slot]) -> None:
    desk.clock.advance(5 * MINUTE)
    for hour in (12, 13, 14):
        reserve(desk, hour)

    with pytest.raises(TooManyHolds):
        confirm(desk, three[0].id)
    assert desk.create(three[0].id, customer_id=IDA).is_new


def test_a_live_hold_is_confirmed_although_the_limit_is_lower_by_now(desk: Desk, three: list[Slot]) -> None:
    organisation = replace(desk.configuration.organisation, max_holds=1)
    desk.configuration = replace(desk.configuration, organisation=organisation)

    assert confirm(desk, three[0].id).status is SlotStatus.BOOKED


def test_a_slot_held_for_one_customer_is_not_booked_for_another(desk: Desk, three: list[Slot]) -> None:
    with pytest.raises(SlotMismatch):
        desk.create(three[0].id, customer_id="ole")
    made = desk.create(three[0].id, customer_id=None)
    assert made.meeting.customer_id == IDA
    assert desk.create(three[0].id, customer_id=None).meeting == made.meeting


def test_an_employee_releases_all_that_one_customer_holds(desk: Desk, three: list[Slot]) -> None:
    confirm(desk, three[1].id)
    desk.create(three[2].id, customer_id=IDA)
    other = reserve(desk, 11, customer="ole").slot
    released = release_time_slots(desk.table, STAFF, Whose(customer_id=IDA), desk.clock, lambda: True)

    assert (released.count, released.is_complete) == (2, True)
    assert held(desk) == set()
    assert desk.held("anna") == [three[2].interval, other.interval]


def test_an_employee_releases_all_that_one_owner_holds(desk: Desk, three: list[Slot]) -> None:
    reserve(desk, 12, customer=None)
    lapsed = reserve(desk, 13, "bo", customer="ole").slot
    confirm(desk, three[0].id)
    desk.create(three[2].id, customer_id=IDA)
    theirs = reserve(desk, 14, customer=None, caller=OTHER_PARTNER).slot
    whose = Whose(owner=PARTNER.owner)
    assert not release_time_slots(desk.table, STAFF, whose, desk.clock, lambda: False).is_complete
    released = release_time_slots(desk.table, STAFF, whose, desk.clock, lambda: True)

    assert (released.count, released.is_complete) == (4, True)
    assert slots.require(desk.table, lapsed.id).status is SlotStatus.RELEASED
    assert desk.held("anna") == [three[2].interval, theirs.interval]
    assert release_time_slots(desk.table, STAFF, whose, desk.clock, lambda: True).count == 0


def test_erasing_a_customer_releases_and_forgets_what_they_hold(desk: Desk, three: list[Slot]) -> None:
    desk.create(three[2].id, customer_id=IDA)
    erase_customer_data(desk.table, "admin", IDA, True, desk.clock, lambda: True)

    assert desk.table.get(keys.holds(IDA)) is None
    assert [slots.require(desk.table, slot.id).customer_id for slot in three] == [None, None, None]
    assert desk.held("anna") == []


def test_a_customers_meeting_is_no_longer_than_the_setting(desk: Desk) -> None:
    assert reserve(desk, 8, length=4 * HOUR).is_new
    with pytest.raises(TooLong) as refused:
        reserve(desk, 8, "bo", length=4 * HOUR + 15 * MINUTE)
    assert (refused.value.code, refused.value.details) == ("TOO_LONG", {"reason": "TOO_LONG"})

    wanted = SlotRequest(Interval(at(8), at(14)), ("bo",), is_customer_initiated=False)
    request = Reservation(wanted, "staff")
    assert reserve_time_slot(desk.table, desk.configuration, STAFF, request, desk.clock).is_new


@pytest.mark.parametrize(
    ("topic", "longest"),
    [
        (MeetingTopic("loan"), 4 * HOUR),
        (MeetingTopic("loan", longest_meeting=2 * HOUR), 2 * HOUR),
        (MeetingTopic("loan", longest_meeting=6 * HOUR), 6 * HOUR),
        (MeetingTopic("loan", duration=5 * HOUR), 5 * HOUR),
        (MeetingTopic("loan", duration=5 * HOUR, longest_meeting=3 * HOUR), 3 * HOUR),
    ],
)
def test_a_topic_has_its_own_longest_meeting(desk: Desk, topic: MeetingTopic, longest: int) -> None:
    configuration = replace(desk.configuration, meeting_topics={"loan": topic})

    assert configuration.longest_meeting("loan") == longest
    assert configuration.longest_meeting("another") == configuration.longest_meeting(None) == 4 * HOUR
