from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, asking, configure, faults, of_example_bank, scopes, sending

ANNA = of_example_bank(Kind.EMPLOYEES, "anna")

MEETING = {
    "bookedBy": "customer",
    "type": "online",
    "topicId": "mortgage",
    "customerTypeId": "private",
    "customerId": "67890",
}


def of_anna(desk: Functions, **query: str | None) -> Any:
    """Anna's part of the answer to the good event."""
    answer = desk.call("list_agendas", change=asking(**query))
    assert answer.status == 200, answer.text
    return next(each for each in answer.json["employees"] if each["id"] == "anna")


def test_a_locations_people_and_rooms_are_listed_with_the_employees_working_windows(desk: Functions) -> None:
    answer = desk.call("list_agendas")

    assert answer.status == 200
    assert (answer.json["startDate"], answer.json["endDate"]) == ("2027-01-10T23:00:00Z", "2027-01-17T23:00:00Z")
    assert [each["id"] for each in answer.json["employees"]] == ["anna", "bo"]
    assert [each["id"] for each in answer.json["rooms"]] == ["cph-1", "cph-2"]
    anna = answer.json["employees"][0]
    assert anna["name"] == "Anna Holm"
    assert [window["startDate"][:13] for window in anna["workingWindows"]] == [
        f"2027-01-{day}T07" for day in range(11, 16)
    ]
    assert anna["workingWindows"][0] == {
        "startDate": "2027-01-11T07:00:00Z",
        "endDate": "2027-01-11T15:00:00Z",
        "location": "Copenhagen",
        "meetingTypes": ["Physical", "Online", "Telephone", "OffSite"],
    }


def test_a_hold_is_told_with_its_end_and_a_meeting_by_its_slot(desk: Functions) -> None:
    slot = {
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "employeeId": "anna",
        "roomId": "cph-1",
    }
    held = desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "t"})).json
    time = {"timeSlotId": held["id"], "startDate": slot["startDate"], "endDate": slot["endDate"]}

    assert of_anna(desk)["holds"] == [time | {"expiresAt": held["expiresAt"]}]
    booked = desk.call("create_meeting", change=sending(MEETING | {"timeSlotId": held["id"]}))
    assert booked.status == 201, booked.text
    answer = desk.call("list_agendas").json
    for each in (answer["employees"][0], answer["rooms"][0]):
        assert (each["meetings"], each["holds"]) == ([time], [])


@pytest.mark.usefixtures("held")
def test_a_hold_that_has_lapsed_is_gone(desk: Functions, clock: Any) -> None:
    assert len(of_anna(desk)["holds"]) == 1
    clock.advance(5 * 60)

    assert of_anna(desk)["holds"] == []


def test_imported_busy_times_are_told_without_what_they_are(desk: Functions) -> None:
    desk.call("replace_busy_calendar")

    assert {"startDate": "2027-01-11T10:00:00Z", "endDate": "2027-01-11T10:30:00Z"} in of_anna(desk)[
        "importedBusyTimes"
    ]


def test_absences_and_closing_days_stand_beside_the_working_windows(desk: Functions, table: Table) -> None:
    away = [{"start": "2027-01-12T09:00", "end": "2027-01-12T12:00", "blocking": True}]
    configure(table, Kind.EMPLOYEES, "anna", ANNA | {"absences": away})
    closed = {
        "name": "Example Bank",
        "timeZone": "Europe/Copenhagen",
        "closingDays": [{"from": "2027-01-13", "to": "2027-01-13"}],
    }
    configure(table, Kind.ORGANISATION, "organisation", closed)
    anna = of_anna(desk)

    assert anna["absences"] == [{"startDate": "2027-01-12T08:00:00Z", "endDate": "2027-01-12T11:00:00Z"}]
    assert anna["closingDays"] == [{"startDate": "2027-01-12T23:00:00Z", "endDate": "2027-01-13T23:00:00Z"}]
    days = [window["startDate"][8:10] for window in anna["workingWindows"]]
    assert days == ["11", "12", "14", "15"]


def test_on_a_day_elsewhere_the_windows_are_there_and_extra_time_is_for_online_and_telephone(
    desk: Functions, table: Table
) -> None:
    changed = ANNA | {
        "workingElsewhere": [{"from": "2027-01-11", "to": "2027-01-11", "location": "Aarhus"}],
        "extraAvailability": [{"start": "2027-01-11T18:00", "end": "2027-01-11T20:00"}],
    }
    configure(table, Kind.LOCATIONS, "Aarhus", {"name": "Aarhus"})
    configure(table, Kind.EMPLOYEES, "anna", changed)
    usual, extra = of_anna(desk, endDate="2027-01-12")["workingWindows"]

    assert usual["location"] == "Aarhus"
    assert (extra["location"], extra["meetingTypes"]) == (None, ["Online", "Telephone"])
    assert (extra["startDate"], extra["endDate"]) == ("2027-01-11T17:00:00Z", "2027-01-11T19:00:00Z")


def test_employees_and_rooms_can_be_named_instead(desk: Functions) -> None:
    answer = desk.call("list_agendas", change=asking(location=None, employeeIds="cy,anna", roomIds="cph-2")).json

    assert [each["id"] for each in answer["employees"]] == ["cy", "anna"]
    assert [each["id"] for each in answer["rooms"]] == ["cph-2"]


def test_entries_that_overlap_the_span_are_shown_in_full(desk: Functions) -> None:
    anna = of_anna(desk, startDate="2027-01-11T14:00:00Z", endDate="2027-01-11T14:30:00Z")

    assert [window["startDate"] for window in anna["workingWindows"]] == ["2027-01-11T07:00:00Z"]


@pytest.mark.parametrize("query", [{"employeeIds": "nobody"}, {"roomIds": "nowhere"}, {"location": "Atlantis"}])
def test_an_unknown_id_is_not_found(desk: Functions, query: dict[str, str]) -> None:
    assert desk.call("list_agendas", change=asking(**query)).status == 404


def test_a_week_with_a_day_of_25_hours_can_be_asked_for_and_a_longer_time_not(desk: Functions) -> None:
    assert desk.call("list_agendas", change=asking(startDate="2027-10-25", endDate="2027-11-01")).status == 200
    assert faults(desk.call("list_agendas", "list_agendas_longer_than_a_week")) == {"query.endDate"}


def test_dates_and_somebody_to_look_at_are_needed(desk: Functions) -> None:
    assert faults(desk.call("list_agendas", change=asking(startDate=None, endDate=None))) == {
        "query.startDate",
        "query.endDate",
    }
    assert faults(desk.call("list_agendas", change=asking(location=None))) == {"query.location"}


def test_only_employees_may_look(desk: Functions) -> None:
    assert desk.call("list_agendas", change=scopes("read", "partner")).status == 403
