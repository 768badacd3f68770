"""Create, replace and delete configuration documents: each change in one transaction with the version it rests on."""

from collections.abc import Callable
from dataclasses import dataclass

from booking.domain.agenda import Resource, ResourceKind
from booking.domain.documents import Document, Documents, Kind, Stored, users_of
from booking.domain.errors import AlreadyExists, InUse, NotFound, Stale
from booking.storage import agendas, configuration
from booking.storage.table import Table, Unanswered, settle

RESOURCES = {Kind.EMPLOYEES: ResourceKind.EMPLOYEE, Kind.ROOMS: ResourceKind.ROOM}

type ReadDocument = Callable[[Documents], Document]
"""The document to store, given everything that it may refer to; raises InvalidRequest. Asked anew at each attempt."""


@dataclass(frozen=True)
class Saved:
    stored: Stored
    is_new: bool


def create_configuration(
    table: Table, kind: Kind, id: str, read_document: ReadDocument, by: str, *, may_repeat: bool = False
) -> Stored:
    """Raises AlreadyExists, TryAgain, and what `read_document` raises.

    With `may_repeat` the very same document is the one that an earlier call made, whose answer was lost.
    """

    def check(before: Stored | None) -> None:
        if before:
            raise AlreadyExists(f"There is a {kind.singular} with this id already.", kind=kind.singular, id=id)

    return _save(table, kind, id, read_document, by, check, may_repeat=may_repeat).stored


def replace_configuration(
    table: Table, kind: Kind, id: str, read_document: ReadDocument, expected_version: int | None, by: str
) -> Saved:
    """Creates the document if there is none. Raises Stale, TryAgain, and what `read_document` raises."""
    return _save(table, kind, id, read_document, by, lambda before: _require_version(before, expected_version))


def delete_configuration(
    table: Table, kind: Kind, id: str, expected_version: int | None, by: str, clock: Callable[[], int]
) -> None:
    """Raises NotFound, Stale, InUse (`details.usedBy` has the kind and id of what refers to it), TryAgain.

    An employee or a room is in use by the time slots that are still to end, too. Meetings that are over keep its id.
    """
    unanswered = False

    def attempt() -> None:
        nonlocal unanswered
        documents = configuration.read(table)
        before = documents.of(kind).get(id)
        if before is None:
            if unanswered:
                return  # it had been deleted
            raise NotFound(kind.singular, id)
        _require_version(before, expected_version)
        if users := users_of(kind, id, documents):
            raise InUse(f"Other configuration refers to this {kind.singular}.", usedBy=users)
        if kind in RESOURCES and (slot_ids := agendas.taken(table, Resource(RESOURCES[kind], id), clock())):
            users = [{"kind": "time slot", "id": slot_id} for slot_id in slot_ids]
            raise InUse(f"Time slots of this {kind.singular} are still to end.", usedBy=users)
        change = configuration.Change(by, "Deleted", kind, id)
        actions = [configuration.raise_version(documents.version, change), configuration.delete(kind, id)]
        if kind is Kind.EMPLOYEES:
            actions.append(configuration.note_former_employee(id))
        try:
            table.transact(actions)
        except Unanswered:
            unanswered = True
            raise

    settle(attempt)


def _save(
    table: Table,
    kind: Kind,
    id: str,
    read_document: ReadDocument,
    by: str,
    check: Callable[[Stored | None], None],
    *,
    may_repeat: bool = False,
) -> Saved:
    unanswered: Saved | None = None

    def attempt() -> Saved:
        nonlocal unanswered
        documents = configuration.read(table)
        document = read_document(documents)
        before = documents.of(kind).get(id)
        if unanswered and before == unanswered.stored:
            return unanswered  # it had been saved
        if may_repeat and before and before.document == document:
            return Saved(before, is_new=True)
        check(before)
        saved = Saved(Stored(document, documents.version + 1), is_new=before is None)
        change = configuration.Change(by, "Created" if saved.is_new else "Replaced", kind, id)
        raised = configuration.raise_version(documents.version, change)
        try:
            table.transact([raised, configuration.put(kind, id, saved.stored)])
        except Unanswered:
            unanswered = saved
            raise
        return saved

    return settle(attempt)


def _require_version(before: Stored | None, expected: int | None) -> None:
    if expected is not None and (before is None or before.version != expected):
        raise Stale("The document has changed since.", version=before.version if before else None)
