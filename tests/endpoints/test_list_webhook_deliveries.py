from booking.domain.documents import Kind
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, asking, configure, scopes
from tests.endpoints.receiver import Receiver, answers
from tests.endpoints.webhook_world import World


def test_the_newest_come_first_page_by_page(
    world: World, functions: Functions, table: Table, receiver: Receiver, clock: Clock
) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": receiver.url("crm"), "events": ["*"]})
    receiver.behaviours["crm"] = answers(500)
    for number in range(5):
        world.happen(f"event-{number}")
        world.run()
        clock.advance(number % 2)  # some in the same second

    found: list[str] = []
    cursor = None
    while True:
        answer = functions.call("list_webhook_deliveries", change=asking(limit="2", cursor=cursor)).json
        assert len(answer["items"]) <= 2
        found += [item["eventId"] for item in answer["items"]]
        cursor = answer["nextCursor"]
        if cursor is None:
            break
    assert found == [f"event-{number}" for number in (4, 3, 2, 1, 0)]
    first = functions.call("list_webhook_deliveries").json["items"][-1]
    assert first | {"duration": 0} == {
        "id": "1799049600-event-0",
        "eventId": "event-0",
        "event": "MeetingCreated",
        "date": "2027-01-04T08:00:00Z",
        "status": "Pending",
        "tries": 1,
        "lastTry": "2027-01-04T08:00:00Z",
        "duration": 0,
        "responseStatus": 500,
        "nextTry": "2027-01-04T08:00:05Z",
    }


def test_after_thirty_days_a_delivery_is_gone(
    world: World, functions: Functions, table: Table, receiver: Receiver, clock: Clock
) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": receiver.url("crm"), "events": ["*"]})
    world.happen()
    world.run()
    clock.advance(30 * 86400 + 1)

    assert functions.call("list_webhook_deliveries").json == {"items": [], "nextCursor": None}


def test_only_administrators_see_them(functions: Functions, table: Table) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": "https://crm.example.com/", "events": ["*"]})

    assert functions.call("list_webhook_deliveries", change=scopes("read", "staff")).status == 403
    assert functions.call("list_webhook_deliveries", "list_webhook_deliveries_unknown_webhook").status == 404
