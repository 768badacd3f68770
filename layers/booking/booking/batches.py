"""A stream function's way in and out: each record by itself, so that no record fails or delays another one.

    lambda_handler = Batches(handle, poison.connect()).handler

Of a record that fails because AWS does not answer, or not now, Lambda is told, and repeats it (Powertools' batch
utility). Any other failure is the record's own and would come again each time: it goes to the poison queue with its
item's keys, is counted and logged, and the stream goes on.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.metrics import Count, count
from booking.storage.failures import facts_of, may_succeed_later
from booking.storage.poison import PoisonQueue

type Record = Mapping[str, Any]
"""A record of the table's stream, as Lambda hands it over."""

logger = Logger()


LAST_MILLISECONDS = 10_000
"""What a record may take at most, waiting for AWS in vain included; with less time left none is begun."""


class Held(Exception):
    """Not tried: an earlier record of the same item is to be repeated first, or there is no time left."""


class Batches:
    """`handle` is called with one record at a time and must bear repeats, as a stream delivers at least once."""

    def __init__(self, handle: Callable[[Record], None], queue: PoisonQueue) -> None:
        self._handle = handle
        self._queue = queue

    def handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda handler; answers which records to repeat."""
        waiting: set[str] = set()  # items with a record that is to be repeated
        failures: list[Exception] = []

        def one(record: DynamoDBRecord) -> None:
            item = str(record.raw_event["dynamodb"].get("Keys"))
            if item in waiting or context.get_remaining_time_in_millis() < LAST_MILLISECONDS:
                waiting.add(item)
                raise Held
            try:
                self._handle_or_put_aside(record.raw_event)
            except Exception as error:
                waiting.add(item)
                failures.append(error)
                raise

        processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
        answer = process_partial_response(event, one, processor)
        if failures:  # one line: what fails so fails for many records alike
            logger.warning("records to repeat", extra={"records": len(failures), **facts_of(failures[0])})
        return dict(answer)

    def _handle_or_put_aside(self, record: Record) -> None:
        try:
            self._handle(record)
        except Exception as error:
            if may_succeed_later(error):
                raise
            self._queue.put(record, error)
            count(Count.POISON_RECORDS)
            logger.error("poison record", extra={"eventID": record.get("eventID"), **facts_of(error)})
