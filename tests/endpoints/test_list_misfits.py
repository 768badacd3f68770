from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, configure, of_example_bank


def reconfigure(table: Table, kind: Kind, id: str, **fields: Any) -> None:
    configure(table, kind, id, of_example_bank(kind, id) | fields)


def misfits(desk: Functions) -> list[tuple[str, str, dict[str, str]]]:
    answer = desk.call("list_misfits")
    assert answer.status == 200, answer.text
    assert answer.json["nextCursor"] is None
    return [(each["meeting"]["id"], each["reason"], each["details"]) for each in answer.json["items"]]


@pytest.mark.usefixtures("booked")
def test_a_meeting_that_fits_is_not_listed(desk: Functions) -> None:
    assert misfits(desk) == []


@pytest.mark.usefixtures("booked")
def test_an_absence_entered_after_the_booking_is_listed_with_its_reason(desk: Functions, table: Table) -> None:
    reconfigure(table, Kind.EMPLOYEES, "anna", absences=[{"start": "2027-01-11", "end": "2027-01-12"}])

    assert misfits(desk) == [("example-meeting", "ABSENT", {"employeeId": "anna"})]


@pytest.mark.usefixtures("booked")
def test_a_change_made_a_moment_ago_counts_at_once(desk: Functions, table: Table) -> None:
    assert misfits(desk) == []
    reconfigure(table, Kind.EMPLOYEES, "anna", absences=[{"start": "2027-01-11", "end": "2027-01-12"}])

    assert [reason for _, reason, _ in misfits(desk)] == ["ABSENT"]


@pytest.mark.usefixtures("booked")
def test_a_day_closed_after_the_booking_is_listed(desk: Functions, table: Table) -> None:
    reconfigure(table, Kind.ORGANISATION, ORGANISATION_ID, closingDays=[{"from": "2027-01-11", "to": "2027-01-11"}])

    assert [reason for _, reason, _ in misfits(desk)] == ["CLOSING_DAY"]


@pytest.mark.usefixtures("booked")
def test_a_skill_taken_away_is_listed(desk: Functions, table: Table) -> None:
    reconfigure(table, Kind.EMPLOYEES, "anna", skills={"topicIds": ["cards"], "customerTypeIds": ["private"]})

    assert misfits(desk) == [("example-meeting", "NOT_QUALIFIED", {"employeeId": "anna"})]


@pytest.mark.usefixtures("booked")
def test_a_limit_that_binds_only_customers_makes_no_misfit(desk: Functions, table: Table) -> None:
    reconfigure(table, Kind.ORGANISATION, ORGANISATION_ID, bookableFrom="P30D", maxMeetingTimePerDay=15)

    assert misfits(desk) == []


@pytest.mark.usefixtures("booked")
def test_a_cancelled_meeting_is_not_listed(desk: Functions, table: Table) -> None:
    reconfigure(table, Kind.EMPLOYEES, "anna", absences=[{"start": "2027-01-11", "end": "2027-01-12"}])
    assert desk.call("cancel_meeting").status == 204

    assert misfits(desk) == []


@pytest.mark.usefixtures("booked")
def test_a_meeting_that_has_begun_is_not_listed(desk: Functions, table: Table, clock: Clock) -> None:
    reconfigure(table, Kind.EMPLOYEES, "anna", absences=[{"start": "2027-01-11", "end": "2027-01-12"}])
    clock.advance(7 * 86400 + 3 * 3600)

    assert misfits(desk) == []


def test_only_employees_see_misfits(desk: Functions) -> None:
    assert desk.call("list_misfits", "list_misfits_without_scope").status == 403
