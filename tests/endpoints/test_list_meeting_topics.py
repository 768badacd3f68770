from typing import Any

import pytest

from tests.endpoints.conftest import Functions, scopes


def asking(**query: str) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()}

    return change


@pytest.mark.usefixtures("example_bank")
def test_customers_see_the_topics_that_are_open_to_their_type(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics")

    assert answer.status == 200
    assert [topic["id"] for topic in answer.json] == ["cards", "mortgage"]


@pytest.mark.usefixtures("example_bank")
def test_a_topic_for_other_customer_types_is_left_out(functions: Functions) -> None:
    for name in ("customerTypeId", "customerCategoryId"):
        change = asking(isCustomer="TRUE", **{name: "business"})
        assert [each["id"] for each in functions.call("list_meeting_topics", change=change).json] == ["cards"]


@pytest.mark.usefixtures("example_bank")
def test_employees_see_topics_that_customers_cannot_book(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics", change=asking(isCustomer="false"))

    assert [topic["id"] for topic in answer.json] == ["cards", "compliance", "mortgage"]


@pytest.mark.usefixtures("example_bank")
def test_a_topic_has_all_of_its_fields(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics")

    assert answer.json[1] == {
        "id": "mortgage",
        "name": "Mortgage",
        "displayName": "Mortgage",
        "availableToCustomers": True,
        "customerTypeIds": ["private"],
        "meetingTypes": [],
        "duration": "01:00:00",
        "reminders": None,
        "longestMeeting": None,
        "bookableFrom": None,
        "cancelNotice": None,
        "changeNotice": None,
    }


def test_is_customer_is_required(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics", "list_meeting_topics_without_is_customer")

    assert answer.status == 400
    assert [fault["where"] for fault in answer.json["details"]["errors"]] == ["query.isCustomer"]


@pytest.mark.usefixtures("example_bank")
def test_an_unknown_customer_type_is_not_found(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics", "list_meeting_topics_unknown_customer_type")

    assert answer.status == 404
    assert answer.json["details"] == {"kind": "customer type", "id": "nobody"}


def test_the_read_scope_is_needed(functions: Functions) -> None:
    assert functions.call("list_meeting_topics", change=scopes("book")).status == 403


def test_an_organisation_without_topics_has_an_empty_list(functions: Functions) -> None:
    assert functions.call("list_meeting_topics", change=asking(isCustomer="true")).json == []


@pytest.mark.usefixtures("example_bank")
def test_the_older_path_answers_the_same(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics", "list_meeting_topics_meeting_themes")

    assert answer.status == 200
    assert answer.json == functions.call("list_meeting_topics").json
