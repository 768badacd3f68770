from copy import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.commands.create_meeting import MeetingRequest, book_meeting
from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.domain.configuration import CustomerType, Location, MeetingTopic, MeetingType, RoomPolicy
from booking.domain.errors import NotFound, ReservationExpired, RoomTaken, SlotMismatch, SlotNotOffered, SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, SlotStatus
from booking.domain.requests import SlotRequest
from booking.storage import meetings, slots
from tests.commands.conftest import HOUR, MINUTE, OTHER_PARTNER, PARTNER, STAFF, WORKDAYS, Desk, LoseAnswers, at


def test_a_meeting_keeps_its_time_when_the_hold_would_have_lapsed(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    created = desk.create(slot.id)
    desk.clock.advance(10 * MINUTE)

    assert created.is_new
    assert created.meeting.interval == slot.interval
    with pytest.raises(SlotTaken):
        desk.reserve(at(9), token="other")


def test_one_slot_makes_one_meeting_however_often_it_is_asked(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    first = desk.create(slot.id)
    again = desk.create(slot.id)

    assert not again.is_new
    assert again.meeting == first.meeting


def test_another_customer_is_not_given_the_meeting_that_a_slot_has_made(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.create(slot.id, customer_id="first")

    with pytest.raises(SlotTaken):
        desk.create(slot.id, customer_id="second")


def test_a_call_that_contradicts_the_meeting_of_its_slot_is_refused(desk: Desk) -> None:
    slot = desk.reserve(at(9), "anna").slot
    desk.create(slot.id)

    with pytest.raises(SlotMismatch):
        desk.create(slot.id, employee_id="bo")


def test_the_token_of_a_meeting_cannot_reserve_its_time_again(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.create(slot.id)

    with pytest.raises(SlotTaken):
        desk.reserve(at(9))
    assert desk.reserve(at(11)).is_new


def test_the_slot_of_another_owner_is_not_found(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot

    with pytest.raises(NotFound):
        desk.create(slot.id, caller=OTHER_PARTNER)
    assert desk.create(slot.id, caller=STAFF).is_new


def test_a_lapsed_hold_makes_its_meeting_while_the_time_is_free(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.clock.advance(6 * MINUTE)

    assert desk.create(slot.id).is_new
    assert desk.held("anna") == [Interval(at(9), at(10))]


def test_a_lapsed_hold_makes_no_meeting_when_its_time_has_been_taken(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.clock.advance(6 * MINUTE)
    desk.reserve(at(9, 30), token="other")

    with pytest.raises(ReservationExpired):
        desk.create(slot.id)
    assert desk.held("anna") == [Interval(at(9, 30), at(10, 30))]


def test_a_lapsed_hold_makes_no_meeting_when_others_have_filled_the_employees_day(desk: Desk) -> None:
    organisation = replace(desk.configuration.organisation, max_meeting_time_per_day=2 * HOUR)
    desk.configuration = replace(desk.configuration, organisation=organisation)
    slot = desk.reserve(at(9)).slot
    desk.clock.advance(6 * MINUTE)
    desk.reserve(at(13), token="other", length=2 * HOUR)

    with pytest.raises(ReservationExpired):
        desk.create(slot.id)
    assert desk.held("anna") == [Interval(at(13), at(15))]


def test_a_lapsed_hold_makes_no_meeting_once_its_time_has_begun(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.clock.time = at(9) + 1

    with pytest.raises(ReservationExpired):
        desk.create(slot.id)


def test_a_lapsed_hold_makes_its_meeting_after_a_write_has_swept_it_off_the_agenda(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.clock.advance(6 * MINUTE)
    desk.reserve(at(13), token="other")

    assert desk.create(slot.id).is_new


def test_a_released_hold_makes_no_meeting(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot
    desk.reserve(at(11))

    with pytest.raises(ReservationExpired):
        desk.create(slot.id)


def test_a_meeting_that_contradicts_its_slot_is_refused(desk: Desk) -> None:
    slot = desk.reserve(at(9), "anna", room="tivoli").slot

    with pytest.raises(SlotMismatch):
        desk.create(slot.id, employee_id="bo")
    with pytest.raises(SlotMismatch):
        desk.create(slot.id, room_id="round-tower")


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("startDate", {"start": at(9, 15)}),
        ("endDate", {"end": at(10, 15)}),
        ("employeeId", {"employee_id": "bo"}),
        ("roomId", {"room_id": "round-tower"}),
        ("type", {"type": MeetingType.TELEPHONE}),
        ("topicId", {"topic_id": "cards"}),
        ("customerTypeId", {"customer_type_id": "business"}),
    ],
)
def test_a_refusal_names_the_field_in_which_meeting_and_slot_differ(
    desk: Desk, name: str, wish: dict[str, Any]
) -> None:
    desk.configuration = replace(
        desk.configuration,
        meeting_topics={id: MeetingTopic(id) for id in ("loan", "cards")},
        customer_types={id: CustomerType(id) for id in ("private", "business")},
    )
    wanted = SlotRequest(
        Interval(at(9), at(10)),
        ("anna",),
        room_id="tivoli",
        meeting_type=MeetingType.ONLINE,
        topic_id="loan",
        customer_type_id="private",
    )
    slot = reserve_time_slot(desk.table, desk.configuration, PARTNER, Reservation(wanted, "token"), desk.clock).slot

    with pytest.raises(SlotMismatch) as refused:
        desk.create(slot.id, **{"type": MeetingType.ONLINE, **wish})

    assert refused.value.details == {"field": name, "timeSlotId": slot.id}


def test_a_room_named_at_creation_is_claimed(desk: Desk) -> None:
    first = desk.reserve(at(9), "anna", token="first").slot
    second = desk.reserve(at(9), "bo", token="second").slot
    meeting = desk.create(first.id, room_id="tivoli", type=MeetingType.PHYSICAL).meeting

    assert meeting.room_id == "tivoli"
    with pytest.raises(RoomTaken):
        desk.create(second.id, room_id="tivoli")


def test_additional_employees_are_claimed(desk: Desk) -> None:
    slot = desk.reserve(at(9), "anna").slot
    meeting = desk.create(slot.id, additional_employees=("bo",)).meeting

    assert meeting.additional_employees == ("bo",)
    assert desk.held("bo") == [Interval(at(9), at(10))]


def test_an_additional_employee_in_person_must_be_at_the_meetings_location(desk: Desk) -> None:
    away = tuple(tuple(replace(each, location="Elsewhere") for each in day) for day in WORKDAYS)
    remote = tuple(
        tuple(replace(each, meeting_types=frozenset({MeetingType.ONLINE})) for each in day) for day in WORKDAYS
    )
    bo, cy = (desk.configuration.employees[id] for id in ("bo", "cy"))
    employees = {**desk.configuration.employees, "bo": replace(bo, workdays=away), "cy": replace(cy, workdays=remote)}
    desk.configuration = replace(desk.configuration, employees=employees)
    slot = desk.reserve(at(9), "anna").slot

    for elsewhere in ("bo", "cy"):
        with pytest.raises(SlotNotOffered):
            desk.create(slot.id, type=MeetingType.PHYSICAL, additional_employees=(elsewhere,))
    assert desk.create(slot.id, type=MeetingType.ONLINE, additional_employees=("bo", "cy")).is_new


def test_an_additional_employee_shares_the_room_of_the_meeting(desk: Desk) -> None:
    city = Location("City", room_policy=RoomPolicy.REQUIRED)
    desk.configuration = replace(desk.configuration, locations={"City": city})
    held = desk.reserve(at(9), room="tivoli").slot
    direct = SlotRequest(Interval(at(11), at(12)), ("anna",), room_id="tivoli", meeting_type=MeetingType.PHYSICAL)
    asked = MeetingRequest("customer", BookedBy.CUSTOMER, type=MeetingType.PHYSICAL, additional_employees=("bo",))

    assert desk.create(held.id, type=MeetingType.PHYSICAL, additional_employees=("bo",)).is_new
    assert book_meeting(desk.table, desk.configuration, PARTNER, direct, asked, desk.clock).is_new


def test_a_meeting_is_at_the_time_of_its_slot(desk: Desk) -> None:
    slot = desk.reserve(at(9)).slot

    with pytest.raises(SlotMismatch):
        desk.create(slot.id, start=at(11), end=at(12))
    assert desk.create(slot.id, start=at(9), end=at(10)).is_new


def test_an_additional_employee_joins_on_the_grid_of_the_host(desk: Desk) -> None:
    bo = replace(desk.configuration.employees["bo"], time_zone=ZoneInfo("Asia/Kathmandu"))
    hourly = replace(desk.configuration.organisation, slot_interval=HOUR)
    employees = {**desk.configuration.employees, "bo": bo}
    desk.configuration = replace(desk.configuration, organisation=hourly, employees=employees)
    slot = desk.reserve(at(8), "anna").slot

    assert desk.create(slot.id, additional_employees=("bo",)).is_new


def test_a_busy_additional_employee_leaves_the_hold_as_it_was(desk: Desk) -> None:
    slot = desk.reserve(at(9), "anna").slot
    desk.reserve(at(9), "bo", token="other")

    with pytest.raises(SlotTaken):
        desk.create(slot.id, additional_employees=("bo",))
    stored = slots.get(desk.table, slot.id)
    assert stored is not None
    assert stored.status is SlotStatus.RESERVED


def test_an_unknown_additional_employee_is_not_found(desk: Desk) -> None:
    slot = desk.reserve(at(9), "anna").slot

    with pytest.raises(NotFound):
        desk.create(slot.id, additional_employees=("nobody",))


def test_a_meeting_can_be_booked_directly(desk: Desk) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",), meeting_type=MeetingType.ONLINE)
    request = MeetingRequest(customer_id="customer", booked_by=BookedBy.CUSTOMER)
    created = book_meeting(desk.table, desk.configuration, STAFF, wanted, request, desk.clock)

    assert created.meeting.type is MeetingType.ONLINE
    with pytest.raises(SlotTaken):
        book_meeting(desk.table, desk.configuration, STAFF, wanted, request, desk.clock)


def test_direct_booking_obeys_the_rules(desk: Desk) -> None:
    wanted = SlotRequest(Interval(at(19), at(20)), ("anna",), meeting_type=MeetingType.ONLINE)
    request = MeetingRequest(customer_id="customer", booked_by=BookedBy.CUSTOMER)

    with pytest.raises(SlotNotOffered):
        book_meeting(desk.table, desk.configuration, STAFF, wanted, request, desk.clock)


def test_a_hold_for_moving_a_meeting_makes_no_other_meeting(desk: Desk) -> None:
    meeting = desk.create(desk.reserve(at(9)).slot.id).meeting
    wanted = SlotRequest(Interval(at(9, 30), at(10, 30)), ("anna",))
    request = Reservation(wanted, "move", existing_meeting_id=meeting.id)
    hold = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot

    with pytest.raises(SlotMismatch):
        desk.create(hold.id)

    assert desk.held("anna") == [Interval(at(9), at(10)), Interval(at(9, 30), at(10, 30))]


def test_a_create_whose_answer_was_lost_is_not_made_twice(desk: Desk, lost_answers: LoseAnswers) -> None:
    slot = desk.reserve(at(9)).slot
    lost_answers(1)

    created = desk.create(slot.id)

    assert created.is_new
    assert meetings.get(desk.table, created.meeting.id) == created.meeting
    assert created.meeting.version == 1
    assert desk.held("anna") == [Interval(at(9), at(10))]


def test_a_direct_booking_whose_answer_was_lost_is_not_made_twice(desk: Desk, lost_answers: LoseAnswers) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",), meeting_type=MeetingType.ONLINE)
    request = MeetingRequest(customer_id="customer", booked_by=BookedBy.CUSTOMER)
    lost_answers(1)

    created = book_meeting(desk.table, desk.configuration, PARTNER, wanted, request, desk.clock)

    assert created.is_new
    assert meetings.get(desk.table, created.meeting.id) == created.meeting
    assert desk.held("anna") == [Interval(at(9), at(10))]
