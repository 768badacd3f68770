"""Hand the stream records in the queue StreamFailures to their functions again: make redrive [STACK=name]

A message names records, it does not hold them: they are read from the table's stream, which keeps them for 24 hours.
What succeeds is taken off the queue. What fails again, or is no longer in the stream, stays there and is told.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

type Record = dict[str, Any]
type Invoke = Callable[[str, list[Record]], Any]
"""Calls a function (its name or ARN) with stream records and returns its answer; None if it failed altogether."""


@dataclass(frozen=True)
class Letter:
    """A message of the queue: which function could not deal with which part of which stream.

    `shard` is None where the message does not tell it; `last` is the part's last sequence number.
    """

    function: str
    stream: str
    first: str
    last: str
    shard: str | None = None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Letter":
        """Reads a message of Lambda's own, or one of `booking.storage.poison`."""
        if "DDBStreamBatchInfo" in body:
            batch = body["DDBStreamBatchInfo"]
            return cls(
                body["requestContext"]["functionArn"],
                batch["streamArn"],
                batch["startSequenceNumber"],
                batch["endSequenceNumber"],
                batch["shardId"],
            )
        number = body["sequenceNumber"]
        return cls(body["function"], body["eventSourceARN"], number, number)


@dataclass
class Redriven:
    done: int = 0
    failed: int = 0
    gone: int = 0


def redrive(sqs: Any, streams: Any, queue_url: str, invoke: Invoke) -> Redriven:
    """Goes once through what is in the queue now."""
    result = Redriven()
    began = time.time() * 1000
    while messages := sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=600,
        MessageSystemAttributeNames=["SentTimestamp"],
    ).get("Messages"):
        for message in messages:
            if int(message["Attributes"]["SentTimestamp"]) > began:
                result.failed += 1  # just put there again by the function
                continue
            letter = Letter.of(json.loads(message["Body"]))
            records = list(records_of(streams, letter))
            if not records:
                result.gone += 1
                continue
            answer = invoke(letter.function, records)
            if answer is None or answer.get("batchItemFailures"):
                result.failed += 1
                continue
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            result.done += 1
    return result


def records_of(streams: Any, letter: Letter) -> Iterator[Record]:
    """The letter's records as Lambda hands them to a function; none if the stream no longer has them."""
    for shard in [letter.shard] if letter.shard else _shards(streams, letter):
        start = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": letter.first}
        try:
            iterator = streams.get_shard_iterator(StreamArn=letter.stream, ShardId=shard, **start)["ShardIterator"]
            page = streams.get_records(ShardIterator=iterator)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("TrimmedDataAccessException", "ResourceNotFoundException"):
                continue
            raise
        for record in page["Records"]:
            if int(letter.first) <= int(record["dynamodb"]["SequenceNumber"]) <= int(letter.last):
                yield _as_lambda_has_it(record, letter.stream)


def _shards(streams: Any, letter: Letter) -> Iterator[str]:
    """Those in which the letter's first record may be."""
    start: dict[str, str] = {}
    while True:
        described = streams.describe_stream(StreamArn=letter.stream, **start)["StreamDescription"]
        for shard in described["Shards"]:
            bounds = shard.get("SequenceNumberRange", {})
            first, last = bounds.get("StartingSequenceNumber", "0"), bounds.get("EndingSequenceNumber", letter.first)
            if int(first) <= int(letter.first) <= int(last):
                yield shard["ShardId"]
        if "LastEvaluatedShardId" not in described:
            return
        start = {"ExclusiveStartShardId": described["LastEvaluatedShardId"]}


def _as_lambda_has_it(record: Mapping[str, Any], stream: str) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = int(change["ApproximateCreationDateTime"].timestamp())
    return {**record, "dynamodb": change, "eventSourceARN": stream}


def main(stack: str, session: Any) -> int:
    """The exit code: 1 if anything is left in the queue."""
    resource = session.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="StreamFailures"
    )
    functions = session.client("lambda")

    def invoke(function: str, records: list[Record]) -> Any:
        answer = functions.invoke(FunctionName=function, Payload=json.dumps({"Records": records}))
        return None if "FunctionError" in answer else json.loads(answer["Payload"].read())

    queue_url = resource["StackResourceDetail"]["PhysicalResourceId"]
    result = redrive(session.client("sqs"), session.client("dynamodbstreams"), queue_url, invoke)
    print(f"{result.done} done, {result.failed} failed again, {result.gone} no longer in the stream")
    return 1 if result.failed or result.gone else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", default="meeting-booking", help="the stack's name")
    sys.exit(main(parser.parse_args().stack, boto3.Session()))
