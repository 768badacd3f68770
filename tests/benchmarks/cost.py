"""`make cost`: what a thousand searches and a thousand bookings cost, and at which memory size they cost least.

The functions as built answer requests against DynamoDB Local in fresh processes; what counts is the CPU time that they
take here. (Where a Lambda vCPU takes longer, so does everything below.) A booking is one reservation and one meeting
made of it. Units are those of calls.py; the prices, and what has to be assumed, are in prices.toml.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import boto3

from booking.storage.table import Table
from local import dynamodb_local
from local.failure import Failure
from tests.benchmarks.artefact import Artefact, artefact, interpreter
from tests.benchmarks.calls import CREATE, RESERVE, SEARCH, TEAM, Request, configure_team, cost
from tests.conftest import TABLE_NAME, create_table
from tests.endpoints.conftest import EXAMPLE_BANK, configure, load_event, sending

PRICES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "prices.toml").read_text())
SIZES = (128, 256, 512, 768, 1024, 1280, 1536, 1769)
COLD_SHARES = (0.1, 0.01, 0.001)
PROCESSES = 5
WARM = 20
"""Requests to each process after its first."""

_CHILD = """
import awslambdaric.bootstrap
import app
import json, os, sys, time
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the functions write logs and metrics to standard output
print(time.process_time(), file=answers)
for event in json.load(sys.stdin):
    before = time.process_time()
    answer = app.lambda_handler(event, None)
    took = time.process_time() - before
    assert answer["statusCode"] < 300, answer["body"]
    print(took, answer["body"], file=answers)
"""


@dataclass(frozen=True)
class Work:
    """One request of a function: seconds of CPU to initialise, for the first request and for a later one; its calls."""

    initialising: float
    first: float
    warm: float
    cold_calls: int
    warm_calls: int
    reads: float
    writes: float

    def duration(self, megabytes: int, *, cold: bool) -> float:
        """Seconds that are billed, and waited for. Initialising has a whole vCPU at any size."""
        share = min(1.0, megabytes / float(PRICES["lambda"]["megabytes_of_one_vcpu"]))
        wait = float(PRICES["assumed"]["milliseconds_waiting_for_a_call"]) / 1000
        if cold:
            return self.initialising + self.first / share + self.cold_calls * wait
        return self.warm / share + self.warm_calls * wait

    def dollars(self, megabytes: int, cold_share: float) -> float:
        """Of a thousand requests."""
        cold, warm = self.duration(megabytes, cold=True), self.duration(megabytes, cold=False)
        seconds = cold_share * cold + (1 - cold_share) * warm
        per_million = float(
            PRICES["lambda"]["per_million_requests"]
            + PRICES["api_gateway"]["per_million_requests"]
            + self.reads * PRICES["dynamodb"]["per_million_reads"]
            + self.writes * PRICES["dynamodb"]["per_million_writes"]
        )
        per_second = megabytes / 1024 * float(PRICES["lambda"]["per_gb_second"])
        return 1000 * (seconds * per_second + per_million / 1_000_000)


@dataclass(frozen=True)
class Desk:
    """The built functions, over an organisation in DynamoDB Local."""

    built: Artefact
    endpoint: str

    def work(self, request: Request, events: Sequence[dict[str, Any]]) -> tuple[Work, list[Any]]:
        """What the request takes, and what the events were answered: each process gets its share of them."""
        initialising, first, warm, answers = [], [], [], []
        for number in range(PROCESSES):
            started, *answered = self._answers(request.function, events[number::PROCESSES])
            initialising.append(started)
            first.append(answered[0][0])
            warm += [seconds for seconds, _ in answered[1:]]
            answers += [answer for _, answer in answered]
        asks = cost(request)
        seconds = (median(initialising), median(first), median(warm))
        return Work(*seconds, asks.cold, asks.warm, asks.reads, asks.writes), answers

    def _answers(self, function: str, events: Sequence[dict[str, Any]]) -> Any:
        environment = self.built.environment(function) | {
            "DYNAMODB_ENDPOINT": self.endpoint,
            "TABLE_NAME": TABLE_NAME,
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }
        child = subprocess.run(
            [interpreter(), "-c", _CHILD],
            env=environment,
            cwd="/",
            input=json.dumps(events),
            capture_output=True,
            text=True,
            check=True,
        )
        started, *answered = child.stdout.splitlines()
        yield float(started)
        for line in answered:
            seconds, body = line.split(" ", 1)
            yield float(seconds), json.loads(body)


def measure() -> dict[str, Work]:
    built = artefact()
    with dynamodb_local.running() as endpoint:
        _prepare(endpoint)
        desk = Desk(built, endpoint)
        searches, reservations = _events()
        search, _ = desk.work(SEARCH, searches)
        reserve, slots = desk.work(RESERVE, reservations)
        create, _ = desk.work(CREATE, [_meeting_of(slot) for slot in slots])
    return {"search": search, "reserve": reserve, "create": create}


def _prepare(endpoint: str) -> None:
    keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench", "region_name": "eu-west-1"}
    client = boto3.client("dynamodb", endpoint_url=endpoint, **keys)
    create_table(client, TABLE_NAME)
    table = Table(client, TABLE_NAME)
    for kind, id, body in EXAMPLE_BANK:
        configure(table, kind, id, body)
    configure_team(table)


def _events() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Searches from next Monday on, and reservations of as many times of the team, each a different one."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    searches, reservations = [], []
    for number in range(PROCESSES * (1 + WARM)):
        search, reservation = load_event(SEARCH.function), load_event(RESERVE.function)
        SEARCH.change(search)
        search["multiValueQueryStringParameters"]["startDate"] = [monday.date().isoformat()]
        week, weekday = divmod(number // len(TEAM), 5)
        start = monday + timedelta(weeks=week, days=weekday, hours=10)
        slot = {
            "startDate": start.isoformat(),
            "endDate": (start + timedelta(hours=1)).isoformat(),
            "employeeId": TEAM[number % len(TEAM)],
        }
        sending({"timeSlot": slot, "token": f"token-{number}"})(reservation)
        searches.append(search)
        reservations.append(reservation)
    return searches, reservations


def _meeting_of(slot: dict[str, Any]) -> dict[str, Any]:
    event = load_event(CREATE.function)
    sending({"timeSlotId": slot["id"], "type": "Online"})(event)
    return event


@dataclass(frozen=True)
class Webhooks:
    """What one event for some webhooks takes, as `commands/webhooks.py` does it when each endpoint takes it at once.

    The event is sent to the queue by the bus and given out: one read of the configuration's version, then a write and a
    message for each endpoint. A delivery is one message: three items and the version are read, the claim and the result
    are written. Each message is three requests of SQS: sent, received, deleted.
    """

    endpoints: int
    megabytes: int = 512  # DeliverWebhooksFunction in template.yaml

    @property
    def dollars(self) -> float:
        """Of a thousand events."""
        assumed = PRICES["assumed"]
        milliseconds = assumed["milliseconds_of_giving_out"] + self.endpoints * assumed["milliseconds_of_a_delivery"]
        messages = 1 + self.endpoints
        per_million = (
            PRICES["eventbridge"]["per_million_events"]
            + messages * (3 * PRICES["sqs"]["per_million_requests"] + PRICES["lambda"]["per_million_requests"])
            + (1 + 4 * self.endpoints) * PRICES["dynamodb"]["per_million_reads"]
            + 3 * self.endpoints * PRICES["dynamodb"]["per_million_writes"]
        )
        seconds = milliseconds / 1000 * self.megabytes / 1024
        return float(1000 * (seconds * PRICES["lambda"]["per_gb_second"] + per_million / 1_000_000))


READINGS_A_MONTH = 30 * 24 * 4


def dollars_of_a_subscription(megabytes: int = 1024) -> float:
    """What one employee's subscribed calendar takes in a month, as `commands/read_subscription.py` reads it.

    A message is three requests of SQS; the state and the configuration's version are read, and the state is written.
    A calendar that has changed takes a transaction more, which is left out: most readings find it unchanged.
    """
    per_million = (
        3 * PRICES["sqs"]["per_million_requests"]
        + PRICES["lambda"]["per_million_requests"]
        + 2 * PRICES["dynamodb"]["per_million_reads"]
        + PRICES["dynamodb"]["per_million_writes"]
    )
    seconds = PRICES["assumed"]["milliseconds_of_a_calendar"] / 1000 * megabytes / 1024
    return float(READINGS_A_MONTH * (seconds * PRICES["lambda"]["per_gb_second"] + per_million / 1_000_000))


def dollars_of_emails(*, reminders: bool = False, megabytes: int = 512) -> float:
    """Of a thousand e-mails to one recipient each, as `commands/messages.py` sends them.

    A message of the queue is three requests of SQS. The meeting, what was sent before and the configuration's version
    are read; the claim and the result are written. A reminder is a schedule on top of that.
    """
    per_million = (
        3 * PRICES["sqs"]["per_million_requests"]
        + PRICES["lambda"]["per_million_requests"]
        + 3 * PRICES["dynamodb"]["per_million_reads"]
        + 2 * PRICES["dynamodb"]["per_million_writes"]
        + PRICES["ses"]["per_million_emails"]
        + (PRICES["scheduler"]["per_million_schedules"] if reminders else 0)
    )
    seconds = PRICES["assumed"]["milliseconds_of_an_email"] / 1000 * megabytes / 1024
    return float(1000 * (seconds * PRICES["lambda"]["per_gb_second"] + per_million / 1_000_000))


def report(work: dict[str, Work]) -> Iterator[str]:
    yield f"Prices of {PRICES['region']}, {PRICES['as_of']}; CPU time as measured on this machine"
    for name, each in work.items():
        milliseconds = [f"{seconds * 1000:.1f}" for seconds in (each.initialising, each.first, each.warm)]
        yield f"{name}: {' + '.join(milliseconds[:2])} ms of CPU when cold, {milliseconds[2]} ms when warm"
    for title, parts in (("1,000 searches", ("search",)), ("1,000 bookings", ("reserve", "create"))):
        works = [work[part] for part in parts]
        yield f"\nDollars for {title}, at three shares of cold starts, and how long a request takes"
        shares = "".join(f"{share:>10.1%}" for share in COLD_SHARES)
        yield f"  {'memory':>8}{shares}{'warm':>10}{'cold':>10}"
        for size in SIZES:
            dollars = "".join(f"{sum(each.dollars(size, share) for each in works):10.4f}" for share in COLD_SHARES)
            warm, cold = (max(each.duration(size, cold=is_cold) for each in works) * 1000 for is_cold in (False, True))
            yield f"  {size:>5} MB{dollars}{warm:>7.0f} ms{cold:>7.0f} ms"
        cheapest = [min(SIZES, key=lambda size: sum(e.dollars(size, share) for e in works)) for share in COLD_SHARES]
        yield f"  cheapest: {', '.join(f'{size} MB' for size in cheapest)}"
    yield "\nDollars for the events of 1,000 bookings (a slot reserved, a meeting created), on top of that"
    for endpoints in (0, 1, 2):
        yield f"  {endpoints} webhooks: {2 * Webhooks(endpoints).dollars:.4f}"
    yield "\nDollars for 1,000 e-mails, where they are switched on"
    yield f"  confirmations: {dollars_of_emails():.4f}"
    yield f"  reminders: {dollars_of_emails(reminders=True):.4f}"
    with_all = 2 * dollars_of_emails() + dollars_of_emails(reminders=True) + 2 * Webhooks(2).dollars
    yield f"  1,000 bookings with two e-mails, a reminder by e-mail and two webhooks, on top: {with_all:.4f}"
    yield f"\nDollars a month for each calendar that an employee subscribes to: {dollars_of_a_subscription():.4f}"


if __name__ == "__main__":
    try:
        measured = measure()
    except Failure as reason:
        sys.exit(str(reason))
    for line in report(measured):
        sys.stdout.write(line + "\n")
