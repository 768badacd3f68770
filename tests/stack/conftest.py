"""A running stack, over HTTP. `make test` starts one and names its stack.json in BOOKING_STACK."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from local.sign_in import Stack, client_token, customer_token
from tests.described import check, template_path

ADDED_ON_THE_WAY = {
    "connection",
    "content-length",
    "date",
    "server",
    "x-amz-apigw-id",
    "x-amz-request-id",
    "x-amzn-errortype",
    "x-amzn-requestid",
}


class Api:
    """The API as one caller sees it; every answer is checked for what holds for all of them."""

    def __init__(self, stack: Stack, token: str | None) -> None:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        # The gateway of the local stack listens on the loopback interface only.
        self.client = httpx.Client(base_url=stack["apiUrl"], headers=headers, trust_env=False, timeout=60)

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer, which is never a 5xx, may be read by any web page, and has the one shape if it is an error."""
        answer = self.client.request(method, path, **request)
        assert answer.status_code < 500, answer.text
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        may_be_kept = path == "/openapi.json" and answer.is_success
        assert answer.headers["Cache-Control"] == ("public, max-age=300" if may_be_kept else "no-store")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        if answer.is_error:
            assert answer.headers["Content-Type"] == "application/json"
            assert set(answer.json()) == {"code", "message", "details", "requestId"}
            assert answer.json()["requestId"]
        self._check(method, path, answer)
        return answer

    def _check(self, method: str, path: str, answer: httpx.Response) -> None:
        """docs/openapi.json declares the answer; the headers that the gateway and HTTP itself add are left out."""
        headers = {name: value for name, value in answer.headers.items() if name not in ADDED_ON_THE_WAY}
        check(method, template_path(method, path), answer.status_code, headers, answer.text)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.call("GET", path, params=query)

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.call("POST", path, json=body, headers=headers)


class Callers:
    """The API for each kind of caller, with a token of its own got in the way that caller gets it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._known: dict[str, Api] = {}

    def client(self, name: str) -> Api:
        """partner, staff, admin or reader."""
        if name not in self._known:
            self._known[name] = Api(self.stack, client_token(self.stack, name))
        return self._known[name]

    def customer(self, username: str) -> Api:
        """A customer who has signed in on the user pool's pages, and has neither slots nor meetings.

        A customer may hold few slots, and may have no two meetings that overlap.
        """
        if username not in self._known:
            self._known[username] = Api(self.stack, customer_token(self.stack, username))
        erased = self.client("admin").call("DELETE", f"/bookme/customers/{username}/data")
        assert erased.json()["isComplete"], erased.text
        return self._known[username]

    def with_token(self, token: str | None) -> Api:
        """Anybody else, or nobody."""
        name = f"token {token}"
        if name not in self._known:
            self._known[name] = Api(self.stack, token)
        return self._known[name]

    def close(self) -> None:
        for api in self._known.values():
            api.client.close()


@pytest.fixture(scope="session")
def stack() -> Stack:
    """What stack.json holds: addresses, clients, customers."""
    if "BOOKING_STACK" not in os.environ:
        pytest.fail("These tests need a running stack: use make test, or set BOOKING_STACK to a stack.json.")
    stack: Stack = json.loads(Path(os.environ["BOOKING_STACK"]).read_text())
    return stack


@pytest.fixture(scope="session")
def callers(stack: Stack) -> Iterator[Callers]:
    callers = Callers(stack)
    yield callers
    callers.close()


@pytest.fixture(scope="session")
def aws(stack: Stack) -> Iterator[Callable[[str], Any]]:
    """A client of one of the stack's AWS services, by its name."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

    @cache
    def client(service: str) -> Any:
        return clients.enter_context(
            closing(boto3.client(service, region_name=stack["region"], endpoint_url=stack["endpointUrl"], **keys))
        )

    with ExitStack() as clients:
        yield client


@pytest.fixture
def partner(callers: Callers) -> Api:
    return callers.client("partner")


@pytest.fixture
def admin(callers: Callers) -> Api:
    return callers.client("admin")
