"""Group meetings: several customers have a seat each in one meeting of one employee."""

from copy import replace
from typing import Any

import pytest

from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.create_meeting import MeetingRequest, book_meeting
from booking.commands.release_time_slot import release_time_slot
from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.commands.update_meeting import update_meeting
from booking.domain.agenda import Agenda, Entry, Seat, employee, room
from booking.domain.configuration import Configuration, MeetingTopic, MeetingType, Room
from booking.domain.decide import check
from booking.domain.errors import InvalidRequest, ReservationExpired, RoomTaken, SlotNotOffered, SlotTaken
from booking.domain.explain import explain
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, Meeting
from booking.domain.requests import Search, SlotRequest
from booking.domain.search import Offer, agendas_for_search, find_offers
from booking.storage import agendas
from booking.storage.reading import read_agendas
from tests.commands.conftest import HOUR, PARTNER, STAFF, Desk, at

DAY = Interval(at(8), at(16))
ONLINE, PHYSICAL = MeetingType.ONLINE, MeetingType.PHYSICAL


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """A course has three seats, and a talk two. The hall holds the employee and two others; the attic has one chair."""
    topics = {id: MeetingTopic(id, seats=seats) for id, seats in (("course", 3), ("talk", 2), ("loan", 1))}
    rooms = {"hall": Room("hall", location="City", capacity=3), "attic": Room("attic", location="City", capacity=1)}
    return replace(configuration, meeting_topics=topics, rooms=rooms)


def hold(
    desk: Desk,
    start: int = at(9),
    topic: str | None = "course",
    host: str = "anna",
    *,
    token: str = "token",
    type: MeetingType | None = ONLINE,
    room: str | None = None,
    length: int = HOUR,
    moves: str | None = None,
) -> Reserved:
    wanted = SlotRequest(Interval(start, start + length), (host,), room_id=room, meeting_type=type, topic_id=topic)
    request = Reservation(wanted, token, existing_meeting_id=moves)
    return reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock)


def book(desk: Desk, start: int = at(9), topic: str = "course", host: str = "anna", **asked: Any) -> Meeting:
    wanted = SlotRequest(
        Interval(start, start + HOUR),
        (host,),
        meeting_type=asked.pop("type", ONLINE),
        topic_id=topic,
        room_id=asked.pop("room", None),
    )
    request = MeetingRequest(customer_id="customer", booked_by=BookedBy.CUSTOMER, **asked)
    return book_meeting(desk.table, desk.configuration, PARTNER, wanted, request, desk.clock).meeting


def change(desk: Desk, meeting: Meeting, **to: Any) -> Meeting:
    return update_meeting(
        desk.table, desk.configuration, STAFF, meeting.id, lambda it: replace(it, **to), None, desk.clock
    )


def searched(desk: Desk, topic: str | None = "course", **asked: Any) -> list[Offer]:
    search = the_search(topic, **asked)
    now = desk.clock()
    known = read_agendas(desk.table, desk.configuration, *agendas_for_search(search, desk.configuration, now))
    return find_offers(search, desk.configuration, known, now)


def the_search(topic: str | None = "course", **asked: Any) -> Search:
    """One hour on Monday morning, online."""
    usual: dict[str, Any] = {
        "require_employee_participation": False,
        "window": Interval(at(9), at(10)),
        "duration": HOUR,
        "meeting_types": frozenset({ONLINE}),
    }
    return Search(topic_id=topic, **usual | asked)


def test_as_many_customers_as_there_are_seats_have_the_same_time(desk: Desk) -> None:
    slots = [hold(desk, token=f"token {number}").slot for number in range(3)]

    with pytest.raises(SlotTaken) as refused:
        hold(desk, token="one too many")

    assert refused.value.details == {"reason": "FULL", "employeeId": "anna"}
    meetings = [desk.create(slot.id).meeting for slot in slots]
    assert {meeting.interval for meeting in meetings} == {Interval(at(9), at(10))}
    with pytest.raises(SlotTaken):
        book(desk)


def test_a_seat_is_free_again_once_its_hold_lapses_or_its_meeting_is_cancelled(desk: Desk) -> None:
    hold(desk, token="lapses")
    desk.clock.advance(301)
    meetings = [book(desk) for _ in range(3)]
    with pytest.raises(SlotTaken):
        book(desk)

    desk.cancel(meetings[0].id)

    assert book(desk)


def test_the_last_cancellation_frees_the_time_for_anything(desk: Desk) -> None:
    first, last = book(desk), book(desk)
    desk.cancel(first.id)
    with pytest.raises(SlotTaken):
        hold(desk, topic="loan")

    desk.cancel(last.id)

    assert hold(desk, topic="loan").is_new


@pytest.mark.parametrize(
    "asked",
    [
        {"topic": "talk"},
        {"topic": "loan"},
        {"topic": None},
        {"type": PHYSICAL},
        {"start": at(9, 30)},
        {"length": 2 * HOUR},
        {"room": "hall"},
    ],
    ids=str,
)
def test_who_wants_anything_else_of_the_employee_gets_no_seat(desk: Desk, asked: dict[str, Any]) -> None:
    book(desk)

    with pytest.raises(SlotTaken) as refused:
        hold(desk, **asked)

    assert "reason" not in refused.value.details


def test_a_group_meeting_of_somebody_else_keeps_its_room(desk: Desk) -> None:
    book(desk, room="hall")

    with pytest.raises(RoomTaken):
        book(desk, host="bo", room="hall")


@pytest.mark.parametrize(
    ("topic", "room", "seats"), [("course", "hall", 2), ("talk", "hall", 2), ("course", "attic", 1)]
)
def test_the_room_bounds_the_seats(desk: Desk, topic: str, room: str, seats: int) -> None:
    for _ in range(seats):
        book(desk, topic=topic, room=room, type=PHYSICAL)

    with pytest.raises(SlotTaken) as refused:
        book(desk, topic=topic, room=room, type=PHYSICAL)

    assert refused.value.details["reason"] == "FULL"


def test_a_meeting_booked_before_its_topic_had_seats_shares_its_time_with_nobody(desk: Desk) -> None:
    book(desk, topic="loan")
    desk.configuration = replace(desk.configuration, meeting_topics={"loan": MeetingTopic("loan", seats=5)})

    with pytest.raises(SlotTaken):
        book(desk, topic="loan")


@pytest.mark.parametrize("seats", [2, 1])
def test_seats_taken_are_kept_when_the_topic_gets_fewer(desk: Desk, seats: int) -> None:
    slots = [hold(desk, token=f"token {number}").slot for number in range(3)]
    desk.configuration = replace(desk.configuration, meeting_topics={"course": MeetingTopic("course", seats=seats)})

    assert all(desk.create(slot.id).is_new for slot in slots)
    with pytest.raises(SlotTaken):
        book(desk)
    week = agendas.read(desk.table, [employee("anna")], Interval(at(0), at(0, day=7)), consistent=True)
    assert [entry.seat for entry in week[employee("anna")].entries] == [Seat("anna", ONLINE)] * 3


def test_a_hold_without_a_topic_becomes_the_first_seat(desk: Desk) -> None:
    slot = hold(desk, topic=None).slot
    with pytest.raises(SlotTaken):
        hold(desk, token="another")

    desk.create(slot.id, topic_id="course")

    assert hold(desk, token="another").is_new


def test_a_seat_needs_a_meeting_type(desk: Desk) -> None:
    with pytest.raises(InvalidRequest) as refused:
        hold(desk, type=None)

    assert [fault.where for fault in refused.value.faults] == ["body.timeSlot.meetingType"]


def test_a_hold_of_two_employees_is_no_group_meeting(desk: Desk) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna", "bo"), meeting_type=ONLINE, topic_id="course")

    with pytest.raises(SlotNotOffered) as refused:
        reserve_time_slot(desk.table, desk.configuration, PARTNER, Reservation(wanted, "token"), desk.clock)

    assert refused.value.details["reason"] == "GROUP_MEETING"


def test_nobody_joins_the_employee_of_a_group_meeting(desk: Desk) -> None:
    slot, meeting = hold(desk, at(10), token="a").slot, book(desk)

    with pytest.raises(SlotNotOffered):
        desk.create(slot.id, additional_employees=("bo",))
    with pytest.raises(SlotNotOffered):
        book(desk, at(11), additional_employees=("bo",))
    with pytest.raises(SlotNotOffered):
        change(desk, meeting, additional_employees=("bo",))
    assert desk.held("bo") == []


def test_one_customer_does_not_change_the_room_of_all(desk: Desk) -> None:
    slot, meeting = hold(desk, at(10), token="a").slot, book(desk, room="hall", type=PHYSICAL)

    with pytest.raises(SlotNotOffered):
        change(desk, meeting, room_id=None)
    with pytest.raises(SlotNotOffered):
        change(desk, meeting, room_id="attic")
    with pytest.raises(SlotNotOffered):
        desk.create(slot.id, room_id="hall")
    assert change(desk, meeting, title="Another title").room_id == "hall"


def test_a_customer_moves_to_a_seat_in_another_group_meeting(desk: Desk) -> None:
    mine, others = book(desk, room="hall", type=PHYSICAL), book(desk, at(13), type=PHYSICAL, room="attic")
    stays = book(desk, room="hall", type=PHYSICAL)
    desk.cancel(others.id)
    book(desk, at(13), type=PHYSICAL)
    new = hold(desk, at(13), type=None, token="move", moves=mine.id).slot

    moved = change(desk, mine, time_slot_id=new.id)

    assert (moved.start, moved.room_id) == (at(13), None)  # the other group meeting has no room
    assert book(desk, room="hall", type=PHYSICAL)
    with pytest.raises(SlotTaken):
        book(desk, room="hall", type=PHYSICAL)
    assert stays.interval == Interval(at(9), at(10))


def test_a_meeting_is_not_moved_into_a_group_meeting_of_another_type(desk: Desk) -> None:
    mine = book(desk, type=PHYSICAL)
    book(desk, at(13), type=ONLINE)

    with pytest.raises(SlotTaken):
        hold(desk, at(13), type=None, token="move", moves=mine.id)


def test_a_full_group_meeting_takes_nobody_who_is_moved_there(desk: Desk) -> None:
    mine = book(desk)
    for _ in range(3):
        book(desk, at(13))

    with pytest.raises(SlotTaken):
        hold(desk, at(13), token="move", moves=mine.id)


def test_a_lapsed_hold_gets_a_seat_as_long_as_there_is_one(desk: Desk) -> None:
    late, too_late = (hold(desk, room="hall", type=PHYSICAL, token=token).slot for token in ("late", "too late"))
    desk.clock.advance(301)
    book(desk, room="hall", type=PHYSICAL)

    assert desk.create(late.id, type=PHYSICAL).is_new
    with pytest.raises(ReservationExpired):
        desk.create(too_late.id, type=PHYSICAL)


def test_a_lapsed_hold_is_confirmed_beside_the_other_seats(desk: Desk) -> None:
    late = hold(desk, token="late").slot
    desk.clock.advance(301)
    book(desk)
    book(desk)

    assert confirm_time_slot(desk.table, desk.configuration, PARTNER, late.id, desk.clock).is_live(desk.clock())
    with pytest.raises(SlotTaken):
        book(desk)


def test_a_released_seat_leaves_the_others_theirs(desk: Desk) -> None:
    mine, other = hold(desk, token="mine").slot, hold(desk, token="other").slot

    release_time_slot(desk.table, PARTNER, mine.id, desk.clock)

    assert desk.create(other.id).is_new
    assert desk.held("anna") == [Interval(at(9), at(10))]


def test_a_search_offers_the_seats_that_are_left(desk: Desk) -> None:
    assert [each.seats_left for each in searched(desk)] == [3]
    host = "bo"
    book(desk, host=host)

    assert searched(desk) == [Offer(at(9), at(10), ONLINE, (host,), None, 2)]
    hold(desk, host=host, token="held")
    assert [each.seats_left for each in searched(desk)] == [1]
    book(desk, host=host)
    assert [each.employee_ids for each in searched(desk)] != [(host,)]  # it is full: a new one begins
    assert [each.seats_left for each in searched(desk, topic="loan")] == [None]


def test_a_search_fills_a_group_meeting_before_another_begins(desk: Desk) -> None:
    book(desk, host="cy")

    assert [each.employee_ids for each in searched(desk)] == [("cy",)]
    everybody = searched(desk, all_employees=True)
    assert sorted((each.employee_ids, each.seats_left) for each in everybody) == [
        (("anna",), 3),
        (("bo",), 3),
        (("cy",), 2),
    ]
    book(desk, host="bo")
    everybody = searched(desk, all_employees=True)
    assert sorted((each.employee_ids, each.seats_left) for each in everybody) == [
        (("anna",), 3),
        (("bo",), 2),
        (("cy",), 2),
    ]


def test_a_search_joins_only_what_suits_it(desk: Desk) -> None:
    book(desk, room="hall")

    def joined(**asked: Any) -> bool:
        wanted = {"require_employee_participation": True, "explicit_employee_ids": ("anna",), **asked}
        return bool(searched(desk, **wanted))

    assert joined()
    assert joined(require_room=True)
    assert not joined(specific_rooms=("attic",))
    assert not joined(meeting_types=frozenset({PHYSICAL}))
    assert not joined(duration=HOUR // 2)
    assert not joined(window=Interval(at(9, 15), at(10, 30)))
    assert not joined(topic="talk")


def test_a_group_meeting_counts_once_for_the_day(desk: Desk) -> None:
    organisation = replace(desk.configuration.organisation, max_meetings_per_day=2, max_meeting_time_per_day=2 * HOUR)
    desk.configuration = replace(desk.configuration, organisation=organisation)
    for _ in range(3):
        book(desk)

    assert book(desk, at(13))
    assert book(desk, at(13))
    with pytest.raises(SlotNotOffered):
        book(desk, at(15))


def test_an_explanation_says_that_all_seats_are_taken(desk: Desk) -> None:
    search = the_search(require_employee_participation=True, explicit_employee_ids=("anna",))

    def verdict() -> tuple[str | None, str]:
        now = desk.clock()
        known = read_agendas(desk.table, desk.configuration, *agendas_for_search(search, desk.configuration, now))
        [anna] = [each for each in explain(search, desk.configuration, known, now, at(9)) if each.resource.id == "anna"]
        return anna.reason, anna.words

    book(desk)
    assert verdict() == (None, "")
    book(desk)
    book(desk)
    assert verdict() == ("FULL", "all 3 seats of the group meeting are taken")


@pytest.mark.parametrize("host", ["anna", "bo"])
def test_a_seat_that_only_the_agenda_of_the_room_has_yet_is_one_of_the_group_meeting(desk: Desk, host: str) -> None:
    """Somebody books a seat after the employee's agenda was read, and before the room's is."""
    wanted = SlotRequest(Interval(at(9), at(10)), (host,), "hall", PHYSICAL, "course")
    newer = Agenda((Entry(at(9), at(10), "of somebody else", None, "course", Seat("anna", PHYSICAL, "hall")),))
    read = {employee(host): Agenda(), room("hall"): newer}

    if host == "anna":
        check(wanted, desk.configuration, read, desk.clock())
    else:
        with pytest.raises(RoomTaken):
            check(wanted, desk.configuration, read, desk.clock())


def test_a_seat_that_was_given_back_between_two_reads_is_not_counted(desk: Desk) -> None:
    """One of the two seats in the hall was taken by somebody else in the meantime: the agendas have different slots."""
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",), "hall", PHYSICAL, "course")
    seat = Seat("anna", PHYSICAL, "hall")
    older, newer = (Agenda((Entry(at(9), at(10), id, None, "course", seat),)) for id in ("given back", "taken"))

    check(wanted, desk.configuration, {employee("anna"): older, room("hall"): newer}, desk.clock())


def test_a_seat_is_not_offered_where_the_employee_has_something_else_at_that_time(desk: Desk) -> None:
    """Such as a hold to move a meeting, which has a time that is not its own."""
    seat = Entry(at(9), at(10), "seat", None, "course", Seat("anna", ONLINE))
    agendas_of = {
        "the seat alone": Agenda((seat,)),
        "something else": Agenda((seat, seat._replace(slot_id="other", seat=None))),
    }
    search = the_search(require_employee_participation=True, explicit_employee_ids=("anna",))

    offered = {
        name: len(find_offers(search, desk.configuration, {employee("anna"): agenda}, desk.clock()))
        for name, agenda in agendas_of.items()
    }
    assert offered == {"the seat alone": 1, "something else": 0}


@pytest.mark.parametrize("limits", [{"max_meetings_per_day": 2}, {"max_meeting_time_per_day": 2 * HOUR}], ids=str)
def test_a_seat_is_offered_on_a_day_that_is_full(desk: Desk, limits: dict[str, Any]) -> None:
    organisation = replace(desk.configuration.organisation, **limits)
    desk.configuration = replace(desk.configuration, organisation=organisation)
    book(desk)
    book(desk, at(13))

    found = searched(desk, require_employee_participation=True, explicit_employee_ids=("anna",), window=DAY)
    assert [(offer.start, offer.seats_left) for offer in found] == [(at(9), 2), (at(13), 2)]


def test_the_entries_of_the_agendas_name_what_the_seats_share(desk: Desk) -> None:
    meeting = book(desk, room="hall", type=PHYSICAL)

    week = Interval(at(0), at(0, day=7))
    read = agendas.read(desk.table, [employee("anna"), room("hall")], week, consistent=True)
    for agenda in read.values():
        [entry] = agenda.entries
        assert (entry.slot_id, entry.topic_id, entry.seat) == (
            meeting.time_slot_id,
            "course",
            Seat("anna", PHYSICAL, "hall"),
        )
