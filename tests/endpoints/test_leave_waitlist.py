from typing import Any

from tests.endpoints.conftest import Functions, all_of, caller, customer, path
from tests.endpoints.waiting import Line, line, meeting

__all__ = ["line", "meeting"]


def test_a_customer_who_left_gets_no_offer_and_leaving_twice_changes_nothing(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim", customer={"email": "kim@example.com"}), line.join("pat")
    first, again = line.leave("kim", kim), line.leave("kim", kim)
    line.cancel(meeting)

    assert (first.status, again.status) == (204, 204)
    entry = line.entry("kim", kim)
    assert (entry["status"], "customer" in entry) == ("Withdrawn", False)
    assert line.status("pat", pat) == "Offered"


def test_when_a_customer_leaves_the_waitlist_the_held_time_goes_to_the_next(line: Line, meeting: Any) -> None:
    kim, pat = line.join("kim"), line.join("pat")
    line.cancel(meeting)
    assert line.leave("kim", kim).status == 204

    assert (line.status("kim", kim), line.status("pat", pat)) == ("Withdrawn", "Offered")


def test_a_customer_who_left_may_join_again(line: Line, meeting: Any) -> None:
    for _ in range(6):
        line.leave("kim", line.join("kim"))

    assert line.status("kim", line.join("kim")) == "Waiting"


def test_an_offer_that_was_accepted_is_cancelled_as_a_meeting(line: Line, meeting: Any) -> None:
    kim = line.join("kim")
    line.cancel(meeting)
    made = line.accept("kim", kim).json
    refused = line.leave("kim", kim)

    assert (refused.status, refused.json["code"]) == (409, "IN_USE")
    assert refused.json["details"] == {"meetingId": made["id"]}
    assert line.leave("kim", kim).status == 409  # also once the event has been dealt with


def test_the_entry_of_another_customer_is_not_found_and_stays(line: Line, meeting: Any) -> None:
    kim = line.join("kim")
    other = line.functions.call(
        "leave_waitlist", change=all_of(caller("other", "read", "partner"), path(waitlistId=kim))
    )

    assert (line.leave("pat", kim).status, other.status) == (404, 404)
    assert line.status("kim", kim) == "Waiting"


def test_an_employee_takes_anybody_out_of_the_line(line: Line, meeting: Any) -> None:
    kim = line.join("kim")
    change = all_of(caller("staff", "read", "staff"), path(waitlistId=kim))

    assert line.functions.call("leave_waitlist", change=change).status == 204
    assert line.status("kim", kim) == "Withdrawn"


def test_an_unknown_entry_is_not_found(desk: Functions) -> None:
    assert desk.call("leave_waitlist", "leave_waitlist_unknown_entry").status == 404


def test_the_customer_leaves_where_a_partner_joined(line: Line, meeting: Any) -> None:
    joined = line.functions.call("join_waitlist").json  # a partner's, for 67890
    line.run()

    assert (
        line.functions.call("leave_waitlist", change=all_of(customer("67890"), path(waitlistId=joined["id"]))).status
        == 204
    )
