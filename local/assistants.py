"""The tools for assistants, described out of the API's description: `python -m local.assistants` writes
functions/call_tool/tools.json."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.openapi import ROOT, build

TOOLS = ROOT / "functions" / "call_tool" / "tools.json"

OPERATIONS = {
    "list_meeting_topics": ("list_meeting_topics", "List what a meeting can be about, with the ids of the topics."),
    "search_time_slots": (
        "list_available_time_slots",
        "Search for times that can be booked. To move a meeting, name it as existingMeetingId.",
    ),
    "reserve_time_slot": (
        "reserve_time_slot",
        "Hold a time that was found, for five minutes. Send its startDate, endDate, employeeId and roomId as timeSlot.",
    ),
    "book_meeting": ("create_meeting", "Make a reserved time a meeting, with the slot's id as timeSlotId."),
    "move_meeting": (
        "update_meeting",
        "Move a meeting to a time slot that was reserved with the meeting's id as existingMeetingId.",
    ),
    "cancel_meeting": ("cancel_meeting", "Cancel a meeting."),
}
"""By tool: the operation that does its work, and what the assistant is told."""

MOVE = {"timeSlotId": "The reserved slot to move to."}

type Schema = dict[str, Any]


def text() -> str:
    """functions/call_tool/tools.json, as it has to be."""
    described = build()
    by_id = {each["operationId"]: each for methods in described["paths"].values() for each in methods.values()}
    tools = [
        {"name": name, "description": told, "inputSchema": _input(by_id[id], described["components"]["schemas"])}
        for name, (id, told) in OPERATIONS.items()
    ]
    return json.dumps(tools, ensure_ascii=False, indent=1) + "\n"


def _input(operation: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Path variables, query parameters and body fields together, each under its first name."""
    properties: Schema = {}
    required: list[str] = []
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header" or parameter.get("deprecated"):
            continue
        properties[parameter["name"]] = {**parameter["schema"], "description": parameter["description"]}
        if parameter["required"]:
            required.append(parameter["name"])
    if operation["operationId"] == "update_meeting":
        properties |= {name: {"type": "string", "description": told} for name, told in MOVE.items()}
        required += MOVE
    elif "requestBody" in operation:
        body = schemas[operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
        properties |= {name: each for name, each in body["properties"].items() if not each.get("deprecated")}
        required += body.get("required", ())
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    used = _used(schema, schemas)
    written = json.dumps(schema | ({"$defs": used} if used else {}))
    local: Schema = json.loads(written.replace("#/components/schemas/", "#/$defs/"))
    return local


def _used(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    used: dict[str, Schema] = {}
    left = [*references(schema)]
    while left:
        name = left.pop()
        if name not in used:
            used[name] = schemas[name]
            left += references(used[name])
    return dict(sorted(used.items()))


def references(schema: object) -> Iterator[str]:
    """The names of the schemas that a schema refers to."""
    match schema:
        case {"$ref": str(ref)}:
            yield ref.rpartition("/")[2]
        case dict():
            for each in schema.values():
                yield from references(each)
        case list():
            for each in schema:
                yield from references(each)


if __name__ == "__main__":
    TOOLS.write_text(text())
    print(TOOLS.relative_to(ROOT))
