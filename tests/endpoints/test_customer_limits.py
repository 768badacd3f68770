"""The limits of one customer's meetings over the API, each function with its own role."""

from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table
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
from tests.endpoints.waiting import Line, line

__all__ = ["line"]

KIM = customer("kim")
EMPLOYEE = caller("staff", "read", "staff")
TOO_MANY = {"reason": "TOO_MANY_MEETINGS", "maxUpcomingMeetings": 1}
BUSY = {"reason": "CUSTOMER_BUSY"}
BO = {
    "name": "Bo Lind",
    "locations": ["Copenhagen"],
    "extraAvailability": [{"start": "2027-01-11T08:00", "end": "2027-01-11T18:00"}],
}


def limit(table: Table, **settings: Any) -> None:
    organisation = of_example_bank(Kind.ORGANISATION, ORGANISATION_ID)
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, organisation | settings)


def reserve(desk: Functions, hour: int, who: Any = KIM, **fields: Any) -> Answer:
    """An hour of Anna's in UTC, on a token of its own."""
    slot = {
        "startDate": f"2027-01-11T{hour:02}:00:00Z",
        "endDate": f"2027-01-11T{hour + 1:02}:00:00Z",
        "employeeId": fields.pop("employee", "anna"),
    }
    return desk.call("reserve_time_slot", change=all_of(who, sending({"timeSlot": slot, "token": f"{hour}", **fields})))


def create(desk: Functions, slot: Answer, who: Any = KIM, **fields: Any) -> Answer:
    body = {"timeSlotId": slot.json["id"], "type": "online", "bookedBy": "customer", **fields}
    return desk.call("create_meeting", change=all_of(who, sending(body)))


def confirm(desk: Functions, slot: Answer, who: Any = KIM) -> Answer:
    patch = [{"op": "replace", "path": "/status", "value": "Booked"}]
    return desk.call("update_time_slot", change=all_of(who, path(timeSlotId=slot.json["id"]), sending(patch)))


def move(desk: Functions, meeting: Answer, to: Answer, who: Any = KIM) -> Answer:
    patch = [{"op": "replace", "path": "/timeSlotId", "value": to.json["id"]}]
    return desk.call("update_meeting", change=all_of(who, path(meetingId=meeting.json["id"]), sending(patch)))


def cancel(desk: Functions, meeting: Answer, who: Any = KIM) -> Answer:
    return desk.call("cancel_meeting", change=all_of(who, path(meetingId=meeting.json["id"])))


def refused(answer: Answer, details: dict[str, Any]) -> None:
    assert (answer.status, answer.json["code"], answer.json["details"]) == (409, details["reason"], details)


@pytest.mark.parametrize("who", [KIM, caller("example-client", "read", "partner")], ids=["customer", "partner"])
def test_the_last_meeting_that_one_may_have_is_the_last(desk: Functions, table: Table, who: Any) -> None:
    limit(table, maxUpcomingMeetings=1)
    held, later = (reserve(desk, hour, who, customerId="kim") for hour in (9, 10))
    meeting = create(desk, held, who, customerId="kim")
    assert meeting.status == 201, meeting.text

    refused(create(desk, later, who, customerId="kim"), TOO_MANY)
    refused(confirm(desk, later, who), TOO_MANY)
    refused(reserve(desk, 11, who, customerId="kim"), TOO_MANY)
    assert "kim" not in create(desk, later, who, customerId="kim").text
    assert cancel(desk, meeting, who).status == 204
    assert confirm(desk, later, who).status == 200
    assert create(desk, later, who, customerId="kim").status == 201


def test_a_customer_who_has_a_meeting_books_no_other_at_that_time(desk: Functions, table: Table) -> None:
    limit(table, overlapForCustomer=False)
    configure(table, Kind.EMPLOYEES, "bo", BO)
    meeting = create(desk, reserve(desk, 9))

    refused(reserve(desk, 9, employee="bo"), BUSY)
    to = reserve(desk, 10, employee="bo", existingMeetingId=meeting.json["id"])
    other = create(desk, reserve(desk, 13))
    assert confirm(desk, to).status == 200
    assert move(desk, meeting, to).json["startDate"] == "2027-01-11T10:00:00Z"
    refused(reserve(desk, 10, existingMeetingId=other.json["id"]), BUSY)


def test_a_customer_is_offered_no_time_at_which_they_have_a_meeting(desk: Functions, table: Table) -> None:
    meeting = create(desk, reserve(desk, 9))

    def offered(who: Any = KIM, **parameters: str) -> bool:
        asked = asking(explicitEmployeeIds="bo", theme=None, topicId=None, customerCategoryId=None, **parameters)
        answer = desk.call("list_available_time_slots", change=all_of(who, asked))
        assert answer.status == 200, answer.text
        return "2027-01-11T09:00:00Z" in {each["startDate"] for each in answer.json}

    configure(table, Kind.EMPLOYEES, "bo", BO)
    assert offered()
    limit(table, overlapForCustomer=False)
    reserve(desk, 13)  # the first decision since then counts what was booked before
    assert not offered()
    assert offered(existingMeetingId=meeting.json["id"])
    assert offered(ignoreMeetingIds=meeting.json["id"])
    assert offered(EMPLOYEE)
    assert offered(customer("pat"))
    assert cancel(desk, meeting).status == 204
    assert offered()


def test_what_was_booked_before_the_limit_counts_in_every_function(desk: Functions, table: Table) -> None:
    before = create(desk, reserve(desk, 9))
    held, to = reserve(desk, 10), reserve(desk, 12, existingMeetingId=before.json["id"])
    limit(table, maxUpcomingMeetings=1)

    refused(reserve(desk, 11), TOO_MANY)
    forget(table)
    refused(confirm(desk, held), TOO_MANY)
    forget(table)
    refused(create(desk, held), TOO_MANY)
    forget(table)
    assert move(desk, before, to).status == 200
    assert len(noted(table)) == 1


def forget(table: Table) -> None:
    """As if nothing had been decided since the limit was set."""
    table.delete({"pk": "UPCOMING#kim", "sk": "UPCOMING"})


def noted(table: Table) -> list[str]:
    item = table.get({"pk": "UPCOMING#kim", "sk": "UPCOMING"}) or {}
    return [name for name in item if name.startswith("meeting#")]


def test_employees_book_beyond_the_limit_and_cancel(desk: Functions, table: Table) -> None:
    limit(table, maxUpcomingMeetings=1, overlapForCustomer=False)
    meetings = [create(desk, reserve(desk, hour, EMPLOYEE), EMPLOYEE, customerId="kim") for hour in (9, 10)]

    assert [each.status for each in meetings] == [201, 201]
    assert len(noted(table)) == 2
    refused(reserve(desk, 11), TOO_MANY)
    assert cancel(desk, meetings[0], EMPLOYEE).status == 204
    assert len(noted(table)) == 1


def test_a_meeting_is_booked_directly_within_the_limit_only(desk: Functions, table: Table) -> None:
    limit(table, maxUpcomingMeetings=1)

    def book(hour: int) -> Answer:
        times = {"startDate": f"2027-01-11T{hour:02}:00:00Z", "endDate": f"2027-01-11T{hour + 1:02}:00:00Z"}
        body = {**times, "employeeId": "anna", "type": "online", "bookedBy": "customer", "customerId": "kim"}
        return desk.call("create_meeting", change=all_of(KIM, sending(body)))

    assert book(9).status == 201
    refused(book(10), TOO_MANY)


def test_who_waits_and_may_have_no_further_meeting_is_passed_over(line: Line, table: Table) -> None:
    limit(table, maxUpcomingMeetings=1)
    desk = line.functions
    blocking = create(desk, reserve(desk, 10, EMPLOYEE), EMPLOYEE, customerId="else")
    kims = create(desk, reserve(desk, 13))
    kim, pat = line.join("kim"), line.join("pat")
    cancel(desk, blocking, EMPLOYEE)
    line.run()
    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")

    cancel(desk, kims)
    line.run(1800)  # what was offered to Pat lapses
    assert line.status("kim", kim) == "Offered"
    assert line.accept("kim", kim).status == 201


def test_who_waits_is_offered_no_time_at_which_they_have_a_meeting(line: Line, table: Table) -> None:
    limit(table, overlapForCustomer=False)
    configure(table, Kind.EMPLOYEES, "bo", BO)
    desk = line.functions
    create(desk, reserve(desk, 10, employee="bo"))
    kim = line.join("kim", endDate="2027-01-11T12:00:00Z")
    line.run()

    assert line.entry("kim", kim)["offer"]["startDate"] == "2027-01-11T11:00:00Z"
