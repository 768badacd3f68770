"""The description of the API itself."""

from http import HTTPStatus
from typing import Any

from booking.http.contract.operation import Answer, Operation, Tag

GET_OPENAPI = Operation(
    id="get_openapi",
    method="GET",
    path="/openapi.json",
    tag=Tag.DESCRIPTION,
    summary="Get this description",
    description="OpenAPI 3.1, with the deployment's own addresses. No token is needed.",
    scopes=frozenset(),
    answers={HTTPStatus.OK: Answer("The description.", dict[str, Any])},
)
