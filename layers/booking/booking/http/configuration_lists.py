"""Stored configuration as a caller may see it. Documents are answered as they are stored, so pydantic is not needed."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

import msgspec

from booking.domain.caller import Caller, Scope
from booking.domain.configuration import Configuration
from booking.domain.documents import LOCALIZED_NAME, TRANSLATED_KINDS, Document, Documents, Kind, Stored
from booking.domain.errors import Fault, InvalidRequest, NotFound
from booking.domain.languages import enabled_locale, locale_shown, locales_for, translation
from booking.domain.rules.qualification import topics_covered
from booking.http.contract.configuration import (
    ALL_LOCALES,
    LATER_NAMES,
    MeetingTopicsQuery,
    NamesPageQuery,
    NamesQuery,
    PublicEmployee,
)
from booking.http.contract.paging import CursorQuery
from booking.http.cursors import format_cursor
from booking.http.forms import format_etag, shown
from booking.http.languages import VARY, accepted_languages
from booking.http.replies import Reply
from booking.http.requests import Request
from booking.storage.configuration_values import competence_groups_of
from booking.storage.walks import FIRST

ITEMS_PER_PAGE = 100


def is_internal(caller: Caller) -> bool:
    """Employees and administrators see everything, others no employee's e-mail, phone, absences or calendar."""
    return bool(caller.scopes & {Scope.STAFF, Scope.ADMIN})


def visible(kind: Kind, found: Iterable[Stored], documents: Documents, caller: Caller) -> list[Document]:
    """The documents with the fields that the caller may see."""
    whole = [stored.document for stored in found]
    if is_internal(caller):
        return whole
    match kind:
        case Kind.EMPLOYEES:
            return _in_public(whole, documents)
        case Kind.SERVICE_GROUPS:
            return [{name: value for name, value in each.items() if name != "membershipEmail"} for each in whole]
    return whole


def _in_public(employees: Iterable[Document], documents: Documents) -> list[Document]:
    """Adds the topics that each employee covers, by skills or as a member of a competence group."""
    groups = Configuration(competence_groups=competence_groups_of(documents))
    topics = tuple(documents.of(Kind.MEETING_TOPICS))
    return [
        msgspec.to_builtins(
            PublicEmployee(
                id=each["id"],
                name=each["name"],
                display_name=each["name"],
                can_be_booked=each["canBeBooked"],
                locations=tuple(each["locations"]),
                topic_ids=_topics_of(each, topics, groups),
            )
        )
        for each in employees
    ]


def _topics_of(employee: Document, topics: tuple[str, ...], groups: Configuration) -> tuple[str, ...]:
    skills = employee["skills"]
    by_groups = topics_covered(employee["id"], groups)
    if skills is None or by_groups is None:
        return topics
    covered = by_groups.union(skills["topicIds"])
    return tuple(topic for topic in topics if topic in covered)


def all_visible(kind: Kind, documents: Documents, caller: Caller) -> list[Document]:
    """All documents of a kind, by id. Callers without more rights see only employees and rooms that can be booked."""
    found = documents.of(kind).values()
    listed = [stored for stored in found if is_internal(caller) or _can_be_booked(kind, stored.document)]
    return visible(kind, listed, documents, caller)


def listed(kind: Kind, documents: Documents, caller: Caller) -> list[Document]:
    """A plain list: every document that the caller may see, with the later documentation's names beside ours."""
    return _with_later_names(kind, all_visible(kind, documents, caller))


class PlainList:
    """The plain list of a kind as JSON, made once for each version of the configuration and each kind of caller."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._documents = Documents()
        self._made: dict[bool, msgspec.Raw] = {}

    def of(self, documents: Documents, caller: Caller) -> msgspec.Raw:
        """The same as `listed`, as JSON."""
        if documents is not self._documents:
            self._documents, self._made = documents, {}
        seen_by = is_internal(caller)
        if seen_by not in self._made:
            self._made[seen_by] = msgspec.Raw(msgspec.json.encode(listed(self._kind, documents, caller)))
        return self._made[seen_by]


def _with_later_names(kind: Kind, found: Iterable[Document]) -> list[Document]:
    later_names = LATER_NAMES[kind].items()
    return [{**document, **{later: document[ours] for later, ours in later_names}} for document in found]


def _can_be_booked(kind: Kind, document: Document) -> bool:
    match kind:
        case Kind.EMPLOYEES:
            return bool(document["canBeBooked"])
        case Kind.ROOMS:
            return bool(document["bookable"])
    return True


def meeting_topics(request: Request, documents: Documents) -> Reply:
    """Rules: the API's meeting-topics. Raises InvalidRequest, NotFound for an unknown customer type."""
    query = request.query(MeetingTopicsQuery)
    customer_type_id = query.customer_type_id
    if customer_type_id is not None and customer_type_id not in documents.of(Kind.CUSTOMER_TYPES):
        raise NotFound(Kind.CUSTOMER_TYPES.singular, customer_type_id)
    topics = [
        topic
        for topic in all_visible(Kind.MEETING_TOPICS, documents, request.caller)
        if (topic["availableToCustomers"] or not query.is_customer)
        and (customer_type_id is None or not topic["customerTypeIds"] or customer_type_id in topic["customerTypeIds"])
    ]
    topics, headers = _in_languages(topics, documents, request, query.lang)
    return Reply(HTTPStatus.OK, _with_later_names(Kind.MEETING_TOPICS, topics), headers)


def customer_types(request: Request, documents: Documents) -> Reply:
    """Raises InvalidRequest."""
    found = all_visible(Kind.CUSTOMER_TYPES, documents, request.caller)
    types, headers = _in_languages(found, documents, request, request.query(NamesQuery).lang)
    return Reply(HTTPStatus.OK, _with_later_names(Kind.CUSTOMER_TYPES, types), headers)


def page(kind: Kind, request: Request, documents: Documents) -> Reply:
    """One page of a kind, by id. Raises InvalidRequest for a cursor that this API did not make, or a locale."""
    query = request.query(NamesPageQuery if kind in TRANSLATED_KINDS else CursorQuery)
    rest = [
        document
        for document in all_visible(kind, documents, request.caller)
        if query.cursor is None or document["id"] > query.cursor[0]
    ]
    items = rest[:ITEMS_PER_PAGE]
    headers: Mapping[str, str] = {}
    is_last = len(items) == len(rest)
    if isinstance(query, NamesPageQuery):
        items, headers = _in_languages(items, documents, request, query.lang)
    next_cursor = None if is_last else format_cursor((items[-1]["id"], FIRST))
    return Reply(HTTPStatus.OK, {"items": items, "nextCursor": next_cursor}, headers)


def one(kind: Kind, request: Request, documents: Documents) -> Reply:
    """One document, with its ETag. Raises InvalidRequest, NotFound."""
    stored = documents.of(kind).get(request.path["id"])
    if stored is None:
        raise NotFound(kind.singular, request.path["id"])
    found = visible(kind, [stored], documents, request.caller)
    headers: Mapping[str, str] = {}
    if kind in TRANSLATED_KINDS:
        found, headers = _in_languages(found, documents, request, request.query(NamesQuery).lang)
    return Reply(HTTPStatus.OK, found[0], {"ETag": format_etag(stored.version), **headers})


def _in_languages(
    found: Iterable[Document], documents: Documents, request: Request, lang: str | None
) -> tuple[list[Document], Mapping[str, str]]:
    """The documents with their names in the languages that the request asks for, and the headers that say so.

    Administrators get `name` as it is stored, so that they can send a document back. Translations into locales that
    are not enabled any more are left out. Raises InvalidRequest for a `lang` that is not enabled.
    """
    locales = documents.organisation.get("locales", ())
    asked = _asked(lang, locales)
    own = locales_for([asked], locales) if asked else []
    wanted = [] if Scope.ADMIN in request.caller.scopes else own + locales_for(accepted_languages(request), locales)
    answered: list[Document] = []
    used: set[str | None] = set()
    for document in found:
        name, translations = document["name"], document.get(LOCALIZED_NAME, {})
        names = {locale: text for locale, text in translations.items() if locale in locales}
        used.add(locale_shown(names, wanted))
        answered.append(
            {
                **document,
                "name": translation(name, names, wanted),
                LOCALIZED_NAME: {asked: translation(name, names, own)} if asked else names,
            }
        )
    languages = {"Content-Language": ", ".join(sorted(filter(None, used)))} if any(used) else {}
    return answered, VARY | languages


def _asked(lang: str | None, locales: Sequence[str]) -> str | None:
    if lang is None or lang.lower() == ALL_LOCALES:
        return None
    if locale := enabled_locale(lang, locales):
        return locale
    accepted = f"{ALL_LOCALES}, or a locale that the organisation has enabled: {', '.join(locales) or 'none'}"
    raise InvalidRequest([Fault("query.lang", shown(lang), accepted)])
