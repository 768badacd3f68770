"""The examples of answers are what the functions answer to their event files, but for ids.

RECORD=1 keeps what they answer today in docs/examples.json, out of which `make openapi` takes them (`make examples`).
"""

import json
import os
import re
from typing import Any

import pytest

from local.openapi import EXAMPLES
from tests.endpoints.conftest import Functions

FLOW = (
    "list_meeting_topics",
    "list_customer_types",
    "list_employees",
    "list_rooms",
    "list_available_time_slots",
    "reserve_time_slot",
    "create_meeting",
)
AFTER_A_BOOKING = (
    "get_meeting",
    "update_meeting",
    "list_meetings",
    "export_customer_data",
    "get_time_slot",
    "list_time_slots",
    "list_agendas",
    "list_room_vacancies",
    "explain_time_slots",
    "get_organisation",
)
MOST = 2
"""Elements of a list: enough to see what it is."""

GENERATED_ID = re.compile(r'"[0-9a-z]{26}"')


def without_ids(answer: Any) -> str:
    return GENERATED_ID.sub('"an id"', json.dumps(answer, ensure_ascii=False))


@pytest.mark.parametrize("function", FLOW)
def test_an_example_of_the_flow_is_a_real_answer(desk: Functions, function: str) -> None:
    is_what_the_function_answers(desk, function)


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("function", AFTER_A_BOOKING)
def test_an_example_of_what_follows_a_booking_is_a_real_answer(desk: Functions, function: str) -> None:
    is_what_the_function_answers(desk, function)


def is_what_the_function_answers(desk: Functions, function: str) -> None:
    answered = desk.call(function)
    assert answered.status < 300, answered.text
    answer = answered.json
    shown = answer[:MOST] if isinstance(answer, list) else answer
    kept = json.loads(EXAMPLES.read_text())
    if os.environ.get("RECORD") and without_ids(kept.get(function)) != without_ids(shown):
        kept[function] = shown
        EXAMPLES.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")

    assert without_ids(kept.get(function)) == without_ids(shown), "Run make examples, and commit what it writes."
