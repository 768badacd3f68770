from booking.http.cursors import format_cursor
from tests.endpoints.conftest import Context, Functions, asking, faults, load_event


def record(functions: Functions) -> None:
    functions.module("record_changes").lambda_handler(load_event("record_changes"), Context())


def test_the_changes_of_a_meeting_are_listed_page_by_page(functions: Functions) -> None:
    record(functions)
    first = functions.call("list_changes", change=asking(limit="1")).json
    second = functions.call("list_changes", change=asking(limit="1", cursor=first["nextCursor"])).json

    assert [each["version"] for each in first["items"] + second["items"]] == [1, 2]
    assert [each["by"] for each in first["items"] + second["items"]] == [
        "client:partner-client",
        "subject:staff-client",
    ]


def test_a_meeting_without_changes_has_an_empty_list(functions: Functions) -> None:
    assert functions.call("list_changes").json == {"items": [], "nextCursor": None}


def test_a_forged_cursor_is_refused(functions: Functions) -> None:
    assert faults(functions.call("list_changes", change=asking(cursor="forged"))) == {"query.cursor"}


def test_a_cursor_beyond_the_end_finds_nothing(functions: Functions) -> None:
    record(functions)
    beyond = format_cursor(("", "zzz"))

    assert functions.call("list_changes", change=asking(cursor=beyond)).json == {"items": [], "nextCursor": None}


def test_only_administrators_read_the_trail(functions: Functions) -> None:
    assert functions.call("list_changes", "list_changes_without_scope").status == 403
