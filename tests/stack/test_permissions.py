"""Who may do what, over HTTP with real tokens: every endpoint, every kind of caller, their own, another's, nobody's."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.domain.caller import Scope
from local.deployment import load_template
from tests.described import description, operations
from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

type Json = dict[str, Any]

CALLERS = {
    "anonymous": frozenset(),
    "reader": frozenset({Scope.READ}),
    "customer": frozenset({Scope.READ, Scope.BOOK}),
    "partner": frozenset({Scope.READ, Scope.PARTNER}),
    "staff": frozenset({Scope.READ, Scope.STAFF}),
    "admin": frozenset({Scope.READ, Scope.ADMIN}),
}
"""The scopes that each caller's token has."""
KINDS = (
    "customer-types",
    "meeting-topics",
    "employees",
    "rooms",
    "locations",
    "competence-groups",
    "service-groups",
)


def expected(route: str, described: Json, caller: str) -> str:
    """What the description says that a caller gets.

    Of what is somebody's: to one's own, another's and nobody's. Readers and administrators have nothing of their own.
    """
    accepted = {scope for way in described["security"] for scope in way["oauth2"]}
    method, path = route.split()
    good = {status for status in described["responses"] if status.startswith("2")}
    success = "201" if method == "POST" and "201" in good else min(good)
    if "{secret}" in path or "{deliveryId}" in path:
        success = "404"  # one that nobody has
    if not accepted:
        return success
    if caller == "anonymous":
        return "401"
    if not CALLERS[caller] & accepted:
        return "403"
    if "/partners" in path:  # of a customer, who need not exist
        return "/".join([success] + 2 * ["403" if caller == "customer" else success])
    is_somebodys = (
        "{waitlistId}" in path or "{timeSlotId}" in path or "{meetingId}" in path or route == "POST /bookme/meetings"
    )
    if not is_somebodys or accepted == {Scope.ADMIN}:
        return success
    own = "-" if caller in ("reader", "admin") else success
    return f"{own}/{success if caller == 'staff' else '404'}/404"


PERMISSIONS = {
    f"{method.upper()} {path}": " ".join(expected(f"{method.upper()} {path}", operation, caller) for caller in CALLERS)
    for path, method, operation in operations(description())
}
DOCUMENTS: dict[str, Json] = {
    "rooms": {"name": "For a moment", "location": "Copenhagen"},
    "webhooks": {"url": "http://127.0.0.1:9/", "events": ["WebhookDisabled"]},
}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
TOMORROW_LATER = (datetime.now(UTC) + timedelta(days=1, hours=1)).isoformat(timespec="seconds")
QUERIES = {
    "/bookme/meeting-topics": {"isCustomer": "true"},
    "/bookme/meeting-themes": {"isCustomer": "true"},
    "DELETE /bookme/time-slots": {"customerId": "nobody"},
    "/bookme/agendas": {"employeeIds": "anna", "startDate": TOMORROW, "endDate": TOMORROW_LATER},
    "/bookme/time-slots/available": {"requireEmployeeParticipation": "false", "lookForwardTime": "P1D"},
    "/bookme/time-slots/explain": {"requireEmployeeParticipation": "false", "start": TOMORROW},
    "/config/webhooks/{id}/replay": {"since": TOMORROW},
    "/bookme/room-vacancies": {
        "location": "Copenhagen",
        "startDate": TOMORROW,
        "endDate": TOMORROW_LATER,
    },
}
EMPTY_CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nEND:VCALENDAR\r\n"
PATCHES = {
    "time-slots": [{"op": "replace", "path": "/status", "value": "Booked"}],
    "meetings": [{"op": "replace", "path": "/title", "value": "Changed"}],
}


def test_every_route_of_the_deployment_is_in_the_table() -> None:
    events = [
        event["Properties"]
        for resource in load_template()["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if isinstance(event, dict) and event.get("Type") == "Api"
    ]
    assert {f"{event['Method']} {event['Path']}" for event in events} == set(PERMISSIONS)


def wait(customer_id: str | None) -> Json:
    """What nobody can be offered: a meeting that is longer than the time searched."""
    times = {"startDate": TOMORROW, "endDate": TOMORROW_LATER, "meetingDuration": "90"}
    return {"requireEmployeeParticipation": False, **times, "customerId": customer_id}


def leave_waitlist(api: Api) -> None:
    """Gives up what the caller waits for from earlier cells, since one customer waits for few things at once."""
    listed = api.get("/bookme/waitlist", status="Waiting")
    for entry in listed.json()["items"] if listed.is_success else ():
        api.call("DELETE", f"/bookme/waitlist/{entry['id']}")


class Owner:
    """Makes slots, meetings and entries of the waitlist as one caller, each at a time of its own."""

    def __init__(self, api: Api, times: Times) -> None:
        self.api, self.times = api, times

    def slot(self) -> str:
        body = {"timeSlot": self.times.next(), "token": str(uuid.uuid4())}
        answer = self.api.post("/bookme/time-slots/reserve", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def meeting(self) -> str:
        answer = self.api.post("/bookme/meetings", {"timeSlotId": self.slot()})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def entry(self, customer_id: str | None) -> str:
        leave_waitlist(self.api)
        answer = self.api.post("/bookme/waitlist", wait(customer_id))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@pytest.fixture(scope="module")
def api_of(callers: Callers) -> dict[str, Api]:
    clients = {name: callers.client(name) for name in ("reader", "partner", "staff", "admin")}
    return clients | {"anonymous": callers.with_token(None), "customer": callers.customer("67890")}


@pytest.fixture(scope="module")
def times(callers: Callers) -> Times:
    return Times(callers.client("staff"))


def ids(route: str, caller: str, api_of: dict[str, Api], callers: Callers, times: Times) -> list[str]:
    """The id for each answer of a cell: one's own, another's, nobody's."""
    if "/partners" in route:
        return ["67890", "24680", "no-such-id"]
    is_slot = "{timeSlotId}" in route or route == "POST /bookme/meetings"
    other = Owner(callers.customer("24680"), times)
    own = Owner(api_of[caller] if caller in ("customer", "partner", "staff") else callers.customer("67890"), times)
    if "{waitlistId}" in route:
        names = "nobody" if caller in ("partner", "staff") else None
        return [own.entry(names), other.entry(None), "no-such-id"]
    made = [(each.slot if is_slot else each.meeting)() for each in (own, other)]
    return [*made, "no-such-id"]


def ask(api: Api, route: str, id: str, times: Times, known: dict[str, Any]) -> int:
    method, path = route.split()
    if path.startswith("/config/") and method in ("POST", "PUT", "DELETE") and "{id}/" not in path:
        return configure(api, method, path, known)
    kind = path.split("/")[-1 if path.count("/") == 1 else 2]
    request: Json = {"params": QUERIES.get(route, QUERIES.get(path))}
    customer = id if "/partners" in path else "nobody"
    named = {"employeeId": "anna", "customerId": customer, "clientId": "4u8g2mtr6hvm1b7e", "id": str(known.get(kind))}
    for name, value in named.items():
        path = path.replace(f"{{{name}}}", value)
    match method, path:
        case "POST", "/mcp":
            request["json"] = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        case "POST", "/bookme/time-slots/reserve":
            request["json"] = {"timeSlot": times.next(), "token": str(uuid.uuid4())}
        case "POST", "/bookme/waitlist":
            leave_waitlist(api)
            request["json"] = wait("67890")
        case "POST", "/bookme/meetings":
            request["json"] = {"timeSlotId": id}
        case "PATCH", _:
            request["json"] = PATCHES[kind]
        case "PUT", "/bookme/employees/anna/busy-calendar":
            request |= {"content": EMPTY_CALENDAR, "headers": {"Content-Type": "text/calendar"}}
    return api.call(method, re.sub(r"\{\w+\}", id, path), **request).status_code


def configure(api: Api, method: str, path: str, known: dict[str, Any]) -> int:
    if path == "/config/organisation":
        return api.call("PUT", path, json=known["organisation"]).status_code
    kind = path.split("/")[-1 if path.count("/") == 1 else 2]
    document = DOCUMENTS.get(kind, {"name": "For a moment"})
    new = known["new"][kind]
    if method == "POST":
        return api.post(path, document | {"id": new}).status_code
    known["admin"].call("PUT", f"/config/{kind}/{new}", json=document)
    return api.call(method, path.replace("{id}", new), json=document if method == "PUT" else None).status_code


@pytest.fixture(scope="module")
def known(callers: Callers) -> dict[str, Any]:
    """The organisation's document, an id of each kind that is there, and one that is not there yet."""
    admin = callers.client("admin")
    there: dict[str, Any] = {"admin": admin, "organisation": admin.get("/config/organisation").json()}
    for kind in KINDS:
        found = admin.get(f"/config/{kind}").json()
        found = found["items"] if isinstance(found, dict) else found
        if not found:
            found = [admin.post(f"/config/{kind}", {"name": "Example"}).json()]
        there[kind] = found[0]["id"]
    there["webhooks"] = admin.post("/config/webhooks", DOCUMENTS["webhooks"]).json()["id"]
    return there | {"new": {kind: f"new-{uuid.uuid4()}" for kind in (*KINDS, "webhooks")}}


CELLS = [
    pytest.param(route, caller, answers.split("/"), id=f"{route} by {caller}")
    for route, row in PERMISSIONS.items()
    for caller, answers in zip(CALLERS, row.split(), strict=True)
]


@pytest.mark.parametrize(("route", "caller", "answers"), CELLS)
def test_each_caller_gets_the_answer_of_the_table(
    route: str,
    caller: str,
    answers: list[str],
    api_of: dict[str, Api],
    callers: Callers,
    times: Times,
    known: dict[str, Any],
) -> None:
    if caller == "customer":
        callers.customer("67890")  # who has nothing left of earlier cells then
    whose = ids(route, caller, api_of, callers, times) if len(answers) > 1 else ["no-such-id"]
    got = [
        "-" if answer == "-" else str(ask(api_of[caller], route, id, times, known))
        for answer, id in zip(answers, whose, strict=True)
    ]
    assert got == answers
