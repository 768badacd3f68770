"""Two references for people, out of the declarations: `python -m local.references` writes docs/errors.md and
docs/configuration.md."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from booking.domain.documents import Kind
from booking.domain.misfits import NOT_CONFIGURED
from booking.domain.refusal import PRIVATE_REASONS, Reason
from booking.http.configuration_documents import MODELS
from local.openapi import ROOT, build

ERRORS = ROOT / "docs" / "errors.md"
CONFIGURATION = ROOT / "docs" / "configuration.md"

type Schema = Mapping[str, Any]

MEANINGS = {
    "INVALID_REQUEST": ("Fields are wrong. `details.errors` lists each: `where`, `sent`, `accepted`.", "Correct them."),
    "UNAUTHENTICATED": ("There is no valid access token.", "Sign in again."),
    "FORBIDDEN": (
        "The token does not allow this call. `details.accepted` lists the scopes that do.",
        "Use another client.",
    ),
    "PARTNER_NOT_LINKED": (
        "The organisation asks for consent (`partnerConsent`), and the customer is not linked to this partner.",
        "Have the customer or an administrator [link them](partners.md).",
    ),
    "NOT_FOUND": ("It does not exist, or belongs to somebody else.", "Check the id."),
    "CONFLICT": ("The present state does not allow it.", "Read the resource again."),
    "SLOT_TAKEN": ("An employee is no longer free.", "Search again."),
    "ROOM_TAKEN": ("The room is no longer free.", "Search again."),
    "SLOT_NOT_OFFERED": ("A rule does not allow this time. `details.reason` names the rule.", "Search again."),
    "TOO_LONG": ("The meeting is longer than customers may book.", "Choose a shorter time."),
    "RESERVATION_EXPIRED": ("The reservation has lapsed, and the time is taken.", "Search again."),
    "SLOT_MISMATCH": (
        "The request contradicts the time slot that it names.",
        "Send the slot's own values, or leave them out.",
    ),
    "MEETING_CANCELLED": ("The meeting is cancelled.", "Book a new one."),
    "MEETING_OVER": ("The meeting has ended; only employees may still change it.", "Ask an employee."),
    "TOO_LATE_TO_CANCEL": ("The notice that customers must give has passed.", "Ask an employee."),
    "TOO_LATE_TO_CHANGE": ("The notice that customers must give for a move has passed.", "Ask an employee."),
    "ALREADY_EXISTS": ("There is a document with this id.", "Use `PUT`, or another id."),
    "IN_USE": ("Something else refers to it.", "Remove what `details` names first."),
    "SWITCHED_OFF": ("This deployment was made without this feature.", "Ask the operator."),
    "TOO_MANY_HOLDS": (
        "The customer holds the maximum number of time slots.",
        "Book or release one, or wait `Retry-After` seconds.",
    ),
    "TOO_MANY_MEETINGS": (
        "The customer has the maximum number of meetings to come (`details.maxUpcomingMeetings`; with `topicId`, about "
        "that topic).",
        "Cancel one, or wait until one has begun.",
    ),
    "CUSTOMER_BUSY": ("The customer has another meeting at that time.", "Choose another time, or move that meeting."),
    "TOO_MANY_WAITING": ("The customer has as many waitlist entries as are allowed.", "Withdraw one of them first."),
    "TOO_MANY_PARTNERS": ("The customer is linked to as many partners as are allowed.", "Remove a link first."),
    "TOO_MANY_REQUESTS": ("The gateway limits how many requests it accepts.", "Wait `Retry-After` seconds."),
    "STALE": ("`If-Match` names an older version.", "Read it again and decide again."),
    "IDEMPOTENCY_KEY_REUSED": ("The `Idempotency-Key` was sent with another body before.", "Use a new key."),
    "CONTENT_TOO_LARGE": ("The body is too large.", "Send less."),
    "UNSUPPORTED_MEDIA_TYPE": ("The `Content-Type` is not one that this call accepts.", "Send one that it does."),
    "TRY_AGAIN": ("The system is busy. Nothing was written.", "Repeat the request after `Retry-After` seconds."),
    "INTERNAL_ERROR": ("A fault of the system.", "Report the `requestId`."),
}
"""By code: what it means, and what a client does then."""

EVERYWHERE = "all"

GENERATED = "<!-- Written by make openapi out of the declarations. Do not edit. -->\n"


def files() -> dict[Path, str]:
    """The two pages, as they have to be. Raises LookupError for a code whose meaning is not written down."""
    described = build()
    return {ERRORS: _errors(described), CONFIGURATION: _configuration(described["components"]["schemas"])}


def _errors(described: Schema) -> str:
    answered: dict[tuple[int, str], list[str]] = {}
    operations = [each for methods in described["paths"].values() for each in methods.values()]
    for operation in operations:
        for status, answer in operation["responses"].items():
            for code in _codes(answer, described["components"]["responses"]):
                answered.setdefault((int(status), code), []).append(operation["operationId"])
    lines = [
        "# Error codes\n",
        GENERATED,
        "Every error has one shape. `code` is for programs and does not change; `message` is for people and may.\n",
        "```json",
        '{"code": "SLOT_TAKEN", "message": "The employee is not free.", "details": {}, "requestId": "…"}',
        "```\n",
        "| status | code | meaning | what a client does | operations |",
        "|---|---|---|---|---|",
    ]
    for (status, code), ids in sorted(answered.items()):
        if code not in MEANINGS:
            raise LookupError(f"Say in MEANINGS (local/references.py) what {code} means.")
        meaning, advice = MEANINGS[code]
        lines.append(f"| {status} | `{code}` | {meaning} | {advice} | {_operations(ids, len(operations))} |")
    lines += [
        "\n## Reasons\n",
        "The `details.reason` of `SLOT_NOT_OFFERED`, and the reasons of `GET /bookme/time-slots/explain` and",
        "`GET /bookme/meetings/misfits`. Those with a star are for employees; other callers read `NOT_AVAILABLE`.",
        f"Misfits have one more, `{NOT_CONFIGURED}`: the meeting's employee, room, topic or customer type was",
        "deleted.\n",
        "| reason | meaning |",
        "|---|---|",
        *(f"| `{reason}`{'\\*' if reason in PRIVATE_REASONS else ''} | {reason.sentence} |" for reason in Reason),
    ]
    return "\n".join(lines) + "\n"


def _codes(answer: Schema, shared: Mapping[str, Schema]) -> Iterator[str]:
    if "$ref" in answer:
        answer = shared[answer["$ref"].rpartition("/")[2]]
    for content in answer.get("content", {}).values():
        yield from content["schema"].get("properties", {}).get("code", {}).get("enum", ())


def _operations(ids: list[str], of: int) -> str:
    if len(ids) == of:
        return EVERYWHERE
    return ", ".join(f"`{id}`" for id in sorted(ids)) if len(ids) <= 8 else f"{len(ids)} operations"


def _configuration(schemas: Mapping[str, Schema]) -> str:
    documents = [MODELS[kind].__name__ for kind in Kind]
    lines = [
        "# Configuration documents\n",
        GENERATED,
        "What each document accepts. [Configure an organisation](configure.md) shows how documents are read and",
        "written. A field that is not required and has no default is empty if it is left out. Unknown fields are",
        "refused.\n",
    ]
    for kind, name in zip(Kind, documents, strict=True):
        lines += [
            f"## {_words(name.removesuffix('Document'))}\n",
            f"`{_path(kind)}`\n",
            *_table(schemas[name], schemas),
        ]
    lines += ["## Parts of documents\n"]
    for name in dict.fromkeys(each for document in documents for each in _parts(schemas[document], schemas)):
        lines += [f"### {name}\n", *_table(schemas[name], schemas)]
    lines += ["## Forms\n", "| form | what is accepted |", "|---|---|"]
    forms = {form for schema in schemas.values() if "properties" in schema for form in _references(schema)}
    described = {form: schemas[form]["description"] for form in sorted(forms & set(schemas)) if _is_form(schemas[form])}
    lines += [f"| {form} | {_cell(description)} |" for form, description in described.items()]
    return "\n".join(lines) + "\n"


def _path(kind: Kind) -> str:
    return "/config/organisation" if kind is Kind.ORGANISATION else f"/config/{kind}/{{id}}"


def _table(schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[str]:
    yield "| field | form | meaning | default |"
    yield "|---|---|---|---|"
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        default = "required" if name in required else _default(field.get("default"))
        form = f"{_form(field, schemas)}{_limits(field)}"
        yield f"| `{name}` | {form} | {_cell(field.get('description', ''))} | {default} |"
    yield ""


def _default(value: object) -> str:
    return "" if value in (None, "") else f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _form(field: Schema, schemas: Mapping[str, Schema]) -> str:
    if "$ref" in field:
        name = str(field["$ref"].rpartition("/")[2])
        name = name.removesuffix("InAnyCase")
        schema = schemas.get(name, {})
        if "enum" in schema:
            return " or ".join(f"`{each}`" for each in schema["enum"])
        return f"[{name}](#{name.lower()})" if "properties" in schema else name
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_form(each, schemas) for each in field["anyOf"]))
    if "enum" in field:
        return " or ".join(f"`{each}`" for each in field["enum"])
    if field.get("type") == "array":
        return f"list of {_form(field['items'], schemas)}" if "items" in field else "list"
    if field.get("type") == "object":
        if "propertyNames" not in field:
            return "object"
        names, value = field["propertyNames"], field["additionalProperties"]
        return f"object: {_form(value, schemas)}{_limits(value)}, by {_form(names, schemas)}"
    return str(field.get("type", "any"))


def _limits(field: Schema) -> str:
    words = {"minimum": "at least", "maximum": "at most", "maxLength": "at most", "maxItems": "at most"}
    units = {"maxLength": " characters", "maxItems": " elements"}
    return "".join(f", {word} {field[name]}{units.get(name, '')}" for name, word in words.items() if name in field)


def _parts(schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[str]:
    """The objects that a document is made of, in the order in which a reader meets them."""
    for name in _references(schema):
        if "properties" in schemas.get(name, {}):
            yield name
            yield from _parts(schemas[name], schemas)


def _references(schema: object) -> Iterator[str]:
    match schema:
        case {"$ref": str(ref)}:
            yield ref.rpartition("/")[2]
        case dict():
            for each in schema.values():
                yield from _references(each)
        case list():
            for each in schema:
                yield from _references(each)


def _is_form(schema: Schema) -> bool:
    return "properties" not in schema and "description" in schema and schema["description"] != "In any case."


def _words(name: str) -> str:
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip().capitalize()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for file, text in files().items():
        file.write_text(text)
        print(file.relative_to(ROOT))
