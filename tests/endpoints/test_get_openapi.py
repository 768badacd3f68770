import json
from typing import Any

from local.openapi import DESCRIPTION
from tests.endpoints.conftest import Functions, faults


def test_the_description_has_the_deployments_own_addresses(functions: Functions) -> None:
    answer = functions.call("get_openapi")
    flows = answer.json["components"]["securitySchemes"]["oauth2"]["flows"]

    assert answer.status == 200
    assert answer.json["servers"] == [{"url": "https://api.example.com/v1"}]
    assert flows["authorizationCode"]["authorizationUrl"] == "https://sign-in.example.com/oauth2/authorize"
    assert {flow["tokenUrl"] for flow in flows.values()} == {"https://sign-in.example.com/oauth2/token"}


def test_apart_from_the_addresses_it_is_the_committed_one(functions: Functions) -> None:
    committed = json.loads(DESCRIPTION.read_text())

    assert functions.call("get_openapi").json["paths"] == committed["paths"]


def test_a_custom_domain_without_a_stage_is_found(functions: Functions) -> None:
    def custom_domain(event: dict[str, Any]) -> None:
        event["requestContext"] |= {"domainName": "booking.example.com", "path": "/openapi.json"}

    answer = functions.call("get_openapi", change=custom_domain)

    assert answer.json["servers"] == [{"url": "https://booking.example.com"}]


def test_where_the_gateway_does_not_say_its_name_the_address_is_relative(functions: Functions) -> None:
    answer = functions.call("get_openapi", change=lambda event: event["requestContext"].pop("domainName"))

    assert answer.json["servers"] == [{"url": "."}]


def test_it_may_be_cached_and_read_by_any_page(functions: Functions) -> None:
    headers = functions.call("get_openapi").headers

    assert headers["cache-control"] == "public, max-age=300"
    assert headers["access-control-allow-origin"] == "*"


def test_a_body_that_cannot_be_decoded_is_refused(functions: Functions) -> None:
    assert faults(functions.call("get_openapi", "get_openapi_undecodable_body")) == {"body"}
