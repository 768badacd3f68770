"""The OpenAPI description that one deployment answers."""

from typing import Any

from msgspec import json


def description_of(openapi: bytes, api_url: str, sign_in_url: str) -> dict[str, Any]:
    """docs/openapi.json with the deployment's own addresses in it."""
    described: dict[str, Any] = json.decode(openapi)
    described["servers"] = [{"url": api_url}]
    for flow in described["components"]["securitySchemes"]["oauth2"]["flows"].values():
        flow["tokenUrl"] = f"{sign_in_url}/oauth2/token"
        if "authorizationUrl" in flow:
            flow["authorizationUrl"] = f"{sign_in_url}/oauth2/authorize"
    return described
