"""The engine against the plainest reading of the rules, and against itself, on random organisations."""

from collections.abc import Iterator
from copy import replace

from hypothesis import given
from hypothesis import strategies as st

from booking.domain.agenda import Agenda, ResourceKind, employee, room
from booking.domain.configuration import MeetingType
from booking.domain.decide import check
from booking.domain.errors import RoomTaken, SlotNotOffered, SlotTaken
from booking.domain.explain import explain
from booking.domain.interval import Interval
from booking.domain.refusal import Reason
from booking.domain.requests import Search, SlotRequest
from booking.domain.search import Offer, agendas_for_search, find_offers
from tests.domain.oracle import Oracle
from tests.domain.organisations import MINUTE, Example, examples


def offers_of(example: Example, search: Search) -> list[Offer]:
    return find_offers(search, example.configuration, example.agendas, example.now)


def wanted_of(offer: Offer, search: Search) -> SlotRequest:
    return SlotRequest(
        Interval(offer.start, offer.end),
        offer.employee_ids,
        room_id=offer.room_id,
        meeting_type=offer.meeting_type,
        topic_id=search.topic_id,
        customer_type_id=search.customer_type_id,
        is_customer_initiated=search.is_customer_initiated,
        is_agreed=search.is_agreed,
    )


def refusal_of(example: Example, wanted: SlotRequest) -> str | None:
    """The reason that a reservation is refused for, if it is."""
    try:
        check(wanted, example.configuration, example.agendas, example.now, example.search.ignored_slot_ids)
    except SlotTaken:
        return Reason.BUSY
    except RoomTaken:
        return Reason.ROOM_BUSY
    except SlotNotOffered as refused:
        return str(refused.details["reason"])
    return None


@given(examples())
def test_the_engine_offers_exactly_what_the_rules_allow_minute_by_minute(example: Example) -> None:
    offers = offers_of(example, example.search)
    allowed = Oracle(example.search, example.configuration, example.agendas, example.now, example.around).offers()

    assert [(offer.start, offer.meeting_type) for offer in offers] == sorted(allowed)
    for offer in offers:
        possible = allowed[offer.start, offer.meeting_type]
        assert offer.employee_ids in possible.first
        assert offer.room_id in possible.able[offer.employee_ids]
        assert offer.end == offer.start + example.search.duration


@given(examples())
def test_a_search_for_all_employees_offers_everybody_who_is_able(example: Example) -> None:
    search = replace(example.search, all_employees=True)
    allowed = Oracle(search, example.configuration, example.agendas, example.now, example.around).offers()

    offered = [(offer.start, offer.meeting_type, offer.employee_ids) for offer in offers_of(example, search)]

    assert sorted(offered) == sorted((*key, ids) for key, possible in allowed.items() for ids in possible.able)


@given(examples())
def test_what_is_offered_may_be_reserved(example: Example) -> None:
    for offer in offers_of(example, example.search):
        assert refusal_of(example, wanted_of(offer, example.search)) is None


@given(examples(), st.sampled_from(MeetingType))
def test_what_may_be_reserved_is_offered(example: Example, meeting_type: MeetingType) -> None:
    host = example.search.explicit_employee_ids[0] if example.search.explicit_employee_ids else "anna"
    for room_id in (None, *example.configuration.rooms):
        search = replace(
            example.search,
            require_employee_participation=True,
            explicit_employee_ids=(host,),
            meeting_types=frozenset({meeting_type}),
            require_room=False,
            specific_rooms=(room_id,) if room_id else (),
            customer_location=None,
            meeting_location=example.configuration.rooms[room_id].location if room_id else None,
        )
        # A reservation that names no room joins no group meeting that has one.
        offered = {offer.start for offer in offers_of(example, search) if room_id or not has_group(example, offer)}
        reservable = {
            wanted.interval.start
            for wanted in every_quarter(search, host, meeting_type, room_id)
            if refusal_of(example, wanted) is None
        }
        reserved_without_room = room_id is None and any(
            refusal_of(example, wanted) == Reason.ROOM_REQUIRED
            for wanted in every_quarter(search, host, meeting_type, room_id)
        )
        on_a_quarter = {start for start in offered if start % (15 * MINUTE) == 0}
        if reserved_without_room:
            assert reservable <= on_a_quarter
        else:
            assert reservable == on_a_quarter


def has_group(example: Example, offer: Offer) -> bool:
    """Whether the offer is a seat in a group meeting that has a room."""
    [host, *_] = offer.employee_ids
    agenda = example.agendas.get(employee(host), Agenda())
    live = agenda.live(example.now, example.search.ignored_slot_ids)
    return any(
        each.seat is not None and each.seat.room_id is not None and each.interval == (offer.start, offer.end)
        for each in live
    )


def every_quarter(search: Search, host: str, meeting_type: MeetingType, room_id: str | None) -> Iterator[SlotRequest]:
    start = -(-search.window.start // (15 * MINUTE)) * 15 * MINUTE
    while start + search.duration <= search.window.end:
        yield SlotRequest(
            Interval(start, start + search.duration),
            (host,),
            room_id,
            meeting_type,
            search.topic_id,
            search.customer_type_id,
            search.is_customer_initiated,
            is_agreed=search.is_agreed,
        )
        start += 15 * MINUTE


@given(examples())
def test_a_slot_of_any_type_may_be_reserved_if_one_of_some_type_may(example: Example) -> None:
    search = example.search
    host = search.explicit_employee_ids[0] if search.explicit_employee_ids else "anna"
    for wanted in list(every_quarter(search, host, MeetingType.ONLINE, None))[:12]:
        of_each_type = [refusal_of(example, replace(wanted, meeting_type=each)) for each in MeetingType]

        assert (refusal_of(example, replace(wanted, meeting_type=None)) is None) == (None in of_each_type)


@given(examples())
def test_the_agendas_named_for_a_search_are_all_that_it_needs(example: Example) -> None:
    resources, time = agendas_for_search(example.search, example.configuration, example.now)
    read = {
        resource: replace(
            agenda,
            entries=tuple(entry for entry in agenda.entries if entry.interval.overlaps(time)),
            imported=tuple(busy for busy in agenda.imported if busy.overlaps(time)),
        )
        for resource, agenda in example.agendas.items()
        if resource in resources
    }

    assert find_offers(example.search, example.configuration, read, example.now) == offers_of(example, example.search)


@given(examples(), st.integers(0, 30 * 4))
def test_an_explanation_agrees_with_the_search(example: Example, quarter: int) -> None:
    offers = offers_of(example, example.search)
    starts = [offer.start for offer in offers]
    start = starts[quarter % len(starts)] if starts and quarter % 2 else example.search.window.start + quarter * 900
    verdicts = explain(example.search, example.configuration, example.agendas, example.now, start)

    at_start = [offer for offer in offers if offer.start == start]
    offered = {employee(id) for offer in at_start for id in offer.employee_ids}
    offered |= {room(offer.room_id) for offer in at_start if offer.room_id}
    assert {verdict.resource for verdict in verdicts if verdict.reason is None} == offered
    assert len(verdicts) == len(example.configuration.employees) + len(example.configuration.rooms)
    assert all(verdict.words for verdict in verdicts if verdict.reason)
    for verdict in verdicts:
        types = {each.meeting_type for each in verdict.meeting_types if each.reason is None}
        if verdict.meeting_types:
            assert types == {offer.meeting_type for offer in at_start if verdict.resource.id in offer.employee_ids}


@given(examples(), st.integers(0, 30 * 4))
def test_an_explanation_gives_the_reason_that_a_reservation_is_refused_for(example: Example, quarter: int) -> None:
    search = replace(
        example.search,
        require_employee_participation=True,
        explicit_employee_ids=("anna",),
        meeting_types=frozenset({MeetingType.ONLINE}),
        require_room=False,
        specific_rooms=(),
    )
    start = search.window.start + quarter * 900
    interval = Interval(start, start + search.duration)
    if not search.window.contains(interval):
        return
    wanted = wanted_of(Offer(*interval, MeetingType.ONLINE, ("anna",), None), search)

    verdicts = explain(search, example.configuration, example.agendas, example.now, start)

    [verdict] = [
        each for each in verdicts if each.resource.id == "anna" and each.resource.kind is ResourceKind.EMPLOYEE
    ]
    assert verdict.reason == refusal_of(example, wanted)
