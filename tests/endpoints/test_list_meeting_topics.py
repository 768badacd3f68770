from typing import Any

import pytest

from tests.endpoints.conftest import Answer, Functions, reading, scopes


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
        "localizedName": {},
        "availableToCustomers": True,
        "customerTypeIds": ["private"],
        "meetingTypes": [],
        "duration": "01:00:00",
        "bufferBefore": None,
        "bufferAfter": None,
        "reminders": None,
        "longestMeeting": None,
        "bookableFrom": None,
        "cancelNotice": None,
        "changeNotice": None,
        "maxUpcomingMeetings": None,
        "seats": 1,
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


def names(answer: Answer) -> list[str]:
    assert [each["displayName"] for each in answer.json] == [each["name"] for each in answer.json]
    return [each["name"] for each in answer.json]


@pytest.mark.usefixtures("translated_bank")
@pytest.mark.parametrize(
    ("accepted", "expected", "language"),
    [
        ("da-DK,da;q=0.9,en;q=0.8", "Boliglån", "da-DK"),
        ("en-US", "Home loan", "en-GB"),
        ("sv, da;q=0.5", "Boliglån", "da-DK"),
        ("da;q=0, sv", "Mortgage", None),
        ("*, da;q=0.1", "Mortgage", None),
        (";;;", "Mortgage", None),
    ],
)
def test_names_are_in_the_callers_language_as_far_as_they_are_translated(
    functions: Functions, accepted: str, expected: str, language: str | None
) -> None:
    answer = functions.call("list_meeting_topics", change=reading(accepted))

    assert names(answer) == ["Cards", expected]
    assert answer.json[1]["localizedName"] == {"da-DK": "Boliglån", "en-GB": "Home loan"}
    assert answer.headers.get("content-language") == language
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.usefixtures("translated_bank")
@pytest.mark.parametrize("lang", ["da-DK", "DA", "da"])
def test_one_locale_is_answered_with_an_entry_for_each_topic(functions: Functions, lang: str) -> None:
    answer = functions.call("list_meeting_topics", change=asking(isCustomer="true", lang=lang))

    assert [each["localizedName"] for each in answer.json] == [{"da-DK": "Cards"}, {"da-DK": "Boliglån"}]
    assert names(answer) == ["Cards", "Boliglån"]


@pytest.mark.usefixtures("translated_bank")
@pytest.mark.parametrize("lang", ["all", "ALL", ""])
def test_without_one_locale_every_translation_is_answered(functions: Functions, lang: str) -> None:
    answer = functions.call("list_meeting_topics", change=asking(isCustomer="true", lang=lang))

    assert [each["localizedName"] for each in answer.json] == [{}, {"da-DK": "Boliglån", "en-GB": "Home loan"}]
    assert names(answer) == ["Cards", "Mortgage"]


@pytest.mark.usefixtures("translated_bank")
@pytest.mark.parametrize("lang", ["de-DE", "en-US", "d", "da-DK,en-GB"])
def test_a_locale_that_is_not_enabled_is_refused(functions: Functions, lang: str) -> None:
    answer = functions.call("list_meeting_topics", change=asking(isCustomer="true", lang=lang))

    assert answer.status == 400
    assert [fault["where"] for fault in answer.json["details"]["errors"]] == ["query.lang"]


@pytest.mark.usefixtures("example_bank")
def test_an_organisation_without_locales_has_none_to_ask_for(functions: Functions) -> None:
    answer = functions.call("list_meeting_topics", "list_meeting_topics_locale_not_enabled")

    assert answer.status == 400
    assert answer.json["details"]["errors"] == [
        {"where": "query.lang", "sent": "fr-FR", "accepted": "all, or a locale that the organisation has enabled: none"}
    ]


@pytest.mark.usefixtures("translated_bank")
def test_administrators_get_names_as_they_are_stored(functions: Functions) -> None:
    def change(event: dict[str, Any]) -> None:
        reading("da")(event)
        scopes("read", "admin")(event)

    answer = functions.call("list_meeting_topics", change=change)

    assert names(answer) == ["Cards", "Mortgage"]
    assert "content-language" not in answer.headers
