"""The event files, made ready as `make invoke` does, against the functions of the stack: in any order, and twice."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import events
from local.deployment import Deployment
from local.emulator import ROOT
from local.invoke import through_emulator
from local.sign_in import Stack

GOOD = sorted(file.stem for file in events.FOLDER.glob("*.json") if (ROOT / "functions" / file.stem).is_dir())
OTHER_PATHS = (
    "create_configuration_webhook",
    "list_customer_types_customer_categories",
    "list_meeting_topics_meeting_themes",
)
FAILING = sorted({file.stem for file in events.FOLDER.glob("*.json")} - set(GOOD) - set(OTHER_PATHS))
FUNCTIONS = sorted(GOOD, key=len, reverse=True)


@pytest.fixture(scope="module")
def invoke(stack: Stack) -> events.Invoke:
    return through_emulator(Deployment(Path("unused"), httpx.URL(stack["endpointUrl"]).port or 0))


def function_of(name: str) -> str:
    return next(each for each in FUNCTIONS if name.startswith(each))


def test_every_function_has_a_good_event() -> None:
    assert {folder.name for folder in (ROOT / "functions").iterdir() if (folder / "app.py").exists()} == set(GOOD)


@pytest.mark.parametrize("order", [sorted, lambda names: sorted(names, reverse=True)], ids=["forwards", "backwards"])
def test_every_good_event_succeeds_whatever_ran_before(
    invoke: events.Invoke, order: Callable[[list[str]], list[str]]
) -> None:
    names = order([*GOOD, *OTHER_PATHS])
    answers = {name: invoke(function_of(name), events.prepared(name, invoke)) for name in names}

    assert {name: answer for name, answer in answers.items() if not _is_good(answer)} == {}


@pytest.mark.parametrize("name", FAILING)
def test_every_other_event_is_refused_and_says_why(invoke: events.Invoke, name: str) -> None:
    answer = invoke(function_of(name), events.prepared(name, invoke))

    assert 400 <= answer["statusCode"] < 500, answer
    assert json.loads(answer["body"])["code"]


def _is_good(answer: Any) -> bool:
    if not isinstance(answer, dict):
        return True
    return "errorType" not in answer and answer.get("statusCode", 200) < 300
