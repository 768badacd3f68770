"""Many writers for different times of one employee's week: all succeed, and what that costs in attempts.

    python -m tests.races.test_contention       prints the table that the pauses in `storage.table` are chosen by

DynamoDB Local puts transactions in a row. The real service refuses one that meets another on the same item
(TransactionConflict), so that is added on purpose: a writer that begins while another one's write is on its way.
"""

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import replace
from dataclasses import astuple, dataclass
from typing import Any

import pytest

from booking.domain.errors import TryAgain
from booking.storage import table as table_module
from booking.storage.table import Table
from local.dynamodb_local import running
from tests.races.clients import Call, FaultyClient, transaction_cancelled
from tests.races.desk import Clock, Desk
from tests.races.office import DAY, HOUR, fresh_table, office, wrong_in

MONDAY = 1795996800
NOW = MONDAY - 3 * DAY
WRITERS = 32
PAUSES = ((0.005, 0.05), (0.02, 0.2), (0.02, 0.5), (0.05, 0.5), (0.05, 1.0), (0.1, 1.0), (0.2, 2.0))
LATENCY_SECONDS = 0.01  # of a transaction, about that of the real service


@dataclass(frozen=True)
class Cost:
    """What `WRITERS` writers of one week needed: transactions for each success, and the time of the slowest.

    `given_up` of them spent their budget (503).
    """

    attempts: float
    seconds: float
    given_up: int


class Meetings:
    """The real service's refusal: of transactions that are under way at the same time, only the first goes on."""

    def __init__(self) -> None:
        self._under_way = threading.Lock()

    def __call__(self, call: Call) -> Any:
        if not self._under_way.acquire(blocking=False):
            raise transaction_cancelled("transact_write_items", "TransactionConflict")
        try:
            time.sleep(LATENCY_SECONDS)
            return call()
        finally:
            self._under_way.release()


def rush(table: Table, around_writes: Callable[[Call], Any]) -> Cost:
    """`WRITERS` customers reserve different hours of Anna's week at once."""
    writes: list[int] = []
    given_up: list[int] = []
    together = threading.Barrier(WRITERS)

    def answer(operation: str, index: int, call: Call) -> Any:
        if operation != "transact_write_items":
            return call()
        writes.append(index)
        return around_writes(call)

    desk = Desk(table, office(), Clock(NOW))

    def customer(number: int) -> float:
        at = replace(desk, table=Table(FaultyClient(table.client, answer), table.name))
        together.wait()
        begin = time.monotonic()
        try:
            at.reserve(MONDAY + number * HOUR, "anna", token=str(number))
        except TryAgain:
            given_up.append(number)
        return time.monotonic() - begin

    with ThreadPoolExecutor(WRITERS) as pool:
        slowest = max(pool.map(customer, range(WRITERS)))
    assert wrong_in(table, NOW) == []
    return Cost(len(writes) / (WRITERS - len(given_up)), slowest, len(given_up))


@pytest.mark.parametrize("conflicts", [False, True], ids=["calm", "transaction conflicts"])
def test_writers_of_different_times_of_one_week_all_succeed(table: Table, conflicts: bool) -> None:
    cost = rush(table, Meetings() if conflicts else lambda call: call())

    assert cost.given_up == 0


def main() -> None:
    """The worst of three rushes for each choice of pauses."""
    say = sys.stdout.write
    say(f"{WRITERS} writers of one week    calm                             with TransactionConflicts\n")
    say("first pause  longest       attempts   slowest  given up      attempts   slowest  given up\n")
    with running() as engine:
        for first, longest in PAUSES:
            table_module.FIRST_PAUSE_SECONDS, table_module.LONGEST_PAUSE_SECONDS = first, longest
            say(f"{first * 1000:8.0f} ms {longest * 1000:5.0f} ms")
            for conflicts in (False, True):
                costs = []
                for _ in range(3):
                    with fresh_table(engine) as table:
                        costs.append(rush(table, Meetings() if conflicts else lambda call: call()))
                attempts, seconds, given_up = (max(column) for column in zip(*map(astuple, costs), strict=True))
                say(f"  {attempts:12.1f} {seconds:7.2f} s {given_up:9}")
                sys.stdout.flush()
            say("\n")


if __name__ == "__main__":
    main()
