from tests.endpoints.conftest import Functions, caller, path


def test_a_deleted_feed_is_not_found(desk: Functions) -> None:
    secret = desk.call("create_calendar_feed").json["url"].rpartition("/")[2]
    assert desk.call("get_calendar_feed", change=path(secret=secret)).status == 200

    assert desk.call("delete_calendar_feed").status == 204
    assert desk.call("get_calendar_feed", change=path(secret=secret)).status == 404
    assert desk.call("delete_calendar_feed").status == 204


def test_an_unknown_employee_is_not_found(desk: Functions) -> None:
    assert desk.call("delete_calendar_feed", "delete_calendar_feed_unknown_employee").status == 404


def test_only_staff_may_delete_one(desk: Functions) -> None:
    assert desk.call("delete_calendar_feed", change=caller("partner", "read", "partner")).status == 403
