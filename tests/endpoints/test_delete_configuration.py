from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage import configuration
from booking.storage.table import Table
from tests.endpoints.conftest import Functions


@pytest.mark.usefixtures("example_bank")
def test_a_document_that_nothing_refers_to_is_deleted(functions: Functions, table: Table) -> None:
    answer = functions.call("delete_configuration")

    assert answer.status == 204
    assert answer.text == ""
    assert list(configuration.read(table).of(Kind.ROOMS)) == ["cph-2"]


@pytest.mark.usefixtures("example_bank")
def test_a_document_that_others_refer_to_stays_and_they_are_named(functions: Functions, table: Table) -> None:
    answer = functions.call("delete_configuration", "delete_configuration_in_use")

    assert answer.status == 409
    assert answer.json["code"] == "IN_USE"
    assert answer.json["details"]["usedBy"] == [
        {"kind": "meeting topic", "id": "mortgage"},
        {"kind": "employee", "id": "anna"},
    ]
    assert "private" in configuration.read(table).of(Kind.CUSTOMER_TYPES)


@pytest.mark.usefixtures("example_bank")
def test_what_is_gone_is_not_found(functions: Functions) -> None:
    functions.call("delete_configuration")

    assert functions.call("delete_configuration").status == 404


@pytest.mark.usefixtures("example_bank")
def test_only_the_version_that_was_seen_is_deleted(functions: Functions, table: Table) -> None:
    def stale(event: dict[str, Any]) -> None:
        event["headers"]["If-Match"] = '"1"'

    assert functions.call("delete_configuration", change=stale).status == 412
    assert "cph-1" in configuration.read(table).of(Kind.ROOMS)
