from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, caller, configure, load_event

DAY = 86400
STAFF = caller("staff-client", "read", "staff")


class Context:
    """A call that has `milliseconds` left."""

    def __init__(self, milliseconds: int = 300_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def run(functions: Functions, clock: Clock, monkeypatch: pytest.MonkeyPatch, context: Context | None = None) -> Any:
    module = functions.module("apply_retention")
    monkeypatch.setattr(module, "now", clock)
    return module.lambda_handler(load_event("apply_retention"), context or Context())


@pytest.fixture
def old_meeting(booked: Any, table: Table, clock: Clock) -> Any:
    """A meeting that ended 100 days ago, where meetings are kept for 90."""
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, {"name": "Example Bank", "retentionDays": 90})
    clock.advance(107 * DAY)
    return booked


def test_a_meeting_older_than_the_retention_time_is_erased_once(
    desk: Functions, old_meeting: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(desk, clock, monkeypatch) == {"meetingsErased": 1, "isComplete": True}
    left = desk.call("get_meeting", change=STAFF).json

    assert (left["customerId"], left["description"]) == (None, None)
    assert (left["status"], left["startDate"]) == ("Confirmed", old_meeting["startDate"])
    assert run(desk, clock, monkeypatch)["meetingsErased"] == 0
    clock.advance(365 * DAY)
    assert run(desk, clock, monkeypatch)["meetingsErased"] == 0


def test_a_meeting_within_the_retention_time_is_kept(
    desk: Functions, old_meeting: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(-11 * DAY)

    assert run(desk, clock, monkeypatch)["meetingsErased"] == 0
    assert desk.call("get_meeting").json == old_meeting


def test_without_a_retention_time_everything_is_kept(
    desk: Functions, booked: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(1000 * DAY)

    assert run(desk, clock, monkeypatch)["meetingsErased"] == 0


def test_what_time_does_not_suffice_for_is_left_to_the_next_run(
    desk: Functions, old_meeting: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(desk, clock, monkeypatch, Context(10_000)) == {"meetingsErased": 0, "isComplete": False}
    assert run(desk, clock, monkeypatch) == {"meetingsErased": 1, "isComplete": True}
