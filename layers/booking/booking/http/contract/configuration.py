"""Configuration: the source document's plain lists, and the administration of every kind."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from msgspec.structs import replace

from booking.domain.caller import Scope
from booking.domain.documents import KINDS, TRANSLATED_KINDS, Kind
from booking.domain.errors import AlreadyExists, InUse, NotFound, SwitchedOff
from booking.http.contract.operation import Answer, Document, Listed, ListOf, Operation, PageOf, Tag
from booking.http.contract.paging import CursorQuery
from booking.http.contract.values import CustomerTypeId, Fields, Flag, Language, says
from booking.http.contract.webhooks import NewWebhook

SWITCHABLE = frozenset({Kind.WEBHOOKS, Kind.EMPLOYEES})
"""Kinds with a feature that a deployment can switch off: webhooks, and the calendars of employees."""

READ, ADMIN = frozenset({Scope.READ}), frozenset({Scope.ADMIN})

NEW_DOCUMENTS = {Kind.WEBHOOKS: NewWebhook}
"""The answers to a new document of these kinds. They have more than can be read later."""


def _readers(kind: Kind) -> frozenset[Scope]:
    return ADMIN if kind is Kind.WEBHOOKS else READ


PLAIN_LISTS = (Kind.CUSTOMER_TYPES, Kind.EMPLOYEES, Kind.ROOMS)
"""The kinds whose lists are plain arrays and have their own functions."""


ALL_LOCALES = "all"
Lang = Annotated[
    Language | None,
    says(
        "In which locale names are answered: `localizedName` has that entry only, which is `name` where there is no "
        "translation. `da` means `da-DK`. `all`: every entry.",
        "da-DK",
    ),
]
NAME_HEADERS = ("Content-Language", "Vary")
"""Of answers with names, which are in the language of the reader."""
IN_LANGUAGES = (
    "`name` is in the language of `lang`, else of Accept-Language, as far as it is translated. Administrators get it "
    "as it is stored."
)


class NamesQuery(Fields):
    lang: Lang = None


class NamesPageQuery(CursorQuery):
    lang: Lang = None


class MeetingTopicsQuery(Fields):
    is_customer: Annotated[
        Flag, says("Whether the caller is a customer. true hides topics that only employees may book.", True)
    ]
    customer_type_id: CustomerTypeId = None
    lang: Lang = None


LATER_NAMES: Mapping[Kind, Mapping[str, str]] = {
    Kind.MEETING_TOPICS: {"displayName": "name"},
    Kind.CUSTOMER_TYPES: {"displayName": "name"},
    Kind.EMPLOYEES: {"displayName": "name"},
    Kind.ROOMS: {"displayName": "name", "canBeBooked": "bookable"},
}
"""What the later public documentation calls fields of ours. The plain lists have both; a document that is sent back
with them is accepted, and they are ignored."""


class PublicEmployee(Fields):
    """An employee as callers see it who are neither staff nor administrators."""

    id: Annotated[str, says("The employee's id.", "anna")]
    name: Annotated[str, says("The employee's name.", "Anna Holm")]
    display_name: Annotated[str, says("The same as name.", "Anna Holm")]
    can_be_booked: Annotated[bool, says("Whether the employee can be booked.", True)]
    locations: Annotated[tuple[str, ...], says("Where the employee works.", ["Copenhagen"])]
    topic_ids: Annotated[tuple[str, ...], says("The topics that the employee covers.", ["mortgage"])]


LIST_MEETING_TOPICS = Operation(
    id="list_meeting_topics",
    method="GET",
    path="/bookme/meeting-topics",
    tag=Tag.BOOKING,
    summary="List meeting topics",
    description=f"What a meeting can be about, for a customer or for an employee who books. {IN_LANGUAGES}",
    scopes=READ,
    query=MeetingTopicsQuery,
    answers={HTTPStatus.OK: Answer("The topics, as a plain array.", ListOf(Listed(Kind.MEETING_TOPICS)), NAME_HEADERS)},
    errors=(NotFound,),
)

LIST_CUSTOMER_TYPES = Operation(
    id="list_customer_types",
    method="GET",
    path="/config/customer-types",
    tag=Tag.BOOKING,
    summary="List customer types",
    description=IN_LANGUAGES,
    scopes=READ,
    query=NamesQuery,
    answers={
        HTTPStatus.OK: Answer(
            "The customer types, as a plain array.", ListOf(Listed(Kind.CUSTOMER_TYPES)), NAME_HEADERS
        )
    },
)

LIST_MEETING_THEMES = replace(
    LIST_MEETING_TOPICS,
    id="list_meeting_topics_meeting_themes",
    path="/bookme/meeting-themes",
    summary="List meeting topics, by their older name",
    description="The same as `/bookme/meeting-topics`.",
    deprecated=True,
)

LIST_CUSTOMER_CATEGORIES = replace(
    LIST_CUSTOMER_TYPES,
    id="list_customer_types_customer_categories",
    path="/config/customer-categories",
    summary="List customer types, by their older name",
    description="The same as `/config/customer-types`.",
    deprecated=True,
)

LIST_EMPLOYEES = Operation(
    id="list_employees",
    method="GET",
    path="/config/employees",
    tag=Tag.BOOKING,
    summary="List employees",
    description="The employees who can be booked. Staff and administrators see all employees, with all their fields.",
    scopes=READ,
    answers={HTTPStatus.OK: Answer("The employees, as a plain array.", ListOf(Listed(Kind.EMPLOYEES)))},
)

LIST_ROOMS = Operation(
    id="list_rooms",
    method="GET",
    path="/config/rooms",
    tag=Tag.BOOKING,
    summary="List rooms",
    description="The rooms that meetings can be held in.",
    scopes=READ,
    answers={HTTPStatus.OK: Answer("The rooms, as a plain array.", ListOf(Listed(Kind.ROOMS)))},
)

GET_ORGANISATION = Operation(
    id="get_organisation",
    method="GET",
    path="/config/organisation",
    tag=Tag.CONFIGURATION,
    summary="Get the organisation's settings",
    description="A setting that was never made has its default.",
    scopes=READ,
    answers={HTTPStatus.OK: Answer("The settings.", Document(Kind.ORGANISATION), ("ETag",))},
)

REPLACE_ORGANISATION = Operation(
    id="replace_organisation",
    method="PUT",
    path="/config/organisation",
    tag=Tag.CONFIGURATION,
    summary="Replace the organisation's settings",
    scopes=ADMIN,
    body=Document(Kind.ORGANISATION),
    has_if_match=True,
    answers={
        HTTPStatus.CREATED: Answer("The settings were created.", Document(Kind.ORGANISATION), ("ETag",)),
        HTTPStatus.OK: Answer("The settings were replaced.", Document(Kind.ORGANISATION), ("ETag",)),
    },
)


def _new(kind: Kind) -> Any:
    return NEW_DOCUMENTS.get(kind, Document(kind))


def _in_languages(kind: Kind) -> str:
    return IN_LANGUAGES if kind in TRANSLATED_KINDS else ""


def _name_headers(kind: Kind) -> tuple[str, ...]:
    return NAME_HEADERS if kind in TRANSLATED_KINDS else ()


def _id(function: str, kind: Kind) -> str:
    return f"{function}_{kind.replace('-', '_')}"


LIST_CONFIGURATION = {
    kind: Operation(
        id=_id("list_configuration", kind),
        method="GET",
        path=f"/config/{kind}",
        tag=Tag.CONFIGURATION,
        summary=f"List {kind.plural}",
        description=_in_languages(kind),
        scopes=_readers(kind),
        query=NamesPageQuery if kind in TRANSLATED_KINDS else CursorQuery,
        answers={
            HTTPStatus.OK: Answer(f"A page of {kind.plural}, by id.", PageOf(Document(kind)), _name_headers(kind))
        },
    )
    for kind in KINDS
    if kind not in PLAIN_LISTS
}

GET_CONFIGURATION = {
    kind: Operation(
        id=_id("get_configuration", kind),
        method="GET",
        path=f"/config/{kind}/{{id}}",
        tag=Tag.CONFIGURATION,
        summary=f"Get a {kind.singular}",
        description=_in_languages(kind),
        scopes=_readers(kind),
        query=NamesQuery if kind in TRANSLATED_KINDS else None,
        answers={HTTPStatus.OK: Answer(f"The {kind.singular}.", Document(kind), ("ETag", *_name_headers(kind)))},
    )
    for kind in KINDS
}

CREATE_CONFIGURATION = {
    kind: Operation(
        id=_id("create_configuration", kind),
        method="POST",
        path=f"/config/{kind}",
        tag=Tag.CONFIGURATION,
        summary=f"Create a {kind.singular}",
        description="If the body has no `id`, the system makes one.",
        scopes=ADMIN,
        body=Document(kind),
        answers={HTTPStatus.CREATED: Answer(f"The {kind.singular}.", _new(kind), ("ETag", "Location"))},
        errors=(AlreadyExists, SwitchedOff) if kind in SWITCHABLE else (AlreadyExists,),
    )
    for kind in KINDS
}

REPLACE_CONFIGURATION = {
    kind: Operation(
        id=_id("replace_configuration", kind),
        method="PUT",
        path=f"/config/{kind}/{{id}}",
        tag=Tag.CONFIGURATION,
        summary=f"Create or replace a {kind.singular}",
        scopes=ADMIN,
        body=Document(kind),
        has_if_match=True,
        answers={
            HTTPStatus.CREATED: Answer(f"The {kind.singular} was created.", _new(kind), ("ETag",)),
            HTTPStatus.OK: Answer(f"The {kind.singular} was replaced.", Document(kind), ("ETag",)),
        },
        errors=(SwitchedOff,) if kind in SWITCHABLE else (),
    )
    for kind in KINDS
}

DELETE_CONFIGURATION = {
    kind: Operation(
        id=_id("delete_configuration", kind),
        method="DELETE",
        path=f"/config/{kind}/{{id}}",
        tag=Tag.CONFIGURATION,
        summary=f"Delete a {kind.singular}",
        description="Refused while another document refers to it.",
        scopes=ADMIN,
        has_if_match=True,
        answers={HTTPStatus.NO_CONTENT: Answer(f"The {kind.singular} is deleted.")},
        errors=(InUse,),
    )
    for kind in KINDS
}
