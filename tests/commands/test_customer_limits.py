"""How many meetings to come one customer may have, and whether they may overlap."""

from copy import replace
from typing import Any

import pytest

from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.create_meeting import MeetingRequest, book_meeting
from booking.commands.erase_customer_data import erase_customer_data
from booking.commands.release_time_slot import release_time_slot
from booking.commands.reserve_time_slot import Reservation, reserve_time_slot
from booking.domain.caller import Caller, Scope
from booking.domain.configuration import MeetingTopic, MeetingType
from booking.domain.customer_limits import SETTLED_SECONDS, CustomerMeeting
from booking.domain.errors import Conflict, CustomerBusy, TooManyMeetings
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, Meeting
from booking.domain.requests import SlotRequest
from booking.storage import keys, upcoming
from tests.commands.conftest import DAY, HOUR, MINUTE, OTHER_PARTNER, PARTNER, STAFF, Desk, LoseAnswers, at
from tests.commands.test_holds import confirm, reserve
from tests.commands.test_update_meeting import change

IDA = "ida"
CUSTOMER = Caller("subject", "pages", IDA, frozenset({Scope.READ, Scope.BOOK}))


def settle(desk: Desk, most: int | None = None, topics: dict[str, int | None] | None = None, **settings: Any) -> None:
    """The organisation's limit, and those of topics. `settings` are fields of the configuration."""
    this, overlap = desk.configuration.organisation, settings.pop("overlap", True)
    organisation = replace(this, max_upcoming_meetings=most, overlap_for_customer=overlap)
    of_topics = {id: MeetingTopic(id, max_upcoming_meetings=own) for id, own in (topics or {}).items()}
    desk.configuration = replace(
        desk.configuration, organisation=organisation, meeting_topics=of_topics, limits_changed_at=0, **settings
    )


def book(
    desk: Desk, start: int, *, caller: Caller = PARTNER, customer: str | None = IDA, employee: str = "anna", **more: Any
) -> Meeting:
    """Reserves without naming the customer, so that what refuses is the creation."""
    slot = desk.reserve(start, employee, token=f"{start} {employee}", caller=caller).slot
    try:
        return desk.create(slot.id, caller=caller, customer_id=customer, **more).meeting
    except Conflict:
        release_time_slot(desk.table, caller, slot.id, desk.clock)
        raise


def book_directly(desk: Desk, start: int, caller: Caller = PARTNER) -> Meeting:
    wanted = SlotRequest(Interval(start, start + HOUR), ("anna",), meeting_type=MeetingType.ONLINE)
    request = MeetingRequest(IDA, BookedBy.CUSTOMER, type=MeetingType.ONLINE)
    return book_meeting(desk.table, desk.configuration, caller, wanted, request, desk.clock).meeting


def move(desk: Desk, meeting: Meeting, start: int, *, caller: Caller = PARTNER, names: bool = True) -> Meeting:
    """`names`: whether the hold says which meeting it is to move."""
    wanted = SlotRequest(Interval(start, start + HOUR), ("bo",))
    request = Reservation(wanted, f"move {start}", meeting.id if names else None)
    slot = reserve_time_slot(desk.table, desk.configuration, caller, request, desk.clock).slot
    return change(desk, meeting, caller=caller, time_slot_id=slot.id)


def noted(desk: Desk, customer: str = IDA) -> dict[str, Interval]:
    found = upcoming.get(desk.table, customer).meetings
    return {id: meeting.interval for id, meeting in found.items()}


@pytest.mark.parametrize("caller", [PARTNER, CUSTOMER], ids=["partner", "customer"])
def test_a_customer_has_at_most_so_many_meetings_to_come(desk: Desk, caller: Caller) -> None:
    settle(desk, 2)
    book(desk, at(8), caller=caller)
    book(desk, at(9), caller=caller)

    with pytest.raises(TooManyMeetings) as refused:
        book(desk, at(10), caller=caller)
    assert refused.value.details == {"reason": "TOO_MANY_MEETINGS", "maxUpcomingMeetings": 2}
    assert "(2)" in refused.value.message
    assert len(noted(desk)) == 2


def test_the_limit_is_the_customers_whichever_partner_books(desk: Desk) -> None:
    settle(desk, 1)
    book(desk, at(8), caller=OTHER_PARTNER)

    with pytest.raises(TooManyMeetings):
        book(desk, at(9))
    book(desk, at(10), customer="ole")
    book(desk, at(11), customer=None)
    book(desk, at(12), customer=None)


def test_a_time_is_neither_held_nor_confirmed_nor_booked_directly_beyond_the_limit(desk: Desk) -> None:
    settle(desk, 2)
    book(desk, at(8))
    held = reserve(desk, 13).slot
    book(desk, at(9))

    for refused in (
        lambda: reserve(desk, 10),
        lambda: confirm(desk, held.id),
        lambda: desk.create(held.id, customer_id=IDA),
        lambda: desk.create(held.id, customer_id=None),  # that of the slot
        lambda: book_directly(desk, at(11)),
    ):
        with pytest.raises(TooManyMeetings):
            refused()


def test_holds_do_not_count(desk: Desk) -> None:
    settle(desk, 1, overlap=False)
    held = [reserve(desk, 8, employee).slot for employee in ("anna", "bo", "cy")]

    assert confirm(desk, held[0].id)
    assert desk.create(held[0].id, customer_id=IDA).is_new


def test_a_meeting_counts_until_it_begins(desk: Desk) -> None:
    settle(desk, 1)
    meeting = book(desk, at(9))
    desk.clock.time = meeting.start - 1
    with pytest.raises(TooManyMeetings):
        book(desk, at(12))

    desk.clock.time = meeting.start
    assert book(desk, at(12, day=1))


def test_a_cancelled_meeting_counts_no_more(desk: Desk) -> None:
    settle(desk, 1)
    desk.cancel(book(desk, at(8)).id)

    assert noted(desk) == {}
    assert book(desk, at(9))


def test_employees_are_not_bound_and_what_they_book_counts(desk: Desk) -> None:
    settle(desk, 1, overlap=False)
    for employee in ("anna", "bo", "cy"):
        book(desk, at(9), caller=STAFF, employee=employee)
    assert len(noted(desk)) == 3

    with pytest.raises(TooManyMeetings):
        book(desk, at(12))


def test_a_topics_own_number_counts_its_meetings_and_they_count_for_nothing_else(desk: Desk) -> None:
    settle(desk, 2, {"loan": 1, "card": None})
    book(desk, at(8), topic_id="loan")
    with pytest.raises(TooManyMeetings) as refused:
        book(desk, at(9), topic_id="loan")
    assert refused.value.details == {"reason": "TOO_MANY_MEETINGS", "maxUpcomingMeetings": 1, "topicId": "loan"}
    assert "about this topic" in refused.value.message

    book(desk, at(10), topic_id="card")
    book(desk, at(11))
    for topic in ("card", None):
        with pytest.raises(TooManyMeetings) as refused:
            book(desk, at(12), topic_id=topic)
        assert refused.value.details == {"reason": "TOO_MANY_MEETINGS", "maxUpcomingMeetings": 2}


def test_a_topic_may_allow_more_than_the_organisation_or_limit_alone(desk: Desk) -> None:
    settle(desk, 1, {"loan": 2})
    for hour in (8, 9):
        book(desk, at(hour), topic_id="loan")
    assert book(desk, at(10))

    settle(desk, None, {"loan": 2})
    assert book(desk, at(11))
    with pytest.raises(TooManyMeetings):
        book(desk, at(12), topic_id="loan")


def test_a_customer_is_not_at_two_meetings_at_once_where_that_is_a_rule(desk: Desk) -> None:
    settle(desk, overlap=False)
    book(desk, at(9))

    for refused in (
        lambda: book(desk, at(9, 30), employee="bo"),
        lambda: reserve(desk, 9, "bo"),
        lambda: book(desk, at(8, 30), employee="cy", caller=CUSTOMER),
    ):
        with pytest.raises(CustomerBusy) as caught:
            refused()
        assert caught.value.details == {"reason": "CUSTOMER_BUSY"}
    book(desk, at(9), employee="bo", customer="ole")
    book(desk, at(8), employee="cy")
    book(desk, at(10), employee="cy")


def test_meetings_may_overlap_unless_the_organisation_says_otherwise(desk: Desk) -> None:
    settle(desk, 9)
    book(desk, at(9))

    assert book(desk, at(9), employee="bo")


def test_a_meeting_that_is_going_on_keeps_its_time(desk: Desk) -> None:
    settle(desk, overlap=False)
    book(desk, at(9))
    desk.clock.time = at(9, 30)
    with pytest.raises(CustomerBusy):
        book(desk, at(9, 45), employee="bo")

    assert book(desk, at(10), employee="bo")


@pytest.mark.parametrize("names", [True, False], ids=["a hold to move it", "a free hold"])
def test_a_move_needs_no_further_meeting_but_a_free_time_of_the_customer(desk: Desk, names: bool) -> None:
    settle(desk, 2, overlap=False)
    meeting, other = book(desk, at(9)), book(desk, at(12))

    with pytest.raises(CustomerBusy):
        move(desk, meeting, at(12, 30), names=names)
    moved = move(desk, meeting, at(9, 30), names=names)
    assert noted(desk) == {moved.id: moved.interval, other.id: other.interval}


def test_who_has_more_than_one_may_still_moves_them(desk: Desk) -> None:
    settle(desk, 1)
    book(desk, at(9), caller=STAFF)
    meeting = book(desk, at(11), caller=STAFF)

    assert move(desk, meeting, at(13), caller=CUSTOMER)


def test_a_meeting_that_has_begun_does_not_come_back_beyond_the_limit(desk: Desk) -> None:
    settle(desk, 1)
    meeting = book(desk, at(9))
    desk.clock.time = at(9, 15)
    book(desk, at(12))

    with pytest.raises(TooManyMeetings):
        move(desk, meeting, at(14))
    assert move(desk, meeting, at(14), caller=STAFF)


def test_what_was_booked_before_there_was_a_limit_counts(desk: Desk) -> None:
    settle(desk)
    early, cancelled = book(desk, at(8)), book(desk, at(9))
    book(desk, at(10), customer="ole")
    desk.cancel(cancelled.id)
    assert desk.table.get(keys.upcoming(IDA)) is None

    settle(desk, 1)
    with pytest.raises(TooManyMeetings):
        book(desk, at(11))
    assert noted(desk) == {early.id: early.interval}


def test_the_index_is_read_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(desk, 9)
    queries: list[str] = []
    query = desk.table.client.query

    def noted_query(**request: Any) -> Any:
        queries.append(request["IndexName"])
        return query(**request)

    monkeypatch.setattr(desk.table.client, "query", noted_query)
    for hour in (8, 9, 10):
        desk.create(reserve(desk, hour).slot.id, customer_id=IDA)

    assert queries == ["GSI1"]


def test_a_reservation_and_a_booking_make_no_more_calls(desk: Desk) -> None:
    settle(desk, 9, overlap=False)
    reserve(desk, 8)  # fills the customer's item
    calls: list[str] = []

    def count(model: Any, params: Any, **_: Any) -> None:
        calls.append(model.name)

    def book_at(hour: int) -> list[str]:
        calls.clear()
        desk.create(reserve(desk, hour).slot.id, customer_id=IDA)
        return calls[:]

    desk.table.client.meta.events.register("before-parameter-build.dynamodb", count)
    try:
        limited = book_at(9)
        settle(desk)
        unlimited = book_at(10)
    finally:
        desk.table.client.meta.events.unregister("before-parameter-build.dynamodb", count)

    assert limited == unlimited == ["BatchGetItem", "TransactWriteItems"] * 2


def test_without_limits_nothing_is_kept(desk: Desk) -> None:
    settle(desk)
    move(desk, book(desk, at(9)), at(11))

    assert desk.table.get(keys.upcoming(IDA)) is None


def test_after_a_change_of_the_limits_the_index_is_asked_until_all_is_surely_listed(desk: Desk) -> None:
    """A booking that read the former configuration may be written after the change, and be listed later still."""
    settle(desk, 2)
    changed_at = desk.clock()
    desk.configuration = replace(desk.configuration, limits_changed_at=changed_at)
    book(desk, at(8))
    limited = desk.configuration

    settle(desk)
    book(desk, at(9))  # as if by a function that has not heard of the limit

    desk.configuration = limited
    desk.clock.time = changed_at + SETTLED_SECONDS
    with pytest.raises(TooManyMeetings):
        book(desk, at(10))
    filled_at = upcoming.get(desk.table, IDA).filled_at
    desk.clock.advance(MINUTE)
    with pytest.raises(TooManyMeetings):
        reserve(desk, 11)
    assert upcoming.get(desk.table, IDA).filled_at == filled_at == changed_at + SETTLED_SECONDS


def test_limits_that_were_off_in_between_start_anew(desk: Desk) -> None:
    settle(desk, 3)
    meeting, moved = book(desk, at(8)), book(desk, at(10))
    settle(desk)
    desk.cancel(meeting.id)
    later, moved = book(desk, at(9)), move(desk, moved, at(14))

    settle(desk, 3)
    desk.configuration = replace(desk.configuration, limits_changed_at=desk.clock() + 1)
    desk.clock.advance(1 + SETTLED_SECONDS)
    reserve(desk, 12)
    assert noted(desk) == {later.id: later.interval, moved.id: moved.interval}


def test_filling_the_customers_item_reads_again_when_a_meeting_is_cancelled_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(desk)
    meeting = book(desk, at(8))
    settle(desk, 1)
    write = desk.table.client.put_item
    cancelled: list[Meeting] = []

    def cancel_first(**request: Any) -> Any:
        if not cancelled:
            cancelled.append(desk.cancel(meeting.id))
        return write(**request)

    monkeypatch.setattr(desk.table.client, "put_item", cancel_first)

    assert reserve(desk, 9).is_new
    assert cancelled
    assert noted(desk) == {}


def test_entries_that_have_ended_are_removed_by_the_next_booking(desk: Desk) -> None:
    settle(desk, 5)
    book(desk, at(8))
    desk.clock.time = at(9)
    later = book(desk, at(12))

    assert noted(desk) == {later.id: later.interval}


def test_an_erasure_removes_what_is_kept_of_the_customer(desk: Desk) -> None:
    settle(desk, 5)
    book(desk, at(8))
    assert desk.table.get(keys.upcoming(IDA))
    erase_customer_data(desk.table, "admin", IDA, True, desk.clock, lambda: True)

    assert desk.table.get(keys.upcoming(IDA)) is None


def test_an_answer_that_is_lost_makes_one_meeting(desk: Desk, lost_answers: LoseAnswers) -> None:
    settle(desk, 1, overlap=False)
    slot = reserve(desk, 9).slot
    lost_answers(1)
    created = desk.create(slot.id, customer_id=IDA)

    assert created.is_new
    assert noted(desk) == {created.meeting.id: created.meeting.interval}


def test_the_stored_entry_tells_whether_the_rules_bound_who_set_the_time(desk: Desk) -> None:
    settle(desk, 5)
    meeting = book(desk, at(9), topic_id=None)
    assert upcoming.get(desk.table, IDA).meetings[meeting.id] == CustomerMeeting(at(9), at(10), None, is_bound=True)

    move(desk, meeting, at(12), caller=STAFF)
    assert not upcoming.get(desk.table, IDA).meetings[meeting.id].is_bound


def test_an_employee_confirms_beyond_the_limit(desk: Desk) -> None:
    settle(desk, 1)
    held = reserve(desk, 12).slot
    book(desk, at(9))

    assert confirm_time_slot(desk.table, desk.configuration, STAFF, held.id, desk.clock)


def test_the_item_outlives_the_meetings_by_a_month(desk: Desk) -> None:
    settle(desk, 5)
    book(desk, at(9))
    item = desk.table.get(keys.upcoming(IDA))

    assert item
    assert item["ttl"] == at(10) + 30 * DAY


def test_a_customer_has_one_seat_in_a_group_meeting_where_meetings_must_not_overlap(desk: Desk) -> None:
    settle(desk, overlap=False)
    desk.configuration = replace(desk.configuration, meeting_topics={"course": MeetingTopic("course", seats=3)})

    def sit(customer: str, token: str) -> Meeting:
        wanted = SlotRequest(Interval(at(9), at(10)), ("anna",), topic_id="course", meeting_type=MeetingType.ONLINE)
        request = Reservation(wanted, token)
        slot = reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock).slot
        return desk.create(slot.id, customer_id=customer).meeting

    sit(IDA, "one")
    with pytest.raises(CustomerBusy):
        sit(IDA, "two")
    assert sit("ole", "three")


def test_a_meeting_from_before_the_limit_that_is_going_on_keeps_its_time(desk: Desk) -> None:
    settle(desk)
    book(desk, at(9))
    settle(desk, overlap=False)
    desk.clock.time = at(9, 30)

    with pytest.raises(CustomerBusy):
        book(desk, at(9, 45), employee="bo")


def test_what_an_employee_booked_under_the_limit_counts_though_the_index_is_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(desk, 1)
    book(desk, at(9), caller=STAFF)
    monkeypatch.setattr(desk.table.client, "query", lambda **_: {"Items": []})

    with pytest.raises(TooManyMeetings):
        reserve(desk, 12)


def test_an_erased_meeting_that_the_index_still_lists_counts_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(desk)
    book(desk, at(9))
    listed: list[dict[str, Any]] = []
    query = desk.table.client.query
    monkeypatch.setattr(desk.table.client, "query", lambda **request: listed[0] if listed else query(**request))
    before = query(
        TableName=desk.table.name,
        IndexName="GSI1",
        KeyConditionExpression="gsi1pk = :customer",
        ExpressionAttributeValues={":customer": {"S": f"CUSTOMER#{IDA}"}},
    )
    erase_customer_data(desk.table, "admin", IDA, False, desk.clock, lambda: True)
    listed.append(before)
    settle(desk, 1)

    assert before["Items"]
    assert reserve(desk, 12).is_new


def test_a_cancellation_leaves_the_item_as_long_as_the_other_meetings_need_it(desk: Desk) -> None:
    settle(desk, 5)
    meeting = book(desk, at(9))
    book(desk, at(9, day=1))
    desk.cancel(meeting.id)
    item = desk.table.get(keys.upcoming(IDA))

    assert item
    assert item["ttl"] == at(10, day=1) + 30 * DAY


def test_a_hold_to_move_a_meeting_is_confirmed_by_who_may_have_no_further_one(desk: Desk) -> None:
    settle(desk, 1)
    meeting = book(desk, at(9))
    held = reserve(desk, 14, moving=meeting.id).slot

    assert confirm(desk, held.id)


def test_what_an_employee_has_moved_stays_theirs_and_another_title_changes_nothing(desk: Desk) -> None:
    settle(desk, 5)
    own, moved = book(desk, at(9)), book(desk, at(11), caller=STAFF)
    change(desk, own, caller=STAFF, title="New")
    move(desk, moved, at(14), caller=CUSTOMER)

    known = upcoming.get(desk.table, IDA).meetings
    assert (known[own.id].is_bound, known[moved.id].is_bound) == (True, False)
