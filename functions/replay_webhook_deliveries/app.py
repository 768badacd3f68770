"""POST /config/webhooks/{id}/replay and …/deliveries/{deliveryId}/replay: send events again."""

import time
from http import HTTPStatus
from zoneinfo import ZoneInfo

from booking.commands import webhooks as command
from booking.domain.documents import Kind
from booking.domain.errors import NotFound
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.webhooks import (
    REPLAY_WEBHOOK_DELIVERIES,
    REPLAY_WEBHOOK_DELIVERY,
    ReplayQuery,
    WebhookReplay,
)
from booking.http.webhooks import delivery
from booking.storage import webhook_queue, webhooks
from booking.storage.table import connect

SECONDS = 12  # of the 20 that the function may run

api = Api()
table = connect()
queue = webhook_queue.connect()


@api.route(REPLAY_WEBHOOK_DELIVERY)
def replay_webhook_delivery(request: Request) -> Reply:
    replayed = command.replay_one(table, queue, request.path["id"], request.path["deliveryId"], now)
    return Reply(HTTPStatus.ACCEPTED, delivery(replayed))


@api.route(REPLAY_WEBHOOK_DELIVERIES)
def replay_webhook_deliveries(request: Request) -> Reply:
    id = request.path["id"]
    since = request.query(ReplayQuery, ZoneInfo("UTC")).since
    if webhooks.get_endpoint(table, id) is None:
        raise NotFound(Kind.WEBHOOKS.singular, id)
    deadline = time.monotonic() + SECONDS
    done = command.replay_since(table, queue, id, since, now, has_time=lambda: time.monotonic() < deadline)
    return Reply(HTTPStatus.ACCEPTED, WebhookReplay(replayed=done.count, is_complete=done.is_complete))


lambda_handler = api.handler
