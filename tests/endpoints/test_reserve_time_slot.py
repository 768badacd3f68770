import json
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Documents, Kind
from booking.storage import configuration_items
from booking.storage.table import Action, Table, Unanswered
from tests.endpoints.conftest import Clock, Functions, all_of, caller, configure, customer, faults, sending

SLOT = {"startDate": "2027-01-11T10:00:00Z", "endDate": "2027-01-11T11:00:00Z", "employeeId": "anna"}


def test_a_topic_that_is_named_twice_must_be_the_same(desk: Functions) -> None:
    same = {"timeSlot": SLOT | {"topicId": "mortgage", "meetingTopicId": "mortgage"}, "token": "a"}
    other = {"timeSlot": SLOT | {"topicId": "mortgage", "meetingTopicId": "pension"}, "token": "b"}

    assert faults(desk.call("reserve_time_slot", change=sending(other))) == {"body.timeSlot.meetingTopicId"}
    assert desk.call("reserve_time_slot", change=sending(same)).json["topicId"] == "mortgage"


def test_a_reservation_is_answered_with_the_stored_slot(desk: Functions) -> None:
    answer = desk.call("reserve_time_slot")

    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"],
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "status": "Reserved",
        "dateCreated": "2027-01-04T08:00:00Z",
        "dateModified": "2027-01-04T08:00:00Z",
        "employeeId": "anna",
        "token": "reservation-token",
        "expiresAt": "2027-01-04T08:05:00Z",
    }


def test_the_same_token_renews_the_same_reservation(desk: Functions, clock: Clock) -> None:
    first = desk.call("reserve_time_slot")
    clock.advance(60)
    again = desk.call("reserve_time_slot")

    assert again.status == 200
    assert again.json == first.json | {
        "expiresAt": "2027-01-04T08:06:00Z",
        "dateModified": "2027-01-04T08:01:00Z",
    }


def test_a_time_that_another_token_holds_is_a_conflict(desk: Functions) -> None:
    desk.call("reserve_time_slot")
    answer = desk.call("reserve_time_slot", change=sending({"timeSlot": SLOT, "token": "another"}))

    assert (answer.status, answer.json["code"]) == (409, "SLOT_TAKEN")


def test_a_time_outside_working_hours_is_a_conflict_that_names_the_rule(desk: Functions) -> None:
    evening = SLOT | {"startDate": "2027-01-11T16:00:00Z", "endDate": "2027-01-11T17:00:00Z"}
    body = sending({"timeSlot": evening, "token": "t"})
    answer = desk.call("reserve_time_slot", change=all_of(caller("staff", "staff"), body))

    assert (answer.status, answer.json["code"]) == (409, "SLOT_NOT_OFFERED")
    assert answer.json["details"]["reason"] == "OUTSIDE_WORKING_TIME"


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2027-01-11T16:00:00Z", "OUTSIDE_WORKING_TIME"),
        ("2027-01-18T10:00:00Z", "ABSENT"),
        ("2027-01-25T10:00:00Z", "DAILY_CAP"),
    ],
)
@pytest.mark.parametrize("who", [caller("partner", "read", "partner"), customer("ida")], ids=["partner", "customer"])
def test_only_employees_are_told_why_an_employee_is_not_available(
    desk: Functions, table: Table, who: Callable[[dict[str, Any]], None], start: str, reason: str
) -> None:
    anna = {
        "name": "Anna",
        "workdays": {"monday": [{"from": "08:00", "to": "16:00", "location": "Copenhagen"}]},
        "absences": [{"start": "2027-01-18", "end": "2027-01-18"}],
        "maxMeetingTimePerDay": "00:30" if reason == "DAILY_CAP" else None,
    }
    configure(table, Kind.EMPLOYEES, "anna", anna)
    slot = SLOT | {"startDate": start, "endDate": start.replace("T10", "T11").replace("T16", "T17")}
    asked = sending({"timeSlot": slot, "token": "t", "isCustomerInitiated": True})
    public = desk.call("reserve_time_slot", change=all_of(who, asked))
    told = desk.call("reserve_time_slot", change=all_of(caller("staff", "staff"), asked))

    assert public.json["message"] == "The employee is not available at that time."
    assert public.json["details"] == {"reason": "NOT_AVAILABLE", "employeeId": "anna"}
    assert told.json["details"]["reason"] == reason


@pytest.mark.parametrize(
    "unknown",
    [
        {"employeeId": "nobody"},
        {"roomId": "nowhere"},
        {"topicId": "nothing"},
        {"customerTypeId": "no-one"},
    ],
    ids=str,
)
def test_a_document_that_is_not_configured_is_not_found(desk: Functions, unknown: dict[str, str]) -> None:
    answer = desk.call("reserve_time_slot", change=sending({"timeSlot": SLOT | unknown, "token": "t"}))

    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")
    assert answer.json["details"]["id"] in unknown.values()


def test_an_unknown_meeting_to_move_is_not_found(desk: Functions) -> None:
    body = {"timeSlot": SLOT, "token": "t", "existingMeetingId": "no-such-meeting"}

    assert desk.call("reserve_time_slot", change=sending(body)).status == 404


def test_an_end_before_the_start_is_refused(desk: Functions) -> None:
    answer = desk.call("reserve_time_slot", "reserve_time_slot_end_before_start")

    assert faults(answer) == {"body.timeSlot.endDate"}
    assert answer.json["details"]["errors"][0]["sent"] == "2027-01-11T09:00:00Z"


def test_every_fault_of_the_body_is_listed(desk: Functions) -> None:
    slot = {"startDate": "soon", "endDate": 7, "employeeId": "anna", "meetingType": "seance"}

    assert faults(desk.call("reserve_time_slot", change=sending({"timeSlot": slot}))) == {
        "body.timeSlot.startDate",
        "body.timeSlot.endDate",
        "body.timeSlot.meetingType",
        "body.token",
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-01-03T10:00:00Z", "2027-01-03T11:00:00Z"),
        ("2027-01-11T10:00:00Z", "2027-01-12T11:00:00Z"),
        ("2028-01-11T10:00:00Z", "2028-01-11T11:00:00Z"),
        ("9999-01-11T10:00:00Z", "9999-01-11T11:00:00Z"),
    ],
    ids=["in the past", "longer than a day", "beyond the horizon", "in the year 9999"],
)
def test_a_time_that_no_rule_could_allow_is_refused(desk: Functions, start: str, end: str) -> None:
    slot = SLOT | {"startDate": start, "endDate": end}

    assert faults(desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "t"})))


def test_malformed_json_is_refused(desk: Functions) -> None:
    assert faults(desk.call("reserve_time_slot", "reserve_time_slot_malformed_json")) == {"body"}


def test_a_body_that_is_too_large_is_refused(desk: Functions) -> None:
    answer = desk.call("reserve_time_slot", change=sending({"timeSlot": SLOT, "token": "t" * 300_000}))

    assert (answer.status, answer.json["code"]) == (413, "CONTENT_TOO_LARGE")


def test_another_media_type_is_refused(desk: Functions) -> None:
    answer = desk.call("reserve_time_slot", change=sending(Content_Type="text/plain"))

    assert (answer.status, answer.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_caller_whom_no_authorizer_has_checked_is_unknown(desk: Functions) -> None:
    answer = desk.call("reserve_time_slot", "reserve_time_slot_without_claims")

    assert (answer.status, answer.json["code"]) == (401, "UNAUTHENTICATED")


def test_a_reader_may_not_reserve(desk: Functions) -> None:
    answer = desk.call("reserve_time_slot", "reserve_time_slot_without_scope")

    assert (answer.status, answer.json["code"]) == (403, "FORBIDDEN")


def test_only_employees_may_reserve_past_the_rules_for_customers(desk: Functions) -> None:
    early = SLOT | {"startDate": "2027-01-11T07:00:00Z", "endDate": "2027-01-11T08:00:00Z"}
    body = sending({"timeSlot": early, "token": "t", "isCustomerInitiated": False})

    assert desk.call("reserve_time_slot", change=body).status == 403
    assert desk.call("reserve_time_slot", change=all_of(customer("ida"), body)).status == 403
    assert desk.call("reserve_time_slot", change=all_of(caller("staff", "staff"), body)).status == 201


def test_a_new_employee_can_be_reserved_at_once(desk: Functions, table: Table) -> None:
    desk.call("reserve_time_slot")
    window = {"from": "08:00", "to": "16:00", "location": "Copenhagen"}
    configure(table, Kind.EMPLOYEES, "new", {"name": "New", "workdays": {"monday": [window]}})
    answer = desk.call("reserve_time_slot", change=sending({"timeSlot": SLOT | {"employeeId": "new"}, "token": "t"}))

    assert answer.status == 201


def test_hours_that_have_just_been_configured_can_be_reserved_at_once(desk: Functions, table: Table) -> None:
    late = {"timeSlot": SLOT | {"startDate": "2027-01-11T16:00:00Z", "endDate": "2027-01-11T17:00:00Z"}, "token": "t"}
    assert desk.call("reserve_time_slot", change=sending(late)).status == 409

    window = {"from": "08:00", "to": "18:00", "location": "Copenhagen"}
    configure(table, Kind.EMPLOYEES, "anna", {"name": "Anna", "workdays": {"monday": [window]}})
    assert desk.call("reserve_time_slot", change=sending(late)).status == 201


def test_an_absence_that_has_just_been_configured_is_kept_free_at_once(desk: Functions, table: Table) -> None:
    desk.call("list_available_time_slots")
    desk.call("reserve_time_slot")
    window = {"from": "08:00", "to": "16:00", "location": "Copenhagen"}
    absent = {
        "name": "Anna",
        "workdays": {"monday": [window]},
        "absences": [{"start": "2027-01-11", "end": "2027-01-11"}],
    }
    configure(table, Kind.EMPLOYEES, "anna", absent)
    later = {"timeSlot": SLOT | {"startDate": "2027-01-11T12:00:00Z", "endDate": "2027-01-11T13:00:00Z"}, "token": "t"}
    answer = desk.call("reserve_time_slot", change=sending(later))

    assert (answer.status, answer.json["details"]["reason"]) == (409, "NOT_AVAILABLE")


def test_a_horizon_that_has_just_been_widened_counts_at_once(desk: Functions, table: Table) -> None:
    far = {"timeSlot": SLOT | {"startDate": "2027-06-14T10:00:00Z", "endDate": "2027-06-14T11:00:00Z"}, "token": "t"}
    assert desk.call("reserve_time_slot", change=sending(far)).status == 400

    configure(table, Kind.ORGANISATION, ORGANISATION_ID, {"name": "Example Bank", "bookingHorizonDays": 300})
    assert desk.call("reserve_time_slot", change=sending(far)).status == 201


def test_a_reservation_outlasts_an_import_of_configuration(
    desk: Functions, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, changes = configuration_items.read, iter(range(5))

    def read_before_the_next_change(of: Table) -> Documents:
        documents = read(of)
        with monkeypatch.context() as alone:
            alone.setattr(configuration_items, "read", read)
            for change in islice(changes, 1):
                configure(table, Kind.CUSTOMER_TYPES, f"type-{change}", {"name": "New"})
        return documents

    with monkeypatch.context() as patched:
        patched.setattr(configuration_items, "read", read_before_the_next_change)
        answer = desk.call("reserve_time_slot")

    assert (answer.status, list(changes)) == (201, [])


def test_a_body_in_another_encoding_is_refused(desk: Functions) -> None:
    def utf_16(event: dict[str, Any]) -> None:
        event["body"] = json.dumps({"timeSlot": SLOT, "token": "\ud800"}).encode("utf-16-le").decode()

    assert desk.call("reserve_time_slot", change=utf_16).status == 400


def test_a_token_with_a_lone_surrogate_is_refused(desk: Functions) -> None:
    assert desk.call("reserve_time_slot", change=sending({"timeSlot": SLOT, "token": "\ud800"})).status == 400


def test_the_rules_for_customers_bind_employees_only_if_they_say_so(desk: Functions, table: Table) -> None:
    hours_ahead = {"name": "Example Bank", "workingTimeBuffer": "80.00:00:00"}
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, hours_ahead)
    staff = caller("staff-client", "read", "staff")
    asked = {"timeSlot": SLOT, "token": "t"}

    for said, status in (({"isCustomerInitiated": True}, 409), ({}, 201)):
        answer = desk.call("reserve_time_slot", change=all_of(staff, sending(asked | said)))
        assert answer.status == status, answer.text


def test_a_hold_that_was_written_is_new_though_its_answer_was_lost_and_the_configuration_changed(
    desk: Functions, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact, answers = Table.transact, iter([False])

    def lose_the_first(self: Table, actions: Sequence[Action]) -> None:
        transact(self, actions)
        if not next(answers, True):
            configure(table, Kind.CUSTOMER_TYPES, "new", {"name": "New"})
            raise Unanswered

    with monkeypatch.context() as patched:
        patched.setattr(Table, "transact", lose_the_first)
        assert desk.call("reserve_time_slot").status == 201
