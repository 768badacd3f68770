"""The examples of answers are what the functions answer to their event files, but for ids, secrets and durations.

RECORD=1 keeps what they answer today in docs/examples.json, out of which `make openapi` takes them (`make examples`).
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.http.contract.configuration import LIST_CONFIGURATION
from booking.storage.table import Table
from local.openapi import EXAMPLES
from tests.endpoints.calendar_server import CalendarServer
from tests.endpoints.conftest import Answer, Context, Functions, configure, load_event, of_example_bank, path
from tests.endpoints.receiver import Receiver, answers
from tests.endpoints.test_read_busy_calendars import BUSY, around, server, subscribe, turn
from tests.endpoints.webhook_world import World

__all__ = ["around", "server", "subscribe", "turn"]

type Change = Callable[[dict[str, Any]], object]

FLOW = (
    "list_meeting_topics",
    "list_customer_types",
    "list_employees",
    "list_rooms",
    "list_available_time_slots",
    "reserve_time_slot",
    "create_meeting",
    "call_tool",
)
AFTER_A_RESERVATION = ("update_time_slot", "release_time_slots")
AFTER_A_BOOKING = (
    "get_meeting",
    "update_meeting",
    "list_meetings",
    "export_customer_data",
    "erase_customer_data",
    "get_time_slot",
    "list_time_slots",
    "list_agendas",
    "list_room_vacancies",
    "explain_time_slots",
    "get_organisation",
    "replace_organisation",
    "create_calendar_feed",
    "link_partner",
)
OLDER_NAMES = {
    "list_meeting_topics_meeting_themes": "list_meeting_topics",
    "list_customer_types_customer_categories": "list_customer_types",
}
"""The function of each operation that is another one under an older path. Its event has the operation's name."""

NEW: Mapping[Kind, tuple[str, dict[str, Any]]] = {
    Kind.LOCATIONS: (
        "Aarhus",
        {"name": "Aarhus, Harbour", "address": "Havnegade 12, 8000 Aarhus C", "roomPolicy": "Optional"},
    ),
    Kind.CUSTOMER_TYPES: ("youth", {"name": "Youth"}),
    Kind.MEETING_TOPICS: (
        "pension",
        {
            "name": "Pension",
            "customerTypeIds": ["private"],
            "meetingTypes": ["Physical", "Online"],
            "duration": "PT45M",
        },
    ),
    Kind.ROOMS: ("cph-3", {"name": "Round Tower", "location": "Copenhagen", "capacity": 8, "features": ["screen"]}),
    Kind.EMPLOYEES: (
        "dina",
        {
            "name": "Dina Berg",
            "email": "dina@example.com",
            "phone": "+45 12 34 56 79",
            "locations": ["Copenhagen"],
            "skills": {"topicIds": ["mortgage"], "customerTypeIds": ["private"]},
            "workdays": {"monday": [{"from": "09:00", "to": "15:00", "location": "Copenhagen"}]},
        },
    ),
    Kind.COMPETENCE_GROUPS: ("homes", {"name": "Homes", "employeeIds": ["anna"], "topicIds": ["mortgage"]}),
    Kind.SERVICE_GROUPS: (
        "online",
        {
            "name": "Online advisers",
            "employeeIds": ["bo"],
            "trigger": {"topicIds": ["mortgage"]},
            "serviceLevel": {"meetingTypes": ["Online"]},
        },
    ),
    Kind.WEBHOOKS: (
        "crm",
        {
            "url": "https://crm.example.com/hooks/booking",
            "events": ["MeetingCreated", "MeetingCancelled"],
            "description": "Customer records",
        },
    ),
}
"""A document of each kind, by its id, as it is sent."""

MOST = 2
"""Elements of a list: enough to see what it is."""

EXAMPLES_OF_SECRETS = (
    # The one that the Standard Webhooks libraries use in theirs.
    (re.compile(r"whsec_[^\"]+"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    (re.compile(r"(?<=/calendars/)[^\"]+"), "0a1b2c"),
    (re.compile(r"(?<=\"duration\": )\d+(?=[,}])"), "85"),
)
"""What is new in each answer and is no id: secrets, of which no real one is shown, and how long a delivery took."""

GENERATED_ID = re.compile(r'"(\d{10}-)?[0-9a-z]{26}"')


def without_ids(answer: Any) -> str:
    return GENERATED_ID.sub('"an id"', json.dumps(answer, ensure_ascii=False))


def shown(answer: Any) -> Any:
    """The answer as an example: lists are short, and what is secret is not the real one."""
    match answer:
        case list():
            return shown({"items": answer})["items"]
        case {"items": [*items], **rest}:
            answer = {"items": items[:MOST], **rest}
    text = json.dumps(answer, ensure_ascii=False)
    for pattern, example in EXAMPLES_OF_SECRETS:
        text = pattern.sub(example, text)
    return json.loads(text)


def is_the_example(operation: str, answered: Answer) -> None:
    assert answered.status < 300, answered.text
    answer = shown(answered.json)
    kept = json.loads(EXAMPLES.read_text())
    by_status = kept.setdefault(operation, {})
    status = str(answered.status)
    if os.environ.get("RECORD") and without_ids(by_status.get(status)) != without_ids(answer):
        by_status[status] = answer
        EXAMPLES.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")

    assert without_ids(by_status.get(status)) == without_ids(answer), "Run make examples, and commit what it writes."


@pytest.mark.parametrize("function", FLOW)
def test_an_example_of_the_flow_is_a_real_answer(desk: Functions, function: str) -> None:
    is_the_example(function, desk.call(function))


@pytest.mark.parametrize("operation", OLDER_NAMES)
def test_an_example_under_an_older_name_is_a_real_answer(desk: Functions, operation: str) -> None:
    is_the_example(operation, desk.call(OLDER_NAMES[operation], operation))


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("function", AFTER_A_RESERVATION)
def test_an_example_of_what_follows_a_reservation_is_a_real_answer(desk: Functions, function: str) -> None:
    is_the_example(function, desk.call(function))


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize("function", AFTER_A_BOOKING)
def test_an_example_of_what_follows_a_booking_is_a_real_answer(desk: Functions, function: str) -> None:
    is_the_example(function, desk.call(function))


@pytest.mark.usefixtures("booked")
def test_the_example_of_misfits_is_a_real_answer(desk: Functions, table: Table) -> None:
    absent = {"absences": [{"start": "2027-01-11", "end": "2027-01-12"}]}
    configure(table, Kind.EMPLOYEES, "anna", of_example_bank(Kind.EMPLOYEES, "anna") | absent)

    is_the_example("list_misfits", desk.call("list_misfits"))


def test_the_examples_of_the_waitlist_are_real_answers(desk: Functions) -> None:
    joined = desk.call("join_waitlist")

    is_the_example("join_waitlist", joined)
    is_the_example("get_waitlist_entry", desk.call("get_waitlist_entry", change=path(waitlistId=joined.json["id"])))
    is_the_example("list_waitlist", desk.call("list_waitlist"))


def test_the_example_of_a_customers_partners_is_a_real_answer(desk: Functions) -> None:
    desk.call("link_partner")

    is_the_example("list_partners", desk.call("list_partners"))


def test_the_example_of_an_imported_calendar_is_a_real_answer(desk: Functions) -> None:
    is_the_example("replace_busy_calendar", desk.call("replace_busy_calendar"))


def test_the_example_of_a_subscribed_calendar_is_a_real_answer(
    desk: Functions, server: CalendarServer, subscribe: Callable[..., None], turn: Callable[[], None]
) -> None:
    subscribe()
    server.body = BUSY
    turn()

    is_the_example("get_busy_calendar", desk.call("get_busy_calendar"))


@pytest.mark.parametrize("of", ["meeting", "configuration"])
def test_the_examples_of_changes_are_real_answers(desk: Functions, of: str) -> None:
    desk.module("record_changes").lambda_handler(load_event("record_changes"), Context())
    change = at("/config/changes") if of == "configuration" else at("/bookme/meetings/{meetingId}/changes")

    is_the_example(f"list_changes_of_{of}", desk.call("list_changes", change=change))


@pytest.mark.parametrize("kind", NEW)
def test_the_examples_of_a_configuration_document_are_real_answers(desk: Functions, kind: Kind) -> None:
    id, document = NEW[kind]
    one, every = f"/config/{kind}/{{id}}", f"/config/{kind}"
    put = at(one, id=id, body=document)

    def called(function: str, change: Change) -> None:
        is_the_example(f"{function}_{kind.replace('-', '_')}", desk.call(function, change=change))

    called("create_configuration", at(every, body={"id": id, **document}))
    called("get_configuration", at(one, id=id))
    if kind in LIST_CONFIGURATION:
        called("list_configuration", at(every))
    called("replace_configuration", put)
    desk.call("delete_configuration", change=at(one, id=id))
    called("replace_configuration", put)


def test_the_examples_of_webhooks_are_real_answers(
    desk: Functions, world: World, table: Table, receiver: Receiver
) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": receiver.url("crm"), "events": ["*"]})
    receiver.behaviours["crm"] = answers(500)
    world.happen()
    world.run()
    receiver.behaviours["crm"] = answers(204)
    world.happen("event-2", "MeetingCancelled")
    world.run()
    deliveries = desk.call("list_webhook_deliveries")
    of_one = path(deliveryId=deliveries.json["items"][-1]["id"])

    is_the_example("list_webhook_deliveries", deliveries)
    is_the_example(
        "replay_webhook_deliveries_one",
        desk.call("replay_webhook_deliveries", "replay_webhook_deliveries_one", change=of_one),
    )
    for function in ("replay_webhook_deliveries", "send_webhook_ping", "rotate_webhook_secret"):
        is_the_example(function, desk.call(function))


def at(resource: str, *, body: Any = None, **variables: str) -> Change:
    """A change: another path, whose variables are those of the event where it has them, and another body."""

    def change(event: dict[str, Any]) -> None:
        event["pathParameters"] = variables or event["pathParameters"]
        event["resource"] = event["path"] = resource
        for name, value in (event["pathParameters"] or {}).items():
            event["path"] = event["path"].replace(f"{{{name}}}", value)
        event["body"] = None if body is None else json.dumps(body)

    return change
