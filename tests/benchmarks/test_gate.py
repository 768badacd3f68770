"""No function starts slower than it may: multiples of the bare runtime client, never absolute times."""

from collections.abc import Sequence

from tests.benchmarks.artefact import artefact
from tests.benchmarks.cold_start import measure

ROUNDS = 5
ROUNDS_OF_SUSPECTS = 15  # of seventy functions, one may be disturbed in three of its five rounds by chance
NOISE = 1.14  # how far two runs of the same code lie apart


def slow(functions: Sequence[str], rounds: int) -> dict[str, float]:
    """Those that are above their target, with their multiples."""
    starts = measure(artefact(), functions, rounds)[1]
    return {each.function: round(each.process, 1) for each in starts if each.process > each.target * NOISE}


def test_no_function_starts_slower_than_its_target() -> None:
    suspects = slow(artefact().functions, ROUNDS)

    assert slow(list(suspects), ROUNDS_OF_SUSPECTS) == {}


def test_the_zipped_layer_has_not_grown() -> None:
    assert artefact().zipped_layer_bytes() < 14_000_000
