"""Builds docs/meeting-booking.postman_collection.json and its environment: `python -m local.postman`.

Folder 1 is the flow of the API's documentation, in its order. After it stands every operation of docs/openapi.json, by
tag. Tokens are fetched by the collection itself, with the client ids and secrets of the environment.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.openapi import DESCRIPTION, ROOT, example_of

COLLECTION = ROOT / "docs" / "meeting-booking.postman_collection.json"
ENVIRONMENT = ROOT / "docs" / "meeting-booking.postman_environment.json"

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

type Json = dict[str, Any]

VARIABLES = {
    "baseUrl": "https://api-id.execute-api.eu-west-1.amazonaws.com/v1",
    "tokenUrl": "https://meeting-booking.auth.eu-west-1.amazoncognito.com/oauth2/token",
    "partnerClientId": "",
    "partnerClientSecret": "",
    "staffClientId": "",
    "staffClientSecret": "",
    "adminClientId": "",
    "adminClientSecret": "",
    "customerTypeId": "private",
    "topicId": "mortgage",
    "meetingType": "physical",
    "location": "Copenhagen",
}
"""The environment: what differs from deployment to deployment. The ids are those of the demo organisation."""

SECRETS = frozenset(name for name in VARIABLES if name.endswith("Secret"))

CLIENTS = {"bookme/read": "partner", "bookme/partner": "partner", "bookme/staff": "staff", "bookme/admin": "admin"}
"""Whose token is used for an operation: the first of these whose scope it takes."""

FETCH_TOKENS = """\
// A token for each client of the environment, fetched when the collection has none yet or it is about to expire.
for (const client of ["partner", "staff", "admin"]) {
  const id = pm.environment.get(`${client}ClientId`);
  const secret = pm.environment.get(`${client}ClientSecret`);
  if (!id || pm.collectionVariables.get(`${client}TokenUntil`) > Date.now()) continue;
  pm.sendRequest({
    url: pm.environment.get("tokenUrl"),
    method: "POST",
    header: { "Content-Type": "application/x-www-form-urlencoded", Authorization: "Basic " + btoa(`${id}:${secret}`) },
    body: { mode: "raw", raw: "grant_type=client_credentials" },
  }, (error, answer) => {
    if (error) throw error;
    pm.collectionVariables.set(`${client}Token`, answer.json().access_token);
    pm.collectionVariables.set(`${client}TokenUntil`, Date.now() + (answer.json().expires_in - 60) * 1000);
  });
}
"""

NOT_EMPTY = 'pm.test("There are {what}", () => pm.expect(pm.response.json()).to.be.an("array").that.is.not.empty);'
HAS_STATUS = 'pm.test("{name}", () => pm.expect(pm.response.code).to.be.oneOf({statuses}));'


def flow() -> list[Json]:
    """The documentation's flow, with its own descriptions."""
    return [
        _folder(
            "1. Fetching Configuration Details",
            "Before customers can book a meeting, you need to retrieve relevant configuration details.",
            [
                _request(
                    "Fetch Meeting Themes",
                    "GET",
                    "/bookme/meeting-topics?isCustomer=true&customerCategoryId={{customerTypeId}}",
                    "Returns a list of available meeting topics.",
                    [NOT_EMPTY.format(what="topics")],
                ),
                _request(
                    "Fetch Customer Types",
                    "GET",
                    "/config/customer-types",
                    "Returns available customer types.",
                    [
                        'pm.test("The customer type is one", () => pm.expect(pm.response.json().map((each) => each.id))'
                        '.to.include(pm.environment.get("customerTypeId")));'
                    ],
                ),
                _request(
                    "Fetch Employees",
                    "GET",
                    "/config/employees",
                    "Returns a list of employees who can be booked.",
                    [NOT_EMPTY.format(what="employees")],
                ),
                _request(
                    "Fetch Rooms",
                    "GET",
                    "/config/rooms",
                    "Returns available rooms for meetings.",
                    [NOT_EMPTY.format(what="rooms")],
                ),
            ],
        ),
        _folder(
            "2. Fetching Available Time Slots",
            "Once the customer has selected a theme, category, employee, and room, retrieve the available time slots.",
            [
                _request(
                    "Fetch Available Time Slots",
                    "GET",
                    "/bookme/time-slots/available?requireEmployeeParticipation=true&theme={{topicId}}"
                    "&customerCategoryId={{customerTypeId}}&meetingTypes={{meetingType}}&requireRoom=true"
                    "&customerLocation={{location}}&lookForwardTime=P14D",
                    "Returns a list of available time slots based on the search filters.",
                    [
                        "const offers = pm.response.json();",
                        'pm.test("There is a time", () => pm.expect(offers).to.be.an("array").that.is.not.empty);',
                        "const offer = offers[Math.floor(Math.random() * offers.length)];",
                        'for (const name of ["startDate", "endDate", "employeeId", "roomId"])',
                        "  pm.collectionVariables.set(name, offer[name]);",
                    ],
                )
            ],
        ),
        _folder(
            "3. Reserving a Time Slot",
            "After choosing an available time slot, the customer must reserve it.",
            [
                _request(
                    "Reserve a Time Slot",
                    "POST",
                    "/bookme/time-slots/reserve",
                    "Confirms the reservation of the selected time slot.",
                    [
                        'pm.test("It is held", () => pm.expect(pm.response.json().status).to.equal("Reserved"));',
                        'pm.collectionVariables.set("timeSlotId", pm.response.json().id);',
                    ],
                    body={
                        "timeSlot": {
                            "startDate": "{{startDate}}",
                            "endDate": "{{endDate}}",
                            "status": "Reserved",
                            "employeeId": "{{employeeId}}",
                            "roomId": "{{roomId}}",
                        },
                        "token": "{{$guid}}",
                    },
                    status=201,
                )
            ],
        ),
        _folder(
            "4. Creating a Meeting",
            "Once the time slot is reserved, finalize the meeting by creating a meeting record.",
            [
                _request(
                    "Create a Meeting",
                    "POST",
                    "/bookme/meetings",
                    "Returns confirmation of the created meeting.",
                    [
                        'pm.test("It is confirmed", () => pm.expect(pm.response.json().status).to.equal("Confirmed"));',
                        'pm.collectionVariables.set("meetingId", pm.response.json().id);',
                    ],
                    body={
                        "bookedBy": "customer",
                        "customerCategoryId": "{{customerTypeId}}",
                        "timeSlotId": "{{timeSlotId}}",
                        "type": "{{meetingType}}",
                        "themeId": "{{topicId}}",
                        "roomId": "{{roomId}}",
                        "employeeId": "{{employeeId}}",
                        "customerId": "customer-{{$randomInt}}",
                        "description": "Meeting description",
                    },
                    status=201,
                ),
                _request(
                    "Downloading an ICS File",
                    "POST",
                    "/bookme/meetings/{{meetingId}}/ical",
                    "Returns the meeting details in iCal format. All properties are optional in the request body. If a "
                    "property is not provided, the default value will be used.",
                    ['pm.test("It is a calendar", () => pm.expect(pm.response.text()).to.match(/^BEGIN:VCALENDAR/));'],
                    body={"title": "Meeting title", "description": "Meeting description"},
                    headers={"Accept": "text/calendar"},
                ),
            ],
        ),
    ]


def operations(described: Json) -> list[Json]:
    """Every operation of the description, by tag. The test of each: its status is a declared one, and no 5xx."""
    folders: dict[str, list[Json]] = {tag["name"]: [] for tag in described["tags"]}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            folders[operation["tags"][0]].append(_operation(described, path, method, operation))
    return [
        _folder(tag["name"], tag["description"], folders[tag["name"]])
        for tag in described["tags"]
        if folders[tag["name"]]
    ]


def _operation(described: Json, path: str, method: str, operation: Json) -> Json:
    statuses = sorted(int(status) for status in operation["responses"] if int(status) < 500)
    headers = {}
    body: object = None
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        body = (
            example_of(content["schema"], described["components"]["schemas"], only_required=True)
            if media_type != "text/calendar"
            else CALENDAR
        )
        headers["Content-Type"] = media_type
        break
    if operation["operationId"] in BODIES:
        body = BODIES[operation["operationId"]]
    query = "&".join(
        f"{each['name']}={_text(each.get('example', 'true'))}"
        for each in operation.get("parameters", ())
        if each["in"] == "query" and each["required"]
    )
    if method == "put" and path == "/config/organisation":
        headers["If-Match"] = '"0"'  # so that pressing Send replaces nobody's settings
    return _request(
        operation["summary"],
        method.upper(),
        _with_variables(path) + (f"?{query}" if query else ""),
        operation.get("description", ""),
        [],
        body=body,
        headers=headers,
        statuses=statuses,
        client=_client(operation),
    )


CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nEND:VCALENDAR\r\n"

BODIES: Mapping[str, object] = {
    "update_time_slot": [{"op": "replace", "path": "/status", "value": "Booked"}],
    "update_meeting": [{"op": "replace", "path": "/title", "value": "Mortgage meeting"}],
}

CHAINED = frozenset({"meetingId", "timeSlotId"})
"""Variables that the flow has set; other ids are `example`, which nothing in an organisation should be called."""


def _with_variables(path: str) -> str:
    parts = (part.strip("{}") if part.startswith("{") else None for part in path.split("/"))
    return "/".join(
        text if name is None else f"{{{{{name}}}}}" if name in CHAINED else "example"
        for name, text in zip(parts, path.split("/"), strict=True)
    )


def _client(operation: Json) -> str | None:
    scopes = {scope for each in operation["security"] for scope in each["oauth2"]}
    return next((client for scope, client in CLIENTS.items() if scope in scopes), None)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _folder(name: str, description: str, items: list[Json]) -> Json:
    return {"name": name, "description": description, "item": items}


def _request(
    name: str,
    method: str,
    url: str,
    description: str,
    tests: list[str],
    *,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    statuses: list[int] | None = None,
    client: str | None = "partner",
) -> Json:
    expected = statuses or [status]
    said = "The answer is a declared one" if statuses else f"It answers {status}"
    sent = {"Content-Type": "application/json"} if body is not None else {}
    request: Json = {
        "method": method,
        "header": [{"key": key, "value": value} for key, value in {**sent, **(headers or {})}.items()],
        "url": f"{{{{baseUrl}}}}{url}",
        "description": description,
        "auth": _auth(client),
    }
    if body is not None:
        request["body"] = {"mode": "raw", "raw": body if isinstance(body, str) else json.dumps(body, indent=2)}
    script = [HAS_STATUS.format(name=said, statuses=expected), *tests]
    return {
        "name": name,
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": script}}],
        "request": request,
    }


def _auth(client: str | None) -> Json:
    if client is None:
        return {"type": "noauth"}
    settings = {
        "accessToken": f"{{{{{client}Token}}}}",
        "addTokenTo": "header",
        "tokenType": "Bearer",
        "grant_type": "client_credentials",
        "accessTokenUrl": "{{tokenUrl}}",
        "clientId": f"{{{{{client}ClientId}}}}",
        "clientSecret": f"{{{{{client}ClientSecret}}}}",
        "client_authentication": "header",
    }
    return {
        "type": "oauth2",
        "oauth2": [{"key": key, "value": value, "type": "string"} for key, value in settings.items()],
    }


def collection() -> Json:
    described = json.loads(DESCRIPTION.read_text())
    return {
        "info": {
            "name": "Meeting booking",
            "description": "Folder 1 books a meeting from the first call to the calendar file; the other folders have "
            "every operation. Fill in the environment's addresses, client ids and secrets first.",
            "schema": SCHEMA,
        },
        "auth": _auth("partner"),
        "event": [
            {"listen": "prerequest", "script": {"type": "text/javascript", "exec": FETCH_TOKENS.splitlines()}},
        ],
        "variable": [{"key": name, "value": ""} for name in _variables()],
        "item": [
            _folder(
                "Customer Meeting Booking",
                "How to book a meeting: search for available time slots, reserve a slot, and create a meeting.",
                flow(),
            ),
            *operations(described),
        ],
    }


def _variables() -> Iterator[str]:
    yield from ("startDate", "endDate", "employeeId", "roomId", "timeSlotId", "meetingId")
    for client in ("partner", "staff", "admin"):
        yield f"{client}Token"


def environment() -> Json:
    return {
        "name": "Meeting booking",
        "values": [
            {"key": name, "value": value, "type": "secret" if name in SECRETS else "default", "enabled": True}
            for name, value in VARIABLES.items()
        ],
    }


def files() -> dict[Any, str]:
    """Both files, as they have to be."""
    return {
        file: json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        for file, content in ((COLLECTION, collection()), (ENVIRONMENT, environment()))
    }


if __name__ == "__main__":
    for file, content in files().items():
        file.write_text(content)
        print(file.relative_to(ROOT))
