"""Every quarter of an hour: queue the calendars that employees subscribe to, each to be read by itself."""

from typing import Any

from booking.domain.subscriptions import subscribers
from booking.http.api import now
from booking.storage import calendar_queue, subscriptions
from booking.storage.configurations import Configurations
from booking.storage.table import connect

table = connect()
configurations = Configurations(table)
queue = calendar_queue.connect()


def lambda_handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    wanted = subscribers(configurations.documents(now()))
    # Those that were read before too: where there is no calendar any more, what it blocked becomes free.
    employee_ids = dict.fromkeys([*wanted, *(each.employee_id for each in subscriptions.every(table))])
    for employee_id in employee_ids:
        queue.send(employee_id)
    return {"calendars": len(employee_ids)}
