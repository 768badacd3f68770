from typing import Any

import pytest

from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, all_of, asking, colleague_of_anna, faults, scopes, sending


def reserve(desk: Functions, hour: int, employee: str = "anna", **fields: Any) -> Any:
    slot = {
        "startDate": f"2027-01-11T{hour:02}:00:00Z",
        "endDate": f"2027-01-11T{hour:02}:30:00Z",
        "employeeId": employee,
        **fields,
    }
    return desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": f"{employee}{hour}"})).json["id"]


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer.json["items"]]


def test_the_slots_of_an_employee_are_listed_by_start(desk: Functions) -> None:
    late, early = reserve(desk, 14), reserve(desk, 8)
    answer = desk.call("list_time_slots")

    assert answer.status == 200
    assert ids(answer) == [early, late]
    assert answer.json["nextCursor"] is None
    assert answer.json["items"][0]["status"] == "Reserved"
    assert "token" not in answer.json["items"][0]


def test_dates_are_of_the_start_and_the_end_is_outside(desk: Functions) -> None:
    for hour in (8, 9, 10):
        reserve(desk, hour)
    change = asking(startDate="2027-01-11T09:00:00Z", endDate="2027-01-11T10:00:00Z")

    assert len(ids(desk.call("list_time_slots", change=change))) == 1


def test_a_lapsed_hold_is_expired_from_its_second(desk: Functions, clock: Clock) -> None:
    slot = reserve(desk, 8)
    clock.advance(5 * 60)

    assert ids(desk.call("list_time_slots", change=asking(status="Reserved"))) == []
    assert ids(desk.call("list_time_slots", change=asking(status="expired"))) == [slot]


def test_the_slots_of_a_room_are_listed(desk: Functions) -> None:
    slot = reserve(desk, 8, roomId="cph-1")
    reserve(desk, 9)

    assert ids(desk.call("list_time_slots", change=asking(employeeId=None, roomId="cph-1"))) == [slot]


def test_without_employee_or_room_the_slots_of_all_employees_are_listed(
    desk: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = [reserve(desk, 14), reserve(desk, 9), reserve(desk, 8)]
    everyone = asking(employeeId=None, limit="2")
    first = desk.call("list_time_slots", change=everyone)
    second = desk.call("list_time_slots", change=all_of(everyone, asking(cursor=first.json["nextCursor"])))

    assert ids(first) + ids(second) == [slots[2], slots[1], slots[0]]
    assert second.json["nextCursor"] is None


def test_pages_survive_what_is_added_between_them(desk: Functions) -> None:
    slots = [reserve(desk, hour) for hour in (9, 11, 13)]
    first = desk.call("list_time_slots", change=asking(limit="2"))
    reserve(desk, 8)
    new = reserve(desk, 12)
    second = desk.call("list_time_slots", change=asking(limit="2", cursor=first.json["nextCursor"]))

    assert ids(first) == slots[:2]
    assert ids(second) == [new, slots[2]]


def test_every_bad_parameter_is_listed(desk: Functions) -> None:
    assert faults(desk.call("list_time_slots", "list_time_slots_bad_parameters")) == {
        "query.status",
        "query.startDate",
        "query.limit",
        "query.cursor",
    }


def test_only_employees_may_list_slots(desk: Functions) -> None:
    assert desk.call("list_time_slots", change=scopes("read", "partner")).status == 403


def test_a_days_list_has_what_runs_in_from_the_evening_before(desk: Functions, table: Table) -> None:
    colleague_of_anna(table, "dea")
    evening = {"startDate": "2027-01-11T08:00:00Z", "endDate": "2027-01-11T09:00:00Z"}
    slot = reserve(desk, 8, **evening, roomId="cph-1")
    within = asking(startDate="2027-01-11T08:30:00Z", endDate="2027-01-11T20:00:00Z")
    after = asking(startDate="2027-01-11T09:00:00Z", endDate="2027-01-11T20:00:00Z")

    assert ids(desk.call("list_time_slots", change=within)) == [slot]
    assert ids(desk.call("list_time_slots", change=all_of(within, asking(employeeId=None, roomId="cph-1")))) == [slot]
    assert ids(desk.call("list_time_slots", change=all_of(within, asking(employeeId=None)))) == [slot]
    assert ids(desk.call("list_time_slots", change=after)) == []


def test_an_employees_list_has_the_slots_with_others_page_by_page(desk: Functions, table: Table) -> None:
    colleague_of_anna(table, "dea")
    own, joint = reserve(desk, 9, "dea"), reserve(desk, 8, "anna", employeeIds=["anna", "dea"])
    late = reserve(desk, 10, "anna", employeeIds=["anna", "dea"])
    reserve(desk, 11, "anna")
    of_dea = asking(employeeId="dea", limit="2")
    first = desk.call("list_time_slots", change=of_dea)
    second = desk.call("list_time_slots", change=all_of(of_dea, asking(cursor=first.json["nextCursor"])))

    assert ids(first) + ids(second) == [joint, own, late]
    everyone = ids(desk.call("list_time_slots", change=asking(employeeId=None)))
    assert sorted(everyone) == sorted(set(everyone))
