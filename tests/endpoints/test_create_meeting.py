import json
from typing import Any

import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, all_of, caller, configure, customer, faults, sending

MEETING = {
    "startDate": "2027-01-11T10:00:00Z",
    "endDate": "2027-01-11T11:00:00Z",
    "employeeId": "anna",
    "type": "Online",
    "customerId": "67890",
}


def test_a_direct_booking_is_answered_with_the_whole_meeting(desk: Functions) -> None:
    answer = desk.call("create_meeting")

    assert answer.status == 201
    assert answer.headers["location"] == f"meetings/{answer.json['id']}"
    assert answer.headers["etag"] == '"1"'
    assert answer.json == {
        "id": answer.json["id"],
        "status": "Confirmed",
        "version": 1,
        "dateCreated": "2027-01-04T08:00:00Z",
        "dateModified": "2027-01-04T08:00:00Z",
        "bookedBy": "Customer",
        "customerTypeId": "private",
        "topicId": "mortgage",
        "timeSlotId": answer.json["timeSlotId"],
        "type": "Online",
        "employeeId": "anna",
        "additionalEmployees": [],
        "roomId": None,
        "customerId": "67890",
        "title": None,
        "description": "Meeting description",
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
    }


def test_a_reserved_slot_becomes_a_meeting_once(desk: Functions, held: Any) -> None:
    body = sending({"timeSlotId": held["id"], "type": "online", "customerId": "67890"})
    first = desk.call("create_meeting", change=body)
    again = desk.call("create_meeting", change=body)

    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json


def test_a_slot_that_was_confirmed_first_becomes_a_meeting_too(desk: Functions, held: Any) -> None:
    assert desk.call("update_time_slot").json["status"] == "Booked"
    answer = desk.call("create_meeting", change=sending({"timeSlotId": held["id"], "type": "online"}))

    assert answer.status == 201


def test_the_optional_fields_come_back_as_they_were_sent(desk: Functions) -> None:
    optional = {
        "title": "Title",
        "videoLink": "https://video.example.com/1",
        "customer": {"name": "Kim", "email": "kim@example.com", "phone": "+4512345678", "language": "da"},
        "customFields": [{"key": "a", "value": "b"}],
        "externalAttendees": [{"name": "Ida", "email": "ida@example.com"}],
        "salesforceId": "sf",
        "portalId": "p",
    }
    answer = desk.call("create_meeting", change=sending(MEETING | optional))

    assert {name: answer.json.get(name) for name in optional} == optional


@pytest.mark.parametrize("contact", [{}, {"name": "", "email": " "}, None])
def test_a_contact_that_says_nothing_is_none(desk: Functions, contact: object) -> None:
    answer = desk.call("create_meeting", change=sending(MEETING | {"customer": contact}))

    assert (answer.status, answer.json.get("customer")) == (201, None)


def test_a_contact_that_nobody_can_be_reached_by_is_refused_without_repeating_it(desk: Functions) -> None:
    contact = {"name": 7, "email": "secret", "phone": "secret 12345678", "language": "secret!"}
    answer = desk.call("create_meeting", change=sending(MEETING | {"customer": contact}))

    assert faults(answer) == {f"body.customer.{name}" for name in contact}
    assert "secret" not in answer.text


def test_a_national_identity_number_is_stored_nowhere(desk: Functions, table: Table) -> None:
    answer = desk.call("create_meeting", change=sending(MEETING | {"cpr": "0101701234"}, Idempotency_Key="k"))
    stored = [table.client.scan(TableName=name) for name in table.client.list_tables()["TableNames"]]

    assert answer.status == 201
    assert "0101701234" not in answer.text + str(stored)


def test_an_unknown_slot_is_not_found(desk: Functions) -> None:
    answer = desk.call("create_meeting", "create_meeting_unknown_slot")

    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")
    assert answer.json["details"] == {"kind": "time slot", "id": "06nowhere"}


def test_every_wrong_type_is_listed(desk: Functions) -> None:
    assert faults(desk.call("create_meeting", "create_meeting_wrong_types")) == {
        "body.type",
        "body.customerId",
        "body.additionalEmployees",
    }


def test_aliases_that_differ_are_refused(desk: Functions) -> None:
    assert faults(desk.call("create_meeting", change=sending(MEETING | {"topicId": "cards", "theme": "mortgage"})))


def test_a_body_without_slot_or_time_says_what_is_needed(desk: Functions) -> None:
    assert faults(desk.call("create_meeting", change=sending({}))) == {
        "body.startDate",
        "body.endDate",
        "body.employeeId",
        "body.type",
    }


def test_a_customer_books_for_nobody_else(desk: Functions) -> None:
    answer = desk.call("create_meeting", change=all_of(customer("ida"), sending(MEETING)))
    own = desk.call("create_meeting", change=all_of(customer("ida"), sending(MEETING | {"customerId": None})))

    assert (answer.status, answer.json["code"]) == (403, "FORBIDDEN")
    assert own.json["customerId"] == "ida"


def test_a_room_is_booked_with_the_meeting(desk: Functions) -> None:
    physical = sending(MEETING | {"type": "Physical", "roomId": "cph-1"})
    assert desk.call("create_meeting", change=physical).json["roomId"] == "cph-1"
    other = MEETING | {"employeeId": "bo", "roomId": "cph-1"}

    assert desk.call("create_meeting", change=sending(other)).status == 409


def test_the_same_idempotency_key_gets_the_first_answer_again(desk: Functions, clock: Clock) -> None:
    first = desk.call("create_meeting", change=sending(Idempotency_Key="key"))
    clock.advance(3600)
    again = desk.call("create_meeting", change=sending(Idempotency_Key="key"))

    assert first.status == again.status == 201
    assert again.json == first.json
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["location"] == first.headers["location"]


def test_an_idempotency_key_with_another_body_is_refused(desk: Functions) -> None:
    desk.call("create_meeting", change=sending(MEETING, Idempotency_Key="key"))
    answer = desk.call("create_meeting", change=sending(MEETING | {"title": "Other"}, Idempotency_Key="key"))

    assert (answer.status, answer.json["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_an_idempotency_key_is_its_callers_own(desk: Functions) -> None:
    desk.call("create_meeting", change=sending(MEETING, Idempotency_Key="key"))
    other = all_of(caller("another-client", "read", "partner"), sending(MEETING, Idempotency_Key="key"))

    assert desk.call("create_meeting", change=other).json["code"] == "SLOT_TAKEN"


def test_an_error_is_not_kept_for_its_idempotency_key(desk: Functions, held: Any, clock: Clock) -> None:
    again = sending(MEETING, Idempotency_Key="key")
    assert desk.call("create_meeting", change=again).status == 409
    clock.advance(5 * 60)

    assert desk.call("create_meeting", change=again).status == 201


@pytest.mark.parametrize("key", ["x" * 256, "a\u0007b"])
def test_an_idempotency_key_that_is_none_is_refused(desk: Functions, key: str) -> None:
    assert faults(desk.call("create_meeting", change=sending(MEETING, Idempotency_Key=key))) == {
        "header.Idempotency-Key"
    }


def forget_answers(table: Table) -> None:
    """As if the function had been cut off after its commit: the utility's records never came to be complete."""
    for item in table.client.scan(TableName="answers-test")["Items"]:
        table.client.delete_item(TableName="answers-test", Key={"id": item["id"]})


def test_the_answer_is_repeated_when_the_first_call_was_cut_off_after_its_commit(desk: Functions, table: Table) -> None:
    again = sending(MEETING, Idempotency_Key="key")
    first = desk.call("create_meeting", change=again)
    forget_answers(table)
    second = desk.call("create_meeting", change=again)

    assert second.status == 201
    assert second.json == first.json


def test_a_key_whose_first_call_was_cut_off_books_no_other_meeting(desk: Functions, table: Table) -> None:
    desk.call("create_meeting", change=sending(MEETING, Idempotency_Key="key"))
    forget_answers(table)
    later = MEETING | {"startDate": "2027-01-11T12:00:00Z", "endDate": "2027-01-11T13:00:00Z"}
    answer = desk.call("create_meeting", change=sending(later, Idempotency_Key="key"))

    assert (answer.status, answer.json["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_day_later_the_key_may_book_again(desk: Functions, table: Table, clock: Clock) -> None:
    desk.call("create_meeting", change=sending(MEETING, Idempotency_Key="key"))
    forget_answers(table)
    clock.advance(24 * 3600)
    later = MEETING | {"startDate": "2027-01-11T12:00:00Z", "endDate": "2027-01-11T13:00:00Z"}

    assert desk.call("create_meeting", change=sending(later, Idempotency_Key="key")).status == 201


def test_a_repeat_while_the_first_call_is_under_way_is_told_to_try_again(desk: Functions, table: Table) -> None:
    desk.call("create_meeting", change=sending(MEETING, Idempotency_Key="key"))
    [record] = table.client.scan(TableName="answers-test")["Items"]
    under_way = record | {"status": {"S": "INPROGRESS"}, "in_progress_expiration": {"N": str(10**14)}}
    table.client.put_item(TableName="answers-test", Item=under_way)
    answer = desk.call("create_meeting", change=sending(MEETING, Idempotency_Key="key"))

    assert (answer.status, answer.json["code"]) == (503, "TRY_AGAIN")
    assert answer.headers["retry-after"]


def test_no_error_repeats_what_the_customer_sent(desk: Functions) -> None:
    secret = "Ida Secret"
    body = MEETING | {"title": [secret], "externalAttendees": [{"name": secret, "email": secret}], "description": 7}
    answer = desk.call("create_meeting", change=sending(body))

    assert faults(answer)
    assert secret not in json.dumps(answer.json)


@pytest.mark.parametrize(
    ("absent", "body"),
    [
        ("bo", MEETING | {"employeeId": "bo"}),
        ("anna", {"timeSlotId": "example-slot", "type": "Online"}),
        ("bo", {"timeSlotId": "example-slot", "type": "Online", "additionalEmployees": ["bo"]}),
    ],
    ids=["directly", "from a slot", "as an additional employee"],
)
@pytest.mark.usefixtures("held")
def test_an_employee_who_has_just_become_absent_is_not_booked(
    desk: Functions, table: Table, absent: str, body: dict[str, Any]
) -> None:
    employee = {"name": absent, "workdays": {"monday": [{"from": "08:00", "to": "16:00", "location": "Copenhagen"}]}}
    configure(table, Kind.EMPLOYEES, absent, employee)
    desk.call("create_meeting", change=sending({"timeSlotId": "unknown"}))  # it has read the configuration now
    configure(table, Kind.EMPLOYEES, absent, employee | {"absences": [{"start": "2027-01-11", "end": "2027-01-11"}]})
    answer = desk.call("create_meeting", change=sending(body))

    assert (answer.status, answer.json["details"].get("reason")) == (409, "NOT_AVAILABLE")


def test_a_customer_has_one_id_however_the_request_names_it(desk: Functions) -> None:
    body = MEETING | {"customerId": "sub-of-ida"}
    made = desk.call("create_meeting", change=all_of(customer("ida"), sending(body)))

    assert (made.status, made.json["customerId"]) == (201, "ida")


@pytest.mark.parametrize("text", ["\ud800", "half of \ud83d an emoji"])
def test_a_lone_surrogate_is_refused(desk: Functions, text: str) -> None:
    assert desk.call("create_meeting", change=sending(MEETING | {"title": text})).status == 400


def test_a_whole_emoji_is_kept_however_it_is_escaped(desk: Functions) -> None:
    answer = desk.call("create_meeting", change=sending(MEETING | {"title": "\U0001f600 Ω"}))

    assert answer.json["title"] == "\U0001f600 Ω"


def test_a_meeting_has_a_limited_number_of_employees(desk: Functions, table: Table) -> None:
    ids = [f"e{number}" for number in range(22)]
    week = {"monday": [{"from": "08:00", "to": "16:00", "location": "Copenhagen"}]}
    for id in ids:
        configure(table, Kind.EMPLOYEES, id, {"name": id, "workdays": week})
    slot = {"startDate": MEETING["startDate"], "endDate": MEETING["endDate"], "employeeIds": ids[:20]}
    held = desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "t"})).json
    body = {"timeSlotId": held["id"], "type": "Online"}

    assert faults(desk.call("create_meeting", change=sending(body | {"additionalEmployees": ids[20:]}))) == {
        "body.additionalEmployees"
    }
    made = desk.call("create_meeting", change=sending(body | {"additionalEmployees": ids[20:21]}))
    assert (made.status, len(made.json["additionalEmployees"])) == (201, 20)


NAMES = [
    "a\u00a0b",
    "\u3000ideographic",
    "zero\u200cwidth\u200djoiner",
    "soft\u00adhyphen",
    "narrow\u202fspace",
    "mark\u200e",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
]


@pytest.mark.parametrize("text", NAMES, ids=ascii)
def test_texts_are_kept_as_they_were_sent(desk: Functions, text: str) -> None:
    body = MEETING | {"title": text, "customFields": [{"key": text, "value": text}]}
    made = desk.call("create_meeting", change=sending(body))

    assert made.status == 201
    assert (made.json["title"], made.json["customFields"]) == (text, [{"key": text, "value": text}])


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("a\x00b", "text without control characters; character 2 is U+0000"),
        ("a\u0085b", "text without control characters; character 2 is U+0085"),
        ("a\nb", "text without line breaks; character 2 is U+000A"),
        ("ab\u2028", "text without line separators; character 3 is U+2028"),
        ("\u2029b", "text without paragraph separators; character 1 is U+2029"),
    ],
    ids=ascii,
)
def test_a_character_that_is_no_text_is_refused_by_its_name(desk: Functions, text: str, accepted: str) -> None:
    answer = desk.call("create_meeting", change=sending(MEETING | {"title": text}))

    assert faults(answer) == {"body.title"}
    assert answer.json["details"]["errors"][0]["accepted"] == accepted


def test_a_description_may_have_several_lines(desk: Functions) -> None:
    made = desk.call("create_meeting", change=sending(MEETING | {"description": "one\r\ntwo\n\tthree"}))

    assert made.json["description"] == "one\ntwo\n\tthree"
    assert faults(desk.call("create_meeting", change=sending(MEETING | {"description": "one\rtwo"})))


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://video.example.com/1",
        "https:video",
        "https://",
        "data:text/html,x",
        "https://user@evil.example.com",
        "https://a b",
        " javascript:alert(1)",
    ],
)
def test_a_video_link_is_an_https_url(desk: Functions, link: str) -> None:
    answer = desk.call("create_meeting", change=sending(MEETING | {"videoLink": link}))

    assert faults(answer) == {"body.videoLink"}
    assert link not in answer.text


@pytest.mark.parametrize("kind", ["Employee", "employee", "PortalPartner"])
def test_a_customer_signs_as_nobody_else(desk: Functions, kind: str) -> None:
    body = sending(MEETING | {"bookedBy": kind})

    assert desk.call("create_meeting", change=all_of(customer("ida"), body)).status == 403
    assert desk.call("create_meeting", change=body).status == 201


@pytest.mark.parametrize("key", ["cpr", "CPR", "Cpr", " cpr ", "cpr-nr", "CPR number", "\uff43\uff50\uff52"])
def test_an_identity_number_is_accepted_and_forgotten(desk: Functions, table: Table, key: str) -> None:
    body = MEETING | {key: "0102031234", "customFields": [{"key": key, "value": "0102031234"}]}
    made = desk.call("create_meeting", change=sending(body))

    assert made.status == 201
    assert "customFields" not in made.json
    assert "0102031234" not in str(table.client.scan(TableName=table.name)["Items"])
