"""Who may do what, over HTTP with real tokens: every endpoint, every kind of caller, their own, another's, nobody's."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.deployment import load_template
from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

type Json = dict[str, Any]

CALLERS = ("anonymous", "reader", "customer", "partner", "staff", "admin")
KINDS = (
    "customer-types",
    "meeting-topics",
    "employees",
    "rooms",
    "locations",
    "competence-groups",
    "service-groups",
)

READ = "401 200 200 200 200 200"
ADMIN = "401 403 403 403 403 {}"
PERMISSIONS = {
    # Answers to the callers above. Of something of somebody's: to one's own, another's, and nobody's; readers and
    # administrators have nothing of their own.
    "GET /openapi.json": "200 200 200 200 200 200",
    "GET /bookme/meeting-topics": READ,
    "GET /bookme/meeting-themes": READ,
    "GET /bookme/time-slots/available": READ,
    "GET /bookme/time-slots/explain": "401 403 403 403 200 403",
    "POST /bookme/time-slots/reserve": "401 403 201 201 201 403",
    "GET /bookme/time-slots": "401 403 403 403 200 403",
    "DELETE /bookme/time-slots": "401 403 403 403 200 403",
    "GET /bookme/agendas": "401 403 403 403 200 403",
    "GET /bookme/time-slots/{timeSlotId}": "401 403 200/404/404 200/404/404 200/200/404 403",
    "PATCH /bookme/time-slots/{timeSlotId}": "401 403 200/404/404 200/404/404 200/200/404 403",
    "DELETE /bookme/time-slots/{timeSlotId}": "401 403 204/404/404 204/404/404 204/204/404 403",
    "POST /bookme/meetings": "401 403 201/404/404 201/404/404 201/201/404 403",
    "GET /bookme/meetings": READ,
    "GET /bookme/meetings/{meetingId}": "401 -/404/404 200/404/404 200/404/404 200/200/404 -/404/404",
    "PATCH /bookme/meetings/{meetingId}": "401 403 200/404/404 200/404/404 200/200/404 403",
    "DELETE /bookme/meetings/{meetingId}": "401 403 204/404/404 204/404/404 204/204/404 403",
    "POST /bookme/meetings/{meetingId}/ical": "401 -/404/404 200/404/404 200/404/404 200/200/404 -/404/404",
    "GET /bookme/meetings/{meetingId}/changes": ADMIN.format(200),
    "GET /bookme/room-vacancies": READ,
    "PUT /bookme/employees/{employeeId}/busy-calendar": "401 403 403 403 200 200",
    "GET /bookme/employees/{employeeId}/busy-calendar": "401 403 403 403 200 200",
    "POST /bookme/employees/{employeeId}/calendar-feed": "401 403 403 403 201 403",
    "DELETE /bookme/employees/{employeeId}/calendar-feed": "401 403 403 403 204 403",
    "GET /calendars/{secret}": "404 404 404 404 404 404",
    "GET /bookme/customers/{customerId}/data": ADMIN.format(200),
    "DELETE /bookme/customers/{customerId}/data": ADMIN.format(200),
    "GET /config/organisation": READ,
    "GET /config/customer-categories": READ,
    "PUT /config/organisation": ADMIN.format(200),
    "GET /config/changes": ADMIN.format(200),
    "GET /config/webhooks": ADMIN.format(200),
    "POST /config/webhooks": ADMIN.format(201),
    "GET /config/webhooks/{id}": ADMIN.format(200),
    "PUT /config/webhooks/{id}": ADMIN.format(200),
    "DELETE /config/webhooks/{id}": ADMIN.format(204),
    "GET /config/webhooks/{id}/deliveries": ADMIN.format(200),
    "POST /config/webhooks/{id}/deliveries/{deliveryId}/replay": ADMIN.format(404),
    "POST /config/webhooks/{id}/replay": ADMIN.format(202),
    "POST /config/webhooks/{id}/secret": ADMIN.format(200),
    "POST /config/webhooks/{id}/test": ADMIN.format(202),
    **{f"GET /config/{kind}": READ for kind in KINDS},
    **{f"GET /config/{kind}/{{id}}": READ for kind in KINDS},
    **{f"POST /config/{kind}": ADMIN.format(201) for kind in KINDS},
    **{f"PUT /config/{kind}/{{id}}": ADMIN.format(200) for kind in KINDS},
    **{f"DELETE /config/{kind}/{{id}}": ADMIN.format(204) for kind in KINDS},
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


class Owner:
    """Makes slots and meetings as one caller, each at a time of its own."""

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


@pytest.fixture(scope="module")
def api_of(callers: Callers) -> dict[str, Api]:
    clients = {name: callers.client(name) for name in ("reader", "partner", "staff", "admin")}
    return clients | {"anonymous": callers.with_token(None), "customer": callers.customer("67890")}


@pytest.fixture(scope="module")
def times(callers: Callers) -> Times:
    return Times(callers.client("staff"))


def ids(route: str, caller: str, api_of: dict[str, Api], callers: Callers, times: Times) -> list[str]:
    """The id for each answer of a cell: one's own, another's, nobody's."""
    is_slot = "{timeSlotId}" in route or route == "POST /bookme/meetings"
    callers.customer("67890")  # gives back what an earlier cell left held
    other = Owner(callers.customer("24680"), times)
    own = Owner(api_of[caller], times) if caller in ("customer", "partner", "staff") else other
    made = [(each.slot if is_slot else each.meeting)() for each in (own, other)]
    return [*made, "no-such-id"]


def ask(api: Api, route: str, id: str, times: Times, known: dict[str, Any]) -> int:
    method, path = route.split()
    if path.startswith("/config/") and method in ("POST", "PUT", "DELETE") and "{id}/" not in path:
        return configure(api, method, path, known)
    kind = path.split("/")[-1 if path.count("/") == 1 else 2]
    request: Json = {"params": QUERIES.get(route, QUERIES.get(path))}
    path = path.replace("{employeeId}", "anna").replace("{customerId}", "nobody").replace("{id}", str(known.get(kind)))
    match method, path:
        case "POST", "/bookme/time-slots/reserve":
            request["json"] = {"timeSlot": times.next(), "token": str(uuid.uuid4())}
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
    whose = ids(route, caller, api_of, callers, times) if len(answers) > 1 else ["no-such-id"]
    got = [
        "-" if answer == "-" else str(ask(api_of[caller], route, id, times, known))
        for answer, id in zip(answers, whose, strict=True)
    ]
    assert got == answers
