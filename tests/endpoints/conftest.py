"""Calls a function as Lambda would: its app.py loaded afresh, and one of the event files handed to its handler."""

import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.commands.configuration import replace_configuration
from booking.domain.documents import ORGANISATION_ID, Kind
from booking.http.configuration_documents import document_of
from booking.storage.table import Table

ROOT = Path(__file__).parents[2]

EXAMPLE_BANK: list[tuple[Kind, str, dict[str, Any]]] = [
    (
        Kind.ORGANISATION,
        ORGANISATION_ID,
        {"name": "Example Bank", "timeZone": "Europe/Copenhagen", "openingTime": "08:00", "closingTime": "18:00"},
    ),
    (Kind.LOCATIONS, "Copenhagen", {"name": "Copenhagen, City Hall Square"}),
    (Kind.CUSTOMER_TYPES, "private", {"name": "Private"}),
    (Kind.CUSTOMER_TYPES, "business", {"name": "Business"}),
    (Kind.MEETING_TOPICS, "mortgage", {"name": "Mortgage", "customerTypeIds": ["private"], "duration": 60}),
    (Kind.MEETING_TOPICS, "cards", {"name": "Cards"}),
    (Kind.MEETING_TOPICS, "compliance", {"name": "Compliance", "availableToCustomers": False}),
    (Kind.ROOMS, "cph-1", {"name": "Tivoli", "location": "Copenhagen", "capacity": 4}),
    (Kind.ROOMS, "cph-2", {"name": "Nyhavn", "location": "Copenhagen", "bookable": False}),
    (
        Kind.EMPLOYEES,
        "anna",
        {
            "name": "Anna Holm",
            "email": "anna@example.com",
            "phone": "+45 12 34 56 78",
            "locations": ["Copenhagen"],
            "skills": {"topicIds": ["mortgage"], "customerTypeIds": ["private"]},
            "workdays": {
                day: [{"from": "08:00", "to": "16:00", "location": "Copenhagen"}]
                for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
            },
            "absences": [{"start": "2026-12-07", "end": "2026-12-09"}],
        },
    ),
    (Kind.EMPLOYEES, "bo", {"name": "Bo Lind", "locations": ["Copenhagen"]}),
    (Kind.EMPLOYEES, "cy", {"name": "Cy Krag", "canBeBooked": False}),
    (Kind.COMPETENCE_GROUPS, "finance", {"name": "Finance", "employeeIds": ["bo"], "topicIds": ["mortgage"]}),
]


@dataclass(frozen=True)
class Answer:
    """What the gateway would pass on; `headers` have their names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Functions:
    """The functions, each loaded once per test; they share the test's table."""

    def __init__(self) -> None:
        self._loaded: dict[str, ModuleType] = {}

    def call(
        self,
        function: str,
        event: str | None = None,
        *,
        change: Callable[[dict[str, Any]], object] = lambda event: None,
    ) -> Answer:
        """What functions/<function> answers to events/<event>.json (None: the function's good one).

        `change` may alter the event before it is sent.
        """
        sent = load_event(event or function)
        change(sent)
        response = self._module(function).lambda_handler(sent, LambdaContext())
        headers = {name.lower(): values[0] for name, values in response["multiValueHeaders"].items()}
        return Answer(response["statusCode"], headers, response["body"])

    def _module(self, function: str) -> ModuleType:
        if function not in self._loaded:
            path = ROOT / "functions" / function / "app.py"
            spec = importlib.util.spec_from_file_location(f"functions.{function}.app", path)
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self._loaded[function] = module
        return self._loaded[function]


def load_event(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return event


def scopes(*names: str) -> Callable[[dict[str, Any]], None]:
    """A change: the token has these scopes, such as "read", instead."""

    def change(event: dict[str, Any]) -> None:
        event["requestContext"]["authorizer"]["claims"]["scope"] = " ".join(f"bookme/{name}" for name in names)

    return change


def configure(table: Table, kind: Kind, id: str, body: dict[str, Any]) -> int:
    """Stores a document as the API would, and returns its version."""
    saved = replace_configuration(table, kind, id, lambda documents: document_of(kind, id, body, documents), None)
    return saved.stored.version


@pytest.fixture
def example_bank(table: Table) -> None:
    for kind, id, body in EXAMPLE_BANK:
        configure(table, kind, id, body)


@pytest.fixture
def functions(table: Table) -> Functions:
    return Functions()
