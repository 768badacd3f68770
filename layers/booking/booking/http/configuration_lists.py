"""Stored configuration as a caller may see it. No pydantic: what is stored is what is given."""

import base64
import binascii
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from booking.domain.caller import Caller, Scope
from booking.domain.documents import Document, Documents, Kind
from booking.domain.errors import NotFound
from booking.http.api import Request
from booking.http.forms import CUSTOMER_TYPE, Query

ITEMS_PER_PAGE = 100


def is_internal(caller: Caller) -> bool:
    """Employees and administrators see everything; others no employee's e-mail, phone, absences or calendar."""
    return bool(caller.scopes & {Scope.STAFF, Scope.ADMIN})


def visible(kind: Kind, document: Document, documents: Documents, caller: Caller) -> Document:
    """What the caller may see of a document."""
    if is_internal(caller):
        return document
    match kind:
        case Kind.EMPLOYEES:
            skills = document["skills"]
            topic_ids = skills["topicIds"] if skills else list(documents.of(Kind.MEETING_TOPICS))
            return {**_only(document, "id", "name", "locations"), "topicIds": topic_ids}
        case Kind.SERVICE_GROUPS:
            return {name: value for name, value in document.items() if name != "membershipEmail"}
    return document


def _only(document: Document, *names: str) -> dict[str, object]:
    return {name: document[name] for name in names}


def all_visible(kind: Kind, documents: Documents, caller: Caller) -> list[Document]:
    """Every document of a kind, by id; of employees and rooms those that can be booked, for who sees no more."""
    return [
        visible(kind, stored.document, documents, caller)
        for stored in documents.of(kind).values()
        if is_internal(caller) or _can_be_booked(kind, stored.document)
    ]


def _can_be_booked(kind: Kind, document: Document) -> bool:
    match kind:
        case Kind.EMPLOYEES:
            return bool(document["canBeBooked"])
        case Kind.ROOMS:
            return bool(document["bookable"])
    return True


def meeting_topics(request: Request, documents: Documents) -> list[Document]:
    """Rules: the API's meeting-topics. Raises InvalidRequest, NotFound for an unknown customer type."""
    query = Query(request.query, ZoneInfo("UTC"))
    is_customer = query.boolean("isCustomer", required=True)
    customer_type_id = query.identifier(*CUSTOMER_TYPE)
    query.check()
    if customer_type_id is not None and customer_type_id not in documents.of(Kind.CUSTOMER_TYPES):
        raise NotFound(Kind.CUSTOMER_TYPES.singular, customer_type_id)
    return [
        topic
        for topic in all_visible(Kind.MEETING_TOPICS, documents, request.caller)
        if (topic["availableToCustomers"] or not is_customer)
        and (customer_type_id is None or not topic["customerTypeIds"] or customer_type_id in topic["customerTypeIds"])
    ]


def page(kind: Kind, request: Request, documents: Documents) -> Mapping[str, object]:
    """One page of a kind, by id. Raises InvalidRequest for a cursor that is none of ours."""
    query = Query(request.query, ZoneInfo("UTC"))
    after = query.read("cursor", _id_of_cursor)
    query.check()
    rest = [
        document for document in all_visible(kind, documents, request.caller) if after is None or document["id"] > after
    ]
    items = rest[:ITEMS_PER_PAGE]
    is_last = len(items) == len(rest)
    return {"items": items, "nextCursor": None if is_last else _cursor_of_id(items[-1]["id"])}


def _cursor_of_id(id: str) -> str:
    return base64.urlsafe_b64encode(id.encode()).decode().rstrip("=")


def _id_of_cursor(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ValueError("a nextCursor of this list, as it was given") from None
