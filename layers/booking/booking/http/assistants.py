"""Tools for assistants: the Model Context Protocol on top of other functions' routes, called in process.

Only what a server without sessions needs: initialize, ping, tools/list, tools/call. Why not a library:
docs/decisions/assistants.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from booking.domain.errors import BookingError, Fault, InvalidRequest
from booking.http.api import Api, Reply, Request
from booking.http.contract.assistants import RpcAnswer, RpcError, RpcRequest
from booking.http.contract.meetings import UPDATE_MEETING
from booking.http.contract.operation import Operation
from booking.http.contract.patches import PATCH_MEDIA_TYPES

PASSED_ON = ("accept-language",)
"""The headers that a tool's request takes from the assistant's."""
VERSIONS = ("2025-03-26", "2025-06-18", "2025-11-25")
"""Of the protocol, the newest last."""
SERVER = {"name": "meeting-booking", "version": "1"}
METHOD_NOT_FOUND, INVALID_PARAMETERS = -32601, -32602

type Json = dict[str, Any]


class Tool(Struct, frozen=True):
    """A tool, and the route that does its work. Its input is the operation's path variables, query and body."""

    name: str
    operation: Operation
    api: Api


class Server:
    """Answers JSON-RPC requests. `described`: each tool as `tools/list` tells it (local/assistants.py)."""

    def __init__(self, tools: Sequence[Tool], described: Sequence[Json]) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._described = described
        self._methods: Mapping[str, Callable[[Json, Request], Json]] = {
            "initialize": self._initialize,
            "ping": lambda _parameters, _request: {},
            "tools/list": lambda _parameters, _request: {"tools": self._described},
            "tools/call": self._call,
        }

    def answer(self, request: Request) -> Reply:
        """Raises InvalidRequest for what is no JSON-RPC request."""
        try:
            asked = msgspec.convert(request.json(), RpcRequest)
        except msgspec.ValidationError:
            raise InvalidRequest([Fault("body", None, "a JSON-RPC 2.0 request or notification")]) from None
        if asked.id is UNSET:
            return Reply(HTTPStatus.ACCEPTED)
        return Reply(HTTPStatus.OK, self._answer(asked, asked.id, request))

    def _answer(self, asked: RpcRequest, id: int | str, request: Request) -> RpcAnswer:
        method = self._methods.get(asked.method)
        if method is None:
            return RpcAnswer(id=id, error=RpcError(code=METHOD_NOT_FOUND, message="There is no such method."))
        try:
            return RpcAnswer(id=id, result=method({} if asked.params is UNSET else asked.params, request))
        except LookupError as error:
            return RpcAnswer(id=id, error=RpcError(code=INVALID_PARAMETERS, message=str(error.args[0])))

    def _initialize(self, parameters: Json, _request: Request) -> Json:
        wanted = parameters.get("protocolVersion")
        version = wanted if wanted in VERSIONS else VERSIONS[-1]
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": SERVER}

    def _call(self, parameters: Json, request: Request) -> Json:
        """A tool's result; what its route refuses is a result too, so that the assistant can read why."""
        name, arguments = parameters.get("name"), parameters.get("arguments") or {}
        if not isinstance(name, str) or name not in self._tools:
            raise LookupError("There is no such tool.")
        if not isinstance(arguments, dict):
            raise LookupError("The arguments must be an object.")
        tool = self._tools[name]
        try:
            asked = _request(tool.operation, arguments, request)
        except BookingError as error:
            reply = tool.api.refusal(error, request.caller)
        else:
            reply = tool.api.call(asked)
        text = "Done." if reply.body is None else msgspec.json.encode(reply.body).decode()
        is_error = reply.status >= HTTPStatus.BAD_REQUEST
        return {"content": [{"type": "text", "text": text}], "isError": is_error}


def _request(operation: Operation, arguments: Json, by: Request) -> Request:
    """The request that the arguments stand for, by the same caller. Raises InvalidRequest where a path variable is
    missing."""
    left = dict(arguments)
    names = re.findall(r"{(\w+)}", operation.path)
    path = {name: left.pop(name, None) for name in names}
    if faults := [
        Fault(f"path.{name}", None, "an id") for name, id in path.items() if not isinstance(id, str) or not id
    ]:
        raise InvalidRequest(faults)
    parameters: dict[str, list[str]] = {}
    headers = {name: by.headers[name] for name in PASSED_ON if name in by.headers}
    body = b""
    if operation is UPDATE_MEETING:  # its own form would ask an assistant to write a JSON Patch
        headers["content-type"] = PATCH_MEDIA_TYPES[0]
        body = msgspec.json.encode(
            [{"op": "replace", "path": f"/{name}", "value": value} for name, value in left.items()]
        )
    elif operation.body is not None:
        body = msgspec.json.encode(left)
    else:
        parameters = {name: _texts(value) for name, value in left.items() if value is not None}
    return Request(operation, by.caller, path, parameters, headers, body, by.base_url)


def _texts(value: object) -> list[str]:
    """A query parameter's values, as they would stand in an address."""
    if isinstance(value, list):
        return [each for element in value for each in _texts(element)]
    return [value if isinstance(value, str) else msgspec.json.encode(value).decode()]
