import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Functions, configure, scopes


@pytest.mark.usefixtures("example_bank")
def test_readers_see_who_can_be_booked_and_nothing_personal(functions: Functions) -> None:
    answer = functions.call("list_employees")

    assert answer.status == 200
    assert answer.json == [
        {
            "id": "anna",
            "name": "Anna Holm",
            "displayName": "Anna Holm",
            "canBeBooked": True,
            "locations": ["Copenhagen"],
            "topicIds": ["mortgage"],
        },
        {
            "id": "bo",
            "name": "Bo Lind",
            "displayName": "Bo Lind",
            "canBeBooked": True,
            "locations": ["Copenhagen"],
            "topicIds": ["cards", "compliance", "mortgage"],
        },
    ]


@pytest.mark.usefixtures("example_bank")
@pytest.mark.parametrize("scope", ["staff", "admin"])
def test_employees_and_administrators_see_whole_documents(functions: Functions, scope: str) -> None:
    answer = functions.call("list_employees", change=scopes("read", scope))

    assert [employee["id"] for employee in answer.json] == ["anna", "bo", "cy"]
    assert answer.json[0]["email"] == "anna@example.com"
    assert answer.json[0]["absences"] == [{"start": "2026-12-07", "end": "2026-12-09", "blocking": True}]


@pytest.mark.usefixtures("example_bank")
@pytest.mark.parametrize("scope", ["book", "partner"])
def test_customers_and_partners_see_no_more_than_readers(functions: Functions, scope: str) -> None:
    answer = functions.call("list_employees", change=scopes("read", scope))

    assert "example.com" not in answer.text
    assert "+45" not in answer.text


def test_a_token_without_a_scope_of_this_api_is_forbidden(functions: Functions) -> None:
    answer = functions.call("list_employees", "list_employees_without_scope")

    assert answer.status == 403
    assert answer.json["code"] == "FORBIDDEN"


@pytest.mark.usefixtures("example_bank")
def test_a_topic_that_an_employee_has_through_a_competence_group_is_listed(functions: Functions, table: Table) -> None:
    configure(table, Kind.COMPETENCE_GROUPS, "cards", {"name": "Cards", "employeeIds": ["anna"], "topicIds": ["cards"]})
    configure(table, Kind.COMPETENCE_GROUPS, "all", {"name": "All", "topicIds": ["cards"], "subGroupIds": ["finance"]})
    configure(table, Kind.EMPLOYEES, "bo", {"name": "Bo Lind", "skills": {}})
    anna, bo = functions.call("list_employees").json

    assert anna["topicIds"] == ["cards", "mortgage"]
    assert bo["topicIds"] == ["cards", "mortgage"]


@pytest.mark.usefixtures("example_bank")
def test_a_group_without_topics_makes_its_members_cover_all_of_them(functions: Functions, table: Table) -> None:
    configure(table, Kind.EMPLOYEES, "bo", {"name": "Bo Lind", "skills": {}})
    configure(table, Kind.COMPETENCE_GROUPS, "some", {"name": "Some", "employeeIds": ["bo"], "topicIds": ["cards"]})
    configure(table, Kind.COMPETENCE_GROUPS, "any", {"name": "Any", "employeeIds": ["bo"]})

    assert functions.call("list_employees").json[1]["topicIds"] == ["cards", "compliance", "mortgage"]


@pytest.mark.usefixtures("example_bank")
def test_the_kept_list_of_one_kind_of_caller_is_not_given_to_another(functions: Functions) -> None:
    before = functions.call("list_employees")
    assert "anna@example.com" in functions.call("list_employees", change=scopes("read", "staff")).text

    assert functions.call("list_employees").text == before.text


@pytest.mark.usefixtures("example_bank")
def test_the_kept_list_is_made_again_when_the_configuration_has_moved(functions: Functions, table: Table) -> None:
    functions.call("list_employees")
    configure(table, Kind.EMPLOYEES, "anna", {"name": "Anna Holm-Lind"})

    assert functions.call("list_employees").json[0]["name"] == "Anna Holm-Lind"
