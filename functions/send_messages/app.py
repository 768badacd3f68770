"""The queue of messages: events of meetings, reminders that have come due, and what SES tells of e-mails."""

import json
from typing import Any

from aws_lambda_powertools.logging import Logger

from booking.commands.messages import Messages, Outcome, TooEarly
from booking.domain.messages import MessageStatus
from booking.http.api import now
from booking.mail import Letters, links
from booking.metrics import Count, count
from booking.storage import outbox, reminders
from booking.storage.configuration_values import message_settings_of
from booking.storage.configurations import Configurations
from booking.storage.failures import facts_of
from booking.storage.table import connect

logger = Logger()
table = connect()
configurations = Configurations(table)
services = outbox.connect()


def ended(outcome: Outcome) -> None:
    count(Count(f"Messages{outcome.status}"))
    if outcome.status is not MessageStatus.SENT:
        logger.warning("message not sent", extra=outcome.facts)


messages = Messages(table, services, reminders.connect(), ended, lambda: now())


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    failed = (record for record in event["Records"] if not _is_done(json.loads(record["body"])))
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _is_done(body: dict[str, Any]) -> bool:
    settings = message_settings_of(configurations.documents(now()))
    letters = Letters(configurations.current(now()), settings, services.sender, **links())
    try:
        if feedback := messages.deal_with(body, letters):
            count(Count.ADDRESSES_SUPPRESSED, kind=feedback.reason)
            logger.warning("address suppressed", extra=feedback.facts)
        return True
    except Exception as error:
        if not isinstance(error, TooEarly):
            logger.error("message not dealt with", extra=facts_of(error))
    return False
