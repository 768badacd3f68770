"""Tries mutants: a pytest plugin that collects the tests once and forks a process for each mutant.

mutmut starts pytest anew for each mutant, which takes longer than the tests that notice it. This process has imported
all tests, and made the tables that they share, before it forks. The fork switches its mutant on (MUTANT_UNDER_TEST)
and runs the tests that reach the changed function, the fastest first, until one fails.

`local/mutants.py` calls it inside the copy that mutmut has changed. The environment variable MUTANTS names a JSON file
with the names of the mutants, the seconds of tests for each, pytest's arguments, and the file for the results.
"""

import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

KILLED, SURVIVED, NO_TEST = 1, 0, 33
"""A mutant's results, as mutmut numbers them."""

SPARE_SECONDS = 5
"""CPU time that the tests of a mutant may take beyond their usual time (with mutmut's detours, thus slow). After that
it loops, and counts as killed."""


MOST_BYTES = 2**30
"""Memory of a mutant's process. A loop that never ends may fill a list."""


class Runner:
    """Tries each mutant of the order file once, and writes the results as they come."""

    def __init__(self, order: Mapping[str, Any], stats: Mapping[str, Any]) -> None:
        self._names: Sequence[str] = order["names"]
        self._seconds: float = order["seconds"]
        self._results = Path(order["results"])
        self._tests: Mapping[str, Sequence[str]] = stats["tests_by_mangled_function_name"]
        self._durations: Mapping[str, float] = stats["duration_by_test"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        _warm_up(session.items)
        gc.freeze()  # a fork would copy all that its garbage collector looks at
        with self._results.open("a") as results:
            for name in self._names:
                chosen = [items[test] for test in self._chosen(name) if test in items]
                result = _try(name, chosen, sum(self._durations[item.nodeid] for item in chosen))
                print(json.dumps([name, result]), file=results, flush=True)
        return True

    def _chosen(self, name: str) -> Iterator[str]:
        """The tests that reach the mutant's function, the fastest first, as many as its seconds suffice for."""
        left = self._seconds
        for test in sorted(self._tests.get(_function(name), ()), key=lambda test: self._durations[test]):
            left -= self._durations[test]
            if left < 0:
                return
            yield test


def _function(name: str) -> str:
    return name.rpartition("__mutmut_")[0]


def _warm_up(items: Sequence[pytest.Item]) -> None:
    """Runs one test that has a table: what the session shares is then there in every fork."""
    first = next(item for item in items if "table" in getattr(item, "fixturenames", ()))
    runtestprotocol(first, log=False, nextitem=next(item for item in items if item.path != first.path))


def _try(name: str, items: Sequence[pytest.Item], usual_seconds: float) -> int:
    if not items:
        return NO_TEST
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_notices(name, items, usual_seconds))
    _, status = os.waitpid(child, 0)
    return KILLED if os.waitstatus_to_exitcode(status) else SURVIVED


def _notices(name: str, items: Sequence[pytest.Item], usual_seconds: float) -> int:
    """1 if one of the tests fails. Runs in a process of its own, which ends if it takes too long."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + usual_seconds + SPARE_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    signal.alarm(30 * SPARE_SECONDS)  # in case it waits
    os.environ["MUTANT_UNDER_TEST"] = name
    try:
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                return KILLED
    except BaseException:
        return KILLED
    return SURVIVED


def main() -> int:
    order = json.loads(Path(os.environ["MUTANTS"]).read_text())
    stats = json.loads(Path("mutmut-stats.json").read_text())
    runner = Runner(order, stats)
    return int(
        pytest.main(
            ["-q", "-p", "no:cacheprovider", "--rootdir=.", "--tb=native", *order["arguments"]], plugins=[runner]
        )
    )


if __name__ == "__main__":
    sys.exit(main())
