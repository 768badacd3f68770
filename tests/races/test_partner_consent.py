"""Consent is withdrawn while a partner's request is under way, on the real engine: nothing is written after that."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest

from booking.commands.link_partner import link_partner, unlink_partner
from booking.domain.configuration import Configuration
from booking.domain.errors import BookingError, NotLinked
from booking.storage.table import Table
from tests.commands.conftest import PARTNER, Clock, Desk, configuration
from tests.commands.test_partner_consent import (
    ACTS,
    IDA,
    Act,
    asking_for_consent,
    link,
    names,
    reserve,
    stored,
    withdraw,
)
from tests.races.office import wrong_in
from tests.races.test_deletions import interrupted

__all__ = ["configuration"]

TOGGLES = 40
BOOKERS = 4


@pytest.fixture
def strict(table: Table, configuration: Configuration) -> Desk:
    return asking_for_consent(Desk(table, configuration, Clock()))


@pytest.mark.parametrize("act", ACTS, ids=names)
def test_a_withdrawal_before_any_call_of_an_act_refuses_it(strict: Desk, act: Callable[[Desk], Act]) -> None:
    calm = strict.table
    do = act(strict)
    before = stored(calm)

    def take_away() -> bool:
        withdraw(Desk(calm, strict.configuration, strict.clock))
        return True

    for at in count():
        withdrawn: list[bool] = []
        strict.table = interrupted(calm, at, take_away, withdrawn)
        try:
            do()
        except NotLinked:
            assert withdrawn, "refused without a withdrawal"
        else:
            assert not withdrawn, f"done, though the consent was withdrawn before call {at}"
            break
        assert stored(calm) == before
        strict.table = calm
        link(strict)
    assert at >= 2
    assert wrong_in(calm, strict.clock()) == []


@dataclass
class Consent:
    """How often it has been given or withdrawn: begun, and done. An odd number stands for given."""

    begun: int = 1
    done: int = 1
    wrong: list[str] = field(default_factory=list)


def test_what_is_booked_while_consent_comes_and_goes_had_it_at_some_moment_of_the_request(strict: Desk) -> None:
    consent, booked, refused = Consent(), [], []

    def toggle() -> None:
        for number in range(2, TOGGLES + 2):
            consent.begun = number
            (link_partner if number % 2 else unlink_partner)(
                strict.table, "user:ida", IDA, PARTNER.client_id, strict.clock
            )
            consent.done = number

    def book(number: int) -> None:
        for hour in count(8 + number):
            first = consent.done
            if first > TOGGLES:
                return
            try:
                reserve(strict, 8 + hour % 8, token=f"{number}")
            except NotLinked:
                refused.append(first)
                if all(state % 2 for state in range(first, consent.begun + 1)):
                    consent.wrong.append(f"refused between {first} and {consent.begun}")
            except BookingError:
                continue
            else:
                booked.append(first)
                if not any(state % 2 for state in range(first, consent.begun + 1)):
                    consent.wrong.append(f"done between {first} and {consent.begun}")

    workers = [threading.Thread(target=toggle)]
    workers += [threading.Thread(target=book, args=(number,)) for number in range(BOOKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert consent.done == TOGGLES + 1
    assert consent.wrong == []
    assert booked
    assert refused
    assert wrong_in(strict.table, strict.clock()) == []
