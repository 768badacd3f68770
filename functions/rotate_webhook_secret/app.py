"""POST /config/webhooks/{id}/secret: replace a webhook's signing secret."""

from http import HTTPStatus

from booking.commands.webhooks import rotate_secret
from booking.domain.instants import format_instant
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.webhooks import ROTATE_WEBHOOK_SECRET, WebhookSecret
from booking.storage.table import connect

api = Api()
table = connect()


@api.route(ROTATE_WEBHOOK_SECRET)
def rotate_webhook_secret(request: Request) -> Reply:
    endpoint = rotate_secret(table, request.path["id"], now)
    until = format_instant(endpoint.old_secret_until)
    return Reply(HTTPStatus.OK, WebhookSecret(secret=endpoint.secret, old_secret_until=until))


lambda_handler = api.handler
