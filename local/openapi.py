"""Builds the API's OpenAPI description out of the contract: `python -m local.openapi` writes docs/openapi.json.

The contract (`booking.http.contract`) declares requests, answers and operations; the configuration documents are
described by their pydantic models. What is here is only what a running function does not need: how the accepted forms
are written down, what headers and scopes mean, and which errors every operation has.
"""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import msgspec
from pydantic.json_schema import models_json_schema

from booking.domain import errors
from booking.domain.configuration import EmployeeType, MeetingType, RoomPolicy, Weeks
from booking.domain.documents import Kind
from booking.domain.events import EventType
from booking.domain.meeting import BookedBy, SlotStatus
from booking.domain.refusal import NOT_AVAILABLE, Reason
from booking.domain.urls import LONGEST_URL
from booking.http import contract, forms
from booking.http.configuration_documents import MODELS
from booking.http.contract.assistants import RpcRequest
from booking.http.contract.configuration import LATER_NAMES, PublicEmployee
from booking.http.contract.operation import Answer, Document, Listed, ListOf, Operation, PageOf, Tag
from booking.http.contract.paging import HIGHEST_LIMIT
from booking.http.contract.patches import PATCH_MEDIA_TYPES, PatchOperation
from booking.http.contract.problem import BadFields, Problem
from booking.http.contract.reading import fields_of
from booking.http.contract.time_slots import ReservedStatus
from booking.http.problems import TooLarge, UnsupportedMediaType, status_of_type
from local.deployment import load_template

ROOT = Path(__file__).parents[1]
DESCRIPTION = ROOT / "docs" / "openapi.json"
EXAMPLES = ROOT / "docs" / "examples.json"
"""What functions have answered, by operation and status (make examples).

A status without an answer of its own shows the operation's first; without any, the example is made of its fields'.
"""

type Schema = dict[str, Any]
type Struct = type[msgspec.Struct]

API_URL = "https://api-id.execute-api.eu-west-1.amazonaws.com/v1"
SIGN_IN_URL = "https://meeting-booking.auth.eu-west-1.amazoncognito.com"
"""Placeholders: `GET /openapi.json` puts the deployment's own addresses in their place."""

REF = "#/components/schemas/{name}"

READ_WHOLE = (PatchOperation, RpcRequest)
"""What is read by rules of its own, not field by field in every accepted form."""

INTRODUCTION = """\
Customers book meetings with an organisation's employees: fetch what can be booked, search for free time slots,
reserve one, create the meeting, download the calendar file.

* Date-times are ISO 8601. Without an offset, or as a bare date, they are wall-clock time in the organisation's time
  zone. Answers are in UTC, whole seconds.
* Durations are whole minutes (`60`), clock form (`01:00`, `7.00:00:00` is seven days) or ISO 8601 (`PT1H`).
* Enumerations may be sent in any case.
* List parameters may be repeated, separated by commas, a JSON array, or sent as `name[]=` or `name[0]=`.
* An empty parameter, an empty text in an optional field, and null in a body mean 'not given'.
* Unknown query parameters are ignored. Unknown body fields are ignored on booking calls, and refused in configuration
  documents.
* Every error has the same shape, the gateway's own errors too; `code` is for programs, `message` for people.
"""

TAGS = {
    "Booking": "Book a meeting: fetch what can be booked, search, reserve, create, download the calendar file.",
    "Time slots": "The rest of a time slot's life.",
    "Waitlist": "Wait for a time that is taken: whoever waits longest is offered what becomes free.",
    "Meetings": "The rest of a meeting's life.",
    "Calendars": "Rooms that are free, and employees' busy times from other calendars.",
    "Configuration": "What an organisation configures. Writing needs the scope `bookme/admin`.",
    "Webhooks": "Events sent to other systems, signed as the Standard Webhooks specification says.",
    "Customers": "What is kept about customers.",
    "Assistants": "Tools for assistants (Model Context Protocol).",
    "Description": "This description.",
}

PATH_VARIABLES = {
    "meetingId": ("The meeting's id.", "01JH8M7A3B6C9D2E5F8G1H4J7K"),
    "timeSlotId": ("The time slot's id.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z"),
    "waitlistId": ("The id of the entry of the waitlist.", "01JH8M6T6Y3E2V9Q5W7R4T1K0Z"),
    "employeeId": ("The employee's id.", "anna"),
    "customerId": ("The customer's id.", "67890"),
    "clientId": ("The client id of the partner.", "4u8g2mtr6hvm1b7e4c9k5n3q0a"),
    "id": ("The document's id.", "anna"),
    "secret": ("The end of the address that was answered when the feed was created.", "0a1b2c"),
    "deliveryId": ("The delivery's id.", "1799049601-0ab1"),
}

HEADERS: Mapping[str, Schema] = {
    "ETag": {"description": "The version, for `If-Match`.", "schema": {"type": "string"}, "example": '"1"'},
    "Location": {
        "description": "Where the new resource is, relative to the request's path.",
        "schema": {"type": "string"},
        "example": "meetings/01JH8M7A3B6C9D2E5F8G1H4J7K",
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}, "example": 1},
    "Vary": {
        "description": "Answers differ by this header of the request.",
        "schema": {"type": "string"},
        "example": "Accept-Language",
    },
    "Content-Language": {
        "description": "The locales of the names. Not sent where none is translated.",
        "schema": {"type": "string"},
        "example": "da-DK",
    },
    "Content-Disposition": {
        "description": "The file's name.",
        "schema": {"type": "string"},
        "example": 'attachment; filename="meeting-20270111.ics"',
    },
}

ONE_LINE = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]"
SPACES = r"\s*"


def _string(pattern: str, description: str, *examples: str, **more: Any) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$", "description": description, "examples": list(examples), **more}


def _any_case(*words: str) -> str:
    """A pattern that matches the words in any case, and spaces around them."""
    written = ["".join(f"[{each.upper()}{each.lower()}]" for each in word) for word in words]
    return f"{SPACES}(?:{'|'.join(written)}){SPACES}"


def _pattern(compiled: re.Pattern[str]) -> str:
    """The pattern of a form, which matches as a whole."""
    return f"(?:{compiled.pattern})"


_DURATION_TEXT = f"{SPACES}(?:[0-9]{{1,9}}|{_pattern(forms.CLOCK)}|{_pattern(forms.ISO_DURATION)}){SPACES}"

FORMS: Mapping[str, Schema] = {
    "Identifier": {
        "type": "string",
        "minLength": 1,
        "maxLength": forms.LONGEST_IDENTIFIER,
        "pattern": f"^{ONE_LINE}*$",
        "description": "An identifier: opaque text.",
        "examples": ["anna"],
    },
    "Instant": _string(
        SPACES + _pattern(forms.DATE_TIME) + SPACES,
        "A date-time (ISO 8601) in the years 1970 to 9998. Without an offset, or as a bare date, it is wall-clock time "
        "in the organisation's time zone.",
        "2027-01-11T10:00:00Z",
        "2027-01-11T11:00",
        "2027-01-11",
    ),
    "Date": _string(_pattern(forms.CALENDAR_DATE), "A local date.", "2027-01-11"),
    "TimeOfDay": _string(_pattern(forms.LOCAL_TIME), "A local time of day; 24:00 ends a day.", "08:30"),
    "Duration": {
        "description": "Whole minutes, clock form `[d.]hh:mm[:ss]`, or an ISO 8601 duration; at most 3660 days.",
        "examples": ["01:00", 60, "PT1H", "7.00:00:00"],
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": forms.LONGEST_DURATION_SECONDS // 60},
            {"type": "string", "pattern": f"^{_DURATION_TEXT}$"},
        ],
    },
    "PublicUrl": {
        "type": "string",
        "format": "uri",
        "maxLength": LONGEST_URL,
        "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://",
        "description": "An https URL with a public address. (http and loopback only where the deployment allows them.)",
        "examples": ["https://crm.example.com/hooks/booking"],
    },
    "EventName": {
        "type": "string",
        "pattern": f"^(?:{_any_case(*EventType)}|\\*)$",
        "description": "An event's name in any case, or `*` for every event.",
        "examples": ["MeetingCreated", "*"],
    },
    "Flag": {
        "description": "true or false; as text in any case.",
        "anyOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^{_any_case('true', 'false')}$"}],
    },
    "TimeZone": {
        "type": "string",
        "description": "The name of an IANA time zone.",
        "examples": ["Europe/Copenhagen"],
    },
    "Email": {
        "type": "string",
        "maxLength": forms.LONGEST_EMAIL,
        "pattern": f"^{SPACES}{_pattern(forms.EMAIL)}{SPACES}$",
        "description": "An e-mail address.",
        "examples": ["bo@example.com"],
    },
    "Phone": {
        "type": "string",
        "pattern": f"^{SPACES}{_pattern(forms.PHONE)}{SPACES}$",
        "description": "A telephone number in E.164 form.",
        "examples": ["+4512345678"],
    },
    "Language": {
        "type": "string",
        "pattern": f"^{SPACES}{_pattern(forms.LANGUAGE)}{SPACES}$",
        "description": "A language: a BCP 47 tag.",
        "examples": ["da"],
    },
    "HttpsUrl": {
        "type": "string",
        "maxLength": forms.LONGEST_URL,
        "pattern": f"^{SPACES}{_pattern(forms.HTTPS_URL)}{SPACES}$",
        "description": "An https URL.",
        "examples": ["https://video.example.com/123"],
    },
    "OptionalEmail": {
        "type": "string",
        "maxLength": forms.LONGEST_EMAIL,
        "pattern": f"^(?:{SPACES}{_pattern(forms.EMAIL)}{SPACES})?$",
        "description": "An e-mail address, or empty.",
        "examples": ["bo@example.com"],
    },
    "Line": {"type": "string", "pattern": f"^{ONE_LINE}*$", "description": "Text on one line."},
    "Text": {"type": "string", "description": "Text, which may have several lines."},
    "Limit": {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT},
    "Cursor": {"type": "string", "description": "A `nextCursor`, as it was given.", "maxLength": 400},
}

LINKS: Mapping[str, Mapping[str, Schema]] = {
    "reserve_time_slot": {
        "create_meeting": {"requestBody": {"timeSlotId": "$response.body#/id", "type": "Physical"}},
        "get_time_slot": {"parameters": {"timeSlotId": "$response.body#/id"}},
        "release_time_slot": {"parameters": {"timeSlotId": "$response.body#/id"}},
    },
    "create_meeting": {
        "download_meeting_ical": {"parameters": {"meetingId": "$response.body#/id"}},
        "get_meeting": {"parameters": {"meetingId": "$response.body#/id"}},
        "cancel_meeting": {"parameters": {"meetingId": "$response.body#/id"}},
    },
}
"""The links from an operation's answer to operations that can follow."""

EMPTY_TEXT: Schema = {"type": "string", "maxLength": 0}
"""What counts as not given in an optional field."""

ENUMERATIONS: Mapping[str, type[StrEnum]] = {
    each.__name__: each for each in (MeetingType, EmployeeType, RoomPolicy, Weeks, BookedBy, SlotStatus, ReservedStatus)
}
"""Those that requests may hold, by name."""

NAMED_BY_CODE = (errors.TooLateToChange, errors.TooManyMeetings, errors.CustomerBusy)
"""Conflicts of taking a time whose rule has the same name as the error."""

REFUSED_TIME: Schema = {
    "description": "Why a time cannot be reserved, booked or moved to.",
    "type": "object",
    "properties": {
        "reason": {
            "description": (
                "The rule that does not allow it. Callers without the staff scope read NOT_AVAILABLE where it is about "
                "an employee's working life."
            ),
            "enum": [*Reason, NOT_AVAILABLE, *(error.code for error in NAMED_BY_CODE)],
        },
    },
    "additionalProperties": True,
}
"""The details of a conflict of an operation that takes a time."""

COMMON_ERRORS = (
    errors.InvalidRequest,
    errors.TryAgain,
    errors.BookingError,
)
"""Of every operation."""
TOO_MANY_REQUESTS = (HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS")
"""Answers of the gateway itself."""


def operations() -> list[Operation]:
    """Every operation of the contract, by path and method."""
    found: list[Operation] = []
    for module in pkgutil.iter_modules(contract.__path__):
        for value in vars(importlib.import_module(f"{contract.__name__}.{module.name}")).values():
            if isinstance(value, Operation):
                found.append(value)
            elif isinstance(value, dict):
                found += [each for each in value.values() if isinstance(each, Operation)]
    return sorted(found, key=lambda each: (each.path, each.method))


def build() -> dict[str, Any]:
    """The description, with placeholders for the deployment's addresses."""
    all_operations = operations()
    schemas = _Schemas(all_operations)
    recorded = json.loads(EXAMPLES.read_text())
    paths: dict[str, dict[str, Any]] = {}
    for operation in all_operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas, recorded)
    shared_errors = _shared_errors(all_operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Meeting booking",
            "version": "1",
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": API_URL}],
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in Tag],
        "paths": paths,
        "components": {
            "schemas": schemas.used_by([paths, shared_errors]),
            "responses": shared_errors,
            "headers": HEADERS,
            "securitySchemes": {"oauth2": _security_scheme()},
        },
    }


def _security_scheme() -> dict[str, Any]:
    [server] = [
        each["Properties"]
        for each in load_template()["Resources"].values()
        if each["Type"] == "AWS::Cognito::UserPoolResourceServer"
    ]
    scopes = {f"{server['Identifier']}/{each['ScopeName']}": each["ScopeDescription"] for each in server["Scopes"]}
    addresses = {"tokenUrl": f"{SIGN_IN_URL}/oauth2/token", "scopes": scopes}
    return {
        "type": "oauth2",
        "description": (
            "Customers and employees sign in with the authorization code flow with PKCE; back ends of partners use "
            "client credentials."
        ),
        "flows": {
            "authorizationCode": {"authorizationUrl": f"{SIGN_IN_URL}/oauth2/authorize", **addresses},
            "clientCredentials": addresses,
        },
    }


class _Schemas:
    """The schemas of all requests and answers, by name."""

    def __init__(self, all_operations: Iterable[Operation]) -> None:
        self.requests, self.answers = _structs(all_operations)
        types = {*self.requests, *self.answers, Problem, BadFields, PublicEmployee, *ENUMERATIONS.values()}
        _, found = msgspec.json.schema_components(
            sorted(types, key=lambda each: each.__name__), schema_hook=lambda _type: {}, ref_template=REF
        )
        self._components: dict[str, Schema] = {name: _tidy(schema) for name, schema in found.items()}
        for model in self._requests_and_what_they_hold():
            self._components[model.__name__] = _as_sent(model, self._components[model.__name__])
        self._components |= {name: dict(schema) for name, schema in FORMS.items()}
        self._add_documents()
        self._components["RefusedTime"] = REFUSED_TIME
        self._components |= {f"{each.__name__}InAnyCase": _any_case_schema(each) for each in ENUMERATIONS.values()}

    def used_by(self, description: object) -> dict[str, Schema]:
        """The schemas that the description refers to, directly or through other schemas, by name."""
        used: dict[str, Schema] = {}
        left = [*_references(description)]
        while left:
            name = left.pop()
            if name not in used:
                used[name] = self._components[name]
                left += _references(used[name])
        return dict(sorted(used.items()))

    def parameters(self, query: Struct) -> Iterator[Schema]:
        """The parameters of a query, each under all of its names. An empty one counts as left out."""
        schema = self._components[query.__name__]
        for name, each in schema["properties"].items():
            own = ("description", "deprecated", "examples")
            described = {key: value for key, value in each.items() if key not in own}
            parameter = {"name": name, "in": "query", "required": name in schema.get("required", ())}
            parameter["description"] = each["description"]
            if "deprecated" in each:
                parameter["deprecated"] = True
            if "examples" in each:
                [parameter["example"]] = each["examples"]
            if not parameter["required"]:
                parameter["allowEmptyValue"] = True
            yield parameter | {"schema": _without_alternatives(described)}

    def of(self, body: Any, *, is_sent: bool = False) -> Schema:
        """The schema of a body as operations declare it."""
        match body:
            case ListOf():
                return {"type": "array", "items": self.of(body.item, is_sent=is_sent)}
            case PageOf():
                return {
                    "type": "object",
                    "properties": {
                        "items": {"type": "array", "items": self.of(body.item)},
                        "nextCursor": self._components["MeetingPage"]["properties"]["nextCursor"],
                    },
                    "required": ["items", "nextCursor"],
                }
            case Listed(kind) if not is_sent:
                listed = self._listed(kind)
                return (
                    {"anyOf": [_ref(listed), _ref(PublicEmployee.__name__)]} if kind is Kind.EMPLOYEES else _ref(listed)
                )
            case Document(kind):
                name = MODELS[kind].__name__ if is_sent else _answer_name(MODELS[kind].__name__)
                if kind is Kind.EMPLOYEES and not is_sent:
                    return {"anyOf": [_ref(name), _ref(PublicEmployee.__name__)]}
                return _ref(name)
        if body is str:
            return {"type": "string"}
        if body == dict[str, Any]:
            return {"type": "object"}
        return _ref(body.__name__)

    def example(self, schema: Schema) -> Any:
        return example_of(schema, self._components)

    def _listed(self, kind: Kind) -> str:
        """The name of the schema of a document in a plain list."""
        document = self._components[_answer_name(MODELS[kind].__name__)]
        name = f"Listed{_answer_name(MODELS[kind].__name__)}"
        later = {
            later: {**document["properties"][ours], "description": f"The same as {ours}."}
            for later, ours in LATER_NAMES[kind].items()
        }
        self._components[name] = {**document, "properties": {**document["properties"], **later}}
        return name

    def _requests_and_what_they_hold(self) -> set[Struct]:
        found, left = set[Struct](), list(self.requests)
        while left:
            model = left.pop()
            if model not in found and model not in READ_WHOLE:
                found.add(model)
                left += [field.model for field in fields_of(model) if field.model is not None]
        return found

    def _add_documents(self) -> None:
        """Configuration documents: each model as it is sent, and as it is stored and answered."""
        _, sent = models_json_schema([(model, "validation") for model in MODELS.values()], ref_template=PYDANTIC_REF)
        _, kept = models_json_schema([(model, "serialization") for model in MODELS.values()], ref_template=PYDANTIC_REF)
        sent, kept = sent["$defs"], kept["$defs"]
        for name, schema in sent.items():
            if "properties" not in schema and "anyOf" not in schema:
                continue  # an enumeration, which is described already
            for field, each in schema.get("properties", {}).items():
                if "default" in each:
                    each["default"] = kept[name]["properties"][field]["default"]
            if "id" in schema.get("properties", {}):
                schema["required"] = [field for field in schema["required"] if field != "id"]
            self._components[name] = _tidy(_enumerations_in_any_case(schema))
        for name, schema in kept.items():
            if "enum" not in schema:
                self._components[_answer_name(name)] = _tidy(_answered(schema, kept))


PYDANTIC_REF = REF.replace("{name}", "{model}")


def _answered(schema: Schema, models: Mapping[str, Schema]) -> Schema:
    """A document as it is answered: fields that came later than the stored document are not in it."""

    def renamed(value: Any) -> Any:
        match value:
            case {"$ref": str(ref)} if "enum" not in models[ref.rpartition("/")[2]]:
                return {**value, "$ref": REF.format(name=_answer_name(ref.rpartition("/")[2]))}
            case dict():
                return {key: renamed(each) for key, each in value.items() if key not in LIMITS}
            case list():
                return [renamed(each) for each in value]
        return value

    return cast(Schema, renamed({key: each for key, each in schema.items() if key != "additionalProperties"}))


LIMITS = {"maxLength", "minLength", "maxItems", "minimum", "maximum", "default"}
"""Keywords that apply to requests only."""


def _answer_name(model: str) -> str:
    for suffix in ("Document", "Fields"):
        if model.endswith(suffix):
            return model.removesuffix(suffix)
    return f"{model}Answer"


def _structs(all_operations: Iterable[Operation]) -> tuple[set[Struct], set[Struct]]:
    """The structs that requests are read into, and those that are answered."""
    requests: set[Struct] = set()
    answers: set[Struct] = set()
    for operation in all_operations:
        requests |= {each for each in (operation.query, _struct(operation.body)) if each is not None}
        answers |= {each for answer in operation.answers.values() if (each := _struct(answer.body)) is not None}
    return requests, answers


def _struct(body: Any) -> Struct | None:
    if isinstance(body, ListOf | PageOf):
        return _struct(body.item)
    return body if isinstance(body, type) and issubclass(body, msgspec.Struct) else None


def _tidy(schema: Any) -> Any:
    """Forms by reference, and without the titles and defaults that say nothing."""
    if isinstance(schema, list | tuple):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: {name: _tidy(each) for name, each in value.items()} if key == "properties" else _tidy(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value in (None, [], (), {}))
    }
    if "x-form" in tidy:
        form = str(tidy.pop("x-form"))
        for key in ("type", "format", "items", "prefixItems", "minItems", "maxItems"):
            tidy.pop(key, None)
        return {**_ref(form), **tidy}
    return tidy


def _as_sent(model: Struct, schema: Schema) -> Schema:
    """A request's object: every name of each field, any case of enumerations, and what counts as not given."""
    properties: Schema = {}
    required = list(schema.get("required", ()))
    for field in fields_of(model):
        name, *aliases = field.names
        each = _enumerations_in_any_case(schema["properties"][name])
        if not field.is_required and not field.is_list and field.model is None and not field.takes_empty:
            each = _or_not_given(each)
        properties[name] = each
        for alias in aliases:
            properties[alias] = {**each, "description": f"The same as {name}.", "deprecated": True}
    changed = {**schema, "properties": properties}
    if required:
        changed["required"] = required
    return changed


def _or_not_given(schema: Schema) -> Schema:
    """A field's that may also be null or an empty text."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], EMPTY_TEXT]}
    said: Schema = {key: schema[key] for key in ("description", "default", "examples") if key in schema}
    value = {key: each for key, each in schema.items() if key not in said}
    return {**said, "anyOf": [value, {"type": "null"}, EMPTY_TEXT]}


def _without_alternatives(schema: Schema) -> Schema:
    """A parameter's: null and the empty text are no values of it."""
    if "anyOf" not in schema:
        return schema
    [value] = [each for each in schema["anyOf"] if each not in ({"type": "null"}, EMPTY_TEXT)]
    return {**value, **{key: each for key, each in schema.items() if key != "anyOf"}}


def _references(description: object) -> Iterator[str]:
    match description:
        case {"$ref": str(ref), **rest}:
            if ref.startswith("#/components/schemas/"):
                yield ref.rpartition("/")[2]
            yield from _references(rest)
        case dict():
            for each in description.values():
                yield from _references(each)
        case list():
            for each in description:
                yield from _references(each)


def _enumerations_in_any_case(schema: Any) -> Any:
    match schema:
        case {"$ref": str(ref)} if (name := ref.rpartition("/")[2]) in ENUMERATIONS:
            return {**schema, "$ref": REF.format(name=f"{name}InAnyCase")}
        case dict():
            return {key: _enumerations_in_any_case(each) for key, each in schema.items()}
        case list():
            return [_enumerations_in_any_case(each) for each in schema]
    return schema


def _any_case_schema(enumeration: type[StrEnum]) -> Schema:
    return {
        "description": "In any case.",
        "anyOf": [
            _ref(enumeration.__name__),
            {"type": "string", "pattern": f"^{_any_case(*enumeration)}$"},
        ],
    }


def _operation(operation: Operation, schemas: _Schemas, recorded: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.description:
        described["description"] = operation.description
    if operation.deprecated:
        described["deprecated"] = True
    described["security"] = [{"oauth2": [scope]} for scope in sorted(operation.scopes)]
    if parameters := [*_path_parameters(operation), *_query_parameters(operation, schemas), *_headers(operation)]:
        described["parameters"] = parameters
    if operation.body is not None:
        content = {"schema": schemas.of(operation.body, is_sent=True)}
        described["requestBody"] = {
            "required": not operation.is_body_optional,
            "content": dict.fromkeys(operation.media_types, content),
        }
    described["responses"] = {
        **{
            str(int(status)): _answer(
                answer, schemas, LINKS.get(operation.id, {}), _recorded(recorded, operation.id, status)
            )
            for status, answer in sorted(operation.answers.items())
        },
        **_errors(operation),
    }
    return described


def _recorded(recorded: Mapping[str, Any], id: str, status: HTTPStatus) -> Any:
    """What the operation has answered; None if that is not known."""
    by_status = recorded.get(id, {})
    return by_status.get(str(int(status)), next(iter(by_status.values()), None))


def _path_parameters(operation: Operation) -> Iterator[Schema]:
    for name in re.findall(r"{(\w+)}", operation.path):
        description, example = PATH_VARIABLES[name]
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": description,
            "schema": _ref("Identifier"),
            "example": example,
        }


def _query_parameters(operation: Operation, schemas: _Schemas) -> Iterator[Schema]:
    if operation.query is not None:
        yield from schemas.parameters(operation.query)


def _headers(operation: Operation) -> Iterator[Schema]:
    if operation.method == "POST":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and body from the same caller give the first answer again, for 24 hours. "
            "An empty key is none.",
            "schema": {"type": "string"},
            "example": "6f1d1f0e-6f0a-4d52-8f8e-0d6a3f6d0b51",
        }
    if any("Vary" in answer.headers for answer in operation.answers.values()):
        yield {
            "name": "Accept-Language",
            "in": "header",
            "required": False,
            "description": "The languages that names are wanted in (RFC 9110, 12.5.4).",
            "schema": {"type": "string"},
            "example": "da, en;q=0.8",
        }
    if operation.has_if_match:
        yield {
            "name": "If-Match",
            "in": "header",
            "required": False,
            "description": "The ETag of the version that is to be changed; 412 if it is no longer the newest.",
            "schema": {"type": "string"},
            "example": '"1"',
        }


def _answer(answer: Answer, schemas: _Schemas, links: Mapping[str, Schema], recorded: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.description}
    if answer.headers:
        described["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in answer.headers}
    if links:
        described["links"] = {id: {"operationId": id, **link} for id, link in links.items()}
    if answer.body is not None:
        content = {"schema": schemas.of(answer.body)}
        if answer.media_type == "application/json" and answer.body != dict[str, Any]:
            content["example"] = schemas.example(content["schema"]) if recorded is None else recorded
        described["content"] = {answer.media_type: content}
    return described


def _errors(operation: Operation) -> dict[str, Any]:
    """By status: every code that the operation, the functions' frame or the gateway may answer."""
    codes: dict[HTTPStatus, list[str]] = {}
    for error in _errors_of(operation):
        codes.setdefault(status_of_type(error), []).append(error.code)
    status, code = TOO_MANY_REQUESTS
    codes.setdefault(status, []).insert(0, code)
    return {
        str(int(status)): {"$ref": f"#/components/responses/{_error_name(status)}"}
        if status is not HTTPStatus.CONFLICT and len(codes[status]) == 1
        else _error(status, codes[status])
        for status in sorted(codes)
    }


def _shared_errors(all_operations: Iterable[Operation]) -> dict[str, Any]:
    """Those of a status that usually has one code: by the name of the status."""
    found = {error for operation in all_operations for error in _errors_of(operation)}
    usual = found - {errors.TooManyHolds, errors.NotLinked}
    codes = {(status_of_type(error), error.code) for error in usual} | {TOO_MANY_REQUESTS}
    shared = sorted(each for each in codes if each[0] is not HTTPStatus.CONFLICT)
    return {_error_name(status): _error(status, [code]) for status, code in shared}


def _error_name(status: HTTPStatus) -> str:
    return status.phrase.replace(" ", "")


def _errors_of(operation: Operation) -> Iterator[type[errors.BookingError]]:
    found = [*COMMON_ERRORS, *operation.errors]
    if operation.scopes:
        found += [errors.Unauthenticated, errors.Forbidden]
    if "{" in operation.path:
        found.append(errors.NotFound)
    if operation.has_if_match or PATCH_MEDIA_TYPES[0] in operation.media_types:
        found.append(errors.Stale)
    if operation.body is not None:
        found += [TooLarge, UnsupportedMediaType]
    if operation.method == "POST":
        found.append(errors.IdempotencyKeyReused)
    yield from dict.fromkeys(found)


def _error(status: HTTPStatus, codes: list[str]) -> dict[str, Any]:
    properties: Schema = {"code": {"enum": codes}}
    if status is HTTPStatus.BAD_REQUEST:
        properties["details"] = _ref(BadFields.__name__)
    if errors.SlotNotOffered.code in codes:
        properties["details"] = _ref("RefusedTime")
    described: dict[str, Any] = {
        "description": f"{status.phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {"application/json": {"schema": {"allOf": [_ref(Problem.__name__)], "properties": properties}}},
    }
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        described["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return described


def example_of(schema: Schema, schemas: Mapping[str, Schema], *, only_required: bool = False) -> Any:
    """A value of that schema, made of the examples of its fields; those that may be left out and have none are."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, only_required=only_required)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, only_required=only_required)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                name: example_of(each, schemas, only_required=only_required)
                for name, each in schema.get("properties", {}).items()
                if name in required or ("examples" in each and not only_required)
            }
        case "array":
            return [example_of(schema["items"], schemas, only_required=only_required)]
        case "integer":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    return "example"


def _ref(name: str) -> Schema:
    return {"$ref": REF.format(name=name)}


def text() -> str:
    """The text of docs/openapi.json."""
    return json.dumps(build(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    DESCRIPTION.parent.mkdir(exist_ok=True)
    DESCRIPTION.write_text(text())
    print(f"{DESCRIPTION.relative_to(ROOT)}: {len(operations())} operations")
