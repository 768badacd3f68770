from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage import configuration_items, keys, meetings
from booking.storage.table import Table, encode
from tests.endpoints.conftest import Clock, Context, Functions, caller, configure, emitted, load_event, path, sending

DAY = 86400
STAFF = caller("staff-client", "read", "staff")


def run(functions: Functions, clock: Clock, monkeypatch: pytest.MonkeyPatch, context: Context | None = None) -> Any:
    module = functions.module("apply_retention")
    monkeypatch.setattr(module, "now", clock)
    return module.lambda_handler(load_event("apply_retention"), context or Context(300_000))


@pytest.fixture
def old_meeting(booked: Any, table: Table, clock: Clock) -> Any:
    """A meeting that ended 100 days ago, where meetings are kept for 90."""
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, {"name": "Example Bank", "retentionDays": 90})
    clock.advance(107 * DAY)
    return booked


class Steps(Context):
    """A call whose time is over after being asked for it so many times."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        self.left -= 1
        return 300_000 if self.left >= 0 else 0


def three_old_meetings(desk: Functions, table: Table, clock: Clock) -> list[Any]:
    """Meetings that ended 100 days ago, where meetings are kept for 90."""
    made = []
    for hour in (9, 11, 13):
        times = {"startDate": f"2027-01-11T{hour:02}:00:00Z", "endDate": f"2027-01-11T{hour + 1:02}:00:00Z"}
        body = {**times, "employeeId": "anna", "type": "Online", "description": "Secret"}
        answer = desk.call("create_meeting", change=sending(body))
        assert answer.status == 201, answer.text
        made.append(answer.json)
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, {"name": "Example Bank", "retentionDays": 90})
    clock.advance(107 * DAY)
    return made


def test_a_meeting_older_than_the_retention_time_is_erased_once(
    desk: Functions, old_meeting: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(desk, clock, monkeypatch) == {"meetingsErased": 1, "meetingsFailed": 0, "isComplete": True}
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


def test_the_next_run_continues_when_time_runs_out(
    desk: Functions, old_meeting: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(desk, clock, monkeypatch, Context(10_000)) == {
        "meetingsErased": 0,
        "meetingsFailed": 0,
        "isComplete": False,
    }
    assert run(desk, clock, monkeypatch) == {"meetingsErased": 1, "meetingsFailed": 0, "isComplete": True}


def test_each_run_goes_on_where_the_last_one_stopped(
    desk: Functions, clock: Clock, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_old_meetings(desk, table, clock)
    monkeypatch.setattr("booking.commands.erase_customer_data.PAGE", 1)
    erased = [run(desk, clock, monkeypatch, Steps(each))["meetingsErased"] for each in (3, 3, 3, 9)]
    starts = str(table.client.scan(TableName=table.name)["Items"])

    assert sum(erased) == 3
    assert max(erased) < 3
    assert "Secret" not in starts


def test_a_run_does_not_begin_with_what_the_last_one_went_through(
    desk: Functions, clock: Clock, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_old_meetings(desk, table, clock)
    monkeypatch.setattr("booking.commands.erase_customer_data.PAGE", 1)
    read_page, begins = meetings.page, []

    def page(*given: Any) -> Any:
        begins.append(given[2])
        return read_page(*given)

    monkeypatch.setattr("booking.storage.meetings.page", page)
    run(desk, clock, monkeypatch, Steps(3))
    first, stopped = begins[0], begins[-1]
    begins.clear()
    run(desk, clock, monkeypatch, Steps(3))

    assert first is None
    assert begins[0] == stopped != first


def test_a_run_soon_after_all_is_done_reads_no_meetings(
    desk: Functions, old_meeting: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Any:
        raise AssertionError("meetings are read")

    run(desk, clock, monkeypatch)
    clock.advance(600)
    with monkeypatch.context() as patched:
        patched.setattr("booking.storage.meetings.page", read)
        assert run(desk, clock, monkeypatch)["isComplete"]
        clock.advance(DAY)
        with pytest.raises(AssertionError):
            run(desk, clock, monkeypatch)


def test_a_meeting_that_cannot_be_erased_does_not_keep_the_others_and_is_told(
    desk: Functions, clock: Clock, table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *_ = three_old_meetings(desk, table, clock)
    slot = keys.slot(first["timeSlotId"])
    kept = table.client.get_item(TableName=table.name, Key=encode(slot))["Item"]
    table.client.delete_item(TableName=table.name, Key=encode(slot))

    assert run(desk, clock, monkeypatch) == {"meetingsErased": 2, "meetingsFailed": 1, "isComplete": False}
    assert "RetentionCompleted" not in emitted(capsys)
    table.client.put_item(TableName=table.name, Item=kept)
    clock.advance(600)
    assert run(desk, clock, monkeypatch) == {"meetingsErased": 1, "meetingsFailed": 0, "isComplete": True}
    assert "RetentionCompleted" in emitted(capsys)


def test_entries_of_the_waitlist_are_removed_when_a_short_retention_time_is_over(
    desk: Functions, clock: Clock, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, {"name": "Example Bank", "retentionDays": 7})
    joined = desk.call("join_waitlist").json
    clock.advance(14 * DAY)  # the search ended less than 7 days ago
    run(desk, clock, monkeypatch)
    assert desk.call("get_waitlist_entry", change=path(waitlistId=joined["id"])).json["status"] == "Expired"
    clock.advance(DAY)
    run(desk, clock, monkeypatch)

    assert desk.call("get_waitlist_entry", change=path(waitlistId=joined["id"])).status == 404
    assert "WAITLIST#" not in str(table.client.scan(TableName=table.name)["Items"])


def cut_off_deletion(table: Table, id: str) -> None:
    """Leaves the employee as a deletion does that was killed after its first write."""
    stored = configuration_items.read(table).of(Kind.EMPLOYEES)[id]
    table.transact([configuration_items.put(Kind.EMPLOYEES, id, stored, leaving_since=0)])


def employees(table: Table) -> list[str]:
    return sorted(configuration_items.read(table).of(Kind.EMPLOYEES))


def test_a_deletion_that_was_cut_off_is_finished(
    desk: Functions, clock: Clock, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off_deletion(table, "bo")
    run(desk, clock, monkeypatch)

    assert employees(table) == ["anna", "cy"]
    assert not configuration_items.read(table).leaving


def test_a_deletion_that_was_cut_off_is_undone_where_the_employee_has_a_meeting(
    desk: Functions, booked: Any, clock: Clock, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off_deletion(table, booked["employeeId"])
    run(desk, clock, monkeypatch)

    assert employees(table) == ["anna", "bo", "cy"]
    assert not configuration_items.read(table).leaving
