"""What a partner may do for whom, where the organisation's `partnerConsent` is on."""

from collections.abc import Callable
from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
from tests.benchmarks.calls import RESERVE, open_desk
from tests.described import description, operations
from tests.endpoints.conftest import (
    Answer,
    Functions,
    all_of,
    asking,
    caller,
    configure,
    customer,
    of_example_bank,
    path,
    sending,
)
from tests.endpoints.waiting import WANTED

TIME = {"startDate": "2027-01-11T12:00:00Z", "endDate": "2027-01-11T13:00:00Z", "employeeId": "anna"}
PATCH = [{"op": "replace", "path": "/title", "value": "Another"}]
CONFIRM = [{"op": "replace", "path": "/status", "value": "Booked"}]

NEED_NO_LINK = {
    "call_tool",  # each tool needs what its operation does
    "get_time_slot",
    "list_meeting_topics",
    "list_meeting_topics_meeting_themes",
    "list_room_vacancies",
    "release_time_slot",
}
"""What shows no customer, and does nothing for one."""

type Change = Callable[[dict[str, Any]], None]


def ask_for_consent(table: Table) -> None:
    organisation = of_example_bank(Kind.ORGANISATION, ORGANISATION_ID)
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, organisation | {"partnerConsent": True})


@pytest.fixture
def strict(desk: Functions, table: Table) -> Functions:
    """An organisation that asks for consent. Nobody has given it."""
    ask_for_consent(table)
    return desk


def link(desk: Functions, customer_id: str = "67890") -> None:
    assert desk.call("link_partner", change=path(customerId=customer_id)).status == 200


def unlink(desk: Functions, customer_id: str = "67890") -> None:
    assert desk.call("unlink_partner", change=path(customerId=customer_id)).status == 204


def is_refused(answer: Answer) -> bool:
    return answer.status == 403 and answer.json["code"] == "PARTNER_NOT_LINKED"


def reserve(desk: Functions, change: Change = lambda event: None, customer_id: str = "67890") -> Answer:
    body = {"timeSlot": TIME, "token": "token", "customerId": customer_id}
    return desk.call("reserve_time_slot", change=all_of(sending(body), change))


def join(desk: Functions, customer_id: str = "67890") -> Answer:
    return desk.call("join_waitlist", change=sending(WANTED | {"customerId": customer_id}))


NAMING: dict[str, Callable[[Functions, str], Answer]] = {
    "reserve": lambda desk, who: reserve(desk, customer_id=who),
    "book": lambda desk, who: desk.call("create_meeting", change=sending(TIME | {"type": "Online", "customerId": who})),
    "join": lambda desk, who: join(desk, who),
    "list meetings": lambda desk, who: desk.call("list_meetings", change=asking(customerId=who)),
    "list the waitlist": lambda desk, who: desk.call("list_waitlist", change=asking(customerId=who)),
}
"""Each call in which a partner names a customer."""


@pytest.mark.parametrize("naming", NAMING)
def test_a_partner_names_only_linked_customers(strict: Functions, naming: str) -> None:
    link(strict, "24680")

    assert is_refused(NAMING[naming](strict, "67890"))
    assert NAMING[naming](strict, "24680").status in (200, 201)
    unlink(strict, "24680")
    assert is_refused(NAMING[naming](strict, "24680"))


@pytest.mark.parametrize("naming", NAMING)
def test_the_refusal_does_not_tell_whether_there_is_such_a_customer(strict: Functions, naming: str) -> None:
    assert (
        strict.call("create_meeting", change=all_of(customer("67890"), sending(TIME | {"type": "Online"}))).status
        == 201
    )
    known, unknown = (NAMING[naming](strict, id) for id in ("67890", "no-such-customer"))

    assert is_refused(known)
    assert known.json == unknown.json


@pytest.fixture
def made(strict: Functions) -> dict[str, str]:
    """What the partner made for a customer who is not linked any more, by the variable of its path."""
    link(strict)
    meeting = strict.call("create_meeting").json
    held = reserve(strict).json
    entry = join(strict).json
    unlink(strict)
    return {"meetingId": meeting["id"], "timeSlotId": held["id"], "waitlistId": entry["id"]}


OF_WHAT_WAS_MADE = {
    "get_meeting": sending(),
    "download_meeting_ical": sending(),
    "update_meeting": sending(PATCH),
    "cancel_meeting": sending(),
    "update_time_slot": sending(CONFIRM),
    "get_waitlist_entry": sending(),
    "leave_waitlist": sending(),
}
"""Each call about one meeting, hold or entry, with what it sends."""


def called(desk: Functions, function: str, made: dict[str, str], change: Change = lambda event: None) -> Answer:
    def of_what_was_made(event: dict[str, Any]) -> None:
        path(**{name: made[name] for name in event["pathParameters"]})(event)
        event["headers"].pop("If-Match", None)

    return desk.call(function, change=all_of(OF_WHAT_WAS_MADE[function], of_what_was_made, change))


@pytest.mark.parametrize("function", OF_WHAT_WAS_MADE)
def test_after_the_withdrawal_a_partner_can_do_nothing_with_what_it_made(
    strict: Functions, made: dict[str, str], function: str
) -> None:
    assert is_refused(called(strict, function, made))
    link(strict)
    assert called(strict, function, made).status < 300


@pytest.mark.parametrize("function", OF_WHAT_WAS_MADE)
def test_another_partner_still_learns_nothing_of_it(strict: Functions, made: dict[str, str], function: str) -> None:
    assert called(strict, function, made, caller("another", "read", "partner")).status == 404


def test_after_a_withdrawal_meetings_and_entries_stay_with_the_customer(
    strict: Functions, made: dict[str, str]
) -> None:
    assert called(strict, "get_meeting", made, customer("67890")).json["status"] == "Confirmed"
    assert called(strict, "get_waitlist_entry", made, customer("67890")).status == 200
    assert called(strict, "cancel_meeting", made, caller("staff", "read", "staff")).status == 204


def test_a_create_call_that_is_repeated_tells_nothing_after_the_withdrawal(
    strict: Functions, made: dict[str, str]
) -> None:
    link(strict)
    create = sending({"timeSlotId": made["timeSlotId"], "type": "Online"})
    assert strict.call("create_meeting", change=create).status == 201
    unlink(strict)

    assert is_refused(strict.call("create_meeting", change=create))


def test_a_time_can_be_given_back_at_any_time(strict: Functions, made: dict[str, str]) -> None:
    assert strict.call("release_time_slot", change=path(timeSlotId=made["timeSlotId"])).status == 204


def test_lists_leave_out_what_is_of_customers_who_are_not_linked(strict: Functions, made: dict[str, str]) -> None:
    link(strict, "24680")
    later = {**TIME, "startDate": "2027-01-12T09:00:00Z", "endDate": "2027-01-12T10:00:00Z", "type": "Online"}
    shown = strict.call("create_meeting", change=sending(later | {"customerId": "24680"})).json
    for_nobody = {**later, "startDate": "2027-01-12T10:00:00Z", "endDate": "2027-01-12T11:00:00Z"}
    nobodys = strict.call("create_meeting", change=sending(for_nobody)).json

    def everything(event: dict[str, Any]) -> None:
        event["multiValueQueryStringParameters"] = event["queryStringParameters"] = None

    listed = strict.call("list_meetings", change=everything).json["items"]
    of_slot = strict.call("list_meetings", change=all_of(everything, asking(timeSlotId=made["timeSlotId"])))
    waiting = strict.call("list_waitlist", change=everything).json["items"]

    assert {meeting["id"] for meeting in listed} == {shown["id"], nobodys["id"]}
    assert (of_slot.json["items"], waiting) == ([], [])


def test_a_search_for_a_new_time_is_about_the_meetings_customer(strict: Functions, made: dict[str, str]) -> None:
    moving = asking(existingMeetingId=made["meetingId"])
    as_partner = all_of(moving, caller("partner-client", "read", "partner"))

    assert is_refused(strict.call("list_available_time_slots", change=as_partner))
    assert strict.call("list_available_time_slots", change=all_of(moving, customer("67890"))).status == 200
    link(strict)
    assert strict.call("list_available_time_slots", change=as_partner).status == 200


def test_of_every_call_that_a_partner_may_make_it_is_known_whether_it_needs_a_link() -> None:
    open_to_partners = {
        described["operationId"]: "PARTNER_NOT_LINKED" in str(described["responses"]["403"])
        for path, _, described in operations(description())
        if {"bookme/read", "bookme/partner"}
        & {scope for way in described["security"] for scope in way.get("oauth2", ())}
        and not path.startswith("/config/")
    }

    assert {operation for operation, needs_link in open_to_partners.items() if not needs_link} == NEED_NO_LINK


def test_who_names_nobody_needs_no_link(strict: Functions) -> None:
    assert strict.call("reserve_time_slot").status == 201


def test_an_assistants_tools_are_bound_too(strict: Functions) -> None:
    def use(tool: str, **arguments: Any) -> str:
        body = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        change = all_of(sending(body), caller("partner-client", "read", "partner"))
        text: str = strict.call("call_tool", change=change).json["result"]["content"][0]["text"]
        return text

    booking = TIME | {"type": "Online", "customerId": "67890"}
    assert "PARTNER_NOT_LINKED" in use("book_meeting", **booking)
    assert "PARTNER_NOT_LINKED" in use("reserve_time_slot", timeSlot=TIME, token="token", customerId="67890")
    link(strict)
    assert '"status":"Confirmed"' in use("book_meeting", **booking)


def test_customers_and_employees_are_not_bound(strict: Functions) -> None:
    assert reserve(strict, customer("67890")).status == 201
    later = TIME | {"startDate": "2027-01-12T09:00:00Z", "endDate": "2027-01-12T10:00:00Z", "type": "Online"}
    book = all_of(caller("staff", "read", "staff"), sending(later | {"customerId": "67890"}))
    assert strict.call("create_meeting", change=book).status == 201


def test_the_customers_own_consent_is_enough(strict: Functions) -> None:
    assert strict.call("link_partner", change=customer("67890")).status == 200
    assert reserve(strict).status == 201
    assert strict.call("unlink_partner", change=customer("67890")).status == 204
    assert is_refused(reserve(strict))


def test_without_the_setting_a_partner_acts_for_anybody(desk: Functions) -> None:
    assert desk.call("create_meeting").status == 201


def test_the_link_is_read_with_what_a_reservation_reads_anyway() -> None:
    with open_desk() as desk:
        ask_for_consent(desk.table)
        desk.functions.call("link_partner")
        named = sending({"timeSlot": TIME, "token": "token", "customerId": "67890"})
        desk.warm(RESERVE.function)
        desk.answer(RESERVE.function, named)

        assert desk.meter.operations == ["BatchGetItem", "TransactWriteItems"]
