"""No function starts slower than it may: multiples of the bare runtime client, never absolute times."""

import pytest

from tests.benchmarks.artefact import artefact
from tests.benchmarks.cold_start import Multiples, measure

ROUNDS = 5
NOISE = 1.14  # how far two runs of the same code lie apart


@pytest.fixture(scope="module")
def starts() -> list[Multiples]:
    built = artefact()
    return measure(built, built.functions, ROUNDS)[1]


def test_no_function_starts_slower_than_its_target(starts: list[Multiples]) -> None:
    slow = {each.function: round(each.process, 1) for each in starts if each.process > each.target * NOISE}

    assert slow == {}


def test_the_zipped_layer_has_not_grown() -> None:
    assert artefact().zipped_layer_bytes() < 14_000_000
