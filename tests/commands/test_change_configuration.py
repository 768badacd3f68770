from collections.abc import Callable
from copy import replace
from dataclasses import dataclass
from typing import Any

import pytest

from booking.commands.change_configuration import create_configuration, delete_configuration, replace_configuration
from booking.domain.documents import Document, Documents, Kind
from booking.domain.errors import AlreadyExists, InUse, InvalidRequest
from booking.http.configuration_documents import document_of
from booking.storage import configuration_items
from booking.storage.table import Table
from tests.races.clients import no_answer, service_error


@dataclass
class LosingItsAnswer:
    """A client whose first transaction is written, and whose answer is this error."""

    client: Any
    error: Exception
    is_lost: bool = False

    def __getattr__(self, operation: str) -> Any:
        return getattr(self.client, operation)

    def transact_write_items(self, **request: Any) -> Any:
        answer = self.client.transact_write_items(**request)
        if not self.is_lost:
            self.is_lost = True
            raise self.error
        return answer


# The SDK sends a call again whose answer does not come, and may be told that the first is under way still.
LOST = [no_answer(), service_error("TransactWriteItems", "TransactionInProgressException", 400)]


@pytest.fixture(params=LOST, ids=["no answer", "still in progress"])
def lossy(table: Table, request: pytest.FixtureRequest) -> Table:
    return replace(table, client=LosingItsAnswer(table.client, request.param))


def reading(kind: Kind, id: str, /, **body: Any) -> Callable[[Documents], Document]:
    return lambda documents: document_of(kind, id, body, documents)


def window(start: str, end: str, location: str) -> dict[str, str]:
    return {"from": start, "to": end, "location": location}


def make(table: Table, kind: Kind, id: str, **body: Any) -> int:
    return create_configuration(table, kind, id, reading(kind, id, **body), "admin", lambda: 0).stored.version


def test_a_reference_that_is_deleted_meanwhile_is_missed(table: Table) -> None:
    make(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    attempts = []

    def read_document(documents: Documents) -> Document:
        document = reading(Kind.MEETING_TOPICS, "mortgage", name="Mortgage", customerTypeIds=["private"])(documents)
        attempts.append(document)
        delete_configuration(table, Kind.CUSTOMER_TYPES, "private", None, "admin", lambda: 0)
        return document

    with pytest.raises(InvalidRequest):
        create_configuration(table, Kind.MEETING_TOPICS, "mortgage", read_document, "admin", lambda: 0)
    assert len(attempts) == 1
    assert configuration_items.read(table).of(Kind.MEETING_TOPICS) == {}


def test_a_change_beside_another_one_is_made_as_well(table: Table) -> None:
    meanwhile = iter(["first", "second"])

    def read_document(documents: Documents) -> Document:
        if other := next(meanwhile, None):
            make(table, Kind.CUSTOMER_TYPES, other, name=other)
        return reading(Kind.CUSTOMER_TYPES, "private", name="Private")(documents)

    stored = create_configuration(table, Kind.CUSTOMER_TYPES, "private", read_document, "admin", lambda: 0)

    documents = configuration_items.read(table)
    assert sorted(documents.of(Kind.CUSTOMER_TYPES)) == ["first", "private", "second"]
    assert documents.version == stored.stored.version == 3


def test_creating_a_document_twice_at_once_succeeds_once(table: Table) -> None:
    same = reading(Kind.CUSTOMER_TYPES, "private", name="Private")
    others = iter([None])

    def read_document(documents: Documents) -> Document:
        for _ in others:
            create_configuration(table, Kind.CUSTOMER_TYPES, "private", same, "admin", lambda: 0)
        return same(documents)

    with pytest.raises(AlreadyExists):
        create_configuration(table, Kind.CUSTOMER_TYPES, "private", read_document, "admin", lambda: 0)


def test_a_version_is_never_given_twice_to_one_id(table: Table) -> None:
    first = make(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    delete_configuration(table, Kind.CUSTOMER_TYPES, "private", first, "admin", lambda: 0)

    assert make(table, Kind.CUSTOMER_TYPES, "private", name="Private") > first


def test_a_location_that_others_name_cannot_be_deleted(table: Table) -> None:
    make(table, Kind.LOCATIONS, "city", name="City")
    make(table, Kind.EMPLOYEES, "anna", name="Anna", workdays={"friday": [window("08:00", "12:00", "elsewhere")]})
    make(table, Kind.EMPLOYEES, "bo", name="Bo", workdays={"friday": [window("08:00", "12:00", "city")]})
    make(table, Kind.ROOMS, "tivoli", name="Tivoli", location="city")
    make(table, Kind.SERVICE_GROUPS, "national", name="National", serviceLevel={"locations": ["city"]})

    with pytest.raises(InUse) as caught:
        delete_configuration(table, Kind.LOCATIONS, "city", None, "admin", lambda: 0)
    assert caught.value.details["usedBy"] == [
        {"kind": "room", "id": "tivoli"},
        {"kind": "employee", "id": "bo"},
        {"kind": "service group", "id": "national"},
    ]


def test_an_object_without_references_can_be_deleted(table: Table) -> None:
    make(table, Kind.COMPETENCE_GROUPS, "below", name="Below")
    make(table, Kind.COMPETENCE_GROUPS, "above", name="Above", subGroupIds=["below"])
    with pytest.raises(InUse):
        delete_configuration(table, Kind.COMPETENCE_GROUPS, "below", None, "admin", lambda: 0)

    delete_configuration(table, Kind.COMPETENCE_GROUPS, "above", None, "admin", lambda: 0)
    delete_configuration(table, Kind.COMPETENCE_GROUPS, "below", None, "admin", lambda: 0)
    assert configuration_items.read(table).of(Kind.COMPETENCE_GROUPS) == {}


def test_creating_again_after_a_lost_answer_ends_as_if_it_had_happened_once(lossy: Table) -> None:
    stored = create_configuration(
        lossy,
        Kind.CUSTOMER_TYPES,
        "private",
        reading(Kind.CUSTOMER_TYPES, "private", name="Private"),
        "admin",
        lambda: 0,
    )

    assert stored.stored.version == configuration_items.read(lossy).version == 1


def test_replacing_one_version_after_a_lost_answer_is_not_stale(table: Table, lossy: Table) -> None:
    version = make(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    new = reading(Kind.CUSTOMER_TYPES, "private", name="Personal")
    saved = replace_configuration(lossy, Kind.CUSTOMER_TYPES, "private", new, version, "admin", lambda: 0)

    assert saved.stored.document["name"] == "Personal"
    assert not saved.is_new


def test_deleting_again_after_a_lost_answer_is_done(table: Table, lossy: Table) -> None:
    make(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    delete_configuration(lossy, Kind.CUSTOMER_TYPES, "private", None, "admin", lambda: 0)

    assert configuration_items.read(table).of(Kind.CUSTOMER_TYPES) == {}
