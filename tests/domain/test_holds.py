"""How long a token holds a time, whatever it is renewed or moved to."""

from copy import replace
from typing import Any

import pytest

from booking.domain.holds import in_place_of
from booking.domain.meeting import Slot, SlotStatus

START = 1_800_000_000
OLD = Slot("old", "kim", START, START + 3600, ("anna",), SlotStatus.RESERVED, 1, 100, 100, expires_at=400)
NEW = replace(OLD, id="new", created_at=300, expires_at=600)


@pytest.mark.parametrize(
    "change",
    [{"employee_ids": ("bo",)}, {"start": START + 3600, "end": START + 7200}],
    ids=["another employee", "the time after it"],
)
def test_a_hold_of_another_employee_or_time_lasts_its_own_time(change: dict[str, Any]) -> None:
    new = replace(NEW, **change)

    assert in_place_of(OLD, new, 300, 300) == new


def test_a_hold_that_overlaps_the_old_one_counts_from_the_first() -> None:
    moved = in_place_of(OLD, replace(NEW, start=START + 1800, end=START + 5400), 300, 300)

    assert (moved.held_since, moved.expires_at) == (100, 600)
