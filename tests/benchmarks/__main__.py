"""`make bench`: the speed of a search, cold starts and calls of every function as built, and the layer's size."""

import sys
from collections.abc import Iterator

from local.failure import Failure
from tests.benchmarks import speed
from tests.benchmarks.artefact import artefact
from tests.benchmarks.calls import REQUESTS, cost
from tests.benchmarks.cold_start import ROUNDS, measure


def cold_starts() -> Iterator[str]:
    built = artefact()
    bare, functions = measure(built, built.functions)
    milliseconds = f"{bare.process * 1000:.0f} ms of CPU"
    yield f"Cold starts, medians of {ROUNDS}; x = starts of the bare runtime client ({milliseconds})"
    yield f"  {'function':26}{'process':>8}{'target':>8}{'ready':>8}{'ready':>9}{'peak memory':>13}"
    for each in sorted(functions, key=lambda each: each.process):
        missed = "" if each.process <= each.target else "  above its target"
        yield (
            f"  {each.function:26}{each.process:7.1f}x{each.target:7.1f}x{each.ready:7.1f}x"
            f"{each.start.ready * 1000:6.0f} ms{each.start.peak_memory / 1e6:10.0f} MB{missed}"
        )
    yield f"The layer, zipped: {built.zipped_layer_bytes() / 1e6:.1f} MB"


def calls() -> Iterator[str]:
    yield "Calls to the database: of a function that has just started, and of a warm one with its units"
    yield f"  {'request':50}{'cold':>6}{'warm':>6}{'reads':>8}{'writes':>8}"
    for each in map(cost, REQUESTS):
        title = f"{each.request.function} {each.request.title}"
        yield f"  {title:50}{each.cold:6}{each.warm:6}{each.reads:8.1f}{each.writes:8.1f}"


if __name__ == "__main__":
    try:
        for report in (speed.report, cold_starts, calls):
            for line in report():
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            sys.stdout.write("\n")
    except Failure as reason:
        sys.exit(str(reason))
