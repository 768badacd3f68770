"""An assistant's client, the Model Context Protocol's own, walks the flow with a customer's token."""

import json
import uuid
from typing import Any

import anyio
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from local.sign_in import Stack, customer_token
from tests.stack.conftest import Callers

CUSTOMER = "67890"
SEARCH = {
    "requireEmployeeParticipation": False,
    "topicId": "mortgage",
    "customerTypeId": "private",
    "meetingTypes": ["Online"],
    "lookForwardTime": "P14D",
}


async def use(client: Client, tool: str, **arguments: Any) -> tuple[bool, Any]:
    """Whether the tool refused, and what it said."""
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert content.type == "text"
    return bool(result.is_error), content.text if content.text == "Done." else json.loads(content.text)


async def walk(url: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools >= {"search_time_slots", "reserve_time_slot", "book_meeting", "move_meeting", "cancel_meeting"}

        async def reserve(offer: Any, **more: Any) -> Any:
            slot = {name: offer[name] for name in ("startDate", "endDate", "employeeId")}
            token = f"assistant-{uuid.uuid4()}"
            refused, reserved = await use(client, "reserve_time_slot", token=token, timeSlot=slot, **more)
            assert not refused, reserved
            return reserved

        _, offers = await use(client, "search_time_slots", **SEARCH)
        slot = await reserve(offers[0])
        booked = {"type": "online", "topicId": "mortgage", "customerTypeId": "private", "bookedBy": "customer"}
        refused, meeting = await use(client, "book_meeting", timeSlotId=slot["id"], **booked)
        assert not refused, meeting

        _, offers = await use(client, "search_time_slots", **SEARCH, existingMeetingId=meeting["id"])
        new = next(each for each in reversed(offers) if each["startDate"] != meeting["startDate"])
        reserved = await reserve(new, existingMeetingId=meeting["id"])
        refused, moved = await use(client, "move_meeting", meetingId=meeting["id"], timeSlotId=reserved["id"])
        assert not refused, moved
        assert moved["startDate"] == new["startDate"]

        refused, problem = await use(client, "book_meeting", timeSlotId="unknown", **booked)
        assert (refused, problem["code"]) == (True, "NOT_FOUND")
        assert problem["message"]

        assert await use(client, "cancel_meeting", meetingId=meeting["id"]) == (False, "Done.")


def test_the_protocols_own_client_walks_the_flow(stack: Stack, callers: Callers) -> None:
    callers.customer(CUSTOMER)  # who holds nothing then
    anyio.run(walk, f"{stack['apiUrl']}/mcp", customer_token(stack, CUSTOMER))
