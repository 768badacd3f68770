import pytest

from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, asking, configure, path
from tests.endpoints.receiver import Receiver, answers
from tests.endpoints.webhook_world import World

ONE = "replay_webhook_deliveries_one"


@pytest.fixture
def delivered(world: World, patient_queue: None, table: Table, receiver: Receiver, clock: Clock) -> list[str]:
    """The ids of three deliveries, an hour apart, of which the second has failed for good."""
    configure(table, Kind.WEBHOOKS, "crm", {"url": receiver.url("crm"), "events": ["*"]})
    ids = []
    for number in range(3):
        receiver.behaviours["crm"] = answers(500 if number == 1 else 204)
        ids.append(f"{clock()}-event-{number}")
        world.happen(f"event-{number}")
        world.run(3600 * 24)
    receiver.behaviours["crm"] = answers(204)
    receiver.got.clear()
    return ids


def test_one_delivery_is_sent_again_under_its_id(
    world: World, functions: Functions, receiver: Receiver, delivered: list[str]
) -> None:
    answer = functions.call("replay_webhook_deliveries", ONE, change=path(deliveryId=delivered[1]))
    world.run()

    assert (answer.status, answer.json["status"], answer.json["eventId"]) == (202, "Pending", "event-1")
    assert [got.id for got in receiver.of("crm")] == ["event-1"]
    statuses = [item["status"] for item in functions.call("list_webhook_deliveries").json["items"]]
    assert statuses == ["Delivered", "Delivered", "Delivered"]


def test_a_replay_is_tried_for_a_day_like_the_first_time(
    world: World, functions: Functions, receiver: Receiver, delivered: list[str], clock: Clock
) -> None:
    receiver.behaviours["crm"] = answers(500)
    functions.call("replay_webhook_deliveries", ONE, change=path(deliveryId=delivered[0]))
    world.run(3600)
    receiver.behaviours["crm"] = answers(204)
    world.run(3600 * 2)

    assert functions.call("list_webhook_deliveries").json["items"][-1]["status"] == "Delivered"


def test_asking_twice_at_once_sends_it_once(
    world: World, functions: Functions, receiver: Receiver, delivered: list[str]
) -> None:
    for _ in range(2):
        functions.call("replay_webhook_deliveries", ONE, change=path(deliveryId=delivered[0]))
    world.run(86400)

    assert [got.id for got in receiver.of("crm")] == ["event-0"]


def test_everything_since_a_time_is_sent_again(
    world: World, functions: Functions, receiver: Receiver, delivered: list[str]
) -> None:
    answer = functions.call("replay_webhook_deliveries", change=asking(since="2027-01-05T00:00:00Z"))
    world.run()

    assert (answer.status, answer.json) == (202, {"replayed": 2, "isComplete": True})
    assert [got.id for got in receiver.of("crm")] == ["event-1", "event-2"]


@pytest.mark.parametrize("id", ["1799049600-unknown", "unknown", "-", "abc-event-0", "9" * 20 + "-event-0"])
def test_an_unknown_delivery_is_not_found(functions: Functions, delivered: list[str], id: str) -> None:
    answer = functions.call("replay_webhook_deliveries", ONE, change=path(deliveryId=id))

    assert answer.status == 404
    assert answer.json["details"] == {"kind": "delivery", "id": id}


def test_an_unknown_webhook_is_not_found(world: World, functions: Functions) -> None:
    for event in ("replay_webhook_deliveries_unknown_webhook", f"{ONE}_unknown_webhook"):
        assert functions.call("replay_webhook_deliveries", event).status == 404


def test_without_a_time_nothing_is_replayed(world: World, functions: Functions, delivered: list[str]) -> None:
    assert functions.call("replay_webhook_deliveries", change=asking(since=None)).status == 400
