"""Employees and administrators sign in as themselves: what they may, by which name they are known, and for how long."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from local.sign_in import Stack, client_token, employee_token, person_tokens
from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

PATIENCE_SECONDS = 30
ALL = "openid bookme/read bookme/staff bookme/admin"


def signed_in(stack: Stack, callers: Callers, username: str) -> Api:
    return callers.with_token(employee_token(stack, username))


def trail_of(api: Api, meeting_id: str) -> list[Any]:
    items: list[Any] = api.get(f"/bookme/meetings/{meeting_id}/changes").json()["items"]
    return items


def test_an_employee_may_what_employees_may_and_no_more(stack: Stack, callers: Callers) -> None:
    employee = signed_in(stack, callers, "employee")

    assert employee.get("/bookme/time-slots", employeeId="anna").status_code == 200
    assert employee.get("/config/changes").status_code == 403


def test_an_administrator_may_configure(stack: Stack, callers: Callers) -> None:
    administrator = signed_in(stack, callers, "administrator")
    document = {"name": "For a moment"}

    assert administrator.call("PUT", "/config/customer-types/momentary", json=document).status_code == 201
    assert administrator.call("DELETE", "/config/customer-types/momentary").status_code == 204


@pytest.mark.parametrize("person", ["customers", "employees"])
def test_asking_for_the_scope_of_another_group_does_not_give_it(stack: Stack, callers: Callers, person: str) -> None:
    somebody = stack[person][0] | {"clientId": stack["employees"][0]["clientId"]}
    api = callers.with_token(person_tokens(stack, somebody, ALL)["access_token"])

    assert api.get("/config/rooms").status_code == 200
    assert api.get("/config/changes").status_code == 403
    assert (api.get("/bookme/time-slots", employeeId="anna").status_code == 200) is (person == "employees")


def test_what_an_employee_makes_and_changes_is_under_their_name(stack: Stack, callers: Callers) -> None:
    employee = signed_in(stack, callers, "employee")
    administrator = signed_in(stack, callers, "administrator")
    times = Times(callers.client("staff"))
    slot = employee.post("/bookme/time-slots/reserve", {"timeSlot": times.next(), "token": str(uuid.uuid4())})
    assert slot.status_code == 201, slot.text
    meeting = employee.post("/bookme/meetings", {"timeSlotId": slot.json()["id"]}).json()
    assert administrator.call("DELETE", f"/bookme/meetings/{meeting['id']}").status_code == 204

    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(told := trail_of(administrator, meeting["id"])) < 2 and time.monotonic() < deadline:
        pass  # the trail is written from the table's stream
    assert [each["by"] for each in told] == ["user:employee", "user:administrator"]


def test_a_revoked_refresh_token_gives_no_new_access_token(stack: Stack, aws: Callable[[str], Any]) -> None:
    person = stack["employees"][0]
    tokens = person_tokens(stack, person, ALL)
    assert refreshed(stack, person, tokens).status_code == 200
    aws("cognito-idp").revoke_token(Token=tokens["refresh_token"], ClientId=person["clientId"])

    assert refreshed(stack, person, tokens).status_code == 400


def test_revoking_one_session_leaves_the_persons_others_alone(stack: Stack, aws: Callable[[str], Any]) -> None:
    person = stack["employees"][0]
    one, other = (person_tokens(stack, person, ALL) for _ in range(2))
    aws("cognito-idp").revoke_token(Token=one["refresh_token"], ClientId=person["clientId"])

    assert refreshed(stack, person, one).status_code == 400
    assert refreshed(stack, person, other).status_code == 200


@pytest.mark.parametrize("ending", ["admin_user_global_sign_out", "admin_disable_user"])
def test_a_user_who_is_signed_out_or_disabled_gets_no_new_access_token(
    stack: Stack, aws: Callable[[str], Any], ending: str
) -> None:
    person = stack["employees"][0]
    sessions = [person_tokens(stack, person, ALL) for _ in range(2)]
    named = {"UserPoolId": stack["userPoolId"], "Username": person["username"]}
    try:
        getattr(aws("cognito-idp"), ending)(**named)
        assert [refreshed(stack, person, tokens).status_code for tokens in sessions] == [400, 400]
    finally:
        aws("cognito-idp").admin_enable_user(**named)


def test_after_leaving_a_group_the_next_access_token_lacks_its_scope(
    stack: Stack, callers: Callers, aws: Callable[[str], Any]
) -> None:
    person = next(each for each in stack["employees"] if each["username"] == "employee")
    tokens = person_tokens(stack, person, ALL)
    membership = {"UserPoolId": stack["userPoolId"], "Username": "employee", "GroupName": "staff"}
    aws("cognito-idp").admin_remove_user_from_group(**membership)
    try:
        renewed = callers.with_token(refreshed(stack, person, tokens).json()["access_token"])
        assert renewed.get("/config/rooms").status_code == 200
        assert renewed.get("/bookme/time-slots", employeeId="anna").status_code == 403
    finally:
        aws("cognito-idp").admin_add_user_to_group(**membership)


def test_an_access_token_that_is_out_runs_to_its_end_which_is_near(
    stack: Stack, callers: Callers, aws: Callable[[str], Any]
) -> None:
    # The gateway looks at signature and expiry, not at the user pool: docs/operate.md says what to do meanwhile.
    person = stack["employees"][0]
    tokens = person_tokens(stack, person, ALL)
    aws("cognito-idp").revoke_token(Token=tokens["refresh_token"], ClientId=person["clientId"])

    assert callers.with_token(tokens["access_token"]).get("/config/rooms").status_code == 200
    assert lifetime_seconds(tokens["access_token"]) == 15 * 60
    assert lifetime_seconds(client_token(stack, "partner")) == 60 * 60


def lifetime_seconds(token: str) -> int:
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    seconds: int = claims["exp"] - claims["iat"]
    return seconds


def test_an_id_token_opens_nothing(stack: Stack, callers: Callers) -> None:
    tokens = person_tokens(stack, stack["employees"][0], ALL)

    assert callers.with_token(tokens["id_token"]).get("/config/rooms").status_code == 401


def refreshed(stack: Stack, person: Mapping[str, str], tokens: Mapping[str, str]) -> httpx.Response:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "client_id": person["clientId"],
    }
    return httpx.post(stack["tokenUrl"], data=form, trust_env=False)
