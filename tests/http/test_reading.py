"""Requests are read into the structs that declare them, and every fault is listed."""

from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import Meta

from booking.domain.configuration import EmployeeType
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.meeting import BookedBy
from booking.http.contract.reading import MOST_FAULTS, read_body, read_query
from booking.http.contract.values import (
    Duration,
    Fields,
    Flag,
    Identifier,
    Instant,
    Line,
    TimeZone,
    Token,
    TopicId,
    says,
)

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TOPIC_NAMES = ("topicId", "themeId", "theme", "topic")


class Place(Fields):
    start_date: Annotated[Instant, says("When.")]


class Attendee(Fields):
    language: Annotated[Line | None, says("Which.")] = None


class Body(Fields):
    title: Annotated[Line | None, says("A title.")] = None
    description: Annotated[Line | None, says("A description.")] = None
    room_id: Annotated[Identifier | None, says("A room.")] = None
    employee_ids: Annotated[tuple[Identifier, ...], Meta(max_length=3)] = ()
    booked_by: Annotated[BookedBy | None, says("Who.")] = None
    is_customer_initiated: Annotated[Flag | None, says("Whether.")] = None
    start_date: Annotated[Instant | None, says("When.")] = None
    slot: Annotated[Place | None, says("Where.")] = None
    places: Annotated[tuple[Place, ...], Meta(max_length=2)] = ()
    external_attendees: Annotated[tuple[Attendee, ...], Meta(max_length=2)] = ()
    topic_id: TopicId = None


class Strict(Body, kw_only=True):
    token: Annotated[Token, says("A token.")]


class Query(Fields):
    is_customer: Annotated[Flag | None, says("Whether.")] = None
    start_date: Annotated[Instant | None, says("When.")] = None
    meeting_duration: Annotated[Duration | None, says("How long.")] = None
    employee_types: Annotated[tuple[EmployeeType, ...], says("Which.")] = ()
    explicit_employee_ids: Annotated[tuple[Identifier, ...], says("Who."), Meta(max_length=4)] = ()
    topic_id: TopicId = None
    time_zone: Annotated[TimeZone | None, says("Where.")] = None


class StrictQuery(Query, kw_only=True):
    is_customer: Annotated[Flag, says("Whether.")]


def faults(body: object, model: type[Fields] = Body) -> list[Fault]:
    with pytest.raises(InvalidRequest) as caught:
        read_body(model, body)
    return list(caught.value.faults)


def places(body: object, model: type[Fields] = Body) -> list[str]:
    return [fault.where for fault in faults(body, model)]


def query(**parameters: list[str]) -> Query:
    return read_query(Query, parameters, COPENHAGEN)


def query_faults(model: type[Fields] = Query, **parameters: list[str]) -> list[Fault]:
    with pytest.raises(InvalidRequest) as caught:
        read_query(model, parameters, COPENHAGEN)
    return list(caught.value.faults)


def test_a_missing_field_has_its_default() -> None:
    assert read_body(Body, {"title": None}) == Body()
    assert read_body(Body, {"employeeIds": None, "surprise": 1}) == Body()


@pytest.mark.parametrize("name", ["roomId", "startDate", "topicId", "theme", "bookedBy", "isCustomerInitiated"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_text_in_an_optional_field_is_not_given(name: str, empty: str) -> None:
    assert read_body(Body, {name: empty}) == Body()


def test_an_empty_text_is_a_text() -> None:
    assert read_body(Body, {"title": ""}).title == ""


def test_values_are_read_as_they_are_meant() -> None:
    body = {
        "title": " Mortgage ",
        "startDate": "2026-12-01T10:00",
        "bookedBy": "customer",
        "isCustomerInitiated": False,
        "employeeIds": ["anna", " bo "],
        "places": [{"startDate": "2026-12-01T10:00:00Z"}],
    }

    assert read_body(Body, body, COPENHAGEN) == Body(
        title="Mortgage",
        start_date=1796115600,
        booked_by=BookedBy.CUSTOMER,
        is_customer_initiated=False,
        employee_ids=("anna", "bo"),
        places=(Place(start_date=1796119200),),
    )


def test_every_fault_is_listed_with_its_place() -> None:
    body = {
        "title": 7,
        "roomId": "x" * 129,
        "employeeIds": ["anna", 5],
        "slot": {"startDate": "soon"},
        "places": [1, {}],
    }

    assert places(body, Strict) == [
        "body.title",
        "body.roomId",
        "body.employeeIds[1]",
        "body.slot.startDate",
        "body.places[0]",
        "body.places[1].startDate",
        "body.token",
    ]


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    (fault,) = faults(body)

    assert (fault.where, fault.accepted) == ("body", "an object")


@pytest.mark.parametrize("token", ["", "   ", "x" * 1001])
def test_a_text_has_to_have_a_length_that_is_accepted(token: str) -> None:
    assert places({"token": token}, Strict) == ["body.token"]


def test_a_list_that_is_too_long_is_refused_as_a_whole() -> None:
    assert places({"employeeIds": ["a", "b", "c", "d"]}) == ["body.employeeIds"]


@pytest.mark.parametrize("name", TOPIC_NAMES)
def test_a_field_is_found_under_each_of_its_names(name: str) -> None:
    assert read_body(Body, {name: "mortgage"}).topic_id == "mortgage"
    assert query(**{name: ["mortgage"]}).topic_id == "mortgage"


def test_several_names_of_a_field_may_not_differ() -> None:
    assert read_body(Body, {"topicId": "a", "theme": "a"}).topic_id == "a"
    assert places({"topicId": "a", "theme": "b"}) == ["body.topicId"]
    assert query(topicId=["a"], theme=["a"]).topic_id == "a"
    assert [fault.where for fault in query_faults(topicId=["a"], theme=["b"])] == ["query.topicId"]


def test_personal_data_is_not_repeated() -> None:
    found = faults({"description": 123456, "externalAttendees": [{"language": 654321}, 42]})

    assert [fault.sent for fault in found] == [None, None, None]


def test_a_hostile_body_gets_an_answer_of_bearable_length() -> None:
    class Many(Fields):
        ids: Annotated[tuple[Identifier, ...], Meta(max_length=1_000)]

    assert len(faults({"ids": [0] * 1_000}, Many)) == MOST_FAULTS


def test_a_query_lists_every_fault() -> None:
    found = query_faults(
        StrictQuery,
        startDate=["yesterday"],
        meetingDuration=["long"],
        employeeTypes=["Explicit,Friend,Foe"],
        explicitEmployeeIds=["x" * 129],
    )

    assert sorted(fault.where for fault in found) == [
        "query.employeeTypes",
        "query.employeeTypes",
        "query.explicitEmployeeIds",
        "query.isCustomer",
        "query.meetingDuration",
        "query.startDate",
    ]


def test_a_fault_repeats_only_the_beginning_of_what_was_sent() -> None:
    (fault,) = query_faults(startDate=["x" * 5000])

    assert fault.sent == "x" * 100


def test_a_parameter_that_is_given_twice_with_different_values_is_refused() -> None:
    (fault,) = query_faults(startDate=["2026-11-24", "2026-11-25"])

    assert (fault.where, fault.accepted) == ("query.startDate", "one value")


def test_an_empty_parameter_is_not_given() -> None:
    assert query(topicId=[""], explicitEmployeeIds=["[]"], isCustomer=[""]) == Query()
    assert [fault.where for fault in query_faults(StrictQuery, isCustomer=[""])] == ["query.isCustomer"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"explicitEmployeeIds": ["anna", "bo"]},
        {"explicitEmployeeIds": ["anna,bo"]},
        {"explicitEmployeeIds": ['["anna", "bo"]']},
        {"explicitEmployeeIds[]": ["anna", "bo"]},
        {"explicitEmployeeIds[1]": ["bo"], "explicitEmployeeIds[0]": ["anna"]},
        {"explicitEmployeeIds[10]": ["bo"], "explicitEmployeeIds[9]": ["anna"]},
        {"explicitEmployeeIds": ["anna"], "explicitEmployeeIds[]": ["bo,anna"]},
    ],
    ids=str,
)
def test_a_list_is_read_in_every_form(parameters: dict[str, list[str]]) -> None:
    assert query(**parameters).explicit_employee_ids == ("anna", "bo")


@pytest.mark.parametrize("name", ["explicitEmployeeIds[x]", "explicitEmployeeIds[0][a]", "xexplicitEmployeeIds[]"])
def test_other_names_with_brackets_are_other_parameters(name: str) -> None:
    assert query(**{name: ["anna"]}) == Query()


def test_a_list_parameter_may_not_be_too_long() -> None:
    (fault,) = query_faults(explicitEmployeeIds=["a,b,c,d,e"])

    assert fault.where == "query.explicitEmployeeIds"


def test_a_query_may_name_the_zone_of_its_dates() -> None:
    parameters = {"startDate": ["2026-12-01T10:00"], "timeZone": ["Asia/Tokyo"]}

    assert query(**parameters).start_date == 1796086800


def test_an_enumeration_that_is_not_declared_in_the_contract_is_refused_by_name() -> None:
    class Colour(StrEnum):
        RED = "Red"

    class Paint(Fields):
        colour: Annotated[Colour, says("Which.")]

    found: list[Any] = faults({"colour": "green"}, Paint)
    assert [fault.accepted for fault in found] == ["one of Red"]
