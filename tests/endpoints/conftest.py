"""Calls a function as Lambda would: its app.py loaded afresh, and one of the event files handed to its handler."""

import importlib.util
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from types import ModuleType
from typing import Any

import botocore.session
import pytest
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.commands.change_configuration import replace_configuration
from booking.domain.documents import ORGANISATION_ID, Kind, Stored
from booking.domain.instants import format_instant
from booking.http.configuration_documents import document_of
from booking.storage import configuration_items, event_bus, webhook_queue
from booking.storage.table import Table
from tests.conftest import SESSION
from tests.described import check
from tests.endpoints.receiver import Receiver, receiving
from tests.endpoints.webhook_world import World
from tests.permissions import Role, as_administrator, check_call

ROOT = Path(__file__).parents[2]

SESSION.register("before-parameter-build.dynamodb", check_call)

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


TRANSLATIONS: list[tuple[Kind, str, dict[str, Any]]] = [
    (
        Kind.ORGANISATION,
        ORGANISATION_ID,
        {
            "locales": ["da-DK", "en-GB"],
            "icalTitle": "{topic} with {employee}",
            "localizedIcalTitle": {"da-DK": "{topic} hos {employee}"},
            "localizedIcalDescription": {"da-DK": "Medbring pas."},
        },
    ),
    (Kind.LOCATIONS, "Copenhagen", {"localizedName": {"da-DK": "København, Rådhuspladsen"}}),
    (Kind.CUSTOMER_TYPES, "private", {"localizedName": {"da-DK": "Privat"}}),
    (Kind.MEETING_TOPICS, "mortgage", {"localizedName": {"da-DK": "Boliglån", "en-GB": "Home loan"}}),
]
"""Fields of the example bank's documents when it speaks Danish too."""


def of_example_bank(kind: Kind, id: str) -> dict[str, Any]:
    """The document, as it is sent."""
    return next(body for each, name, body in EXAMPLE_BANK if (each, name) == (kind, id))


@dataclass(frozen=True)
class Answer:
    """What the gateway would pass on; `headers` have their names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Context(LambdaContext):
    """A call that has `milliseconds` left."""

    def __init__(self, milliseconds: int = 20_000) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return self._milliseconds


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

        `change` may alter the event before it is sent. Every answer has to be one that docs/openapi.json declares.
        """
        sent = load_event(event or function)
        change(sent)
        response = self.module(function).lambda_handler(sent, LambdaContext())
        headers = {name.lower(): values[0] for name, values in response["multiValueHeaders"].items()}
        check(sent["httpMethod"], sent["resource"], response["statusCode"], headers, response["body"])
        return Answer(response["statusCode"], headers, response["body"])

    def module(self, function: str) -> ModuleType:
        """The function's app.py."""
        if function not in self._loaded:
            path = ROOT / "functions" / function / "app.py"
            spec = importlib.util.spec_from_file_location(f"functions.{function}.app", path)
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            with _importable(path.parent):
                spec.loader.exec_module(module)
            module.lambda_handler = Role(function).playing(module.lambda_handler)  # type: ignore[attr-defined]
            self._loaded[function] = module
        return self._loaded[function]


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """What is packaged beside an app.py can be imported by it, and is loaded afresh."""
    beside = {file.stem for file in folder.glob("*.py")} - {"app"}
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in beside:
            sys.modules.pop(name, None)


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
    with as_administrator():  # also while a function runs
        saved = replace_configuration(
            table, kind, id, lambda documents: document_of(kind, id, body, documents), None, "admin", lambda: 0
        )
    return saved.stored.version


def configure_many(table: Table, kind: Kind, bodies: Mapping[str, dict[str, Any]]) -> None:
    """Stores the documents at once, as one new version of the configuration."""
    documents = configuration_items.read(table)
    version = documents.version + 1
    actions = [configuration_items.raise_version(documents.version)]
    actions += [
        configuration_items.put(kind, id, Stored(document_of(kind, id, body, documents), version))
        for id, body in bodies.items()
    ]
    for some in batched(actions, 25, strict=False):
        items = [{"PutRequest": {"Item": action["Put"]["Item"]}} for action in some]
        table.client.batch_write_item(RequestItems={table.name: items})


_items_of_example_bank: list[dict[str, Any]] = []
"""What the table holds once the bank is configured: computed for the first test, copied for the others."""


@pytest.fixture
def example_bank(table: Table) -> None:
    if _items_of_example_bank:
        puts = [{"PutRequest": {"Item": item}} for item in _items_of_example_bank]
        for batch in batched(puts, 25, strict=False):
            table.client.batch_write_item(RequestItems={table.name: list(batch)})
    else:
        for kind, id, body in EXAMPLE_BANK:
            configure(table, kind, id, body)
        _items_of_example_bank.extend(table.client.scan(TableName=table.name)["Items"])


@pytest.fixture
def translated_bank(example_bank: None, table: Table) -> None:
    for kind, id, fields in TRANSLATIONS:
        configure(table, kind, id, of_example_bank(kind, id) | fields)


@pytest.fixture
def functions(table: Table) -> Functions:
    return Functions()


class Log:
    """What the functions write while a test runs."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def failures(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["level"] in ("WARNING", "ERROR")]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Log:
    log = Log()
    logger = Logger(service=request.node.name, stream=log.stream, level="INFO")
    monkeypatch.setattr("booking.http.api.logger", logger)
    return log


@dataclass
class Clock:
    """Unix seconds, moved by hand."""

    time: int = int(datetime(2027, 1, 4, 8, tzinfo=UTC).timestamp())

    def __call__(self) -> int:
        return self.time

    def advance(self, seconds: int) -> None:
        self.time += seconds

    @property
    def text(self) -> str:
        """As events have it."""
        return format_instant(self.time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The functions' clock: Monday 4 January 2027, 08:00 UTC, a week before the time that the events book."""
    clock = Clock()
    monkeypatch.setattr("booking.http.api.now", clock)
    return clock


@pytest.fixture
def desk(functions: Functions, example_bank: None, clock: Clock) -> Functions:
    """The functions of an organisation that is set up, on a day when the events' time can be booked."""
    return functions


@pytest.fixture
def held(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The slot that the good event reserves, under the id that the other events name."""
    return _under_ids(desk, monkeypatch, "reserve_time_slot", "example-slot")


@pytest.fixture
def booked(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The meeting that the good event books, under the ids that the other events name."""
    return _under_ids(desk, monkeypatch, "create_meeting", "example-slot", "example-meeting")


def _under_ids(desk: Functions, monkeypatch: pytest.MonkeyPatch, function: str, *ids: str) -> Any:
    next_ids = iter(ids)
    with monkeypatch.context() as patched:
        patched.setattr("booking.storage.keys.new_id", lambda: next(next_ids))
        answer = desk.call(function)
    assert answer.status == 201, answer.text
    return answer.json


def caller(client: str, *names: str) -> Callable[[dict[str, Any]], None]:
    """A change: another client calls, with these scopes."""

    def change(event: dict[str, Any]) -> None:
        scopes(*names)(event)
        claims = event["requestContext"]["authorizer"]["claims"]
        claims["sub"] = claims["client_id"] = client

    return change


def customer(username: str) -> Callable[[dict[str, Any]], None]:
    """A change: a customer calls, signed in on the browser client."""

    def change(event: dict[str, Any]) -> None:
        caller("browser-client", "read", "book")(event)
        event["requestContext"]["authorizer"]["claims"] |= {"sub": f"sub-of-{username}", "username": username}

    return change


def sending(value: Any = ..., **headers: str) -> Callable[[dict[str, Any]], None]:
    """A change: another body, and headers by their names with _ for -."""

    def change(event: dict[str, Any]) -> None:
        if value is not ...:
            event["body"] = json.dumps(value)
        event["headers"] = event["headers"] | {name.replace("_", "-"): sent for name, sent in headers.items()}

    return change


def reading(accept_language: str) -> Callable[[dict[str, Any]], None]:
    """A change: the caller's Accept-Language."""
    return sending(accept_language=accept_language)


def asking(**parameters: str | None) -> Callable[[dict[str, Any]], None]:
    """A change: these query parameters besides the event's; None takes one away."""

    def change(event: dict[str, Any]) -> None:
        query = (event["multiValueQueryStringParameters"] or {}) | {
            name: [value] for name, value in parameters.items() if value is not None
        }
        for name in parameters:
            if parameters[name] is None:
                query.pop(name, None)
        event["multiValueQueryStringParameters"] = query
        event["queryStringParameters"] = None

    return change


def path(**variables: str) -> Callable[[dict[str, Any]], None]:
    """A change: other ids in the path."""

    def change(event: dict[str, Any]) -> None:
        for name, value in variables.items():
            event["path"] = event["path"].replace(event["pathParameters"][name], value)
        event["pathParameters"] = event["pathParameters"] | variables

    return change


def colleague_of_anna(table: Table, id: str) -> None:
    """Configures an employee with Anna's working time."""
    configure(table, Kind.EMPLOYEES, id, {**of_example_bank(Kind.EMPLOYEES, "anna"), "name": id.capitalize()})


def all_of(*changes: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    def change(event: dict[str, Any]) -> None:
        for each in changes:
            each(event)

    return change


def faults(answer: Answer) -> set[str]:
    """Where the answer found fault; empty unless it is the API's 400."""
    assert answer.status == 400, answer.text
    assert answer.json["code"] == "INVALID_REQUEST"
    return {fault["where"] for fault in answer.json["details"]["errors"]}


def emitted(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, Any]]]:
    """Each metric's lines by its name, since the last time that they were asked for."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in capsys.readouterr().out.splitlines():
        if '"_aws"' in line:
            metric = json.loads(line)
            [directive] = metric["_aws"]["CloudWatchMetrics"]
            assert directive["Namespace"] == "booking-test"
            assert all(set(dimensions) <= {"service", "kind"} for dimensions in directive["Dimensions"])
            found.setdefault(directive["Metrics"][0]["Name"], []).append(metric)
    return found


@pytest.fixture
def poisoned(table: Table) -> Callable[[], list[Any]]:
    """The queue of stream records that are given up; calling it takes what it holds."""
    client = botocore.session.get_session().create_client("sqs")
    url = client.create_queue(QueueName="poison-test")["QueueUrl"]

    def take() -> list[Any]:
        messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return take


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Webhook endpoints, on a machine where loopback is allowed."""
    monkeypatch.setenv("ALLOWS_LOOPBACK", "true")
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def world(functions: Functions, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> World:
    """The bus and the queue of webhooks, on the functions' clock."""
    world = World(functions, clock)
    monkeypatch.setattr(webhook_queue, "connect", lambda: webhook_queue.WebhookQueue(world, "queue"))
    monkeypatch.setattr(event_bus, "connect", lambda: event_bus.EventBus(world, "bus"))
    return world


@pytest.fixture
def patient_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of webhooks keeps a message for as long as it is asked to: days pass in few calls."""
    monkeypatch.setattr(webhook_queue, "LONGEST_DELAY_SECONDS", 4 * 86400)
