"""Configuration documents: their kinds, which kinds refer to which, and whether every reference is valid.

A document is what the API gives: JSON values under camelCase names.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct, field

from booking.domain.configuration import Organisation
from booking.domain.errors import Fault

type Document = Mapping[str, Any]

MOST_GROUP_LEVELS = 5
SHOWN_CHARACTERS = 100  # of an unknown id, in the answer that refuses it


class Kind(StrEnum):
    """The kinds, as the API's paths name them."""

    COMPETENCE_GROUPS = "competence-groups"
    CUSTOMER_TYPES = "customer-types"
    EMPLOYEES = "employees"
    LOCATIONS = "locations"
    MEETING_TOPICS = "meeting-topics"
    ORGANISATION = "organisation"
    ROOMS = "rooms"
    SERVICE_GROUPS = "service-groups"
    WEBHOOKS = "webhooks"

    @property
    def singular(self) -> str:
        return self.removesuffix("s").replace("-", " ")

    @property
    def plural(self) -> str:
        return self.replace("-", " ")


ORGANISATION_ID = "organisation"
"""The id of the only document of that kind."""

KINDS = tuple(kind for kind in Kind if kind is not Kind.ORGANISATION)
"""The kinds that can have many documents."""


class Reference(NamedTuple):
    """A field of a document that names other documents. `*` in the path stands for every field; lists are searched.

    A document may name a location that is not configured.
    """

    path: str
    to: Kind


REFERENCES: Mapping[Kind, Sequence[Reference]] = {
    Kind.MEETING_TOPICS: (Reference("customerTypeIds", Kind.CUSTOMER_TYPES),),
    Kind.ROOMS: (Reference("location", Kind.LOCATIONS),),
    Kind.EMPLOYEES: (
        Reference("locations", Kind.LOCATIONS),
        Reference("skills.topicIds", Kind.MEETING_TOPICS),
        Reference("skills.customerTypeIds", Kind.CUSTOMER_TYPES),
        Reference("workdays.*.location", Kind.LOCATIONS),
        Reference("weekPlans.workdays.*.location", Kind.LOCATIONS),
        Reference("workingElsewhere.location", Kind.LOCATIONS),
    ),
    Kind.COMPETENCE_GROUPS: (
        Reference("employeeIds", Kind.EMPLOYEES),
        Reference("topicIds", Kind.MEETING_TOPICS),
        Reference("customerTypeIds", Kind.CUSTOMER_TYPES),
        Reference("subGroupIds", Kind.COMPETENCE_GROUPS),
    ),
    Kind.SERVICE_GROUPS: (
        Reference("employeeIds", Kind.EMPLOYEES),
        Reference("competenceGroupIds", Kind.COMPETENCE_GROUPS),
        Reference("trigger.topicIds", Kind.MEETING_TOPICS),
        Reference("trigger.customerTypeIds", Kind.CUSTOMER_TYPES),
        Reference("trigger.customerLocations", Kind.LOCATIONS),
        Reference("serviceLevel.locations", Kind.LOCATIONS),
    ),
}


LOCALIZED_NAME = "localizedName"
TRANSLATIONS: Mapping[Kind, Sequence[str]] = {
    Kind.CUSTOMER_TYPES: (LOCALIZED_NAME,),
    Kind.LOCATIONS: (LOCALIZED_NAME,),
    Kind.MEETING_TOPICS: (LOCALIZED_NAME,),
    Kind.ORGANISATION: ("localizedIcalTitle", "localizedIcalDescription"),
}
"""The fields with translations of a text, by locale."""
TRANSLATED_KINDS = tuple(kind for kind, names in TRANSLATIONS.items() if LOCALIZED_NAME in names)


class Stored(Struct, frozen=True):
    """A document with its version, which is the configuration's as of that document's last change.

    `changed_at`: the second of that change; 0 for documents from before it was noted.
    """

    document: Document
    version: int
    changed_at: int = 0


class Leaving(Struct, frozen=True):
    """A document whose deletion has begun. `since` is the first version of the configuration without it."""

    stored: Stored
    since: int


class Documents(Struct, frozen=True):
    """Every document, by kind and id (in the order of the ids), at one version of the configuration.

    `leaving`: documents whose deletion has begun. They count as deleted, but their references still stand, since the
    deletion is undone if a booking was made in the meantime. `former_employee_ids`: of those whose documents were
    deleted, and whose past meetings are still there. `longest_horizon_days`: the booking horizon when it was longest.
    """

    version: int = 0
    by_kind: Mapping[Kind, Mapping[str, Stored]] = field(default_factory=dict)
    leaving: Mapping[tuple[Kind, str], "Leaving"] = field(default_factory=dict)
    former_employee_ids: frozenset[str] = frozenset()
    longest_horizon_days: int = Organisation().booking_horizon_days

    def of(self, kind: Kind) -> Mapping[str, Stored]:
        return self.by_kind.get(kind, {})

    @property
    def organisation(self) -> Document:
        """The organisation's settings that have been made. A setting that is missing has its default."""
        stored = self.of(Kind.ORGANISATION).get(ORGANISATION_ID)
        return stored.document if stored else {}


def reference_faults(kind: Kind, id: str, document: object, documents: Documents) -> list[Fault]:
    """A fault for each reference to a document that does not exist. The document may have other faults."""
    return [
        Fault(f"body{place}", named[:SHOWN_CHARACTERS], f"the id of a {reference.to.singular} that exists")
        for reference in REFERENCES.get(kind, ())
        if reference.to is not Kind.LOCATIONS
        for place, named in _named(document, reference.path.split("."))
        if named not in documents.of(reference.to) and (reference.to, named) != (kind, id)
    ]


def locale_faults(kind: Kind, document: Document, documents: Documents) -> list[Fault]:
    """A fault for each translation into a locale that the organisation has not enabled."""
    locales = (document if kind is Kind.ORGANISATION else documents.organisation).get("locales", ())
    accepted = f"a locale that the organisation has enabled: {', '.join(locales) or 'none'}"
    return [
        Fault(f"body.{name}.{locale}", locale, accepted)
        for name in TRANSLATIONS.get(kind, ())
        for locale in document[name]
        if locale not in locales
    ]


def users_of(kind: Kind, id: str, documents: Documents) -> list[dict[str, str]]:
    """Kind and id of each document that refers to this one."""
    return [
        {"kind": user_kind.singular, "id": user_id}
        for user_kind, references in REFERENCES.items()
        for user_id, user in _all_of(user_kind, documents)
        if any(
            named == id
            for reference in references
            if reference.to is kind
            for _place, named in _named(user.document, reference.path.split("."))
        )
    ]


def _all_of(kind: Kind, documents: Documents) -> Iterator[tuple[str, Stored]]:
    yield from documents.of(kind).items()
    yield from ((id, leaving.stored) for (its_kind, id), leaving in documents.leaving.items() if its_kind is kind)


def sub_group_faults(id: str, sub_group_ids: Sequence[str], documents: Documents) -> list[Fault]:
    """The faults of a competence group's sub-groups: a cycle, or more than five levels from top to bottom."""
    groups = documents.of(Kind.COMPETENCE_GROUPS)
    below = {group: list(stored.document["subGroupIds"]) for group, stored in groups.items()}
    below[id] = list(sub_group_ids)
    above: dict[str, list[str]] = {}
    for group, sub_groups in below.items():
        for sub_group in sub_groups:
            above.setdefault(sub_group, []).append(group)
    levels_below, levels_above = _levels(id, below), _levels(id, above)
    if levels_below is None or levels_above is None:
        return [Fault("body.subGroupIds", "a cycle", "groups that do not contain this group")]
    if levels_below + levels_above - 1 > MOST_GROUP_LEVELS:
        accepted = f"groups in at most {MOST_GROUP_LEVELS} levels from top to bottom"
        return [Fault("body.subGroupIds", f"{levels_below + levels_above - 1} levels", accepted)]
    return []


def _levels(id: str, next_of: Mapping[str, list[str]]) -> int | None:
    """The length of the longest chain of groups from this one, itself included. None if there is a cycle."""
    level, levels = {id}, 0
    while level:
        levels += 1
        level = {following for group in level for following in next_of.get(group, ())}
        if id in level:
            return None
    return levels


def _named(value: object, path: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each id at that path, with its place in the document, such as `.skills.topicIds[0]`."""
    match value:
        case list():
            for index, element in enumerate(value):
                for place, named in _named(element, path):
                    yield f"[{index}]{place}", named
        case dict() if path:
            names = value if path[0] == "*" else [path[0]]
            for name in names:
                for place, named in _named(value.get(name), path[1:]):
                    yield f".{name}{place}", named
        case str() if not path and value.isprintable():
            yield "", value
