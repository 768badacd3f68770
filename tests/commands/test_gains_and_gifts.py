"""A change is judged by what it adds: what it gives back is always accepted, what it gains is judged on itself."""

from collections.abc import Callable
from copy import replace
from datetime import date
from typing import Any

import pytest

from booking.domain.configuration import (
    Configuration,
    CustomerType,
    DateRange,
    Employee,
    Location,
    MeetingTopic,
    MeetingType,
    Room,
    RoomPolicy,
    Window,
)
from booking.domain.errors import NotFound, RoomTaken, SlotNotOffered, SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting
from tests.commands.conftest import DAY, HOUR, MINUTE, Desk, at
from tests.commands.test_update_meeting import book, change, move_to, rooms_held

TELEPHONE = frozenset({MeetingType.TELEPHONE})
ALL_DAY_AWAY = (Interval(at(0), at(24)),)


def employee(configuration: Configuration, id: str, **changes: Any) -> Configuration:
    employees = {**configuration.employees, id: replace(configuration.employees[id], **changes)}
    return replace(configuration, employees=employees)


def without(configuration: Configuration, *ids: str) -> Configuration:
    return replace(
        configuration,
        employees={id: each for id, each in configuration.employees.items() if id not in ids},
        rooms={id: each for id, each in configuration.rooms.items() if id not in ids},
    )


def organisation(configuration: Configuration, **changes: Any) -> Configuration:
    return replace(configuration, organisation=replace(configuration.organisation, **changes))


SINCE: dict[str, Callable[[Configuration], Configuration]] = {
    "the host is absent": lambda c: employee(c, "anna", absences=ALL_DAY_AWAY),
    "the colleague is absent": lambda c: employee(c, "bo", absences=ALL_DAY_AWAY),
    "the host does not work then": lambda c: employee(c, "anna", workdays=((),) * 7),
    "the host cannot be booked": lambda c: employee(c, "anna", can_be_booked=False),
    "the colleague cannot be booked": lambda c: employee(c, "bo", can_be_booked=False),
    "the host has a daily cap": lambda c: employee(c, "anna", max_meeting_time_per_day=HOUR // 2),
    "the host's windows offer other types": lambda c: employee(
        c,
        "anna",
        workdays=((Window(480, 960, location="City", meeting_types=TELEPHONE),),) * 7,
    ),
    "the grid is another": lambda c: organisation(c, slot_interval=7 * HOUR),
    "the day is closed": lambda c: organisation(c, closing_days=(DateRange(date(2026, 11, 23), date(2026, 11, 23)),)),
    "the opening hours are others": lambda c: organisation(c, opening_time=15 * 60),
    "the horizon is nearer": lambda c: organisation(c, booking_horizon_days=0),
    "there is a lead time": lambda c: organisation(c, working_time_buffer=30 * DAY),
    "there is a buffer": lambda c: organisation(c, buffer=8 * HOUR),
    "the topic offers other types": lambda c: replace(
        c, meeting_topics={"loan": MeetingTopic("loan", meeting_types=TELEPHONE)}
    ),
    "the topic is deleted": lambda c: replace(c, meeting_topics={}),
    "the customer type is deleted": lambda c: replace(c, customer_types={}),
    "the room is deleted": lambda c: without(c, "tivoli"),
    "the room cannot be booked": lambda c: replace(
        c, rooms={**c.rooms, "tivoli": Room("tivoli", location="City", bookable=False)}
    ),
    "rooms are required": lambda c: replace(c, locations={"City": Location("City", room_policy=RoomPolicy.REQUIRED)}),
    "the host is deleted": lambda c: without(c, "anna"),
    "the colleague is deleted": lambda c: without(c, "bo"),
    "everything is deleted": lambda c: Configuration(version=c.version),
}

GIFTS: dict[str, dict[str, Any]] = {
    "the room": {"room_id": None},
    "the colleagues": {"additional_employees": ()},
    "one colleague": {"additional_employees": ("cy",)},
    "everything": {"room_id": None, "additional_employees": (), "title": "New"},
    "nothing but a text": {"title": "New"},
    "nothing but an order": {"additional_employees": ("cy", "bo")},
}


@pytest.fixture
def meeting(desk: Desk) -> Meeting:
    """Anna's at nine in Tivoli, with Bo and Cy; ten minutes before it begins."""
    desk.configuration = replace(
        desk.configuration,
        meeting_topics={"loan": MeetingTopic("loan")},
        customer_types={"private": CustomerType("private")},
    )
    topic = {"topic_id": "loan", "customer_type_id": "private"}
    made = book(desk, at(9), room="tivoli", additional_employees=("bo", "cy"), type=MeetingType.PHYSICAL, **topic)
    desk.clock.time = at(8, 50)
    return made


@pytest.mark.parametrize("gift", GIFTS)
@pytest.mark.parametrize("since", SINCE)
def test_a_change_that_only_gives_back_is_accepted_whatever_the_rules_are_now(
    desk: Desk, meeting: Meeting, since: str, gift: str
) -> None:
    desk.configuration = SINCE[since](desk.configuration)
    changed = change(desk, meeting, **GIFTS[gift])

    assert {name: getattr(changed, name) for name in GIFTS[gift]} == GIFTS[gift]
    assert desk.held("bo") == ([meeting.interval] if "bo" in changed.additional_employees else [])
    assert rooms_held(desk, "tivoli") == ([meeting.interval] if changed.room_id else [])
    assert desk.held("anna") == [meeting.interval]


ABOUT_THE_HOST = [
    name
    for name in SINCE
    if "host" in name or name.startswith(("the topic", "the customer", "the grid", "the horizon"))
]


@pytest.mark.parametrize("since", ABOUT_THE_HOST)
def test_a_new_room_or_colleague_is_not_asked_about_the_host_and_the_time(
    desk: Desk, meeting: Meeting, since: str
) -> None:
    change(desk, meeting, additional_employees=("cy",))
    desk.configuration = SINCE[since](desk.configuration)

    assert change(desk, meeting, room_id="round-tower").room_id == "round-tower"
    assert change(desk, meeting, additional_employees=("bo",)).additional_employees == ("bo",)
    assert (desk.held("bo"), desk.held("cy")) == ([meeting.interval], [])


def test_a_new_colleague_is_judged_on_the_own_calendar(desk: Desk, meeting: Meeting) -> None:
    desk.configuration = replace(
        desk.configuration, employees={**desk.configuration.employees, "dea": Employee("dea", workdays=((),) * 7)}
    )
    with pytest.raises(SlotNotOffered) as refused:
        change(desk, meeting, additional_employees=("bo", "dea"))
    assert refused.value.details == {"reason": "OUTSIDE_WORKING_TIME", "employeeId": "dea"}

    change(desk, meeting, additional_employees=("bo",))
    desk.clock.time = at(7)
    book(desk, at(9, 30), "cy", token="other")
    with pytest.raises(SlotTaken):
        change(desk, meeting, additional_employees=("bo", "cy"))
    with pytest.raises(NotFound):
        change(desk, meeting, additional_employees=("bo", "nobody"))


def test_a_new_room_must_be_free_bookable_and_where_the_meeting_is(desk: Desk, meeting: Meeting) -> None:
    rooms = {
        **desk.configuration.rooms,
        "closed": Room("closed", location="City", bookable=False),
        "far": Room("far", location="Elsewhere"),
    }
    desk.configuration = replace(desk.configuration, rooms=rooms)
    for id, reason in {"closed": "ROOM_NOT_BOOKABLE", "far": "ROOM_ELSEWHERE"}.items():
        with pytest.raises(SlotNotOffered) as refused:
            change(desk, meeting, room_id=id)
        assert refused.value.details == {"reason": reason, "roomId": id}

    desk.configuration = employee(desk.configuration, "anna", absences=())
    other = replace(desk.configuration.employees["anna"], id="dea")
    desk.configuration = replace(desk.configuration, employees={**desk.configuration.employees, "dea": other})
    desk.clock.time = at(7)
    book(desk, at(9), "dea", room="round-tower", token="other", type=MeetingType.PHYSICAL)
    with pytest.raises(RoomTaken):
        change(desk, meeting, room_id="round-tower")
    assert rooms_held(desk, "tivoli") == [meeting.interval]


def test_an_exchange_is_judged_by_what_comes_in(desk: Desk, meeting: Meeting) -> None:
    desk.configuration = employee(without(desk.configuration, "tivoli"), "cy", absences=ALL_DAY_AWAY)
    change(desk, meeting, additional_employees=("cy",))
    changed = change(desk, meeting, room_id="round-tower", additional_employees=("bo",))

    assert (changed.room_id, changed.additional_employees) == ("round-tower", ("bo",))
    assert rooms_held(desk, "tivoli") == []
    with pytest.raises(SlotNotOffered):
        change(desk, meeting, additional_employees=("cy",))


def test_additional_employees_in_person_must_be_at_the_location(desk: Desk, meeting: Meeting) -> None:
    away = replace(
        desk.configuration.employees["bo"], id="dea", workdays=((Window(480, 960, location="Elsewhere"),),) * 7
    )
    desk.configuration = replace(desk.configuration, employees={**desk.configuration.employees, "dea": away})

    with pytest.raises(SlotNotOffered):
        change(desk, meeting, additional_employees=("bo", "dea"))
    change(desk, meeting, room_id=None)
    with pytest.raises(SlotNotOffered):
        change(desk, meeting, additional_employees=("bo", "dea"))


def test_a_meeting_under_way_is_still_given_a_colleague(desk: Desk, meeting: Meeting) -> None:
    change(desk, meeting, additional_employees=("bo",))
    desk.clock.time = at(9, 20)

    assert change(desk, meeting, additional_employees=("bo", "cy")).additional_employees == ("bo", "cy")


def test_a_new_time_is_judged_in_full(desk: Desk, meeting: Meeting) -> None:
    desk.clock.time = at(7)
    for since in (
        "the host cannot be booked",
        "the colleague cannot be booked",
        "the host's windows offer other types",
    ):
        before, desk.configuration = desk.configuration, SINCE[since](desk.configuration)
        with pytest.raises(SlotNotOffered):
            move_to(desk, meeting, at(13), room="tivoli")
        desk.configuration = before
        desk.clock.advance(6 * MINUTE)
    slot = desk.reserve(at(13), token="x").slot
    desk.configuration = without(desk.configuration, "bo")
    with pytest.raises(NotFound):
        change(desk, meeting, time_slot_id=slot.id)
