from typing import Any

from tests.endpoints.conftest import Functions, asking, caller, faults, sending


def test_the_free_rooms_of_the_location_are_listed(desk: Functions) -> None:
    answer = desk.call("list_room_vacancies")

    assert answer.status == 200
    assert answer.json == [
        {"id": "cph-1", "name": "Tivoli", "location": "Copenhagen", "capacity": 4, "features": []},
    ]


def test_a_room_that_is_held_is_not_vacant_but_for_the_slot_that_holds_it(desk: Functions) -> None:
    slot = {
        "startDate": "2027-01-11T10:30:00Z",
        "endDate": "2027-01-11T11:30:00Z",
        "employeeId": "anna",
        "roomId": "cph-1",
    }
    held = desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "t"})).json["id"]
    for_the_slot = asking(startDate=None, endDate=None, timeSlotId=held)

    assert desk.call("list_room_vacancies").json == []
    assert [room["id"] for room in desk.call("list_room_vacancies", change=for_the_slot).json] == ["cph-1"]


def test_an_unknown_location_is_not_found(desk: Functions) -> None:
    assert desk.call("list_room_vacancies", change=asking(location="Atlantis")).status == 404


def test_the_slot_of_another_owner_is_not_found(desk: Functions, held: Any) -> None:
    def change(event: dict[str, Any]) -> None:
        caller("other", "read", "partner")(event)
        asking(startDate=None, endDate=None, timeSlotId="example-slot")(event)

    assert desk.call("list_room_vacancies", change=change).status == 404


def test_a_time_is_needed(desk: Functions) -> None:
    answer = desk.call("list_room_vacancies", "list_room_vacancies_without_time")

    assert faults(answer) == {"query.startDate", "query.endDate"}


def test_an_end_before_the_start_is_refused(desk: Functions) -> None:
    assert faults(desk.call("list_room_vacancies", change=asking(endDate="2027-01-11T09:00:00Z"))) == {"query.endDate"}
