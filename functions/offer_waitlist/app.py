"""The queue of the waitlist: what becomes free is offered to those who wait, in order of joining."""

import json
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.commands.offer_waitlist import Waitlist
from booking.http.api import now
from booking.storage import waitlist_queue
from booking.storage.configurations import Configurations
from booking.storage.failures import facts_of
from booking.storage.table import connect

LAST_MILLISECONDS = 15_000  # enough to serve one entry; the rest of the line goes on in a new message

logger = Logger()
table = connect()
configurations = Configurations(table)
queue = waitlist_queue.connect()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > LAST_MILLISECONDS

    waitlist = Waitlist(table, configurations, queue, lambda: now(), has_time)
    failed = [record["messageId"] for record in event["Records"] if not _is_done(waitlist, json.loads(record["body"]))]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}


def _is_done(waitlist: Waitlist, body: dict[str, Any]) -> bool:
    try:
        waitlist.deal_with(body)
    except Exception as error:
        logger.error("not offered", extra=facts_of(error))
        return False
    return True
