from zoneinfo import ZoneInfo

import pytest

from booking.domain.errors import Fault, InvalidRequest
from booking.domain.meeting import BookedBy
from booking.http.fields import MOST_FAULTS, Fields

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def faults_of(fields: Fields) -> list[Fault]:
    with pytest.raises(InvalidRequest) as caught:
        fields.check()
    return list(caught.value.faults)


def places(fields: Fields) -> list[str]:
    return [fault.where for fault in faults_of(fields)]


def test_what_is_not_given_is_none() -> None:
    fields = Fields({"title": None})

    assert fields.text("title", 10) is None
    assert fields.identifier("roomId") is None
    assert fields.instant("startDate") is None
    assert fields.identifiers("employeeIds", 3) == ()
    fields.check()


def test_values_are_read_as_they_are_meant() -> None:
    fields = Fields(
        {
            "title": " Mortgage ",
            "startDate": "2026-12-01T10:00",
            "bookedBy": "customer",
            "isCustomerInitiated": False,
            "employeeIds": ["anna", "bo"],
        },
        COPENHAGEN,
    )

    assert fields.text("title", 8) == "Mortgage"
    assert fields.instant("startDate") == 1796115600
    assert fields.enumeration("bookedBy", BookedBy) is BookedBy.CUSTOMER
    assert fields.boolean("isCustomerInitiated") is False
    assert fields.identifiers("employeeIds", 2) == ("anna", "bo")
    fields.check()


def test_every_fault_is_listed_with_its_place() -> None:
    fields = Fields({"title": 7, "roomId": "", "employeeIds": ["anna", 5], "slot": {"startDate": "soon"}, "rooms": [1]})
    fields.text("title", 10)
    fields.identifier("roomId")
    fields.identifiers("employeeIds", 2)
    fields.nested("slot").instant("startDate")
    fields.each("rooms", 1)
    fields.needed("token", fields.text("token", 10))

    assert places(fields) == [
        "body.title",
        "body.roomId",
        "body.employeeIds[1]",
        "body.slot.startDate",
        "body.rooms[0]",
        "body.token",
    ]


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    (fault,) = faults_of(Fields(body))

    assert (fault.where, fault.accepted) == ("body", "an object")


@pytest.mark.parametrize("title", ["", "   ", "x" * 11])
def test_a_text_has_to_have_a_length_that_is_accepted(title: str) -> None:
    fields = Fields({"title": title})
    fields.text("title", 10, shortest=1)

    assert places(fields) == ["body.title"]


def test_a_list_that_is_too_long_is_refused_as_a_whole() -> None:
    fields = Fields({"employeeIds": ["a", "b", "c"]})

    assert fields.identifiers("employeeIds", 2) == ()
    assert places(fields) == ["body.employeeIds"]


def test_several_names_of_a_field_may_not_differ() -> None:
    same, other = Fields({"topicId": "a", "theme": "a"}), Fields({"topicId": "a", "theme": "b"})

    assert same.identifier("topicId", "theme") == "a"
    same.check()
    other.identifier("topicId", "theme")
    assert places(other) == ["body.topicId"]


def test_a_field_is_found_under_each_of_its_names() -> None:
    assert Fields({"theme": "mortgage"}).identifier("topicId", "theme") == "mortgage"


def test_personal_data_is_not_repeated() -> None:
    fields = Fields({"description": 123456, "externalAttendees": [{"language": 654321}, 42]})
    fields.text("description", 10)
    first, _ = fields.each("externalAttendees", 2)
    first.text("language", 10)

    assert [fault.sent for fault in faults_of(fields)] == [None, None, None]


def test_a_hostile_body_gets_an_answer_of_bearable_length() -> None:
    fields = Fields({"employeeIds": [0] * 1_000})
    fields.identifiers("employeeIds", 1_000)

    assert len(faults_of(fields)) == MOST_FAULTS
