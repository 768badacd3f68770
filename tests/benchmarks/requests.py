"""Whole requests as Lambda runs them, with DynamoDB's answers ready.

The database is replaced where botocore sends a request, so that signing, parsing, decoding, the engine and the answer
are all part of the figures, and nothing else is.

With BENCHMARK_ROOT=folder and PYTHONPATH=folder/layers/booking:. the functions of another checkout are run.
"""

import importlib.util
import json
import os
import random
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from botocore.awsrequest import AWSResponse, HeadersDict

from booking.domain.documents import Documents, Kind
from booking.http.configuration_documents import document_of

ROOT = Path(os.environ.get("BENCHMARK_ROOT", Path(__file__).parents[2]))
ZONE = ZoneInfo("Europe/Copenhagen")
FIRST_DAY = datetime(2026, 10, 5, tzinfo=ZONE)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Bank:
    """An organisation of so many employees. `hours`: the working window of each of the first `workdays` weekdays."""

    employees: int
    days: int
    hours: tuple[str, str] = ("08:00", "16:00")
    workdays: int = 5
    interval: str = "00:30:00"
    busy_share: float = 0.6
    groups: int = 0
    topics: int = 0

    @property
    def ids(self) -> list[str]:
        return [f"employee-{number:03}" for number in range(self.employees)]

    def documents(self) -> list[dict[str, Any]]:
        """The configuration's items, as DynamoDB has them."""
        window: dict[str, Any] = {"from": self.hours[0], "to": self.hours[1], "location": None, "meetingTypes": []}
        workdays = {day: [window] if number < self.workdays else [] for number, day in enumerate(WEEKDAYS)}
        organisation = {"timeZone": str(ZONE), "slotInterval": self.interval, "bookingHorizonDays": 365}
        topics = [f"topic-{number}" for number in range(self.topics)]
        employee = {"locations": ["City"], "workdays": workdays}
        if self.groups:
            employee |= {"skills": {"topicIds": [], "customerTypeIds": []}}
        return [
            _stored("organisation", "organisation", organisation),
            *(_stored("employees", id, {"name": id.title(), **employee}) for id in self.ids),
            *(_stored("meeting-topics", topic, {"name": topic.title()}) for topic in topics),
            *(
                _stored(
                    "competence-groups",
                    f"group-{number}",
                    {"name": "Group"},
                    employeeIds=self.ids[number :: self.groups],
                    topicIds=topics[number::7],
                )
                for number in range(self.groups)
            ),
        ]

    def agendas(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Agenda items by key: meetings of 30 to 120 minutes for that share of the working time."""
        chance = random.Random(20261005)
        weeks: dict[tuple[str, str], dict[str, str]] = {}
        opens, closes = (int(clock[:2]) for clock in self.hours)
        for id in self.ids:
            for number in range(self.days):
                day = FIRST_DAY + timedelta(days=number)
                if day.weekday() >= self.workdays:
                    continue
                start, closing = (int((day + timedelta(hours=hour)).timestamp()) for hour in (opens, closes))
                while start < closing:
                    end = min(start + 60 * chance.choice((30, 60, 90, 120)), closing)
                    if chance.random() < self.busy_share:
                        slot_id = f"01JH8M6T6Y3E2V9Q5W7{len(weeks):07}{start % 10**6:06}"
                        for week in dict.fromkeys(map(_utc_week, (start, end - 1))):
                            weeks.setdefault((f"AGENDA#EMPLOYEE#{id}", week), {})[slot_id] = f"{start} {end}"
                    start = end
        return {
            key: {
                "pk": {"S": key[0]},
                "sk": {"S": key[1]},
                "version": {"N": "7"},
                "entries": {"M": {id: {"S": text} for id, text in entries.items()}},
            }
            for key, entries in weeks.items()
        }


def _utc_week(instant: int) -> str:
    return _week_of_day(instant // 86400)


@cache
def _week_of_day(day: int) -> str:
    year, week, _ = date.fromordinal(date(1970, 1, 1).toordinal() + day).isocalendar()
    return f"{year}-W{week:02}"


def _stored(kind: str, id: str, body: dict[str, Any], **references: list[str]) -> dict[str, Any]:
    """The item of a document, complete as it is stored; nothing looks whether what it refers to is there."""
    document = {**document_of(Kind(kind), id, body, Documents()), **references}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return {"pk": {"S": "CONFIG"}, "sk": {"S": f"{kind}#{id}"}, "version": {"N": "1"}, "document": {"S": text}}


class Database:
    """Stands in for the connection of botocore's client. Its answers are made once for each question."""

    def __init__(self, bank: Bank, wait: float = 0) -> None:
        version = {"pk": {"S": "CONFIG"}, "sk": {"S": "#VERSION"}, "version": {"N": "1"}}
        self._configuration = [version, *bank.documents()]
        self._items = {key: _text(item) for key, item in bank.agendas().items()}
        self._items["CONFIG", "#VERSION"] = _text(version)
        self._wait = wait
        self._answers: dict[bytes, bytes] = {}
        self.outside = 0.0
        """Seconds of CPU spent in here, which no real function would spend."""

    def send(self, request: Any) -> AWSResponse:
        before = time.thread_time()
        body = self._answers.get(request.body)
        if body is None:
            operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
            body = self._answers[request.body] = self._answer(operation, json.loads(request.body)).encode()
        self.outside += time.thread_time() - before
        if self._wait:
            time.sleep(self._wait)
        headers = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
        return AWSResponse(request.url, 200, HeadersDict(headers), _Body(body))

    def close(self) -> None:
        """Nothing is open."""

    def _answer(self, operation: str, asked: dict[str, Any]) -> str:
        match operation:
            case "Query":
                return json.dumps({"Items": self._configuration, "Count": len(self._configuration)})
            case "GetItem":
                item = self._items.get(_key(asked["Key"]))
                return f'{{"Item":{item}}}' if item else "{}"
        [(table, request)] = asked["RequestItems"].items()
        found = [item for key in request["Keys"] if (item := self._items.get(_key(key)))]
        return f'{{"Responses":{{"{table}":[{",".join(found)}]}},"UnprocessedKeys":{{}}}}'


class _Body:
    """A response as urllib3 would give it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]

    def read(self) -> bytes:
        return self._body


def _key(key: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]


def _text(item: object) -> str:
    return json.dumps(item, separators=(",", ":"))


class Function:
    """One function of this repository over such a database, warm from its first request on.

    `wait`: the seconds that each call to the database takes. `scope`: of the caller, the event's if None.
    """

    def __init__(self, name: str, bank: Bank, wait: float = 0, scope: str | None = None) -> None:
        os.environ |= {
            "TABLE_NAME": "table",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "POWERTOOLS_METRICS_DISABLED": "true",
            "POWERTOOLS_LOG_LEVEL": "ERROR",
        }
        spec = importlib.util.spec_from_file_location(f"benchmark_{name}", ROOT / "functions" / name / "app.py")
        if spec is None or spec.loader is None:
            raise LookupError(name)
        self._app = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._app)
        self.database = Database(bank, wait)
        self._app.configurations._table.client._endpoint.http_session = self.database
        self.now = int(FIRST_DAY.timestamp())
        """The function's clock, in Unix seconds."""
        vars(self._app)["now"] = lambda: self.now
        self._event = json.loads((ROOT / "events" / f"{name}.json").read_text())
        if scope is not None:
            self._event["requestContext"]["authorizer"]["claims"]["scope"] = scope

    def forget(self) -> None:
        """Makes the container as one that has read no configuration yet."""
        self._app.configurations.__init__(self._app.configurations._table)

    def ask(self, **parameters: str) -> str:
        """The body of the answer, which must be 200 or a 400."""
        event = self._event | {"multiValueQueryStringParameters": {name: [value] for name, value in parameters.items()}}
        answer = self._app.lambda_handler(event, None)
        if answer["statusCode"] not in (200, 400):
            raise AssertionError(answer["body"])
        return str(answer["body"])

    def search(self, days: int, **parameters: str) -> str:
        """The body of the answer to a search of an hour in so many days from FIRST_DAY on."""
        window = {"startDate": FIRST_DAY.isoformat(), "endDate": (FIRST_DAY + timedelta(days=days)).isoformat()}
        return self.ask(requireEmployeeParticipation="false", meetingDuration="60", **window, **parameters)
