"""POST /config/webhooks/{id}/test: send a test event to a webhook."""

from http import HTTPStatus

from booking.commands.webhooks import ping
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.webhooks import SEND_WEBHOOK_PING
from booking.http.webhooks import delivery, require_switched_on
from booking.storage import webhook_queue
from booking.storage.table import connect

api = Api()
table = connect()
queue = webhook_queue.connect()


@api.route(SEND_WEBHOOK_PING)
def send_webhook_ping(request: Request) -> Reply:
    require_switched_on()
    return Reply(HTTPStatus.ACCEPTED, delivery(ping(table, queue, request.path["id"], now())))


lambda_handler = api.handler
