"""Mutation testing: whether the tests notice small changes of the rules, the commands and the storage.

python -m local.mutants [--every N] [--again] [--seconds N] [PATTERN…]

mutmut changes one expression at a time and finds out which tests reach which function; `local/mutant_runner.py` runs
them. A change that no test notices has survived. A run continues where the last one stopped, so it may be interrupted.
It ends with the figures of all runs so far: killed and survived, for each module. The survivors and what was changed
are in `.local/mutants/survivors.txt`. Mutants that change nothing are listed in `local/equivalent_mutants.toml`.

PATTERN      names of mutants, such as 'booking.domain.rules.*'. Without one: all
--every N    tries only every Nth mutant, as a sample
--again      tries the survivors again, after tests were added
--seconds N  runs at most this many seconds of tests for each mutant, the fastest tests first (10)
"""

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from pathlib import Path

from local.emulator import ROOT, TOOLS
from local.mutant_runner import NO_TEST, SURVIVED

FOLDER = ROOT / ".local" / "mutants"
MUTMUT = TOOLS / "mutmut" / "bin" / "mutmut"
COPIED = ("docs", "events", "functions", "layers", "local", "tests", "pyproject.toml", "template.yaml")

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")

TURN = 200
"""After so many mutants the results are kept."""

NOT_TRIED = None
"""The result of a mutant that was not tried yet. mutmut keeps the results, and so they lapse with the code."""

FIRST = "booking.domain.rules.rooms.x_first_free__mutmut_1"
"""The mutant that mutmut itself tries. Before that it makes all mutants and runs the tests once, as is needed here.

Its tests are few and have plain names: mutmut passes their names to pytest, which does not find every name again."""


def copy_project() -> None:
    """Makes the copy that mutmut changes. Files keep their times, by which mutmut knows what is new."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for folder in (FOLDER, FOLDER / "mutants"):
        shutil.rmtree(folder / "tests", ignore_errors=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, FOLDER / name, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy2(source, FOLDER / name)
    package = FOLDER / "layers" / "booking" / "booking"
    shutil.copytree(package, FOLDER / "booking", dirs_exist_ok=True)
    shutil.rmtree(package)


def mutmut(*arguments: str, is_quiet: bool = False) -> str:
    """Its output, where it is quiet. What mutmut prints otherwise is progress."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    out = subprocess.PIPE if is_quiet else None
    command = [str(MUTMUT), *arguments]
    return subprocess.run(command, cwd=FOLDER, env=environment, stdout=out, stderr=out, text=True).stdout or ""


def results() -> dict[str, int | None]:
    """The result of every mutant, by its name."""
    found: dict[str, int | None] = {}
    for file in sorted((FOLDER / "mutants" / "booking").rglob("*.meta")):
        found |= json.loads(file.read_text())["exit_code_by_key"]
    return found


def _to_try(patterns: Sequence[str], every: int, *, again: bool) -> Iterator[str]:
    wanted = {NOT_TRIED, SURVIVED, NO_TEST} if again else {NOT_TRIED}
    found = results()
    for name in list(found)[::every]:
        is_asked = not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
        if is_asked and found[name] in wanted:
            yield name


def try_mutants(names: Sequence[str], seconds: float, processes: int) -> None:
    """Tries these mutants and keeps the results, also those of a run that is interrupted."""
    arguments = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    arguments = arguments["pytest_add_cli_args"] + arguments["pytest_add_cli_args_test_selection"]
    started, files = [], []
    for number in range(processes):
        order, found = FOLDER / f"order-{number}.json", FOLDER / f"results-{number}.jsonl"
        found.write_text("")
        mine = {"names": names[number::processes], "seconds": seconds, "arguments": arguments, "results": str(found)}
        order.write_text(json.dumps(mine))
        environment = os.environ | {"MUTANTS": str(order), "MUTANT_UNDER_TEST": ""}
        with (FOLDER / f"runner-{number}.log").open("w") as log:
            command = [str(MUTMUT.with_name("python")), "-m", "local.mutant_runner"]
            started.append(
                subprocess.Popen(command, cwd=FOLDER / "mutants", env=environment, stdout=log, stderr=subprocess.STDOUT)
            )
        files.append(found)
    try:
        for process in started:
            process.wait()
    finally:
        for process in started:
            process.terminate()
        _keep({name: result for file in files for name, result in map(json.loads, file.read_text().splitlines())})


def _keep(found: Mapping[str, int]) -> None:
    for file in (FOLDER / "mutants" / "booking").rglob("*.meta"):
        content = json.loads(file.read_text())
        known = content["exit_code_by_key"]
        known |= {name: result for name, result in found.items() if name in known}
        file.write_text(json.dumps(content, indent=4))


def report() -> None:
    """Prints the figures of each module, and writes the survivors."""
    modules: dict[str, list[str]] = {}
    found = {name: result for name, result in results().items() if result is not NOT_TRIED}
    for name in found:
        modules.setdefault(name.partition(".x")[0], []).append(name)
    unnoticed = [name for name, result in found.items() if result in (SURVIVED, NO_TEST)]
    differences = {name: mutmut("show", name, is_quiet=True) for name in unnoticed}
    known = {(each["function"], each["line"]) for each in tomllib.loads(EQUIVALENT.read_text())["mutant"]}
    equivalent = {name for name, text in differences.items() if (function_of(name), _changed(text)) in known}
    survivors = set(unnoticed) - equivalent
    print(f"\n{'module':45}{'tried':>7}{'killed':>8}{'equivalent':>12}{'survived':>10}")
    for module, names in [*modules.items(), ("all", list(found))]:
        counts = len(set(names) & equivalent), len(set(names) & survivors)
        killed = len(names) - sum(counts)
        share = f"{100 * killed / (len(names) - counts[0]):6.0f} %" if len(names) > counts[0] else ""
        print(f"{module:45}{len(names):>7}{killed:>8}{counts[0]:>12}{counts[1]:>10}{share}")
    (FOLDER / "survivors.txt").write_text("\n".join(differences[name] for name in unnoticed if name in survivors))
    print(f"\nThe survivors: {(FOLDER / 'survivors.txt').relative_to(ROOT)}")


def function_of(mutant: str) -> str:
    """Its function or method, such as booking.domain.interval.Interval.overlaps."""
    module, _, mangled = mutant.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def _changed(difference: str) -> str:
    """The new lines of a mutant, as one."""
    lines = (line[1:].strip() for line in difference.splitlines() if line[:1] == "+" and line[:3] != "+++")
    return " ".join(lines)


def main(patterns: Sequence[str], every: int, seconds: float, processes: int, *, again: bool) -> int:
    copy_project()
    mutmut("run", "--max-children", "1", FIRST)
    try:
        for names in batched(list(_to_try(patterns, every, again=again)), TURN, strict=False):
            try_mutants(names, seconds, processes)
            print(f"{len(names)} tried", flush=True)
    except KeyboardInterrupt:
        print("\nInterrupted. The same command continues from here.")
    report()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    sys.exit(main(options.patterns, options.every, options.seconds, options.processes, again=options.again))
