import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
from local.assistants import TOOLS
from tests.endpoints.conftest import (
    Answer,
    Functions,
    caller,
    configure,
    desk,
    example_bank,
    functions,
    of_example_bank,
    reading,
    sending,
    translated_bank,
)

__all__ = ["desk", "example_bank", "functions", "translated_bank"]

SEARCH = {
    "requireEmployeeParticipation": False,
    "topicId": "mortgage",
    "meetingTypes": ["Online"],
    "explicitEmployeeIds": ["anna"],
    "startDate": "2027-01-11T10:00:00Z",
    "endDate": "2027-01-11T13:00:00Z",
}


def ask(desk: Functions, method: str, parameters: Any = None, *scopes: str) -> Answer:
    body = {"jsonrpc": "2.0", "id": 7, "method": method} | ({} if parameters is None else {"params": parameters})

    def change(event: dict[str, Any]) -> None:
        sending(body)(event)
        if scopes:
            caller("partner-client", *scopes)(event)

    return desk.call("call_tool", change=change)


def use(desk: Functions, tool: str, *scopes: str, **arguments: Any) -> tuple[bool, Any]:
    """Whether the tool refused, and what it said."""
    answer = ask(desk, "tools/call", {"name": tool, "arguments": arguments}, *scopes)
    assert answer.status == 200
    result = answer.json["result"]
    text = result["content"][0]["text"]
    return result["isError"], text if text == "Done." else json.loads(text)


def test_the_event_searches(desk: Functions) -> None:
    answer = desk.call("call_tool")

    assert answer.json["result"]["isError"] is False
    assert "2027-01-11T10:00:00Z" in answer.json["result"]["content"][0]["text"]


def test_a_body_that_is_no_json_rpc_is_refused(desk: Functions) -> None:
    answer = desk.call("call_tool", "call_tool_not_json_rpc")

    assert (answer.status, answer.json["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "limits", [{}, {"overlapForCustomer": False, "maxUpcomingMeetings": 3}], ids=["unlimited", "limited"]
)
def test_an_assistant_searches_reserves_books_moves_and_cancels(
    desk: Functions, table: Table, limits: dict[str, Any]
) -> None:
    organisation = of_example_bank(Kind.ORGANISATION, ORGANISATION_ID)
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, organisation | limits)
    _, offers = use(desk, "search_time_slots", **SEARCH)
    first, later = offers[0], offers[-1]

    def reserve(offer: Any, **more: Any) -> Any:
        slot = {name: offer[name] for name in ("startDate", "endDate", "employeeId")}
        refused, reserved = use(desk, "reserve_time_slot", token=offer["startDate"], timeSlot=slot, **more)
        assert not refused, reserved
        return reserved

    booked = {"type": "online", "topicId": "mortgage", "customerTypeId": "private", "customerId": "67890"}
    refused, meeting = use(
        desk, "book_meeting", timeSlotId=reserve(first)["id"], bookedBy="customer", employeeId="anna", **booked
    )
    assert not refused, meeting
    new = reserve(later, existingMeetingId=meeting["id"])
    refused, moved = use(desk, "move_meeting", meetingId=meeting["id"], timeSlotId=new["id"])
    assert not refused, moved

    assert (moved["id"], moved["startDate"]) == (meeting["id"], later["startDate"])
    assert use(desk, "cancel_meeting", meetingId=meeting["id"]) == (False, "Done.")


def test_an_error_of_a_tool_has_the_code_and_the_message_of_the_api(desk: Functions) -> None:
    refused, problem = use(desk, "cancel_meeting", meetingId="unknown")

    assert refused
    assert problem["code"] == "NOT_FOUND"
    assert problem["message"]


def test_every_fault_of_the_arguments_is_listed(desk: Functions) -> None:
    refused, problem = use(desk, "search_time_slots", startDate="soon", meetingDuration="long")

    assert refused
    assert {each["where"] for each in problem["details"]["errors"]} >= {"query.startDate", "query.meetingDuration"}


def test_a_meeting_is_named_by_its_id(desk: Functions) -> None:
    refused, problem = use(desk, "cancel_meeting")

    assert refused
    assert [each["where"] for each in problem["details"]["errors"]] == ["path.meetingId"]


def test_a_tool_needs_the_scope_that_its_operation_needs(desk: Functions) -> None:
    refused, problem = use(desk, "cancel_meeting", "read", meetingId="unknown")

    assert (refused, problem["code"]) == (True, "FORBIDDEN")


def test_the_tools_are_described_with_schemas_that_are_valid(desk: Functions) -> None:
    tools = ask(desk, "tools/list").json["result"]["tools"]

    assert tools == json.loads(TOOLS.read_text())
    for tool in tools:
        Draft202012Validator.check_schema(tool["inputSchema"])
    [search] = [tool for tool in tools if tool["name"] == "search_time_slots"]
    Draft202012Validator(search["inputSchema"]).validate(SEARCH)


@pytest.mark.parametrize(("asked", "given"), [("2025-06-18", "2025-06-18"), ("1999-01-01", "2025-11-25")])
def test_the_version_of_the_protocol_is_agreed(desk: Functions, asked: str, given: str) -> None:
    assert ask(desk, "initialize", {"protocolVersion": asked}).json["result"]["protocolVersion"] == given


@pytest.mark.parametrize(
    ("method", "parameters", "code"),
    [
        ("resources/list", None, -32601),
        ("tools/call", {"name": "erase_customer_data"}, -32602),
        ("tools/call", {"name": "cancel_meeting", "arguments": [1]}, -32602),
    ],
)
def test_an_unknown_method_or_tool_is_an_error_of_the_protocol(
    desk: Functions, method: str, parameters: Any, code: int
) -> None:
    assert ask(desk, method, parameters).json["error"]["code"] == code


def test_a_notification_is_not_answered(desk: Functions) -> None:
    answer = desk.call("call_tool", change=sending({"jsonrpc": "2.0", "method": "notifications/initialized"}))

    assert (answer.status, answer.text) == (202, "")


@pytest.mark.usefixtures("translated_bank")
def test_a_tool_answers_names_in_the_language_of_the_request_or_of_its_argument(desk: Functions) -> None:
    def names(*changes: Any, **arguments: Any) -> list[str]:
        parameters = {"name": "list_meeting_topics", "arguments": {"isCustomer": True, **arguments}}
        body = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": parameters}

        def change(event: dict[str, Any]) -> None:
            for each in (sending(body), *changes):
                each(event)

        result = desk.call("call_tool", change=change).json["result"]
        return [topic["name"] for topic in json.loads(result["content"][0]["text"])]

    assert names(reading("da")) == ["Cards", "Boliglån"]
    assert names(lang="da-DK") == ["Cards", "Boliglån"]
    assert names() == ["Cards", "Mortgage"]
