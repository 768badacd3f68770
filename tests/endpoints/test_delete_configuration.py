from collections.abc import Callable
from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage import configuration_items
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, all_of, caller, sending


@pytest.mark.usefixtures("example_bank")
def test_a_document_that_nothing_refers_to_is_deleted(functions: Functions, table: Table) -> None:
    answer = functions.call("delete_configuration")

    assert answer.status == 204
    assert answer.text == ""
    assert list(configuration_items.read(table).of(Kind.ROOMS)) == ["cph-2"]


@pytest.mark.usefixtures("example_bank")
def test_a_document_that_others_refer_to_stays_and_they_are_named(functions: Functions, table: Table) -> None:
    answer = functions.call("delete_configuration", "delete_configuration_in_use")

    assert answer.status == 409
    assert answer.json["code"] == "IN_USE"
    assert answer.json["details"]["usedBy"] == [
        {"kind": "meeting topic", "id": "mortgage"},
        {"kind": "employee", "id": "anna"},
    ]
    assert "private" in configuration_items.read(table).of(Kind.CUSTOMER_TYPES)


@pytest.mark.usefixtures("example_bank")
def test_a_deleted_document_is_not_found(functions: Functions) -> None:
    functions.call("delete_configuration")

    assert functions.call("delete_configuration").status == 404


@pytest.mark.usefixtures("example_bank")
def test_only_the_version_that_was_seen_is_deleted(functions: Functions, table: Table) -> None:
    def stale(event: dict[str, Any]) -> None:
        event["headers"]["If-Match"] = '"1"'

    assert functions.call("delete_configuration", change=stale).status == 412
    assert "cph-1" in configuration_items.read(table).of(Kind.ROOMS)


@pytest.mark.parametrize(("kind", "id"), [("employees", "anna"), ("rooms", "cph-1")])
def test_an_employee_or_room_with_slots_to_come_is_in_use_until_they_have_lapsed(
    desk: Functions, clock: Clock, kind: str, id: str
) -> None:
    slot = {
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "employeeId": "anna",
        "roomId": "cph-1",
    }
    held = desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "t"})).json["id"]
    in_use = desk.call("delete_configuration", change=of(kind, id))
    clock.advance(5 * 60)

    assert (in_use.status, in_use.json["code"]) == (409, "IN_USE")
    assert in_use.json["details"]["usedBy"] == [{"kind": "time slot", "id": held}]
    assert desk.call("delete_configuration", change=of(kind, id)).status == 204


def test_a_meeting_that_is_over_keeps_its_employee_and_room(desk: Functions, booked: Any, clock: Clock) -> None:
    assert desk.call("delete_configuration", change=of("employees", "anna")).status == 409
    clock.advance(8 * 86400)

    assert desk.call("delete_configuration", change=of("employees", "anna")).status == 204
    assert desk.call("get_meeting").json["employeeId"] == "anna"
    assert desk.call("download_meeting_ical").status == 200
    staff = all_of(caller("staff-client", "read", "staff"), everything)
    assert [each["id"] for each in desk.call("list_meetings", change=staff).json["items"]] == [booked["id"]]
    assert [each["id"] for each in desk.call("list_time_slots", change=staff).json["items"]] == [booked["timeSlotId"]]


def everything(event: dict[str, Any]) -> None:
    event["queryStringParameters"] = event["multiValueQueryStringParameters"] = None


def of(kind: str, id: str) -> Callable[[dict[str, Any]], None]:
    def change(event: dict[str, Any]) -> None:
        event["resource"] = f"/config/{kind}/{{id}}"
        event["path"] = f"/config/{kind}/{id}"
        event["pathParameters"] = {"id": id}

    return change
