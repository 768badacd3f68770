"""The OpenAPI description is whole, valid and up to date."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from booking.domain.caller import Scope
from booking.http.contract.operation import Operation
from local import assistants, postman, references
from local.deployment import load_template
from local.openapi import DESCRIPTION, EXAMPLES, ROOT, operations, text
from tests.described import check
from tests.endpoints.conftest import Functions, functions

__all__ = ["functions"]

OPERATIONS = operations()
DESCRIBED: dict[str, Any] = json.loads(DESCRIPTION.read_text())
DESCRIBED_OPERATIONS = {
    (method.upper(), path): each for path, methods in DESCRIBED["paths"].items() for method, each in methods.items()
}
TEMPLATE_ROUTES = {
    (event["Properties"]["Method"], event["Properties"]["Path"]): function["Properties"]["CodeUri"].split("/")[1]
    for function in load_template()["Resources"].values()
    if function["Type"] == "AWS::Serverless::Function"
    for event in function["Properties"]["Events"].values()
    if event["Type"] == "Api"
}
FUNCTIONS = sorted(set(TEMPLATE_ROUTES.values()))


def test_it_is_up_to_date() -> None:
    assert DESCRIPTION.read_text() == text(), "Run make openapi, and commit docs/openapi.json."


@pytest.mark.parametrize("file", [postman.COLLECTION, postman.ENVIRONMENT], ids=lambda file: file.name)
def test_the_postman_files_are_up_to_date(file: Path) -> None:
    assert file.read_text() == postman.files()[file], "Run make openapi, and commit what it writes."


@pytest.mark.parametrize("file", [references.ERRORS, references.CONFIGURATION], ids=lambda file: file.name)
def test_the_references_for_people_are_up_to_date(file: Path) -> None:
    assert file.read_text() == references.files()[file], "Run make openapi, and commit what it writes."


def test_the_tools_for_assistants_are_up_to_date() -> None:
    assert assistants.TOOLS.read_text() == assistants.text(), "Run make openapi, and commit what it writes."


@pytest.mark.slow
def test_it_is_valid() -> None:
    validate(DESCRIBED)


def test_every_route_of_the_template_is_described_and_no_other() -> None:
    assert set(DESCRIBED_OPERATIONS) == set(TEMPLATE_ROUTES)


@pytest.mark.parametrize("route", sorted(TEMPLATE_ROUTES), ids=" ".join)
def test_an_operations_id_is_its_functions_name(route: tuple[str, str]) -> None:
    id, function = DESCRIBED_OPERATIONS[route]["operationId"], TEMPLATE_ROUTES[route]
    routes = [each for each, of in TEMPLATE_ROUTES.items() if of == function]
    assert id == function or (len(routes) > 1 and id.startswith(f"{function}_"))


def test_no_two_operations_have_one_id() -> None:
    ids = [each["operationId"] for each in DESCRIBED_OPERATIONS.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("folder", FUNCTIONS)
def test_a_function_registers_exactly_its_operations(functions: Functions, folder: str) -> None:
    routes = {route for route, of in TEMPLATE_ROUTES.items() if of == folder}
    declared = [each for each in OPERATIONS if (each.method, each.path) in routes]
    assert sorted(functions.module(folder).api.operations, key=id) == sorted(declared, key=id)


def test_every_scope_is_described_and_asked_for() -> None:
    flows = DESCRIBED["components"]["securitySchemes"]["oauth2"]["flows"]
    for flow in flows.values():
        assert set(flow["scopes"]) == set(Scope)
    assert {scope for each in OPERATIONS for scope in each.scopes} == set(Scope)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_every_operation_has_an_event_file(operation: Operation) -> None:
    folder = TEMPLATE_ROUTES[operation.method, operation.path]
    events = [json.loads(file.read_text()) for file in (ROOT / "events").glob(f"{folder}*.json")]
    kinds = {event["httpMethod"] for event in events}
    assert operation.method in kinds


def test_every_parameter_has_a_sentence() -> None:
    for operation in DESCRIBED_OPERATIONS.values():
        for parameter in operation.get("parameters", ()):
            assert parameter["description"].endswith("."), (operation["operationId"], parameter["name"])


def test_every_field_of_every_body_and_answer_has_a_sentence() -> None:
    for name, schema in DESCRIBED["components"]["schemas"].items():
        for field, each in schema.get("properties", {}).items():
            assert each.get("description", "").endswith("."), (name, field)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.id)
def test_the_example_of_an_answer_is_an_answer_that_is_declared(operation: Operation) -> None:
    for status, answer in operation.answers.items():
        declared = DESCRIBED_OPERATIONS[operation.method, operation.path]["responses"][str(int(status))]
        content = declared.get("content", {}).get("application/json", {})
        if "example" in content:
            headers = {name.lower(): "" for name in answer.headers} | {"content-type": "application/json"}
            check(operation.method, operation.path, status, headers, json.dumps(content["example"]))


def test_the_example_of_every_answer_is_a_recorded_one() -> None:
    recorded = json.loads(EXAMPLES.read_text())
    shown = {
        operation["operationId"]
        for operation in DESCRIBED_OPERATIONS.values()
        for answer in operation["responses"].values()
        if "example" in answer.get("content", {}).get("application/json", {})
    }
    assert recorded.keys() == shown, "Record them in tests/endpoints/test_examples.py: run make examples."


def test_the_description_says_which_forms_a_duration_has() -> None:
    schemas = DESCRIBED["components"]["schemas"]
    assert schemas["OrganisationDocument"]["properties"]["slotInterval"]["$ref"].endswith("/Duration")
    assert [each["type"] for each in schemas["Duration"]["anyOf"]] == ["integer", "string"]
