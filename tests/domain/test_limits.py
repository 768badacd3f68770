"""A search that is too large is refused with what to narrow."""

from copy import replace

import pytest

from booking.domain import limits
from booking.domain.errors import InvalidRequest
from booking.domain.search import agendas_for_search, find_offers
from tests.benchmarks.availability import FIRST_DAY, organisation, search

NOW = int(FIRST_DAY.timestamp())


def test_a_search_of_too_many_agendas_is_refused_before_any_is_read() -> None:
    configuration, _ = organisation(512, 1)
    year = replace(configuration, organisation=replace(configuration.organisation, booking_horizon_days=365))

    with pytest.raises(InvalidRequest) as refused:
        agendas_for_search(search(365), year, NOW)

    [fault] = refused.value.faults
    assert "explicitEmployeeIds" in fault.accepted
    assert "endDate" in fault.accepted


def test_a_large_search_that_can_be_answered_is_not_refused() -> None:
    configuration, _ = organisation(500, 1)
    longer = replace(configuration.organisation, booking_horizon_days=91)
    configuration = replace(configuration, organisation=longer)

    resources, _ = agendas_for_search(search(90), configuration, NOW)

    assert len(resources) == 500


def test_an_answer_that_would_be_too_long_is_not_computed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    configuration, agendas = organisation(20, 14)
    everybody = replace(search(14), all_employees=True)
    offers = len(find_offers(everybody, configuration, agendas, NOW))

    monkeypatch.setattr(limits, "MOST_OFFERS", offers)
    assert len(find_offers(everybody, configuration, agendas, NOW)) == offers
    monkeypatch.setattr(limits, "MOST_OFFERS", offers - 1)
    with pytest.raises(InvalidRequest):
        find_offers(everybody, configuration, agendas, NOW)
