import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from booking.domain.errors import Fault, InvalidRequest
from booking.http.bodies import parse_body
from booking.http.contract.reading import MOST_FAULTS
from booking.http.forms import parse_duration


class Visitor(BaseModel):
    email: Annotated[str, Field(max_length=10)] = ""
    age: int = 0


class Visit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    duration: Annotated[int, BeforeValidator(parse_duration)]
    visitors: list[Visitor] = []


def faults(body: object) -> list[Fault]:
    with pytest.raises(InvalidRequest) as caught:
        parse_body(Visit, body)
    return list(caught.value.faults)


def test_a_good_body_is_read() -> None:
    assert parse_body(Visit, {"duration": "PT1H"}).duration == 3600


def test_every_fault_is_listed_with_its_place() -> None:
    found = faults({"visitors": [{"age": 1}, {"age": "old"}, 7], "cpr": "1"})

    assert [fault.where for fault in found] == ["body.duration", "body.visitors[1].age", "body.visitors[2]", "body.cpr"]


def test_a_fault_says_what_was_sent_and_what_is_accepted() -> None:
    (fault,) = faults({"duration": "long"})

    assert fault.sent == "long"
    assert fault.accepted.startswith("minutes (60)")


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    (fault,) = faults(body)

    assert (fault.where, fault.accepted) == ("body", "an object")


def test_personal_data_is_not_repeated() -> None:
    found = faults({"duration": 1, "visitors": [{"email": "anna.holm@example.com"}], "cpr": "0102031234"})

    assert "anna" not in str(found)
    assert "0102031234" not in str(found)


def test_a_hostile_body_gets_an_answer_of_bearable_length() -> None:
    body: dict[str, Any] = {"x" * 10_000 + str(number): 1 for number in range(1_000)}
    found = faults({"duration": 1, **body})

    assert len(found) == MOST_FAULTS
    assert all(len(fault.where) <= 110 for fault in found)


def test_a_fault_does_not_repeat_a_value_that_no_answer_can_carry() -> None:
    for body in ({"duration": 1, "\ud800": 1}, {"duration": "\ud800"}, {"duration": 10**400}):
        for fault in faults(body):
            json.dumps([fault.where, fault.sent], ensure_ascii=False).encode()
