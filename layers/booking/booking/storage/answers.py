"""The answers that are given again to the same Idempotency-Key: the Powertools utility's own table.

An answer about a customer's meeting or hold also has the customer's id, so that erasing the customer finds it
(`kept_answers`).
"""

import json
import os

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

from booking.storage.table import connect, encode

KEPT_SECONDS = 24 * 3600


class Answers(DynamoDBPersistenceLayer):
    """The utility's layer; an answer that it keeps also has its `customer_id` as an attribute."""

    def _update_record(self, data_record: DataRecord) -> None:
        customer_id = json.loads(data_record.response_data or "{}").get("customer_id")
        names = {"#data": self.data_attr, "#expiry": self.expiry_attr, "#status": self.status_attr}
        values = {
            ":data": data_record.response_data,
            ":expiry": data_record.expiry_timestamp,
            ":status": data_record.status,
            ":hash": data_record.payload_hash,
            ":customer": customer_id,
        }
        names |= {"#hash": self.validation_key_attr} | ({"#customer": "customerId"} if customer_id else {})
        self.client.update_item(
            TableName=self.table_name,
            Key=self._get_key(data_record.idempotency_key),
            UpdateExpression=f"SET {', '.join(f'{name} = {name.replace("#", ":")}' for name in names)}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=encode(values),
        )


def answers() -> Answers:
    """The utility's table, named by the environment."""
    return Answers(os.environ["IDEMPOTENCY_TABLE_NAME"], boto3_client=connect().client)
