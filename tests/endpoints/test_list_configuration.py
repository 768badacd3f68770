from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, asking, configure, configure_many, of_example_bank, reading, scopes


def at(cursor: str | None) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["multiValueQueryStringParameters"] = {"cursor": [cursor]} if cursor else None

    return change


@pytest.mark.usefixtures("example_bank")
def test_a_kind_is_listed_with_a_place_for_the_next_page(functions: Functions) -> None:
    answer = functions.call("list_configuration")

    assert answer.status == 200
    assert [group["id"] for group in answer.json["items"]] == ["finance"]
    assert answer.json["nextCursor"] is None


def test_each_document_is_on_exactly_one_page_also_when_some_are_added_meanwhile(
    functions: Functions, table: Table
) -> None:
    numbers = [f"group-{number:03}" for number in range(0, 210, 2)]
    configure_many(table, Kind.COMPETENCE_GROUPS, {id: {"name": "A group"} for id in numbers})

    first = functions.call("list_configuration").json
    assert first["nextCursor"]
    configure(table, Kind.COMPETENCE_GROUPS, "group-001", {"name": "Behind the reader"})
    second = functions.call("list_configuration", change=at(first["nextCursor"])).json

    assert [group["id"] for group in first["items"] + second["items"]] == numbers
    assert second["nextCursor"] is None


@pytest.mark.parametrize("cursor", ["e30", "YWJj"], ids=["{}", "abc"])
def test_a_cursor_that_is_no_place_is_refused(functions: Functions, cursor: str) -> None:
    assert functions.call("list_configuration", change=at(cursor)).status == 400


def test_a_cursor_of_somebody_elses_making_is_refused(functions: Functions) -> None:
    answer = functions.call("list_configuration", "list_configuration_bad_cursor")

    assert answer.status == 400
    assert [fault["where"] for fault in answer.json["details"]["errors"]] == ["query.cursor"]


def test_readers_do_not_see_a_service_groups_e_mail_address(functions: Functions, table: Table) -> None:
    body = {"name": "National", "membershipEmail": "national@example.com"}
    configure(table, Kind.SERVICE_GROUPS, "national", body)

    def service_groups(event: dict[str, Any]) -> None:
        event["path"] = event["resource"] = "/config/service-groups"

    def as_reader(event: dict[str, Any]) -> None:
        service_groups(event)
        scopes("read")(event)

    assert "example.com" in functions.call("list_configuration", change=service_groups).text
    assert "example.com" not in functions.call("list_configuration", change=as_reader).text


def test_only_administrators_see_webhooks_and_nobody_their_secrets(functions: Functions, table: Table) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": "https://crm.example.com/", "events": ["*"]})

    def of_webhooks(event: dict[str, Any]) -> None:
        event["path"] = event["resource"] = "/config/webhooks"

    def as_staff(event: dict[str, Any]) -> None:
        of_webhooks(event)
        scopes("read", "staff")(event)

    def as_admin(event: dict[str, Any]) -> None:
        of_webhooks(event)
        scopes("read", "admin")(event)

    assert functions.call("list_configuration", change=as_staff).status == 403
    answer = functions.call("list_configuration", change=as_admin)
    assert [webhook["id"] for webhook in answer.json["items"]] == ["crm"]
    assert "whsec" not in answer.text


def locations(*changes: Any) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["path"] = event["resource"] = "/config/locations"
        for each in changes:
            each(event)

    return change


@pytest.mark.usefixtures("translated_bank")
def test_locations_have_names_in_the_callers_language(functions: Functions) -> None:
    answer = functions.call("list_configuration", change=locations(scopes("read"), reading("da-DK")))

    [location] = answer.json["items"]
    assert location["name"] == "København, Rådhuspladsen"
    assert answer.headers["content-language"] == "da-DK"

    answer = functions.call("list_configuration", change=locations(asking(lang="en-GB")))
    assert answer.json["items"][0]["localizedName"] == {"en-GB": "Copenhagen, City Hall Square"}


@pytest.mark.usefixtures("translated_bank")
def test_translations_into_a_locale_that_is_no_longer_enabled_are_not_shown(functions: Functions, table: Table) -> None:
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, of_example_bank(Kind.ORGANISATION, ORGANISATION_ID))

    answer = functions.call("list_configuration", change=locations(scopes("read"), reading("da-DK")))

    [location] = answer.json["items"]
    assert (location["name"], location["localizedName"]) == ("Copenhagen, City Hall Square", {})
