"""Subscribed calendars: an item for each employee whose calendar is read, all of them in one partition."""

from msgspec.structs import asdict, fields

from booking.domain.subscriptions import Subscription
from booking.storage import keys
from booking.storage.table import Item, Table, encode

FIELDS = tuple(field.name for field in fields(Subscription) if field.name != "employee_id")


def get(table: Table, employee_id: str) -> Subscription | None:
    item = table.get(keys.subscription(employee_id))
    return _subscription_of(item) if item else None


def every(table: Table) -> list[Subscription]:
    items = table.query(
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=encode({":pk": keys.SUBSCRIPTIONS}),
    )
    return [_subscription_of(item) for item in items]


def put(table: Table, subscription: Subscription) -> None:
    values = asdict(subscription)
    table.put({**keys.subscription(values.pop("employee_id")), **values})


def delete(table: Table, employee_id: str) -> None:
    table.delete(keys.subscription(employee_id))


def _subscription_of(item: Item) -> Subscription:
    return Subscription(item["sk"], **{name: item[name] for name in FIELDS if name in item})
