"""Whoever withdraws consent is obeyed by what is written from then on, also by what was read before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import replace
from typing import Any

import pytest

from booking.commands.cancel_meeting import cancel_meeting
from booking.commands.confirm_time_slot import confirm_time_slot
from booking.commands.create_meeting import MeetingRequest, book_meeting
from booking.commands.link_partner import link_partner, unlink_partner
from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.commands.update_meeting import update_meeting
from booking.commands.waitlist import WaitlistRequest, join_waitlist, leave_waitlist
from booking.domain.configuration import MeetingType
from booking.domain.errors import NotLinked, TooManyPartners
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy
from booking.domain.partners import MOST_PARTNERS
from booking.domain.requests import Search, SlotRequest
from booking.storage import partners
from booking.storage.table import Table
from tests.commands.conftest import HOUR, OTHER_PARTNER, PARTNER, STAFF, Desk, at

IDA = "ida"


@pytest.fixture
def strict(desk: Desk) -> Desk:
    return asking_for_consent(desk)


def asking_for_consent(desk: Desk) -> Desk:
    """An organisation that asks for consent; Ida has given hers."""
    organisation = replace(desk.configuration.organisation, partner_consent=True)
    desk.configuration = replace(desk.configuration, organisation=organisation)
    link(desk)
    return desk


def link(desk: Desk, client_id: str = PARTNER.client_id) -> int:
    return link_partner(desk.table, "user:ida", IDA, client_id, desk.clock)


def withdraw(desk: Desk, client_id: str = PARTNER.client_id) -> None:
    unlink_partner(desk.table, "user:ida", IDA, client_id, desk.clock)


def reserve(
    desk: Desk, hour: int, token: str = "token", customer: str | None = IDA, moving: str | None = None
) -> Reserved:
    wanted = SlotRequest(Interval(at(hour), at(hour) + HOUR), ("anna",), meeting_type=MeetingType.ONLINE)
    request = Reservation(wanted, token, moving, customer)
    return reserve_time_slot(desk.table, desk.configuration, PARTNER, request, desk.clock)


def meeting_of(desk: Desk, hour: int = 9) -> str:
    return desk.create(reserve(desk, hour, f"of {hour}").slot.id, customer_id=IDA).meeting.id


def update(desk: Desk, meeting_id: str, **changes: Any) -> None:
    def change(content: Any) -> Any:
        return replace(content, **changes)

    update_meeting(desk.table, desk.configuration, PARTNER, meeting_id, change, None, desk.clock)


def book(desk: Desk) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",), meeting_type=MeetingType.ONLINE)
    request = MeetingRequest(customer_id=IDA, booked_by=BookedBy.CUSTOMER, type=MeetingType.ONLINE)
    book_meeting(desk.table, desk.configuration, PARTNER, wanted, request, desk.clock)


def join(desk: Desk) -> str:
    search = Search(
        require_employee_participation=False,
        window=Interval(at(9), at(12)),
        duration=HOUR,
        meeting_types=frozenset({MeetingType.ONLINE}),
    )
    return join_waitlist(desk.table, desk.configuration, PARTNER, WaitlistRequest(IDA, search), desk.clock).id


type Act = Callable[[], object]


def to_move(desk: Desk) -> Act:
    meeting, hold = meeting_of(desk), reserve(desk, 11, customer=None).slot
    return lambda: update(desk, meeting, time_slot_id=hold.id)


def to_reserve_a_new_time(desk: Desk) -> Act:
    meeting = meeting_of(desk)
    return lambda: reserve(desk, 11, customer=None, moving=meeting)


def to_renew(desk: Desk) -> Act:
    reserve(desk, 9)
    return lambda: reserve(desk, 9)


def to_exchange(desk: Desk) -> Act:
    reserve(desk, 9)
    return lambda: reserve(desk, 11)


def to_confirm(desk: Desk) -> Act:
    hold = reserve(desk, 9).slot
    return lambda: confirm_time_slot(desk.table, desk.configuration, PARTNER, hold.id, desk.clock)


def to_create(desk: Desk) -> Act:
    hold = reserve(desk, 9).slot
    return lambda: desk.create(hold.id, customer_id=None)


def to_create_of_a_hold_for_nobody(desk: Desk) -> Act:
    hold = reserve(desk, 9, customer=None).slot
    return lambda: desk.create(hold.id, customer_id=IDA)


def to_retitle(desk: Desk) -> Act:
    meeting = meeting_of(desk)
    return lambda: update(desk, meeting, title="Another")


def to_cancel(desk: Desk) -> Act:
    meeting = meeting_of(desk)
    return lambda: cancel_meeting(desk.table, desk.configuration, PARTNER, meeting, None, desk.clock)


def to_leave(desk: Desk) -> Act:
    entry = join(desk)
    return lambda: leave_waitlist(desk.table, desk.configuration, PARTNER, entry, desk.clock)


ACTS: list[Callable[[Desk], Act]] = [
    lambda desk: lambda: reserve(desk, 9),
    to_reserve_a_new_time,
    to_renew,
    to_exchange,
    to_confirm,
    to_create,
    to_create_of_a_hold_for_nobody,
    lambda desk: lambda: book(desk),
    to_move,
    to_retitle,
    to_cancel,
    lambda desk: lambda: join(desk),
    to_leave,
]


def names(act: Callable[[Desk], Act]) -> str:
    return act.__name__ if act.__name__ != "<lambda>" else "+".join(act.__code__.co_consts[1].co_names[:1])


@contextmanager
def between_reading_and_writing(table: Table, happens: Callable[[], object]) -> Iterator[None]:
    """Once, after a command has read and decided and before it writes."""
    write = table.client.transact_write_items
    with pytest.MonkeyPatch.context() as patched:

        def interrupted(**request: Any) -> Any:
            patched.undo()
            happens()
            return write(**request)

        patched.setattr(table.client, "transact_write_items", interrupted)
        yield


def stored(table: Table) -> dict[str, Any]:
    """Everything but the customers' links."""
    items = table.client.scan(TableName=table.name)["Items"]
    return {str((item["pk"], item["sk"])): item for item in items if not item["pk"]["S"].startswith("PARTNERS#")}


@pytest.mark.parametrize("act", ACTS, ids=names)
def test_an_act_that_was_decided_before_the_withdrawal_is_not_written_after_it(
    strict: Desk, act: Callable[[Desk], Act]
) -> None:
    do = act(strict)
    before = stored(strict.table)

    with (
        between_reading_and_writing(strict.table, lambda: withdraw(strict)),
        pytest.raises(NotLinked),
    ):
        do()

    assert partners.get(strict.table, IDA).since == {}  # else nothing came in between
    assert stored(strict.table) == before


@pytest.mark.parametrize("act", ACTS, ids=names)
def test_an_act_does_not_mind_that_another_partners_link_changes_meanwhile(
    strict: Desk, act: Callable[[Desk], Act]
) -> None:
    do = act(strict)
    before = stored(strict.table)

    with between_reading_and_writing(strict.table, lambda: link(strict, "another")):
        do()

    assert "another" in partners.get(strict.table, IDA).since
    assert stored(strict.table) != before


@pytest.mark.parametrize("act", ACTS, ids=names)
def test_consent_is_not_read_where_the_organisation_does_not_ask_for_it(desk: Desk, act: Callable[[Desk], Act]) -> None:
    sent: list[str] = []

    def note(params: Any, **_: object) -> None:
        sent.append(str(params))

    events = desk.table.client.meta.events
    events.register("before-parameter-build.dynamodb", note)
    try:
        act(desk)()
    finally:
        events.unregister("before-parameter-build.dynamodb", note)

    assert sent
    assert not [call for call in sent if "PARTNERS#" in call]


def test_a_link_is_of_one_customer_and_one_partner(strict: Desk) -> None:
    wanted = SlotRequest(Interval(at(9), at(10)), ("anna",))
    for caller, customer in ((OTHER_PARTNER, IDA), (PARTNER, "ole")):
        with pytest.raises(NotLinked):
            reserve_time_slot(
                strict.table, strict.configuration, caller, Reservation(wanted, "t", None, customer), strict.clock
            )


def test_employees_need_no_link(strict: Desk) -> None:
    meeting = meeting_of(strict)
    withdraw(strict)

    assert strict.cancel(meeting, caller=STAFF)


def test_linking_again_changes_nothing(strict: Desk) -> None:
    first = partners.get(strict.table, IDA)
    strict.clock.advance(60)

    assert link(strict) == first.since[PARTNER.client_id]
    withdraw(strict, "never-linked")
    assert partners.get(strict.table, IDA) == first


def test_a_customer_is_linked_to_few_partners_however_many_link_at_once(strict: Desk) -> None:
    for number in range(MOST_PARTNERS - 2):
        link(strict, f"partner {number}")
    write, raced = strict.table.client.put_item, list[bool]()

    def raced_by_another(**request: Any) -> Any:
        if not raced:
            raced.append(True)
            link(strict, "the last one")
        return write(**request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(strict.table.client, "put_item", raced_by_another)
        with pytest.raises(TooManyPartners):
            link(strict, "one too many")

    assert len(partners.get(strict.table, IDA).since) == MOST_PARTNERS


def test_the_newest_changes_are_kept(strict: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.domain.partners.KEPT_CHANGES", 6)
    for _ in range(4):
        withdraw(strict)
        link(strict)
    kept = partners.get(strict.table, IDA)

    assert len(kept.changes) == 6
    assert {change.by for change in kept.changes} == {"user:ida"}
