from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, asking, configure, path, reading, scopes


@pytest.mark.usefixtures("example_bank")
def test_a_document_comes_with_its_etag(functions: Functions, table: Table) -> None:
    version = configure(table, Kind.EMPLOYEES, "anna", {"name": "Anna Holm", "email": "anna@example.com"})
    answer = functions.call("get_configuration")

    assert answer.status == 200
    assert answer.headers["etag"] == f'"{version}"'
    assert answer.json["email"] == "anna@example.com"


@pytest.mark.usefixtures("example_bank")
def test_readers_see_nothing_personal_of_an_employee(functions: Functions) -> None:
    answer = functions.call("get_configuration", change=scopes("read"))

    assert set(answer.json) == {"id", "name", "displayName", "canBeBooked", "locations", "topicIds"}


@pytest.mark.usefixtures("example_bank")
def test_a_document_that_was_just_replaced_is_read(functions: Functions, table: Table) -> None:
    functions.call("get_configuration")
    configure(table, Kind.EMPLOYEES, "anna", {"name": "Anna Berg"})

    assert functions.call("get_configuration").json["name"] == "Anna Berg"


@pytest.mark.usefixtures("example_bank")
def test_an_unknown_id_is_not_found(functions: Functions) -> None:
    answer = functions.call("get_configuration", "get_configuration_unknown_id")

    assert answer.status == 404
    assert answer.json["details"] == {"kind": "employee", "id": "nobody"}


@pytest.mark.usefixtures("translated_bank")
def test_a_topic_is_read_in_the_callers_language_and_as_stored_by_administrators(functions: Functions) -> None:
    def topic(*changes: Any) -> Any:
        def change(event: dict[str, Any]) -> None:
            path(id="mortgage")(event)
            event["resource"], event["path"] = "/config/meeting-topics/{id}", "/config/meeting-topics/mortgage"
            for each in changes:
                each(event)

        return functions.call("get_configuration", change=change)

    answer = topic(scopes("read"), reading("da"))
    assert (answer.json["name"], answer.headers["content-language"]) == ("Boliglån", "da-DK")
    assert topic(scopes("read", "admin"), reading("da")).json["name"] == "Mortgage"
    assert topic(asking(lang="da-DK")).json["localizedName"] == {"da-DK": "Boliglån"}
    assert topic(asking(lang="de")).status == 400
