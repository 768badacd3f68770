import pytest

from tests.endpoints.conftest import Functions, scopes


@pytest.mark.usefixtures("example_bank")
def test_readers_see_the_rooms_that_can_be_booked(functions: Functions) -> None:
    answer = functions.call("list_rooms")

    assert answer.json == [
        {
            "id": "cph-1",
            "name": "Tivoli",
            "location": "Copenhagen",
            "capacity": 4,
            "features": [],
            "bookable": True,
            "displayName": "Tivoli",
            "canBeBooked": True,
        }
    ]


@pytest.mark.usefixtures("example_bank")
def test_administrators_see_every_room(functions: Functions) -> None:
    answer = functions.call("list_rooms", change=scopes("read", "admin"))

    assert [room["id"] for room in answer.json] == ["cph-1", "cph-2"]


def test_a_call_that_no_authorizer_has_checked_is_refused(functions: Functions) -> None:
    assert functions.call("list_rooms", "list_rooms_without_claims").status == 401
