import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, configure, scopes


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
def test_what_was_just_replaced_is_read(functions: Functions, table: Table) -> None:
    functions.call("get_configuration")
    configure(table, Kind.EMPLOYEES, "anna", {"name": "Anna Berg"})

    assert functions.call("get_configuration").json["name"] == "Anna Berg"


@pytest.mark.usefixtures("example_bank")
def test_an_unknown_id_is_not_found(functions: Functions) -> None:
    answer = functions.call("get_configuration", "get_configuration_unknown_id")

    assert answer.status == 404
    assert answer.json["details"] == {"kind": "employee", "id": "nobody"}
