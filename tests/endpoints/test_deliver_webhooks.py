import socket
from itertools import pairwise
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from booking import webhook_sender
from booking.commands import webhooks as command
from booking.domain.documents import Kind
from booking.domain.webhooks import Delivery, DeliveryStatus
from booking.storage import webhook_queue, webhooks
from booking.storage.configuration_items import read
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, configure, path
from tests.endpoints.receiver import Receiver, answers, closes
from tests.endpoints.webhook_world import World

HOUR, DAY = 3600, 86400


def add(table: Table, receiver: Receiver, id: str, *events: str, **fields: Any) -> None:
    configure(table, Kind.WEBHOOKS, id, {"url": receiver.url(id), "events": list(events) or ["*"], **fields})


def listed(table: Table, id: str, clock: Clock) -> list[Delivery]:
    return webhooks.page(table, id, None, 100, clock()).items


def secret(table: Table, id: str) -> str:
    endpoint = webhooks.get_endpoint(table, id)
    assert endpoint
    return endpoint.secret


def test_an_event_reaches_the_endpoint_signed(world: World, table: Table, receiver: Receiver, clock: Clock) -> None:
    add(table, receiver, "crm", "MeetingCreated")
    world.happen()
    world.run()

    [got] = receiver.of("crm")
    assert got.id == "event-1"
    assert got.verify(secret(table, "crm")) == {
        "type": "MeetingCreated",
        "timestamp": "2027-01-04T08:00:00Z",
        "data": {
            "meetingId": "example-meeting",
            "timeSlotId": "example-slot",
            "version": 1,
            "startDate": "2027-01-11T10:00:00Z",
            "endDate": "2027-01-11T11:00:00Z",
            "employeeIds": ["anna"],
        },
    }
    with pytest.raises(WebhookVerificationError):
        got.verify(webhooks.new_secret())
    [delivery] = listed(table, "crm", clock)
    assert (delivery.status, delivery.tries) == (DeliveryStatus.DELIVERED, 1)


def test_an_endpoint_gets_what_it_asks_for(world: World, table: Table, receiver: Receiver) -> None:
    add(table, receiver, "all")
    add(table, receiver, "some", "MeetingCancelled", "slotreserved")
    world.happen("event-1", "MeetingCreated")
    world.happen("event-2", "SlotReserved")
    world.run()

    assert [got.id for got in receiver.of("all")] == ["event-1", "event-2"]
    assert [got.id for got in receiver.of("some")] == ["event-2"]


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (answers(500), 500),
        (answers(404), 404),
        (answers(301, Location="/other"), 301),
        (closes, "The connection was closed before the answer was complete."),
    ],
    ids=["500", "404", "redirect", "closes early"],
)
def test_a_delivery_that_was_not_accepted_is_sent_again_under_the_same_id(
    world: World, table: Table, receiver: Receiver, clock: Clock, behaviour: Any, said: int | str
) -> None:
    add(table, receiver, "crm")
    receiver.behaviours["crm"] = behaviour
    world.happen()
    world.run()

    [delivery] = listed(table, "crm", clock)
    assert delivery.outcome
    assert said in (delivery.outcome.response_status, delivery.outcome.error)
    assert delivery.next_try_at == clock() + 5

    receiver.behaviours["crm"] = answers(200)
    world.run(5)
    [delivery] = listed(table, "crm", clock)
    assert (delivery.status, delivery.tries) == (DeliveryStatus.DELIVERED, 2)
    assert [got.id for got in receiver.of("crm")] == ["event-1", "event-1"]
    assert receiver.of("other") == []


def test_an_endpoint_that_hangs_is_not_waited_for(
    world: World, table: Table, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_sender, "ANSWERED_WITHIN_SECONDS", 0.2)
    add(table, receiver, "crm")
    receiver.behaviours["crm"] = lambda request: request.rfile.read(1)  # type: ignore[assignment]
    world.happen()
    world.run()

    [delivery] = listed(table, "crm", clock)
    assert delivery.outcome
    assert delivery.outcome.error == "There was no complete answer in time."


def test_pauses_grow_for_a_day_and_then_it_is_kept_as_failed(
    world: World, table: Table, receiver: Receiver, clock: Clock
) -> None:
    add(table, receiver, "down")
    add(table, receiver, "up")
    receiver.behaviours["down"] = answers(503)
    world.happen()
    tried: list[int] = []
    for _ in range(30 * HOUR // 5):
        world.run(5)
        if len(receiver.of("down")) > len(tried):
            tried.append(clock())

    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 5
    assert pauses[-1] == 4 * HOUR
    assert 20 * HOUR < tried[-1] - tried[0] <= DAY
    [failed] = listed(table, "down", clock)
    assert (failed.status, failed.tries, failed.next_try_at) == (DeliveryStatus.FAILED, len(tried), None)
    assert len(tried) < 25
    assert world.waiting == []
    assert len(receiver.of("up")) == 1


def test_while_one_endpoint_is_down_others_get_everything_and_then_it_does_too(
    world: World, table: Table, receiver: Receiver, clock: Clock
) -> None:
    add(table, receiver, "down")
    add(table, receiver, "up")
    receiver.behaviours["down"] = answers(500)
    ids = [f"event-{number:02}" for number in range(8)]
    for number, id in enumerate(ids):
        world.happen(id, version=number)
        world.run()
        assert [got.id for got in receiver.of("up")] == ids[: number + 1]
        clock.advance(60)
    receiver.behaviours["down"] = answers(200)
    taken = len(receiver.of("down"))
    world.run(2 * HOUR)

    late = receiver.of("down")[taken:]
    assert sorted(got.id for got in late) == ids
    in_order = sorted(late, key=lambda got: got.body["data"]["version"])
    assert [got.id for got in in_order] == ids


def test_the_same_event_and_the_same_message_again_send_nothing_again(
    world: World, table: Table, receiver: Receiver
) -> None:
    add(table, receiver, "crm")
    world.happen()
    [(_, _, event)] = world.waiting
    world.hand_out(event)
    messages = [body for _, _, body in world.waiting]
    world.run()
    for body in [event, *messages]:
        world.hand_out(body)
    world.run(DAY)

    assert len(receiver.of("crm")) == 1


def test_two_at_once_of_one_delivery_send_it_once(
    world: World, table: Table, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(table, receiver, "crm")
    world.happen()
    [(_, _, event)] = world.waiting
    world.waiting.clear()
    world.hand_out(event)
    [(_, _, message)] = world.waiting
    world.waiting.clear()

    def meanwhile(request: Any) -> None:
        world.hand_out(message)  # SQS may hand out a message twice
        answers(200)(request)

    receiver.behaviours["crm"] = meanwhile
    world.hand_out(message)
    receiver.behaviours["crm"] = answers(200)
    world.run(DAY)

    assert len(receiver.of("crm")) == 1


@pytest.mark.parametrize("write", ["put_new", "claim", "put_result", "note_failing"])
def test_a_function_that_is_killed_before_a_write_loses_nothing(
    world: World, table: Table, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    add(table, receiver, "crm")
    receiver.behaviours["crm"] = answers(500)
    world.happen()
    with world.killed(webhooks, write, monkeypatch):
        world.run(1)
    receiver.behaviours["crm"] = answers(200)
    world.run(HOUR)

    [delivery] = listed(table, "crm", clock)
    assert delivery.status is DeliveryStatus.DELIVERED
    assert {got.id for got in receiver.of("crm")} == {"event-1"}
    after_success = [got for got in receiver.got if got.path == "/crm"][-1]
    assert after_success.verify(secret(table, "crm"))


@pytest.mark.parametrize("when", ["given out", "tried again"])
def test_a_function_that_is_killed_before_it_queues_what_follows_loses_nothing(
    world: World, table: Table, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    add(table, receiver, "crm")
    receiver.behaviours["crm"] = answers(500)
    world.happen()
    if when == "tried again":
        [(_, _, event)] = world.waiting
        world.waiting.clear()
        world.hand_out(event)
    with world.killed(world, "send_message", monkeypatch):
        world.run(1)
    receiver.behaviours["crm"] = answers(200)
    world.run(HOUR)

    [delivery] = listed(table, "crm", clock)
    assert delivery.status is DeliveryStatus.DELIVERED


def test_a_delivery_whose_result_was_lost_is_sent_again_under_its_id(
    world: World, table: Table, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(table, receiver, "crm")
    world.happen()
    with world.killed(webhooks, "put_result", monkeypatch):
        world.run(1)
    world.run(HOUR)

    assert [got.id for got in receiver.of("crm")] == ["event-1", "event-1"]
    assert listed(table, "crm", clock)[0].status is DeliveryStatus.DELIVERED


def test_for_a_day_after_a_rotation_both_secrets_verify(
    world: World, table: Table, receiver: Receiver, clock: Clock
) -> None:
    add(table, receiver, "crm")
    old = secret(table, "crm")
    new = command.rotate_secret(table, "crm", clock).secret
    world.happen("event-1")
    world.run()
    clock.advance(DAY)
    world.happen("event-2")
    world.run()

    first, second = receiver.of("crm")
    assert first.verify(old) == first.verify(new)
    assert second.verify(new)
    with pytest.raises(WebhookVerificationError):
        second.verify(old)


def test_an_endpoint_that_fails_for_three_days_is_disabled_and_that_is_told(
    world: World, patient_queue: None, table: Table, receiver: Receiver, clock: Clock
) -> None:
    add(table, receiver, "crm")
    add(table, receiver, "watch", "WebhookDisabled")
    receiver.behaviours["crm"] = answers(500)
    for number, hours in enumerate((71, 4, 1)):
        world.happen(f"event-{number}")
        world.run(hours * HOUR)

    assert read(table).of(Kind.WEBHOOKS)["crm"].document["enabled"] is False
    assert read(table).of(Kind.WEBHOOKS)["watch"].document["enabled"] is True
    [told] = world.sent
    assert (told["DetailType"], "crm" in told["Detail"]) == ("WebhookDisabled", True)
    statuses = {delivery.status for delivery in listed(table, "crm", clock)}
    assert statuses == {DeliveryStatus.FAILED, DeliveryStatus.SKIPPED}

    receiver.behaviours["crm"] = answers(200)
    add(table, receiver, "crm")
    world.happen("event-999")
    world.run()
    assert receiver.of("crm")[-1].id == "event-999"


def test_one_success_gives_an_endpoint_three_days_again(
    world: World, patient_queue: None, table: Table, receiver: Receiver, clock: Clock
) -> None:
    add(table, receiver, "crm")
    receiver.behaviours["crm"] = answers(500)
    world.happen("event-1")
    world.run(71 * HOUR)
    receiver.behaviours["crm"] = answers(200)
    world.happen("event-2")
    world.run()
    receiver.behaviours["crm"] = answers(500)
    world.happen("event-3")
    world.run(DAY)

    assert read(table).of(Kind.WEBHOOKS)["crm"].document["enabled"] is True


def test_events_of_the_time_while_a_webhook_was_disabled_can_be_replayed(
    world: World, table: Table, receiver: Receiver, clock: Clock
) -> None:
    add(table, receiver, "crm", enabled=False)
    world.happen()
    world.run(DAY)
    assert receiver.got == []
    assert [delivery.status for delivery in listed(table, "crm", clock)] == [DeliveryStatus.SKIPPED]

    add(table, receiver, "crm")
    queue = webhook_queue.WebhookQueue(world, "queue")
    replayed = command.replay_since(table, queue, "crm", clock() - 2 * DAY, clock, lambda: True)
    world.run()
    assert replayed == command.Replayed(1, is_complete=True)
    assert [got.id for got in receiver.of("crm")] == ["event-1"]


def test_a_name_that_leads_inside_is_never_called(
    world: World, table: Table, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(table, receiver, "crm")
    configure(table, Kind.WEBHOOKS, "crm", {"url": "https://hooks.example.com/", "events": ["*"]})
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    world.happen()
    world.run()

    [delivery] = listed(table, "crm", clock)
    assert delivery.outcome
    assert delivery.outcome.error == "The host has an address that is not public. Only public addresses are called."


def test_the_customers_id_is_sent_while_the_meeting_has_it_and_kept_nowhere(
    world: World, table: Table, receiver: Receiver, clock: Clock, booked: Any
) -> None:
    add(table, receiver, "crm")
    world.happen()
    world.run()
    assert receiver.of("crm")[0].body["data"]["customerId"] == "67890"
    assert "67890" not in str(listed(table, "crm", clock))

    world.functions.call("erase_customer_data", change=path(customerId="67890"))
    [delivery] = listed(table, "crm", clock)
    command.replay_one(table, webhook_queue.WebhookQueue(world, "queue"), "crm", delivery.id, clock)
    world.run()
    assert "customerId" not in receiver.of("crm")[1].body["data"]


def test_a_webhook_that_is_deleted_gets_nothing_more(world: World, table: Table, receiver: Receiver) -> None:
    add(table, receiver, "crm")
    receiver.behaviours["crm"] = answers(500)
    world.happen()
    world.run()
    world.functions.call("delete_configuration", change=_of_webhook("crm"))
    world.run(DAY)

    assert len(receiver.of("crm")) == 1
    assert webhooks.get_endpoint(table, "crm") is None


def _of_webhook(id: str) -> Any:
    def change(event: dict[str, Any]) -> None:
        event["resource"] = "/config/webhooks/{id}"
        event["path"] = f"/config/webhooks/{id}"
        event["pathParameters"] = {"id": id}

    return change
