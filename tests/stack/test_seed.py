"""Loading a configuration into a deployed stack, as `make seed` does it."""

from collections.abc import Callable
from typing import Any

import pytest

from local import demo
from local.deployment import STACK_NAME
from local.failure import Failure
from local.seed import deployed
from local.sign_in import Stack
from tests.stack.conftest import Callers


@pytest.fixture
def target(stack: Stack, aws: Callable[[str], Any]) -> Stack:
    """The stack as its outputs tell it, with the addresses that it has on this machine."""
    found = deployed(STACK_NAME, aws("cloudformation"), aws("cognito-idp"))
    return {**found, "apiUrl": stack["apiUrl"], "tokenUrl": stack["tokenUrl"]}


def test_a_stack_is_seeded_with_what_its_outputs_say(target: Stack, callers: Callers) -> None:
    room = {"name": "Seeded", "location": "Copenhagen", "capacity": 3}

    assert list(demo.load(target, [("rooms/seeded", room)])) == ["rooms/seeded"]
    assert callers.client("admin").get("/config/rooms/seeded").json()["name"] == "Seeded"
    callers.client("admin").call("DELETE", "/config/rooms/seeded")


def test_a_document_that_is_refused_is_named(target: Stack) -> None:
    with pytest.raises(Failure, match="rooms/seeded was refused"):
        list(demo.load(target, [("rooms/seeded", {"capacity": "many"})]))


def test_an_unknown_stack_is_a_sentence(aws: Callable[[str], Any]) -> None:
    with pytest.raises(Failure, match="The stack no-such-stack could not be read"):
        deployed("no-such-stack", aws("cloudformation"), aws("cognito-idp"))
