"""How much time stays free between two meetings, by what each of them wants."""

from typing import Any

import pytest

from booking.domain.agenda import Agenda, Entry, employee
from booking.domain.configuration import Configuration, MeetingTopic
from booking.domain.decide import agenda_time
from booking.domain.explain import explain
from booking.domain.interval import Interval
from booking.domain.requests import SlotRequest
from booking.domain.search import agendas_for_search
from tests.domain.examples import DAY, HOUR, MINUTE, anna, at, organisation, reason, search, starts

MONDAY, TEN, ELEVEN = at("2026-11-23 00:00"), at("2026-11-23 10:00"), at("2026-11-23 11:00")
ANNA = employee("anna")


def bank(**settings: Any) -> Configuration:
    """Loans want 30 minutes before and an hour after them, cards nothing, and others what the organisation says."""
    topics = {
        "loan": MeetingTopic("loan", buffer_before=30 * MINUTE, buffer_after=HOUR),
        "card": MeetingTopic("card", buffer_before=0, buffer_after=0),
        "pension": MeetingTopic("pension"),
    }
    found = organisation(anna(), slot_interval=15 * MINUTE, **settings)
    return Configuration(found.version, found.organisation, meeting_topics=topics, employees=found.employees)


def first_after(booked: str | None, wanted: str | None, configuration: Configuration) -> str:
    """The first start that is offered after a meeting from ten to eleven."""
    agendas = {ANNA: Agenda((Entry(TEN, ELEVEN, "booked", topic_id=booked),))}
    return starts(search(TEN, MONDAY + DAY, topic_id=wanted), configuration, agendas)[0]


def last_before(booked: str | None, wanted: str | None, configuration: Configuration) -> str:
    """The last start of an hour that is offered before it."""
    agendas = {ANNA: Agenda((Entry(TEN, ELEVEN, "booked", topic_id=booked),))}
    return starts(search(MONDAY, TEN, topic_id=wanted), configuration, agendas)[-1]


@pytest.mark.parametrize(
    ("booked", "wanted", "before", "after"),
    [
        ("loan", "loan", "08:00", "12:00"),
        ("loan", "card", "08:30", "12:00"),
        ("card", "loan", "08:00", "11:30"),
        ("card", "card", "09:00", "11:00"),
        ("card", "pension", "08:45", "11:15"),
        ("pension", "card", "08:45", "11:15"),
        (None, "card", "08:45", "11:15"),
        ("loan", None, "08:30", "12:00"),
        ("a topic deleted since", "card", "08:45", "11:15"),
    ],
)
def test_the_larger_of_what_two_neighbours_want_stays_free(
    booked: str, wanted: str | None, before: str, after: str
) -> None:
    configuration = bank(buffer=15 * MINUTE)

    assert last_before(booked, wanted, configuration) == f"Mon {before}"
    assert first_after(booked, wanted, configuration) == f"Mon {after}"


@pytest.mark.parametrize(
    ("settings", "before", "after"),
    [
        ({"buffer": 15 * MINUTE}, "08:45", "11:15"),
        (
            {"buffer": 15 * MINUTE, "buffer_before": 0},
            "08:45",
            "11:15",
        ),  # the later one's before, the earlier one's after
        ({"buffer": 15 * MINUTE, "buffer_before": 0, "buffer_after": 0}, "09:00", "11:00"),
        ({"buffer_after": 45 * MINUTE}, "08:15", "11:45"),
        ({"buffer_before": 45 * MINUTE}, "08:15", "11:45"),
    ],
)
def test_the_organisations_buffers_before_and_after_replace_its_one_buffer(
    settings: dict[str, int], before: str, after: str
) -> None:
    assert last_before(None, None, bank(**settings)) == f"Mon {before}"
    assert first_after(None, None, bank(**settings)) == f"Mon {after}"


def test_an_imported_busy_time_wants_nothing_but_keeps_away_meetings_that_want_more() -> None:
    agendas = {ANNA: Agenda(imported=(Interval(TEN, ELEVEN),))}
    found = {
        topic: starts(search(TEN, MONDAY + DAY, topic_id=topic), bank(buffer=15 * MINUTE), agendas)[0]
        for topic in ("loan", "card", "pension")
    }

    assert found == {"loan": "Mon 11:30", "card": "Mon 11:00", "pension": "Mon 11:15"}


def test_a_reservation_is_refused_for_the_same_pause_that_a_search_keeps() -> None:
    agendas = {ANNA: Agenda((Entry(TEN, ELEVEN, "booked", topic_id="loan"),))}

    def wanted(start: int) -> SlotRequest:
        return SlotRequest(Interval(start, start + HOUR), ("anna",), topic_id="card")

    def refusal(wanted: SlotRequest) -> str | None:
        return reason(wanted, bank(), agendas, MONDAY)

    assert refusal(wanted(ELEVEN + 45 * MINUTE)) == "SLOT_TAKEN"
    assert refusal(wanted(ELEVEN + HOUR)) is None
    assert refusal(wanted(TEN - HOUR - 15 * MINUTE)) == "SLOT_TAKEN"
    assert refusal(wanted(TEN - HOUR - 30 * MINUTE)) is None


def test_an_explanation_names_the_pause_between_just_these_two() -> None:
    agendas = {ANNA: Agenda((Entry(TEN, ELEVEN, "booked", topic_id="loan"),))}
    day = search(MONDAY, MONDAY + DAY, topic_id="card")

    [after] = explain(day, bank(), agendas, MONDAY, ELEVEN + 30 * MINUTE)
    [before] = explain(day, bank(), agendas, MONDAY, TEN - HOUR)

    assert after.words == "booked 10:00–11:00 plus 60 minutes buffer"
    assert (after.facts["bufferMinutes"], before.facts["bufferMinutes"]) == (60, 30)


def test_agendas_are_read_as_far_as_the_largest_buffer_of_any_topic_reaches() -> None:
    hour = Interval(MONDAY - HOUR, MONDAY)
    asked = search(MONDAY, MONDAY + DAY, topic_id="card")

    assert agenda_time(hour, bank(), ["anna"]) == hour.padded(HOUR)
    assert agendas_for_search(asked, bank(), MONDAY)[1] == Interval(MONDAY, MONDAY + DAY).padded(HOUR)
