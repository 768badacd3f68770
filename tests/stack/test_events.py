"""The event files, made ready as `make invoke` does, against the functions of the stack: in any order, and twice."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from local import events
from local.deployment import Deployment
from local.invoke import through_emulator
from local.sign_in import Stack

GOOD = [name for name in events.NAMES if name in events.FUNCTIONS or name in events.OTHER_GOOD]
FAILING = [name for name in events.NAMES if name not in GOOD]


@pytest.fixture(scope="module")
def invoke(stack: Stack) -> events.Invoke:
    return through_emulator(Deployment(Path("unused"), httpx.URL(stack["endpointUrl"]).port or 0))


def test_every_function_has_a_good_event() -> None:
    assert set(events.FUNCTIONS) <= set(GOOD)


@pytest.mark.parametrize("order", [sorted, lambda names: sorted(names, reverse=True)], ids=["forwards", "backwards"])
def test_every_good_event_succeeds_whatever_ran_before(
    invoke: events.Invoke, order: Callable[[list[str]], list[str]]
) -> None:
    names = order(GOOD)
    answers = {name: invoke(events.function_of(name), events.prepared(name, invoke)) for name in names}

    assert {name: answer for name, answer in answers.items() if not events.is_as_named(name, answer)} == {}


@pytest.mark.parametrize("name", FAILING)
def test_every_other_event_is_refused_and_says_why(invoke: events.Invoke, name: str) -> None:
    answer = invoke(events.function_of(name), events.prepared(name, invoke))

    assert events.is_as_named(name, answer), answer
