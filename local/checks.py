"""The checks behind `make fast`, `make test` and `make verify`: one line for each part, with the time that it took.

To add a part, add a line to FAST, TEST or VERIFY below. A part fails when its command does, when a tool that it needs
is missing, or after PART_MINUTES; nothing is skipped. Its whole output is kept in `.local/checks/`. Small parts run,
one after the other, beside the first of the others.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from local.emulator import ROOT
from local.failure import Failure

LOGS = ROOT / ".local" / "checks"
PART_MINUTES = 20
SHOWN_LINES = 200

PYTHON = sys.executable
PARALLEL = ("-n", "auto", "--maxprocesses", "8", "--dist", "worksteal")
NEED_A_SERVICE = tuple(f"--ignore=tests/{folder}" for folder in ("stack", "races", "benchmarks", "web"))


@dataclass(frozen=True)
class Part:
    """One command. With `on_stack`, a stack of its own runs meanwhile, and BOOKING_STACK names its stack.json.

    `is_small`: it may run beside another part.
    `disturbs`: how much it leaves on the stack that other parts do not expect, such as documents, meetings and work to
    do. Of the parts on the stack the one that disturbs least comes first.
    """

    name: str
    command: Sequence[str]
    is_small: bool = False
    on_stack: bool = False
    disturbs: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)


def pytest(*arguments: str) -> Sequence[str]:
    return (PYTHON, "-m", "pytest", "-q", *arguments)


PACKAGE = {"PYTHONPATH": "layers/booking"}

PARTS_OF_THEIR_OWN = ("clients", "fuzz", "rush", "webhooks")
"""Tests on the stack that are parts of their own. The others run together."""

BROWSER = Part("browser", ("local/prepare", "browser"), is_small=True)

STYLE = (
    Part("lint", (PYTHON, "-m", "ruff", "check", "."), is_small=True),
    Part("format", (PYTHON, "-m", "ruff", "format", "--check", "."), is_small=True),
    Part("types", (PYTHON, "-m", "mypy"), is_small=True),
)

FAST = (*STYLE, Part("fast tests", pytest(*PARALLEL, *NEED_A_SERVICE, "-m", "not slow")))
"""`make fast`: before every commit."""

TEST = (
    *STYLE,
    Part("tests", pytest(*PARALLEL, *NEED_A_SERVICE)),
    Part("template", (str(Path(PYTHON).parent / "cfn-lint"), "template.yaml"), is_small=True),
    Part("pages", pytest("tests/web/test_build.py", "tests/web/test_publish_pages.py"), is_small=True),
    Part("short proof", (PYTHON, "-m", "tests.races.proof"), environment=PACKAGE | {"PROOF_BUDGET": "small"}),
    Part(
        "flow over HTTP",
        pytest(
            "tests/stack/test_readme.py",
            "tests/stack/test_walkthrough.py",
            "tests/stack/test_booking_flow.py",
            "tests/stack/test_gateway.py",
        ),
        on_stack=True,
    ),
    BROWSER,
    Part("documentation", pytest("tests/web/test_documentation.py")),
    Part("a walk in the browser", pytest("tests/web/test_walks.py", "-k", "first"), on_stack=True),
)
"""`make test`: what a newcomer needs to trust a clone, in at most six minutes on two cores."""

VERIFY = (
    # The least that it may be is in pyproject.toml.
    Part("branch coverage", pytest(*PARALLEL, *NEED_A_SERVICE, "--cov", "--cov-report=term")),
    Part(
        "properties, long",
        pytest(*PARALLEL, "--hypothesis-profile=long", "tests/calendar", "tests/domain", "tests/http", "tests/storage"),
    ),
    Part("races", pytest(*PARALLEL, "tests/races")),
    Part("proof", (PYTHON, "-m", "tests.races.proof"), environment=PACKAGE),
    Part("cold starts, speed", pytest("tests/benchmarks")),
    # Before what makes many meetings: their events would have to be sent first.
    Part("webhooks", pytest("tests/stack/test_webhooks.py"), on_stack=True),
    Part("clients, Postman", pytest("tests/stack/test_clients.py"), on_stack=True, disturbs=1),
    Part(
        "everything over HTTP",
        pytest("tests/stack", *(f"--ignore=tests/stack/test_{name}.py" for name in PARTS_OF_THEIR_OWN)),
        on_stack=True,
        disturbs=2,
    ),
    Part("200 customers at once", pytest("tests/stack/test_rush.py"), on_stack=True, disturbs=3),
    Part(
        "fuzz",
        pytest("tests/stack/test_fuzz.py"),
        on_stack=True,
        disturbs=4,
        environment={"FUZZ_SECONDS": "180"},
    ),
    BROWSER,
    Part("every walk in the browser", pytest("tests/web"), on_stack=True),
)
"""`make verify`: what takes long. Continuous integration runs both (.ci/run)."""

SUITES = {"fast": FAST, "test": TEST, "verify": VERIFY}

_PYTEST_ENDED = re.compile(r" in \d+\.\d+s")
_one_at_a_time = Lock()
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


@dataclass
class Tally:
    """How many tests passed and failed. A part that does not say how many tests it has counts as one."""

    passed: int = 0
    failed: int = 0

    def add(self, is_good: bool, output: str) -> str:
        """Counts a part, and returns its own summary, such as `1488 passed`."""
        last = "\n".join(output.rstrip().splitlines()[-1:])
        found = _COUNT.findall(last) if _PYTEST_ENDED.search(last) else []
        counts = {kind: int(number) for number, kind in found}
        failed = sum(counts.get(kind, 0) for kind in ("failed", "error", "errors"))
        self.passed += counts.get("passed", 0 if counts or not is_good else 1)
        self.failed += failed or (0 if is_good else 1)
        return ", ".join(f"{number} {kind}" for kind, number in counts.items())


def run(suites: Iterable[str], fresh_stack: Callable[[], AbstractContextManager[Path]]) -> int:
    """Runs the parts of these suites, each once. Returns 0 if all are good.

    `fresh_stack` starts a stack, gives its stack.json, and stops it.
    """
    parts = list({part.name: part for name in suites for part in SUITES[name]}.values())
    # So that the stack starts once, and late; fuzzing as an administrator leaves its own configuration behind.
    parts.sort(key=lambda part: (part.on_stack, part.disturbs))
    LOGS.mkdir(parents=True, exist_ok=True)
    begin, tally, bad = time.monotonic(), Tally(), []
    environment = dict(os.environ)

    def check(part: Part) -> None:
        if not _run(part, environment, tally):
            bad.append(part.name)

    with ExitStack() as running:
        beside = ThreadPoolExecutor(1)
        running.callback(beside.shutdown, cancel_futures=True)
        waiting = [beside.submit(check, part) for part in parts if part.is_small]
        for part in (part for part in parts if not part.is_small):
            if part.on_stack and "BOOKING_STACK" not in environment:
                try:
                    environment["BOOKING_STACK"] = str(running.enter_context(fresh_stack()))
                except Failure as failure:
                    print(failure)
                    bad.append("the stack")
                    tally.failed += 1
                    break
            check(part)
            while waiting:
                waiting.pop().result()
    print(f"\n{'Failed: ' + ', '.join(bad) if bad else 'All good.'}")
    print(f"{tally.passed} passed, {tally.failed} failed in {_duration(begin)}")
    return 1 if bad else 0


def _run(part: Part, environment: Mapping[str, str], tally: Tally) -> bool:
    begin = time.monotonic()
    log = LOGS / f"{re.sub('[^a-z]+', '-', part.name.lower())}.log"
    is_good = _succeeds(part, environment, log)
    output = log.read_text(errors="replace")
    with _one_at_a_time:
        said = tally.add(is_good, output)
        print(f"{part.name:24}{'ok' if is_good else 'FAILED':8}{_duration(begin):>12}   {said}".rstrip(), flush=True)
        if not is_good:
            print("\n".join(output.splitlines()[-SHOWN_LINES:]), f"\n(the whole of it: {log})\n", flush=True)
    return is_good


def _succeeds(part: Part, environment: Mapping[str, str], log: Path) -> bool:
    """Runs the command in a session of its own, so that its children end with it. Its output is in the log."""
    with log.open("w") as output:
        try:
            process = subprocess.Popen(
                part.command,
                cwd=ROOT,
                env={**environment, **part.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except FileNotFoundError:
            output.write(f"{part.command[0]} is not installed.\n")
            return False
        try:
            return process.wait(timeout=PART_MINUTES * 60) == 0
        except subprocess.TimeoutExpired:
            output.write(f"\nStopped: it took longer than {PART_MINUTES} minutes.\n")
            return False
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _duration(begin: float) -> str:
    seconds = time.monotonic() - begin
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
