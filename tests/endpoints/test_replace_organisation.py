from typing import Any

from tests.endpoints.conftest import Functions, scopes


def test_settings_are_kept_in_one_form(functions: Functions) -> None:
    answer = functions.call("replace_organisation")

    assert answer.status == 201
    assert answer.json["slotInterval"] == "00:30:00"
    assert answer.json["buffer"] == "00:15:00"
    assert answer.json["closingDays"] == ["2026-12-25", {"from": "2026-12-31", "to": "2027-01-01"}]
    assert functions.call("get_organisation").json == answer.json


def test_replacing_settings_is_not_creating_them(functions: Functions) -> None:
    functions.call("replace_organisation")

    assert functions.call("replace_organisation").status == 200


def test_a_body_that_is_missing_does_not_reset_every_setting(functions: Functions) -> None:
    stored = functions.call("replace_organisation")

    assert functions.call("replace_organisation", change=lambda event: event.update(body=None)).status == 400
    assert functions.call("get_organisation").json == stored.json


def test_a_time_zone_that_does_not_exist_is_refused(functions: Functions) -> None:
    answer = functions.call("replace_organisation", "replace_organisation_unknown_time_zone")

    assert answer.status == 400
    assert [fault["where"] for fault in answer.json["details"]["errors"]] == ["body.timeZone"]


def test_only_the_version_that_was_seen_is_replaced(functions: Functions) -> None:
    functions.call("replace_organisation")

    def stale(event: dict[str, Any]) -> None:
        event["headers"]["If-Match"] = '"7"'

    assert functions.call("replace_organisation", change=stale).status == 412


def test_the_admin_scope_is_needed(functions: Functions) -> None:
    assert functions.call("replace_organisation", change=scopes("read", "staff")).status == 403
