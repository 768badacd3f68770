"""Bad input, over HTTP: a clear error in the one shape (`Api.call` checks it), and nothing stored."""

import http.client
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.sign_in import Stack, client_token
from tests.stack.conftest import Api

JSON = {"Content-Type": "application/json"}
RESERVE = "/bookme/time-slots/reserve"
MEETINGS = "/bookme/meetings"
WRITES = [("POST", RESERVE), ("POST", MEETINGS), ("PUT", "/config/organisation"), ("PUT", "/config/rooms/new")]


def api_for(path: str, partner: Api, admin: Api) -> Api:
    return admin if path.startswith("/config") else partner


@pytest.fixture(autouse=True)
def _nothing_stored(stack: Stack, aws: Callable[[str], Any]) -> Iterator[None]:
    """The table holds after each of these tests what it held before; what webhooks still have to send aside."""

    def items() -> list[str]:
        pages = aws("dynamodb").get_paginator("scan").paginate(TableName=stack["tableName"])
        found = [item for page in pages for item in page["Items"] if not item["pk"]["S"].startswith("WEBHOOK#")]
        return sorted(json.dumps(item, sort_keys=True) for item in found)

    before = items()
    yield
    assert items() == before


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"1e999",
        b"NaN",
        b"\xff\xfe",
        b'{"a":' * 10_000,
        b"[" * 100_000,
        b'{"token": "\\ud800"}',
    ],
    ids=["none", "cut off", "null", "list", "text", "infinite", "NaN", "not UTF-8", "deep", "deeper", "surrogate"],
)
def test_a_body_that_is_not_a_json_object_is_400(partner: Api, admin: Api, method: str, path: str, body: bytes) -> None:
    answer = api_for(path, partner, admin).call(method, path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_REQUEST"
    assert answer.json()["details"]["errors"]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_wrong_types_are_400_and_each_bad_field_is_named(partner: Api, admin: Api, method: str, path: str) -> None:
    bad = {
        RESERVE: {"timeSlot": {"startDate": [], "endDate": {}, "employeeId": 5}, "token": True},
        MEETINGS: {"timeSlotId": {}, "type": 7, "bookedBy": [], "description": 1},
        "/config/organisation": {"name": 1, "slotInterval": "never", "closingDays": "yes", "surprise": 1},
        "/config/rooms/new": {"name": [], "location": 1, "capacity": "many", "surprise": 1},
    }[path]
    answer = api_for(path, partner, admin).call(method, path, json=bad)
    assert answer.status_code == 400
    assert len(answer.json()["details"]["errors"]) >= 3


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_body_of_ten_megabytes_is_413(partner: Api, admin: Api, method: str, path: str) -> None:
    body = json.dumps({"description": "x" * 10_485_760}).encode()
    answer = api_for(path, partner, admin).call(method, path, content=body, headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_body_that_is_not_json_at_all_is_415(partner: Api, admin: Api, method: str, path: str) -> None:
    answer = api_for(path, partner, admin).call(method, path, content=b"<a/>", headers={"Content-Type": "text/xml"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-01-11T11:00:00Z", "2027-01-11T10:00:00Z"),
        ("2027-01-11T10:00:00Z", "2027-01-11T10:00:00Z"),
        ("9999-12-31T22:00:00Z", "9999-12-31T23:00:00Z"),
        ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-23:59"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T01:00:00+14:00"),
        ("2020-01-06T10:00:00Z", "2020-01-06T11:00:00Z"),
        ("2027-02-30T10:00:00Z", "2027-02-30T11:00:00Z"),
        ("2027-03-28T02:30:00", "2027-03-28T03:30:00"),
        ("soon", "later"),
        ("", ""),
        ("2027-01-11T10:00:00Z", "2027-01-13T10:00:00Z"),
    ],
)
def test_times_that_cannot_be_are_400(partner: Api, start: str, end: str) -> None:
    slot = {"startDate": start, "endDate": end, "status": "Reserved", "employeeId": "bo"}
    reserved = partner.post(RESERVE, {"timeSlot": slot, "token": str(uuid.uuid4())})
    assert reserved.status_code == 400
    booked = partner.post(MEETINGS, {"bookedBy": "customer", "type": "online", "employeeId": "bo"} | slot)
    assert booked.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"requireEmployeeParticipation": "perhaps"},
        {"requireEmployeeParticipation": "false", "meetingDuration": "-60"},
        {"requireEmployeeParticipation": "false", "meetingDuration": "0"},
        {"requireEmployeeParticipation": "false", "lookForwardTime": "P99999999999D"},
        {"requireEmployeeParticipation": "false", "meetingTypes": "telepathic"},
        {"requireEmployeeParticipation": "false", "explicitEmployeeIds": "[1, {}]"},
        {"requireEmployeeParticipation": "false", "theme": "mortgage", "topicId": "pension"},
        {"requireEmployeeParticipation": "false", "timeZone": "../../etc/passwd"},
        {"requireEmployeeParticipation": "false", "startDate": "9999-12-31T23:59:59Z"},
        {"requireEmployeeParticipation": "false", "startDate": "soon"},
        {"requireEmployeeParticipation": "false", "startDate": "2027-03-28T02:30:00"},
        {"requireEmployeeParticipation": "false", "startDate": "2027-01-11", "endDate": "2027-01-10"},
    ],
    ids=lambda query: "&".join(f"{name}={value}" for name, value in query.items()) or "nothing",
)
def test_a_search_that_cannot_be_read_is_400(partner: Api, query: dict[str, str]) -> None:
    answer = partner.get("/bookme/time-slots/available", **query)
    assert answer.status_code == 400
    assert answer.json()["details"]["errors"]


@pytest.mark.parametrize("field", ["employeeId", "roomId", "topicId", "customerTypeId", "existingMeetingId"])
def test_an_id_that_nobody_has_is_404_and_named(partner: Api, field: str) -> None:
    offers = partner.get("/bookme/time-slots/available", requireEmployeeParticipation="false").json()
    slot = {name: offers[0][name] for name in ("startDate", "endDate", "employeeId")}
    body: dict[str, Any] = {"timeSlot": slot, "token": str(uuid.uuid4())}
    (body if field == "existingMeetingId" else slot)[field] = "nobody"
    answer = partner.post(RESERVE, body)
    assert answer.status_code == 404
    assert answer.json()["details"]["id"] == "nobody"


@pytest.mark.parametrize(
    "query", [{"theme": "nothing"}, {"customerCategoryId": "nobody"}, {"explicitEmployeeIds": "x"}]
)
def test_a_search_for_what_is_not_there_is_404(partner: Api, query: dict[str, str]) -> None:
    answer = partner.get("/bookme/time-slots/available", requireEmployeeParticipation="false", **query)
    assert answer.status_code == 404


def test_a_meeting_without_a_reservation_of_ones_own_is_404(partner: Api) -> None:
    answer = partner.post(MEETINGS, {"timeSlotId": "nothing", "bookedBy": "customer", "type": "physical"})
    assert answer.status_code == 404
    assert partner.post(f"{MEETINGS}/nothing/ical").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/config/rooms/..",
        "/config/rooms/%2e%2e",
        "/config/rooms/..%2f..%2fetc%2fpasswd",
        "/config/../../../etc/passwd",
        "/../../../etc/passwd",
        "/bookme/meetings/..%2f..",
        "/config/rooms/%00",
        "/config/rooms/%ff",
        "/config/rooms/" + "x" * 4000,
    ],
)
def test_a_path_that_climbs_finds_nothing(stack: Stack, path: str) -> None:
    address = urlsplit(stack["apiUrl"])
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)  # sends the path as it is
    connection.request("GET", address.path + path, headers={"Authorization": f"Bearer {client_token(stack, 'reader')}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status in (400, 404), text
    assert set(json.loads(text)) == {"code", "message", "details", "requestId"}
    connection.close()


def test_a_half_valid_configuration_is_refused_with_every_fault(admin: Api) -> None:
    answer = admin.call(
        "PUT",
        "/config/employees/new",
        json={
            "name": "Nobody",
            "locations": ["Atlantis"],
            "workdays": {"monday": [{"from": "12:00", "to": "08:00"}, {"from": "25:00", "to": "26:00"}]},
            "skills": {"topicIds": ["alchemy"]},
            "timeZone": "Mars/Olympus",
        },
    )
    assert answer.status_code == 400
    assert len(answer.json()["details"]["errors"]) >= 4
