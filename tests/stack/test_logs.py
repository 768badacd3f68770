"""What the functions log: enough to follow a request, and nothing about a person."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local.sign_in import Stack
from tests.stack.conftest import Api
from tests.stack.test_booking_flow import meeting, offers, reserve

PATIENCE_SECONDS = 30
PRIVATE = {
    "title": "Divorce-settlement-title",
    "description": "Divorce-settlement-description",
    "videoLink": "https://video.example.com/secret-room",
    "cpr": "010190-1234",
    "externalAttendees": [{"name": "Quentin Quisling", "email": "quentin@private.example.com"}],
    "customFields": [{"key": "illness", "value": "Tuberculosis"}],
}
WORDS = ("Divorce", "secret-room", "010190", "Quisling", "quentin@", "Tuberculosis", "basket-of-secrets", "eyJ")


def test_a_request_can_be_followed_in_the_logs_and_nobody_be_known_from_them(
    partner: Api, stack: Stack, aws: Callable[[str], Any]
) -> None:
    begin = int(time.time() * 1000)
    slot = reserve(partner, offers(partner)[0])
    refused = partner.post("/bookme/meetings", meeting(slot) | PRIVATE | {"employeeId": "lars"})
    assert refused.status_code == 409
    created = partner.post("/bookme/meetings", meeting(slot) | PRIVATE)
    assert created.status_code == 201, created.text
    wrong = partner.post("/bookme/time-slots/reserve", {"timeSlot": PRIVATE, "token": "basket-of-secrets"})
    assert wrong.status_code == 400

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(answer.json()["requestId"] in "\n".join(lines(aws, begin)) for answer in (refused, wrong)):
        assert time.monotonic() < deadline, "the refused requests are not in the logs"
    logged = "\n".join(lines(aws, begin))
    assert [word for word in WORDS if word in logged] == []


def lines(aws: Callable[[str], Any], begin: int) -> list[str]:
    """What came into the stack's log groups since `begin`, in Unix milliseconds."""
    logs = aws("logs")
    return [
        event["message"]
        for group in log_groups(logs)
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=begin)
        for event in page["events"]
    ]


def log_groups(logs: Any) -> list[str]:
    """The emulator cannot list them while a function starts its first one; it can a moment later."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            pages = list(logs.get_paginator("describe_log_groups").paginate())
        except ClientError:
            assert time.monotonic() < deadline, "the log groups cannot be listed"
        else:
            return [group["logGroupName"] for page in pages for group in page["logGroups"]]
