import pytest

from tests.endpoints.conftest import Functions, scopes


def test_an_employee_without_a_calendar_of_that_kind_has_none(desk: Functions) -> None:
    answer = desk.call("get_busy_calendar")

    assert answer.status == 200
    assert answer.json == {"employeeId": "anna", "isSubscribed": False, "busyTimes": 0, "failures": 0}


@pytest.mark.parametrize(("names", "status"), [(("read", "partner"), 403), (("read", "staff"), 200), (("admin",), 200)])
def test_only_employees_and_administrators_see_how_it_went(
    desk: Functions, names: tuple[str, ...], status: int
) -> None:
    assert desk.call("get_busy_calendar", change=scopes(*names)).status == status


def test_an_unknown_employee_is_not_found(desk: Functions) -> None:
    assert desk.call("get_busy_calendar", "get_busy_calendar_unknown_employee").status == 404
