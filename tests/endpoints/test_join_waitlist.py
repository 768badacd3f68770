from typing import Any

import pytest

from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, all_of, caller, customer, faults, scopes, sending
from tests.endpoints.waiting import WANTED


def test_a_customer_joins_with_a_search_and_a_contact(desk: Functions, clock: Clock) -> None:
    answer = desk.call("join_waitlist")

    assert answer.status == 201
    assert answer.headers["location"] == f"waitlist/{answer.json['id']}"
    assert answer.json | {"id": None} == {
        "id": None,
        "status": "Waiting",
        "dateCreated": clock.text,
        "dateModified": clock.text,
        "customerId": "67890",
        "customer": {"name": "Kim Krogh", "email": "kim@example.com", "language": "da"},
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "meetingDuration": "01:00:00",
        "requireEmployeeParticipation": True,
        "explicitEmployeeIds": ["anna"],
        "meetingTypes": ["Online"],
        "requireRoom": False,
        "timesOffered": 0,
    }


def test_the_searchs_defaults_are_those_of_a_search(desk: Functions, clock: Clock) -> None:
    body = {"requireEmployeeParticipation": False, "topicId": "mortgage"}
    joined = desk.call("join_waitlist", change=all_of(customer("67890"), sending(body))).json

    assert (joined["startDate"], joined["meetingDuration"]) == (clock.text, "01:00:00")
    assert len(joined["meetingTypes"]) > 1


def test_every_fault_of_the_search_is_told(desk: Functions) -> None:
    assert faults(desk.call("join_waitlist", "join_waitlist_bad_search")) == {"body.requireEmployeeParticipation"}
    answer = desk.call("join_waitlist", change=sending(WANTED | {"customerId": "1", "endDate": "2027-01-11T09:00:00Z"}))
    assert faults(answer) == {"body.endDate"}


def test_a_search_that_is_over_cannot_be_waited_for(desk: Functions) -> None:
    past = {"startDate": "2027-01-01T10:00:00Z", "endDate": "2027-01-02T10:00:00Z"}
    assert faults(desk.call("join_waitlist", change=sending(WANTED | {"customerId": "1"} | past))) == {"body.endDate"}


def test_a_document_that_is_not_configured_is_not_found(desk: Functions) -> None:
    answer = desk.call("join_waitlist", change=sending(WANTED | {"customerId": "1", "explicitEmployeeIds": ["nobody"]}))

    assert (answer.status, answer.json["details"]) == (404, {"kind": "employee", "id": "nobody"})


def test_partners_and_employees_say_who_waits(desk: Functions) -> None:
    assert faults(desk.call("join_waitlist", change=sending(WANTED))) == {"body.customerId"}
    assert faults(desk.call("join_waitlist", change=all_of(caller("staff", "read", "staff"), sending(WANTED)))) == {
        "body.customerId"
    }


def test_customers_wait_for_themselves_only(desk: Functions) -> None:
    other = desk.call("join_waitlist", change=all_of(customer("13579"), sending(WANTED | {"customerId": "67890"})))
    own = desk.call("join_waitlist", change=all_of(customer("13579"), sending(WANTED)))

    assert (other.status, own.status, own.json["customerId"]) == (403, 201, "13579")


def test_a_reader_cannot_join(desk: Functions) -> None:
    assert desk.call("join_waitlist", change=scopes("read")).status == 403


def test_one_customer_waits_for_at_most_five_things_at_once(desk: Functions) -> None:
    answers = [desk.call("join_waitlist") for _ in range(6)]

    assert [answer.status for answer in answers] == [201] * 5 + [409]
    assert answers[-1].json["code"] == "TOO_MANY_WAITING"
    assert answers[-1].json["details"] == {"mostEntries": 5}
    assert desk.call("join_waitlist", change=sending(WANTED | {"customerId": "13579"})).status == 201


def test_searches_that_are_over_count_no_more(desk: Functions, clock: Clock) -> None:
    for _ in range(5):
        desk.call("join_waitlist")
    clock.advance(8 * 86400)
    later = {"startDate": "2027-01-18T10:00:00Z", "endDate": "2027-01-18T12:00:00Z"}

    assert desk.call("join_waitlist", change=sending(WANTED | {"customerId": "67890"} | later)).status == 201


def test_the_same_idempotency_key_joins_once(desk: Functions, table: Table) -> None:
    first, again = (desk.call("join_waitlist", change=sending(Idempotency_Key="k")) for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert places_in_line(table) == 1


def test_a_repeat_joins_once_also_when_the_first_answer_was_not_kept(
    desk: Functions, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.call("join_waitlist", change=sending(Idempotency_Key="k"))
    [kept] = table.client.scan(TableName="answers-test")["Items"]
    table.client.delete_item(TableName="answers-test", Key={"id": kept["id"]})
    again = desk.call("join_waitlist", change=sending(Idempotency_Key="k"))

    assert first.json == again.json
    assert places_in_line(table) == 1


def test_a_deployment_without_a_waitlist_says_so(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAITLIST", "off")
    answer = desk.call("join_waitlist")

    assert (answer.status, answer.json["code"]) == (409, "SWITCHED_OFF")


def places_in_line(table: Table) -> int:
    items: list[Any] = table.client.scan(TableName=table.name)["Items"]
    return sum(item["pk"]["S"] == "LINE" for item in items)
