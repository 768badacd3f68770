"""Every day: erase the personal data of meetings that are older than the organisation's retention time.

And finish what was begun: deletions of employees and rooms that were cut off.
"""

import time
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.commands.change_configuration import finish_deletions
from booking.commands.erase_customer_data import apply_retention
from booking.storage.configurations import Configurations
from booking.storage.table import connect

BY = "schedule:apply_retention"
LAST_MILLISECONDS = 20_000  # enough to finish a meeting; what is left then is for the next day

logger = Logger()
table = connect()
configurations = Configurations(table)


def now() -> int:
    return int(time.time())


def lambda_handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    finish_deletions(table, BY, now)
    return erase(context)


def erase(context: LambdaContext) -> dict[str, Any]:
    days = configurations.current(now()).organisation.retention_days
    if days is None:
        return {"meetingsErased": 0, "isComplete": True}

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() > LAST_MILLISECONDS

    erasure = apply_retention(table, BY, days * 86400, now, has_time)
    answer = {"meetingsErased": erasure.meetings_erased, "isComplete": erasure.is_complete}
    logger.info("retention", extra=answer)
    return answer
