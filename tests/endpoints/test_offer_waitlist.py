from collections.abc import Callable
from typing import Any

import pytest

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.domain.search import find_offers
from booking.storage.table import Table, Throttled
from tests.endpoints.conftest import (
    Context,
    all_of,
    caller,
    configure,
    customer,
    load_event,
    of_example_bank,
    path,
    sending,
)
from tests.endpoints.waiting import Line, line, meeting

__all__ = ["line", "meeting"]

HALF_AN_HOUR = 1800
EMPLOYEE = caller("staff", "read", "staff")


def test_a_cancelled_meeting_is_offered_to_who_joined_first(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Waiting")
    line.cancel(meeting)

    offered = line.entry("kim", kim)
    assert (offered["status"], offered["timesOffered"]) == ("Offered", 1)
    assert offered["offer"] | {"timeSlotId": None, "expiresAt": None} == {
        "timeSlotId": None,
        "startDate": "2027-01-11T10:00:00Z",
        "endDate": "2027-01-11T11:00:00Z",
        "meetingType": "Online",
        "employeeId": "anna",
        "expiresAt": None,
    }
    assert line.status("pat", pat) == "Waiting"


def test_an_offer_is_a_hold_of_the_customer_for_as_long_as_the_organisation_says(
    line: Line, meeting: Any, table: Table
) -> None:
    organisation = of_example_bank(Kind.ORGANISATION, ORGANISATION_ID)
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, organisation | {"waitlistHold": "02:00"})
    kim = line.join("kim")
    line.clock.advance(60)
    line.cancel(meeting)
    offer = line.entry("kim", kim)["offer"]
    slot = line.functions.call("get_time_slot", change=all_of(EMPLOYEE, path(timeSlotId=offer["timeSlotId"]))).json

    assert (slot["status"], slot["customerId"], slot["waitlistId"]) == ("Reserved", "kim", kim)
    assert slot["expiresAt"] == offer["expiresAt"]
    line.run(2 * 3600 - 1)
    assert line.status("kim", kim) == "Offered"
    line.run(1)
    assert line.status("kim", kim) == "Waiting"


def test_an_offer_holds_a_room_too_where_the_search_requires_one(line: Line, table: Table) -> None:
    bank = of_example_bank(Kind.LOCATIONS, "Copenhagen")
    configure(table, Kind.LOCATIONS, "Copenhagen", bank | {"roomPolicy": "required"})
    kim = line.join("kim", meetingTypes=["Physical"], requireRoom=True)
    offer = line.entry("kim", kim)["offer"]
    pat = line.join("pat", meetingTypes=["Physical"], explicitEmployeeIds=["bo"], requireRoom=True)

    assert offer["roomId"] == "cph-1"
    assert line.accept("kim", kim).json["roomId"] == "cph-1"
    assert line.status("pat", pat) == "Waiting"


def test_an_offer_that_lapses_goes_to_the_next_and_comes_back_to_nobody(line: Line, meeting: Any) -> None:
    names = ("kim", "pat", "sam")
    ids = {name: line.join(name) for name in names}
    line.cancel(meeting)
    asked = []
    for _ in range(5):
        asked.append([name for name in names if line.status(name, ids[name]) == "Offered"])
        line.run(HALF_AN_HOUR)

    assert asked == [["kim"], ["pat"], ["sam"], [], []]
    assert {line.status(name, ids[name]) for name in names} == {"Waiting"}


def test_each_seat_of_a_group_meeting_that_becomes_free_is_offered_to_the_next(line: Line, table: Table) -> None:
    configure(table, Kind.MEETING_TOPICS, "mortgage", {"name": "Mortgage", "seats": 2})
    first, second = (line.book(topic_id="mortgage") for _ in range(2))
    names = ("kim", "pat", "sam")
    ids = {name: line.join(name, topicId="mortgage", customerTypeId="private") for name in names}

    def asked() -> list[str]:
        return [name for name in names if line.status(name, ids[name]) in ("Offered", "Booked")]

    assert asked() == []
    line.cancel(first)
    assert asked() == ["kim"]
    assert line.accept("kim", ids["kim"]).status == 201
    line.cancel(second)
    assert asked() == ["kim", "pat"]
    line.run(HALF_AN_HOUR)
    assert asked() == ["kim", "sam"]


def test_after_a_lapsed_offer_the_customer_gets_another_time_that_fits(line: Line) -> None:
    kim = line.join("kim", endDate="2027-01-11T12:00:00Z")
    starts = []
    for _ in range(3):
        starts.append(line.entry("kim", kim)["offer"]["startDate"])
        line.run(HALF_AN_HOUR)

    assert starts[0] == "2027-01-11T10:00:00Z"
    assert starts == sorted(set(starts))


def test_an_offer_that_is_given_back_goes_to_the_next_at_once(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    line.cancel(meeting)
    slot_id = line.entry("kim", kim)["offer"]["timeSlotId"]
    released = line.functions.call("release_time_slot", change=all_of(customer("kim"), path(timeSlotId=slot_id)))
    line.run()

    assert released.status == 204
    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")


def test_accepting_is_making_the_meeting_and_ends_the_entry(line: Line, meeting: Any, table: Table) -> None:
    kim, pat = line.join("kim", customer={"email": "kim@example.com"}), line.join("pat")
    assert line.entry("kim", kim)["customer"] == {"email": "kim@example.com"}
    line.cancel(meeting)
    made = line.accept("kim", kim)

    assert made.status == 201
    assert line.entry("kim", kim)["status"] == "Booked"  # before any event
    line.run(HALF_AN_HOUR + 900)
    entry = line.entry("kim", kim)
    assert (entry["status"], entry["meetingId"]) == ("Booked", made.json["id"])
    assert "customer" not in entry
    assert line.status("pat", pat) == "Waiting"
    assert [item["entryId"]["S"] for item in everything(table) if item["pk"]["S"] == "LINE"] == [pat]


def test_a_booked_entry_is_offered_nothing_when_its_meeting_is_cancelled(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    line.cancel(meeting)
    made = line.accept("kim", kim)
    line.run()
    cancelled = line.functions.call("cancel_meeting", change=all_of(customer("kim"), path(meetingId=made.json["id"])))
    line.run()

    assert cancelled.status == 204, cancelled.text
    assert (line.status("kim", kim), line.status("pat", pat)) == ("Booked", "Offered")


def test_the_customer_of_an_entry_that_a_partner_made_can_accept(line: Line, meeting: Any) -> None:
    joined = line.functions.call("join_waitlist").json
    line.run()
    line.cancel(meeting)
    made = line.accept("67890", joined["id"])

    assert (made.status, made.json["customerId"]) == (201, "67890")


def test_an_offered_time_is_held_for_the_customer_it_is_offered_to(line: Line, meeting: Any) -> None:
    kim = line.join("kim")
    line.cancel(meeting)
    offer = line.entry("kim", kim)["offer"]
    body = {"timeSlotId": offer["timeSlotId"], "type": "Online"}

    assert line.functions.call("create_meeting", change=all_of(customer("pat"), sending(body))).status == 404
    direct = {name: offer[name] for name in ("startDate", "endDate", "employeeId")} | {"type": "Online"}
    assert line.functions.call("create_meeting", change=all_of(customer("pat"), sending(direct))).status == 409


def test_a_hold_that_lapses_is_offered(line: Line) -> None:
    held = line.functions.call("reserve_time_slot")
    line.run()
    kim = line.join("kim")
    assert held.status == 201
    assert line.status("kim", kim) == "Waiting"
    line.run(5 * 60)

    assert line.status("kim", kim) == "Offered"


def test_a_hold_that_is_renewed_is_offered_when_it_lapses_in_the_end(line: Line) -> None:
    line.functions.call("reserve_time_slot")
    line.run()
    kim = line.join("kim")
    line.run(4 * 60)
    line.functions.call("reserve_time_slot")
    line.run(4 * 60)
    assert line.status("kim", kim) == "Waiting"
    line.run(2 * 60)

    assert line.status("kim", kim) == "Offered"


def test_the_old_time_of_a_moved_meeting_is_offered(line: Line, meeting: Any) -> None:
    kim = line.join("kim")
    times = {"startDate": "2027-01-11T13:00:00Z", "endDate": "2027-01-11T14:00:00Z", "employeeId": "anna"}
    body = {"timeSlot": times, "token": "move", "existingMeetingId": meeting["id"]}
    hold = line.functions.call("reserve_time_slot", change=sending(body)).json

    def move(event: dict[str, Any]) -> None:
        event["pathParameters"] = {"meetingId": meeting["id"]}
        event["headers"]["If-Match"] = event["multiValueHeaders"]["If-Match"] = None
        event["body"] = f'[{{"op": "replace", "path": "/timeSlotId", "value": "{hold["id"]}"}}]'

    moved = line.functions.call("update_meeting", change=move)
    line.run()

    assert moved.status == 200, moved.text
    assert line.status("kim", kim) == "Offered"


def test_joining_offers_a_time_that_became_free_since_the_search(line: Line) -> None:
    kim, pat = line.join("kim"), line.join("pat")

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Offered", "Waiting")


def test_one_freed_time_serves_everybody_whom_it_is_enough_for(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim", meetingDuration="30"), line.join("pat", meetingDuration="30")
    line.cancel(meeting)

    starts = [line.entry(name, id)["offer"]["startDate"] for name, id in (("kim", kim), ("pat", pat))]
    assert starts == ["2027-01-11T10:00:00Z", "2027-01-11T10:30:00Z"]


def test_a_time_that_does_not_suit_the_first_in_line_goes_to_the_next(line: Line, meeting: Any) -> None:
    kim = line.join("kim", endDate="2027-01-11T12:00:00Z", meetingDuration="120")
    pat = line.join("pat")
    line.book("2027-01-11T11:00:00Z")
    line.cancel(meeting)

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")


def test_a_customer_with_all_holds_taken_is_passed_over_until_one_is_given_back(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    for hour in (8, 12, 13):
        times = {
            "startDate": f"2027-01-11T{hour:02}:00:00Z",
            "endDate": f"2027-01-11T{hour + 1:02}:00:00Z",
            "employeeId": "anna",
        }
        body = {"timeSlot": times, "token": f"token-{hour}"}
        answer = line.functions.call("reserve_time_slot", change=all_of(customer("kim"), sending(body)))
        assert answer.status == 201, answer.text
    line.cancel(meeting)

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")


def test_a_time_that_becomes_free_without_an_event_is_offered_within_the_hour(line: Line, table: Table) -> None:
    anna = of_example_bank(Kind.EMPLOYEES, "anna")
    configure(table, Kind.EMPLOYEES, "anna", anna | {"absences": [{"start": "2027-01-11", "end": "2027-01-12"}]})
    kim = line.join("kim")
    configure(table, Kind.EMPLOYEES, "anna", anna)
    line.clock.advance(10)
    assert line.status("kim", kim) == "Waiting"

    assert line.hand_out({"walk": {}})
    assert line.status("kim", kim) == "Offered"


def test_a_search_that_names_what_was_deleted_holds_nobody_up(line: Line, meeting: Any, table: Table) -> None:
    kim = line.join("kim", topicId="mortgage", explicitEmployeeIds=["anna"])
    pat = line.join("pat")
    anna = of_example_bank(Kind.EMPLOYEES, "anna")
    configure(table, Kind.EMPLOYEES, "anna", anna | {"skills": {}})
    configure(table, Kind.COMPETENCE_GROUPS, "finance", {"name": "Finance", "employeeIds": ["bo"], "topicIds": []})
    deleted = line.functions.call(
        "delete_configuration",
        change=all_of(path(id="mortgage"), kind_of("meeting-topics")),
    )
    line.clock.advance(10)
    line.cancel(meeting)

    assert deleted.status == 204, deleted.text
    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")


def test_a_walk_that_runs_out_of_time_goes_on_where_it_stopped(line: Line, meeting: Any) -> None:
    kim = line.join("kim")
    line.run()
    line.cancel(meeting, run=False)
    line.milliseconds = 10_000  # too little for anybody
    assert line.hand_out({"walk": {}})
    assert line.queued[0] == {"walk": {"start": None, "end": None, "after": None}}
    assert line.status("kim", kim) == "Waiting"
    line.milliseconds = 60_000
    assert line.hand_out(line.queued[0])

    assert line.status("kim", kim) == "Offered"


def test_a_walk_that_goes_on_serves_those_behind_its_place(line: Line, meeting: Any, table: Table) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    place = next(item["sk"]["S"] for item in everything(table) if item.get("entryId") == {"S": kim})
    line.cancel(meeting, run=False)
    assert line.hand_out({"walk": {"start": None, "end": None, "after": place}})

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")


def test_a_past_time_that_becomes_free_causes_no_call(
    line: Line, meeting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> Any:
        raise AssertionError("the line is read")

    line.clock.advance(14 * 86400)
    monkeypatch.setattr("booking.storage.waitlist.line", read)
    for type, detail in line.told:
        if type == "MeetingCreated":
            assert line.hand_out({"detail-type": "MeetingUpdated", "detail": detail})


def test_an_entry_that_cannot_be_served_keeps_nobody_else_waiting_and_is_told(
    line: Line, meeting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, pat = line.join("kim", meetingDuration="45"), line.join("pat")

    def broken(search: Any, *more: Any) -> Any:
        if search.duration == 45 * 60:
            raise KeyError("topic")
        return find_offers(search, *more)

    line.cancel(meeting, run=False)
    with monkeypatch.context() as patched:
        patched.setattr("booking.commands.offer_waitlist.find_offers", broken)
        assert not line.hand_out({"walk": {}})

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Waiting", "Offered")


def test_a_message_that_fails_comes_again(line: Line, meeting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise Throttled("Query")

    with monkeypatch.context() as patched:
        patched.setattr("booking.storage.waitlist.line", fail)
        assert not line.hand_out({"walk": {}})
    assert line.hand_out({"walk": {}})


def test_the_event_file_is_dealt_with(line: Line) -> None:
    handler = line.functions.module("offer_waitlist").lambda_handler

    assert handler(load_event("offer_waitlist"), Context()) == {"batchItemFailures": []}


def test_an_offer_and_a_joining_are_events_with_ids_and_times_only(line: Line, meeting: Any) -> None:
    kim = line.join("kim", customer={"name": "Kim", "email": "kim@example.com"})
    line.cancel(meeting)
    events = {type: detail for type, detail in line.told if type.startswith("Waitlist")}

    assert set(events) == {"WaitlistJoined", "WaitlistOffer"}
    assert set(events["WaitlistJoined"]) == {"id", "waitlistId", "version", "startDate", "endDate"}
    assert set(events["WaitlistOffer"]) == {
        "id",
        "waitlistId",
        "version",
        "timeSlotId",
        "startDate",
        "endDate",
        "employeeIds",
        "expiresAt",
    }
    assert {detail["waitlistId"] for detail in events.values()} == {kim}


def test_late_events_and_repeats_offer_nothing_more(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    line.cancel(meeting)
    for type, detail in list(line.told):
        line.tell(type, detail)
    line.run()

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Offered", "Waiting")
    assert line.entry("kim", kim)["timesOffered"] == 1


def everything(table: Table) -> list[Any]:
    items: list[Any] = table.client.scan(TableName=table.name)["Items"]
    return items


def kind_of(kind: str) -> Callable[[dict[str, Any]], None]:
    def change(event: dict[str, Any]) -> None:
        event["resource"] = f"/config/{kind}/{{id}}"

    return change
