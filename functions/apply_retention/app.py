"""Every night: erases the personal data of meetings that are older than the organisation's retention time.

It also finishes deletions of employees and rooms that were cut off.
"""

import time
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.commands.change_configuration import finish_deletions
from booking.commands.erase_customer_data import Erasure, apply_retention
from booking.domain.interval import SECONDS_PER_DAY
from booking.metrics import Count, count
from booking.storage.configurations import Configurations
from booking.storage.failures import facts_of
from booking.storage.table import connect

BY = "schedule:apply_retention"
LAST_MILLISECONDS = 20_000  # enough to finish a meeting; the next run goes on from there

logger = Logger()
table = connect()
configurations = Configurations(table)


def now() -> int:
    return int(time.time())


def lambda_handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    finish_deletions(table, BY, now)
    erasure = _erase(lambda: context.get_remaining_time_in_millis() > LAST_MILLISECONDS)
    for meeting_id, error in erasure.failures:
        logger.error("meeting not erased", extra={"meetingId": meeting_id, **facts_of(error)})
    failed = len(erasure.failures)
    answer = {"meetingsErased": erasure.meetings_erased, "meetingsFailed": failed, "isComplete": erasure.is_complete}
    if erasure.is_complete:
        count(Count.RETENTION_COMPLETED)
    log = logger.info if erasure.is_complete else logger.warning
    log("retention", extra=answer)
    return answer


def _erase(has_time: Callable[[], bool]) -> Erasure:
    days = configurations.current(now()).organisation.retention_days
    return Erasure() if days is None else apply_retention(table, BY, days * SECONDS_PER_DAY, now, has_time)
