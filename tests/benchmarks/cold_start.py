"""How long a cold start takes, as a multiple of the bare runtime client in the same run.

Each function is started in fresh processes, in turn with all others and with the runtime client alone, so that what the
machine does meanwhile meets all of them; the figures are medians. Time is the processor's, which neighbours on the
machine hardly change: initialising waits for nothing, so on an idle machine it is what a clock would show.

A process counts from its start to its end, as in the figures that the targets come from. `ready` is the part up to
the point where the handler can be called: what a customer waits for.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.artefact import Artefact, interpreter

ROUNDS = 11
BARE = "(runtime client)"

LISTS, BOOKING, CALENDAR, OTHERS = 6.0, 7.0, 7.5, 8.0
TARGETS = {
    "list_available_time_slots": LISTS,
    "list_customer_types": LISTS,
    "list_employees": LISTS,
    "list_meeting_topics": LISTS,
    "list_rooms": LISTS,
    "list_configuration": LISTS,
    "list_meetings": LISTS,
    "list_time_slots": LISTS,
    "list_room_vacancies": LISTS,
    "reserve_time_slot": BOOKING,
    "create_meeting": BOOKING,
    "update_meeting": BOOKING,
    "download_meeting_ical": CALENDAR,
    "call_tool": 9.0,  # six functions in one, with a client each
    "send_messages": 9.0,  # three more services and the words of three languages; nobody waits for it
}
"""The most that a function's start may cost, in starts of the bare runtime client; `OTHERS` where none is named."""

_RUNTIME_CLIENT = "import awslambdaric.bootstrap\n"
_FUNCTION = "import app\n"
_REPORT = """
import time
ready = time.process_time()
import pathlib
status = pathlib.Path("/proc/self/status")  # Linux only; elsewhere the memory is not shown
lines = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.exists() else {}
print(ready, lines.get("VmHWM", "0 kB").split()[0])
"""


@dataclass(frozen=True)
class Start:
    """One process, or the medians of several: processor seconds, and the most memory it had, in bytes."""

    ready: float
    process: float
    peak_memory: float


@dataclass(frozen=True)
class Multiples:
    """A function's start in starts of the bare runtime client."""

    function: str
    start: Start
    ready: float
    process: float

    @property
    def target(self) -> float:
        return TARGETS.get(self.function, OTHERS)


def measure(artefact: Artefact, functions: Sequence[str], rounds: int = ROUNDS) -> tuple[Start, list[Multiples]]:
    """The bare runtime client's start, and each function's in multiples of it."""
    runs: dict[str, list[Start]] = {name: [] for name in (BARE, *functions)}
    for _ in range(rounds):
        for name, starts in runs.items():
            starts.append(_start(artefact, None if name == BARE else name))
    medians = {name: _median(starts) for name, starts in runs.items()}
    bare = medians.pop(BARE)
    return bare, [
        Multiples(name, start, start.ready / bare.ready, start.process / bare.process)
        for name, start in medians.items()
    ]


def _start(artefact: Artefact, function: str | None) -> Start:
    code = _RUNTIME_CLIENT + (_FUNCTION if function else "") + _REPORT
    child = subprocess.Popen(
        [interpreter(), "-c", code],
        env=artefact.environment(function),
        cwd="/",  # `-c` puts the working directory on the path
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    with child.stdout as output:
        words = output.read().split()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{function} does not start")
    return Start(float(words[0]), usage.ru_utime + usage.ru_stime, int(words[1]) * 1024)


def _median(starts: Sequence[Start]) -> Start:
    return Start(
        median(start.ready for start in starts),
        median(start.process for start in starts),
        median(start.peak_memory for start in starts),
    )
