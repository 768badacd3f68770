from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, configure
from tests.endpoints.receiver import Receiver
from tests.endpoints.webhook_world import World


def test_a_ping_reaches_a_webhook_also_while_it_is_disabled(
    world: World, functions: Functions, table: Table, receiver: Receiver, clock: Clock
) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": receiver.url("crm"), "events": ["SlotReserved"], "enabled": False})
    answer = functions.call("send_webhook_ping")
    world.run()

    assert (answer.status, answer.json["event"], answer.json["status"]) == (202, "Ping", "Pending")
    [got] = receiver.of("crm")
    assert got.id == answer.json["eventId"]
    assert got.body == {"type": "Ping", "timestamp": "2027-01-04T08:00:00Z", "data": {"webhookId": "crm"}}
    [listed] = functions.call("list_webhook_deliveries").json["items"]
    assert (listed["status"], listed["responseStatus"]) == ("Delivered", 204)


def test_an_unknown_webhook_is_not_found(world: World, functions: Functions) -> None:
    answer = functions.call("send_webhook_ping", "send_webhook_ping_unknown_webhook")

    assert answer.status == 404
    assert answer.json["details"] == {"kind": "webhook", "id": "nobody"}
