import pytest

from tests.endpoints.conftest import Functions


@pytest.mark.usefixtures("example_bank")
def test_customer_types_are_a_plain_array(functions: Functions) -> None:
    answer = functions.call("list_customer_types")

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == [
        {"id": "business", "name": "Business", "displayName": "Business"},
        {"id": "private", "name": "Private", "displayName": "Private"},
    ]


def test_a_call_that_no_authorizer_has_checked_is_refused(functions: Functions) -> None:
    answer = functions.call("list_customer_types", "list_customer_types_without_claims")

    assert answer.status == 401
    assert answer.json["code"] == "UNAUTHENTICATED"


@pytest.mark.usefixtures("example_bank")
def test_the_older_path_answers_the_same(functions: Functions) -> None:
    answer = functions.call("list_customer_types", "list_customer_types_customer_categories")

    assert answer.status == 200
    assert answer.json == functions.call("list_customer_types").json
