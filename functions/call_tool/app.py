"""POST /mcp: tools for assistants. Each tool is another function's route, which is packaged beside this file."""

from pathlib import Path

import cancel_meeting
import create_meeting
import list_available_time_slots
import list_meeting_topics
import msgspec
import reserve_time_slot
import update_meeting

from booking.http.api import Api, Reply, Request
from booking.http.assistants import Server, Tool
from booking.http.contract.assistants import CALL_TOOL
from booking.http.contract.configuration import LIST_MEETING_TOPICS
from booking.http.contract.meetings import CANCEL_MEETING, CREATE_MEETING, UPDATE_MEETING
from booking.http.contract.time_slots import LIST_AVAILABLE_TIME_SLOTS, RESERVE_TIME_SLOT

DESCRIBED = Path(__file__).with_name("tools.json")  # make openapi

api = Api()
server = Server(
    (
        Tool("list_meeting_topics", LIST_MEETING_TOPICS, list_meeting_topics.api),
        Tool("search_time_slots", LIST_AVAILABLE_TIME_SLOTS, list_available_time_slots.api),
        Tool("reserve_time_slot", RESERVE_TIME_SLOT, reserve_time_slot.api),
        Tool("book_meeting", CREATE_MEETING, create_meeting.api),
        Tool("move_meeting", UPDATE_MEETING, update_meeting.api),
        Tool("cancel_meeting", CANCEL_MEETING, cancel_meeting.api),
    ),
    msgspec.json.decode(DESCRIBED.read_bytes()),
)


@api.route(CALL_TOOL)
def call_tool(request: Request) -> Reply:
    return server.answer(request)


lambda_handler = api.handler
