"""The tools for assistants: the Model Context Protocol over one route."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from booking.domain.caller import BOOKING, Scope
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.values import Fields, says


class RpcRequest(Fields):
    """A JSON-RPC 2.0 request; without an `id` it is a notification, which is not answered."""

    jsonrpc: Annotated[Literal["2.0"], says("Always 2.0.", "2.0")]
    method: Annotated[str, says("What to do: initialize, ping, tools/list or tools/call.", "tools/list")]
    id: Annotated[int | str, says("The caller's name for this request.", 1)] | UnsetType = UNSET
    params: Annotated[dict[str, Any], says("What the method takes.")] | UnsetType = UNSET


class RpcError(Fields):
    """Why a request was not understood."""

    code: Annotated[int, says("The JSON-RPC error code.", -32601)]
    message: Annotated[str, says("An explanation for people.", "There is no such method.")]


class RpcAnswer(Fields):
    """A JSON-RPC 2.0 answer: `result` or `error`."""

    id: Annotated[int | str, says("The request's id.", 1)]
    jsonrpc: Annotated[str, says("Always 2.0.", "2.0")] = "2.0"
    result: (
        Annotated[
            dict[str, Any],
            Meta(extra_json_schema={"additionalProperties": True}),
            says("What the method answers.", {"tools": []}),
        ]
        | UnsetType
    ) = UNSET
    error: Annotated[RpcError, says("Why the request was not understood.")] | UnsetType = UNSET


CALL_TOOL = Operation(
    id="call_tool",
    method="POST",
    path="/mcp",
    tag=Tag.ASSISTANTS,
    summary="Call the tools for assistants",
    description=(
        "A Model Context Protocol server (streamable HTTP, without sessions): tools to list topics, search, reserve, "
        "book, move and cancel, with the rights of the caller's own token. If a tool refuses, its result has "
        "`isError`, and its text has the `code` and the `message` of the API's error."
    ),
    scopes=BOOKING | {Scope.READ},
    body=RpcRequest,
    answers={
        HTTPStatus.OK: Answer("The answer, or why the request was not understood.", RpcAnswer),
        HTTPStatus.ACCEPTED: Answer("A notification was received."),
    },
)
