"""What the gateway answers by itself, and who gets past it."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from booking.domain.caller import Scope
from local.sign_in import Stack, client_token
from tests.described import description
from tests.stack.conftest import Api, Callers

EXPIRES_SECONDS = 1
PATIENCE_SECONDS = 30


@pytest.fixture
def cognito(aws: Callable[[str], Any]) -> Any:
    return aws("cognito-idp")


def token_of_new_client(stack: Stack, cognito: Any, pool_id: str, **settings: Any) -> str:
    """A token with bookme/read, of a client that is made for it."""
    client = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="test",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["bookme/read"],
        **settings,
    )["UserPoolClient"]
    credentials = {"clientId": client["ClientId"], "clientSecret": client["ClientSecret"], "scope": "bookme/read"}
    return client_token({**stack, "clients": {"test": credentials}}, "test")


@pytest.fixture
def foreign_token(stack: Stack, cognito: Any) -> Iterator[str]:
    """A good token for the same scope, from another user pool."""
    pool_id = cognito.create_user_pool(PoolName="foreign")["UserPool"]["Id"]
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    cognito.create_resource_server(UserPoolId=pool_id, Identifier="bookme", Name="bookme", Scopes=scopes)
    yield token_of_new_client(stack, cognito, pool_id)
    cognito.delete_user_pool(UserPoolId=pool_id)


def refused(api: Api) -> bool:
    answer = api.get("/config/rooms")
    if answer.status_code == 401:
        assert answer.json()["code"] == "UNAUTHENTICATED"
    return answer.status_code == 401


def test_without_a_token_nothing_is_answered(callers: Callers) -> None:
    assert refused(callers.with_token(None))


@pytest.mark.parametrize("token", ["x", "a.b.c", "'; DROP TABLE"])
def test_a_malformed_token_is_refused(callers: Callers, token: str) -> None:
    assert refused(callers.with_token(token))


def test_a_forged_token_is_refused(stack: Stack, callers: Callers) -> None:
    header, payload, signature = client_token(stack, "reader").split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["scope"] = "bookme/admin"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert refused(callers.with_token(f"{header}.{forged}.{signature}"))


def test_a_token_of_another_pool_is_refused(callers: Callers, foreign_token: str) -> None:
    assert refused(callers.with_token(foreign_token))


def test_an_expired_token_is_refused(stack: Stack, callers: Callers, cognito: Any) -> None:
    validity = {"AccessTokenValidity": EXPIRES_SECONDS, "TokenValidityUnits": {"AccessToken": "seconds"}}
    api = callers.with_token(token_of_new_client(stack, cognito, stack["userPoolId"], **validity))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not refused(api):
        assert time.monotonic() < deadline, "the token outlived its validity"


def test_an_id_token_is_no_access_token(stack: Stack, callers: Callers) -> None:
    claims = base64.urlsafe_b64encode(b'{"token_use": "id", "sub": "x"}').rstrip(b"=").decode()
    assert refused(callers.with_token(f"eyJhbGciOiJub25lIn0.{claims}."))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/bookme/time-slots/reserve"),
        ("POST", "/bookme/meetings"),
        ("PUT", "/config/organisation"),
        ("DELETE", "/config/rooms/cph-1"),
    ],
)
def test_a_token_without_the_scope_is_403_and_learns_which_would_do(callers: Callers, method: str, path: str) -> None:
    answer = callers.client("reader").call(method, path, json={})
    assert answer.status_code == 403
    assert answer.json()["code"] == "FORBIDDEN"
    assert answer.json()["details"]["accepted"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/config/nothing", "/bookme/meetings/1/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_404(partner: Api, method: str, path: str) -> None:
    answer = partner.call(method, path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"


def test_every_method_that_is_deployed_asks_for_a_token_with_one_of_the_scopes(
    stack: Stack, aws: Callable[[str], Any]
) -> None:
    gateway = aws("apigateway")
    api_id = stack["apiUrl"].split("/")[-2]
    public = {
        (method.upper(), path)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
        if not operation["security"]
    }
    pages = gateway.get_paginator("get_resources").paginate(restApiId=api_id, embed=["methods"])
    methods = [
        gateway.get_method(restApiId=api_id, resourceId=resource["id"], httpMethod=name)
        for page in pages
        for resource in page["items"]
        for name in resource.get("resourceMethods", {})
        if name != "OPTIONS" and (name, resource["path"]) not in public
    ]
    assert len(methods) >= 8
    for method in methods:
        assert method["authorizationType"] == "COGNITO_USER_POOLS"
        assert set(method["authorizationScopes"]) == set(Scope)


def test_a_web_page_may_ask_before_it_calls(stack: Stack) -> None:
    asked = {"Origin": "https://bank.example.com", "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{stack['apiUrl']}/bookme/meetings", headers=asked, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
