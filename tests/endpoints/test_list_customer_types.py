import pytest

from tests.endpoints.conftest import Functions, asking, reading


@pytest.mark.usefixtures("example_bank")
def test_customer_types_are_a_plain_array(functions: Functions) -> None:
    answer = functions.call("list_customer_types")

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == [
        {"id": "business", "name": "Business", "displayName": "Business", "localizedName": {}},
        {"id": "private", "name": "Private", "displayName": "Private", "localizedName": {}},
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


@pytest.mark.usefixtures("translated_bank")
def test_customer_types_have_names_in_the_callers_language(functions: Functions) -> None:
    assert [each["name"] for each in functions.call("list_customer_types", change=reading("da")).json] == [
        "Business",
        "Privat",
    ]
    answer = functions.call("list_customer_types", change=asking(lang="da-DK"))
    assert [each["localizedName"] for each in answer.json] == [{"da-DK": "Business"}, {"da-DK": "Privat"}]
