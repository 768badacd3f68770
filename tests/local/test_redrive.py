"""make redrive: stream records that were given up are handed to their functions again."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.models import MockAWS, botocore_stubber

from local.redrive import Record, Redriven, redrive

STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/1"


class Streams:
    """A table's stream in two shards: the first is closed and has numbers 100 to 102, the second 200 to 202."""

    numbers = ("100", "101", "102", "200", "201", "202")

    def describe_stream(self, **_: Any) -> Any:
        closed = {
            "ShardId": "1",
            "SequenceNumberRange": {"StartingSequenceNumber": "100", "EndingSequenceNumber": "102"},
        }
        open_ = {"ShardId": "2", "SequenceNumberRange": {"StartingSequenceNumber": "200"}}
        return {"StreamDescription": {"Shards": [closed, open_]}}

    def get_shard_iterator(self, ShardId: str, SequenceNumber: str, **_: Any) -> Any:  # noqa: N803
        if SequenceNumber not in self.numbers:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": f"{ShardId} {SequenceNumber}"}

    def get_records(self, ShardIterator: str) -> Any:  # noqa: N803
        shard, first = ShardIterator.split()
        numbers = [each for each in self.numbers if (each < "200") == (shard == "1") and each >= first]
        at = datetime(2027, 1, 11, tzinfo=UTC)
        return {
            "Records": [
                {"eventID": each, "dynamodb": {"SequenceNumber": each, "ApproximateCreationDateTime": at}}
                for each in numbers
            ]
        }


class Stack:
    """A stream and the queue of what was given up; `answer` is what every function answers."""

    def __init__(self) -> None:
        self.sqs, self.streams = boto3.client("sqs"), Streams()
        self.url = self.sqs.create_queue(QueueName="failures")["QueueUrl"]
        self.called: list[tuple[str, list[Record]]] = []
        self.answer: Any = {"batchItemFailures": []}

    def put_aside(self, number: str) -> None:
        self.send({"function": "SendEvents", "eventSourceARN": STREAM, "sequenceNumber": number, "keys": {}})

    def send(self, body: Any) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def redrive(self) -> Redriven:
        def invoke(function: str, records: list[Record]) -> Any:
            self.called.append((function, records))
            return self.answer

        return redrive(self.sqs, self.streams, self.url, invoke)

    @property
    def left(self) -> int:
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, aws: MockAWS) -> Stack:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(botocore_stubber, "enabled", True)
    aws.reset()
    return Stack()


def test_a_record_that_was_put_aside_is_handed_to_its_function_and_taken_off_the_queue(stack: Stack) -> None:
    stack.put_aside("101")

    assert stack.redrive() == Redriven(done=1)
    [(function, [record])] = stack.called
    assert (function, record["eventID"], record["eventSourceARN"]) == ("SendEvents", "101", STREAM)
    assert record["dynamodb"]["ApproximateCreationDateTime"] == 1799625600
    assert stack.left == 0


def test_a_batch_that_lambda_gave_up_is_handed_on_whole(stack: Stack) -> None:
    batch = {"shardId": "2", "streamArn": STREAM}
    span = {"startSequenceNumber": "200", "endSequenceNumber": "201"}
    stack.send({"requestContext": {"functionArn": "arn:f"}, "DDBStreamBatchInfo": batch | span})

    assert stack.redrive() == Redriven(done=1)
    [(function, records)] = stack.called
    assert (function, [record["eventID"] for record in records]) == ("arn:f", ["200", "201"])


@pytest.mark.parametrize("answer", [None, {"batchItemFailures": [{"itemIdentifier": "1"}]}])
def test_a_record_that_fails_again_stays_in_the_queue(stack: Stack, answer: Any) -> None:
    stack.answer = answer
    stack.put_aside("100")

    assert stack.redrive() == Redriven(failed=1)
    assert stack.left == 1


def test_a_record_that_the_stream_no_longer_has_is_reported_and_stays(stack: Stack) -> None:
    stack.put_aside("50")

    assert stack.redrive() == Redriven(gone=1)
    assert stack.left == 1
    assert stack.called == []
