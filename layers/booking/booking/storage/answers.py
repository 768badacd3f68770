"""The answers that are repeated for the same Idempotency-Key, in the table of the Powertools utility."""

import os

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from booking.domain.interval import SECONDS_PER_DAY
from booking.storage.table import connect

KEPT_SECONDS = SECONDS_PER_DAY


def answers() -> DynamoDBPersistenceLayer:
    """The utility's table, named by the environment."""
    return DynamoDBPersistenceLayer(os.environ["IDEMPOTENCY_TABLE_NAME"], boto3_client=connect().client)
