"""The queue of subscribed calendars: each is fetched, and its busy times replace those imported before."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.logging import Logger

from booking.busy_calendar import read_busy_calendar
from booking.commands.read_subscription import Outcome, Subscriptions
from booking.domain.interval import Interval
from booking.http.api import now
from booking.metrics import Count, count
from booking.storage import calendar_queue, event_bus, meetings
from booking.storage.configurations import Configurations
from booking.storage.table import connect
from booking.subscribed_calendar import fetch

logger = Logger()
table = connect()
configurations = Configurations(table)


def parse(employee_id: str, calendar: bytes, window: Interval, zone: ZoneInfo) -> Sequence[Interval]:
    return read_busy_calendar(calendar, window, zone, partial(meetings.known_to, table, employee_id)).busy


subscriptions = Subscriptions(table, event_bus.connect(), fetch, parse, lambda: now())


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    for record in event["Records"]:
        employee_id = calendar_queue.employee_of(record["body"])
        documents = configurations.documents(now())
        outcome = subscriptions.read(employee_id, documents, configurations.current(now()))
        if outcome in (Outcome.FAILED, Outcome.FAILING):
            count(Count.IMPORT_FAILURES)
        if outcome is Outcome.FAILING:
            count(Count.BUSY_CALENDARS_FAILING)
        logger.info("calendar", extra={"employeeId": employee_id, "outcome": outcome})
