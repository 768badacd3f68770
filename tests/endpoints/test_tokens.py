"""What is no access token opens no function, whichever the gateway let through."""

import json

import pytest

from local.deployment import load_template
from tests.endpoints.conftest import Functions, load_event

NEED_NO_TOKEN = {"get_openapi", "get_calendar_feed"}
FUNCTIONS_OF_THE_GATEWAY = {
    resource["Properties"]["CodeUri"].removeprefix("functions/")
    for resource in load_template()["Resources"].values()
    if resource["Type"] == "AWS::Serverless::Function"
    and any(event["Type"] == "Api" for event in resource["Properties"].get("Events", {}).values())
}


@pytest.mark.parametrize("function", sorted(FUNCTIONS_OF_THE_GATEWAY - NEED_NO_TOKEN))
@pytest.mark.parametrize("token_use", ["id", "refresh", None])
def test_a_function_refuses_what_is_no_access_token(functions: Functions, function: str, token_use: str | None) -> None:
    event = load_event(function)
    event["requestContext"]["authorizer"]["claims"]["token_use"] = token_use
    answer = functions.module(function).lambda_handler(event, None)

    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["code"] == "UNAUTHENTICATED"
