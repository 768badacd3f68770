"""Checks answers against the OpenAPI description: status, headers, media type, and a body without undeclared fields."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from local.openapi import DESCRIPTION

COMMON_HEADERS = {
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "content-type",
    "strict-transport-security",
    "x-content-type-options",
}
"""Those that every answer may have; the description does not repeat them."""


OPTIONAL_HEADERS = {"content-language"}
"""Those that an answer may have, but need not."""


@cache
def description() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return described


@cache
def strict() -> dict[str, Any]:
    """The description, with every answer's objects closed: what is not declared is wrong.

    Bodies that are sent may hold more, as described. A parameter that may be empty says so in its schema too, because
    JSON Schema does not know `allowEmptyValue`.
    """
    described = copy.deepcopy(description())
    _close(described)
    schemas = described["components"]["schemas"]
    schemas |= {f"Sent{name}": _sent(schema) for name, schema in description()["components"]["schemas"].items()}
    for path, method, operation in operations(described):
        if "requestBody" in operation:
            operation["requestBody"] = _sent(description()["paths"][path][method]["requestBody"])
        for parameter in operation.get("parameters", ()):
            if parameter.get("allowEmptyValue"):
                parameter["schema"] = {"anyOf": [parameter["schema"], {"const": ""}]}
    return described


def operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method, operation."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _sent(schema: Any) -> Any:
    """The same, referring to the schemas of what is sent."""
    return json.loads(json.dumps(schema).replace('"#/components/schemas/', '"#/components/schemas/Sent'))


def _close(schema: Any) -> None:
    match schema:
        case {"type": "object", "properties": _} if "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _close(each)


def resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference names; anything else as it is."""
    if "$ref" not in value:
        return value
    found: Any = strict()
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found)


@cache
def _validator(method: str, path: str, status: int) -> Validator | None:
    """Of an answer's JSON body; None where the description declares none."""
    content = _declared(method, path, status).get("content", {})
    if "application/json" not in content:
        return None
    # Beside the schema stands what it refers to.
    schema = {**content["application/json"]["schema"], "components": strict()["components"]}
    return Draft202012Validator(schema)


def _declared(method: str, path: str, status: int) -> Mapping[str, Any]:
    operation = strict()["paths"][path][method.lower()]
    assert str(status) in operation["responses"], f"{method} {path}: status {status} is not declared"
    return resolved(operation["responses"][str(status)])


def template_path(method: str, path: str) -> str:
    """The path of the description that a request's path is for; the path itself where there is none."""
    found = [
        template
        for template, methods in strict()["paths"].items()
        if method.lower() in methods and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path)
    ]
    return min(found, key=lambda template: template.count("{"), default=path)


def check(method: str, path: str, status: int, headers: Mapping[str, str], text: str) -> None:
    """Asserts that the description declares this answer. `path` is the template's, header names are in lower case."""
    where = f"{method} {path} {status}"
    if path not in strict()["paths"] or method.lower() not in strict()["paths"][path]:
        assert status == 404, where
        return
    declared = _declared(method, path, status)
    expected = {name.lower() for name in declared.get("headers", {})}
    missing = expected - set(headers) - OPTIONAL_HEADERS
    assert not missing, f"{where}: {missing} are declared and were not sent"
    undeclared = set(headers) - expected - COMMON_HEADERS
    assert not undeclared, f"{where}: {undeclared} are not declared"
    media_type = headers.get("content-type", "").partition(";")[0]
    content = declared.get("content", {})
    assert (media_type in content) if content else (not text), f"{where}: {media_type} is not declared"
    validator = _validator(method, path, status)
    if validator is not None:
        errors = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(json.loads(text))]
        assert not errors, f"{where}: {errors}"
