"""Who a token's bearer is, and what they may."""

from typing import Any

import pytest

from booking.domain.caller import Caller
from booking.domain.errors import Unauthenticated
from booking.http.identity import caller_of

ALL = "bookme/read bookme/book bookme/partner bookme/staff bookme/admin"


def caller(**claims: Any) -> Caller:
    known = {"sub": "s", "token_use": "access", "client_id": "app", "scope": ALL}
    given = {name: value for name, value in (known | claims).items() if value is not None}
    return caller_of({"requestContext": {"authorizer": {"claims": given}}})


def scopes(**claims: Any) -> set[str]:
    return {scope.removeprefix("bookme/") for scope in caller(**claims).scopes}


@pytest.mark.parametrize("token_use", ["id", "refresh", "", None])
def test_a_token_that_is_no_access_token_is_refused(token_use: str | None) -> None:
    with pytest.raises(Unauthenticated):
        caller(token_use=token_use)


def test_a_machine_has_the_scopes_of_its_token() -> None:
    assert scopes() == {"read", "book", "partner", "staff", "admin"}


@pytest.mark.parametrize(
    ("groups", "more"),
    [
        (None, set()),
        ("", set()),
        ("[staff]", {"staff"}),
        ("[admin]", {"admin"}),
        ("[admin staff]", {"admin", "staff"}),
        ("admin,staff", {"admin", "staff"}),
        (["admin", "staff"], {"admin", "staff"}),
        ("[staffing administrators]", set()),
        ("[STAFF]", set()),
        ("[eu-west-1_pool_Google]", set()),
    ],
)
def test_a_person_has_the_scopes_of_their_groups_only(groups: Any, more: set[str]) -> None:
    assert scopes(username="somebody", **{"cognito:groups": groups}) == {"read", "book"} | more


def test_a_group_gives_no_scope_that_the_application_was_not_granted() -> None:
    assert scopes(username="anna", scope="bookme/read", **{"cognito:groups": "[admin staff]"}) == {"read"}


def test_what_an_employee_makes_and_changes_is_under_their_name() -> None:
    assert caller(username="anna", **{"cognito:groups": "[staff]"}).owner == "user:anna"
    assert caller(username="anna", scope="bookme/admin", **{"cognito:groups": "[admin]"}).owner == "user:anna"


def test_a_customers_name_is_in_no_trail_and_a_machine_is_its_client() -> None:
    assert caller(username="67890").owner == "subject:s"
    assert caller().owner == "client:app"
    assert caller(sub="app", scope="bookme/staff").owner == "subject:app"
