"""DynamoDB in memory: moto's engine, without the way to it over HTTP.

Most of what a call of moto costs is that way: a signed request is built and taken apart, and so is the answer. Here a
call that reads or writes items is handed to moto's engine as the JSON that the SDK would send, and the answer comes
back as the JSON that it would receive. A call that the engine refuses is made again over HTTP, which words the error.
"""

import copy
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import botocore.session
import msgspec
from botocore.config import Config
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

LARGEST_ITEM = 405_000
"""Bytes; moto's own limit, between the documented 400 KB and the 409,600 bytes that DynamoDB takes."""

HANDED_OVER = {
    "BatchGetItem": DynamoHandler.batch_get_item,
    "BatchWriteItem": DynamoHandler.batch_write_item,
    "DeleteItem": DynamoHandler.delete_item,
    "GetItem": DynamoHandler.get_item,
    "PutItem": DynamoHandler.put_item,
    "Query": DynamoHandler.query,
    "Scan": DynamoHandler.scan,
    "TransactGetItems": DynamoHandler.transact_get_items,
    "TransactWriteItems": DynamoHandler.transact_write_items,
    "UpdateItem": DynamoHandler.update_item,
}


def _answer(model: Any, params: dict[str, Any], context: dict[str, Any], **_: object) -> Any:
    """What the SDK is given instead of an answer over HTTP; None sends the request there."""
    call = HANDED_OVER.get(model.name)
    if call is None or not botocore_stubber.enabled:
        return None
    handler = DynamoHandler()
    handler.region, handler.current_account, handler.uri_match = context["client_region"], DEFAULT_ACCOUNT_ID, {}
    handler.body = handler.params = msgspec.json.decode(params["body"])
    try:
        result: Any = call(handler).result
    except Exception:
        return None
    described = {name: value for name, value in result.items() if name in model.output_shape.members}
    return SimpleNamespace(status_code=200), msgspec.json.decode(msgspec.json.encode(described))


class Session(botocore.session.Session):  # type: ignore[misc]
    """Makes each client once: a client takes longer to make than most tests."""

    def __init__(self) -> None:
        super().__init__()
        self.register("before-call.dynamodb", _answer)
        self._clients: dict[object, Any] = {}

    def create_client(self, *named: Any, config: Config | None = None, **settings: Any) -> Any:
        """A client of these settings, which may be another test's too."""
        key = (named, tuple(settings.items()), repr(config and config._user_provided_options))
        if key not in self._clients:
            client = self._clients[key] = super().create_client(*named, config=config, **settings)
            client.meta.events = _Once(client.meta.events)
        return self._clients[key]


class _Once:
    """A client's events, where registering what is registered changes nothing."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._registered: set[object] = set()

    def register(self, event: str, handler: Any) -> None:
        if (event, handler) not in self._registered:
            self._registered.add((event, handler))
            self._events.register(event, handler)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._events, name)


def _copied_on_write(table: Table, memo: dict[int, Any]) -> Table:
    """moto keeps a copy of the whole table for each transaction, in case it fails. This one shares the items."""
    copied = copy.copy(table)
    copied.items = defaultdict(dict, ((key, items.copy()) for key, items in table.items.items()))
    return copied


def _weigh_once(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """moto weighs a new item again for each of its attributes."""
    self.hash_key, self.range_key = hash_key, range_key
    self.attrs = LimitedSizeDict()
    for name, value in attrs.items():
        dict.__setitem__(self.attrs, name, DynamoType(value))
    if self.size() > LARGEST_ITEM:
        raise ItemSizeTooLarge


def _project_by_name(self: Item, projection_expressions: list[list[str]]) -> Item:
    """moto reads the whole item again for each name. What this code asks for are names, and no paths into a value."""
    chosen = {name: self.attrs[name].to_json() for [name] in projection_expressions if name in self.attrs}
    return Item(self.hash_key, self.range_key, chosen)


_update_item = DynamoDBBackend.update_item


def _update_a_copy(
    self: DynamoDBBackend, table_name: str, key: dict[str, dict[str, Any]], *given: Any, **named: Any
) -> Any:
    """moto updates the item itself, which a copy of the table may share."""
    table = self.get_table(table_name)
    place: dict[Any, Any] = table.items
    attribute = table.hash_key_attr
    if table.range_key_attr:
        place, attribute = table.items[DynamoType(key[table.hash_key_attr])], table.range_key_attr
    name = DynamoType(key[attribute])
    if name in place:
        place[name] = copy.deepcopy(place[name])
    return _update_item(self, table_name, key, *given, **named)


Item.__init__ = _weigh_once  # type: ignore[method-assign]
Item.project = _project_by_name  # type: ignore[method-assign]
Table.__deepcopy__ = _copied_on_write  # type: ignore[attr-defined]
DynamoDBBackend.update_item = _update_a_copy  # type: ignore[method-assign]
