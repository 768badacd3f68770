"""When DynamoDB may remove an item (its attribute `ttl`): never while anything can still come of what it holds."""

import pytest

from booking.domain.holds import CustomerHolds
from booking.domain.messages import MessageKind, MessageStatus, Sent
from booking.domain.waitlist import CustomerWaits
from booking.domain.webhooks import Delivery
from booking.storage import holds, messages, slots, waitlist, webhooks
from booking.storage.agendas import SlotChange
from booking.storage.participants import pointers_to_slot
from booking.storage.table import Action, decode
from tests.storage.test_audit import MINUTE, NOW, a_meeting, a_slot, an_entry, at

DAY = 86_400
HOLD = a_slot("held", at(9), at(10), "anna", "bo", customer_id="ann")
LAPSES = NOW + 5 * MINUTE
SENT = Sent(MessageKind.CONFIRMATION, 0, MessageStatus.SENT, NOW)
ENTRY, PLACE, ENTRIES = waitlist.join(an_entry(), CustomerWaits("ann"), "subject:ann", NOW)
"""The entry searches until 18 o'clock."""


def ttl(action: Action) -> int:
    seconds: int = decode(action["Put"]["Item"])["ttl"]
    return seconds


@pytest.mark.parametrize(
    ("written", "until"),
    [
        pytest.param(slots.create(HOLD, "ann"), LAPSES + 30 * DAY, id="a hold"),
        pytest.param(slots.point_token(HOLD, before=None), LAPSES + 30 * DAY, id="the token of a hold"),
        pytest.param(
            holds.actions(CustomerHolds("ann"), NOW, [SlotChange(None, HOLD)])[0],
            LAPSES + 30 * DAY,
            id="the holds of a customer",
        ),
        pytest.param(messages.write(a_meeting(HOLD), "name", None, SENT), at(10) + 30 * DAY, id="what was sent"),
        pytest.param(
            webhooks.put_new(Delivery("crm", "event", "MeetingCreated", NOW, {})), NOW + 30 * DAY, id="a delivery"
        ),
        pytest.param(ENTRY, at(18) + 30 * DAY, id="an entry of the waitlist"),
        pytest.param(PLACE, at(18) + DAY, id="its place in the line"),
        pytest.param(ENTRIES, at(18) + DAY, id="the entries of a customer"),
    ],
)
def test_an_item_outlives_what_it_holds(written: Action, until: int) -> None:
    assert ttl(written) == until


def test_a_slot_is_listed_under_its_additional_employees_for_more_than_a_year() -> None:
    [pointer] = pointers_to_slot(HOLD)

    assert pointer["ttl"] == at(10) + 400 * DAY


def test_a_booked_slot_stays() -> None:
    booked = slots.create(a_slot("booked", at(9), at(10), expires_at=None), "ann")

    assert "ttl" not in decode(booked["Put"]["Item"])
