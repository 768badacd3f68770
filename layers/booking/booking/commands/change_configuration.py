"""Create, replace and delete configuration documents. Each change raises the configuration's version with it."""

from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from booking.commands.transaction import save
from booking.domain.agenda import Resource, ResourceKind
from booking.domain.documents import Document, Documents, Kind, Stored, users_of
from booking.domain.errors import AlreadyExists, InUse, NotFound, Stale
from booking.domain.interval import SECONDS_PER_DAY, Interval
from booking.domain.webhooks import Endpoint
from booking.storage import agendas, configuration_items, webhooks
from booking.storage.table import Action, Table

RESOURCES = {Kind.EMPLOYEES: ResourceKind.EMPLOYEE, Kind.ROOMS: ResourceKind.ROOM}

type ReadDocument = Callable[[Documents], Document]
"""Makes the document to store, given all that it may refer to. Called at each attempt. Raises InvalidRequest."""


class Saved(Struct, frozen=True):
    """The document as it is stored now. `secret` is the signing secret of a new webhook; it is shown this once."""

    stored: Stored
    is_new: bool
    secret: str | None = None


def create_configuration(
    table: Table,
    kind: Kind,
    id: str,
    read_document: ReadDocument,
    by: str,
    clock: Callable[[], int],
    *,
    may_repeat: bool = False,
) -> Saved:
    """Raises AlreadyExists, TryAgain, and what `read_document` raises.

    With `may_repeat` an identical document counts as created by this call: the answer to the first try may be lost.
    """

    def check(before: Stored | None) -> None:
        if before:
            raise AlreadyExists(f"A document with this id exists already: {kind.singular}.", kind=kind.singular, id=id)

    return _save(table, kind, id, read_document, by, clock, check, may_repeat=may_repeat)


def replace_configuration(
    table: Table,
    kind: Kind,
    id: str,
    read_document: ReadDocument,
    expected_version: int | None,
    by: str,
    clock: Callable[[], int],
) -> Saved:
    """Creates the document if there is none. Raises Stale, TryAgain, and what `read_document` raises."""
    return _save(table, kind, id, read_document, by, clock, lambda before: _require_version(before, expected_version))


def delete_configuration(
    table: Table, kind: Kind, id: str, expected_version: int | None, by: str, clock: Callable[[], int]
) -> None:
    """Raises NotFound, Stale, InUse (`details.usedBy` has the kind and id of what refers to it), TryAgain.

    Time slots that have not ended also keep an employee or a room in use. Past meetings keep the id.

    A booking may have read an employee or a room before its deletion and be written after it. So that deletion has
    three steps: it *begins*, from when on nobody who reads the configuration can book it; its agenda is *closed* to
    those who have read an older one; then the agenda is looked at once more, and the deletion is *finished* or undone.
    A deletion that is cut off is finished by the same call again, undone by storing the document anew, and otherwise
    finished by the daily `finish_deletions`.
    """

    def begin(unanswered: bool | None) -> tuple[bool, list[Action]]:
        documents = configuration_items.read(table)
        if leaving := documents.leaving.get((kind, id)):
            _require_version(leaving.stored, expected_version)
            return True, []
        before = documents.of(kind).get(id)
        if before is None:
            if unanswered is False:
                return False, []  # an earlier attempt deleted it
            raise NotFound(kind.singular, id)
        _require_version(before, expected_version)
        if users := users_of(kind, id, documents):
            raise InUse(f"Other configuration documents refer to this {kind.singular}.", usedBy=users)
        if kind not in RESOURCES:
            change = configuration_items.Change(by, "Deleted", kind, id)
            actions = [
                configuration_items.raise_version(documents.version, change),
                configuration_items.delete(kind, id),
            ]
            if kind is Kind.WEBHOOKS:
                actions.append(webhooks.delete_endpoint(id))
            return False, actions
        _require_free(table, kind, id, clock())
        since = documents.version + 1
        return True, [
            configuration_items.raise_version(documents.version),
            configuration_items.put(kind, id, before, leaving_since=since),
        ]

    if save(table, begin):
        _finish(table, kind, id, by, clock)


def finish_deletions(table: Table, by: str, clock: Callable[[], int]) -> None:
    """Finishes or undoes the deletions that were cut off. Raises TryAgain."""
    for kind, id in configuration_items.read(table).leaving:
        with suppress(InUse):
            _finish(table, kind, id, by, clock)


def _finish(table: Table, kind: Kind, id: str, by: str, clock: Callable[[], int]) -> None:
    """Raises InUse where the deletion had to be undone, TryAgain."""

    def finish(unanswered: InUse | None) -> tuple[InUse | None, list[Action]]:
        documents = configuration_items.read(table)
        now, resource = clock(), Resource(RESOURCES[kind], id)
        leaving = documents.leaving.get((kind, id))
        if leaving is None:  # it is settled, by an earlier attempt or by another call
            if id in documents.of(kind):
                _require_free(table, kind, id, now)
            return unanswered, []
        # The longest, since a booking under way may have read a longer one than there is now.
        horizon = documents.longest_horizon_days
        agendas.close(
            table, resource, Interval(now - SECONDS_PER_DAY, now + (horizon + 2) * SECONDS_PER_DAY), leaving.since
        )
        try:
            _require_free(table, kind, id, now)
        except InUse as in_use:
            undone = configuration_items.put(kind, id, leaving.stored)
            return in_use, [configuration_items.raise_version(documents.version), undone]
        change = configuration_items.Change(by, "Deleted", kind, id)
        actions = [configuration_items.raise_version(documents.version, change), configuration_items.delete(kind, id)]
        if kind is Kind.EMPLOYEES:
            actions.append(configuration_items.note_former_employee(id))
        return None, actions

    if in_use := save(table, finish):
        raise in_use


def _require_free(table: Table, kind: Kind, id: str, now: int) -> None:
    if slot_ids := agendas.taken(table, Resource(RESOURCES[kind], id), now):
        users = [{"kind": "time slot", "id": slot_id} for slot_id in slot_ids]
        raise InUse(f"This {kind.singular} has time slots that have not ended yet.", usedBy=users)


def _save(
    table: Table,
    kind: Kind,
    id: str,
    read_document: ReadDocument,
    by: str,
    clock: Callable[[], int],
    check: Callable[[Stored | None], None],
    *,
    may_repeat: bool = False,
) -> Saved:
    def attempt(unanswered: Saved | None) -> tuple[Saved, list[Action]]:
        documents = configuration_items.read(table)
        document = read_document(documents)
        before = documents.of(kind).get(id)
        if unanswered and before == unanswered.stored:
            return unanswered, []  # an earlier attempt saved it
        if may_repeat and before and before.document == document:
            return Saved(before, is_new=True, secret=_repeated_secret(table, kind, id)), []
        check(before)
        secret = webhooks.new_secret() if kind is Kind.WEBHOOKS and before is None else None
        saved = Saved(Stored(document, documents.version + 1, clock()), is_new=before is None, secret=secret)
        change = configuration_items.Change(by, "Created" if saved.is_new else "Replaced", kind, id)
        actions = [
            configuration_items.raise_version(documents.version, change),
            configuration_items.put(
                kind,
                id,
                saved.stored,
                longest_horizon_days=documents.longest_horizon_days if kind is Kind.ORGANISATION else None,
            ),
        ]
        if secret:
            actions.append(webhooks.put_endpoint(Endpoint(id, secret)))
        elif kind is Kind.WEBHOOKS:
            actions.append(webhooks.note_working(id))  # a changed endpoint may fail for three days anew
        return saved, actions

    return save(table, attempt)


def _repeated_secret(table: Table, kind: Kind, id: str) -> str | None:
    endpoint = webhooks.get_endpoint(table, id) if kind is Kind.WEBHOOKS else None
    return endpoint.secret if endpoint else None


def _require_version(before: Stored | None, expected: int | None) -> None:
    if expected is not None and (before is None or before.version != expected):
        raise Stale(
            "The document has changed since the version in If-Match.", version=before.version if before else None
        )
