"""Mutation testing: whether the tests notice small changes of the rules, the commands and the storage.

python -m local.mutants [--every N] [--again] [PATTERN…]

mutmut changes one expression at a time and runs the tests that reach it. A change that no test notices has survived.
A run goes on where the last one stopped, so it may be interrupted. It ends with the figures of all runs so far: killed
and survived, for each module. The survivors and what was changed are in `.local/mutants/survivors.txt`.

PATTERN      names of mutants, such as 'booking.domain.rules.*'. Without one: all
--every N    tries only every Nth mutant, as a sample
--again      tries again what has survived, after tests were added
"""

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import batched

from local.emulator import ROOT, TOOLS

FOLDER = ROOT / ".local" / "mutants"
MUTMUT = TOOLS / "mutmut" / "bin" / "mutmut"
COPIED = ("docs", "events", "functions", "layers", "local", "tests", "pyproject.toml", "template.yaml")

MUTANTS_A_CALL = 300
"""So that the arguments of one call fit a command line."""

NOT_TRIED, SURVIVED, NO_TEST = None, 0, 33
"""mutmut's results of a mutant. Any other number is a test that failed, or ran for too long: the mutant was killed."""


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
    wanted = {NOT_TRIED, SURVIVED} if again else {NOT_TRIED}
    found = results()
    for name in list(found)[::every]:
        is_asked = not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
        if is_asked and found[name] in wanted:
            yield name


def report() -> None:
    """Prints the figures of each module, and writes the survivors."""
    modules: dict[str, list[str]] = {}
    found = {name: result for name, result in results().items() if result is not NOT_TRIED}
    for name in found:
        modules.setdefault(name.partition(".x")[0], []).append(name)
    print(f"\n{'module':45}{'tried':>7}{'killed':>8}{'survived':>10}")
    for module, names in modules.items():
        _print_row(module, [found[name] for name in names])
    _print_row("all", list(found.values()))
    survivors = [name for name, result in found.items() if result in (SURVIVED, NO_TEST)]
    differences = "\n".join(mutmut("show", name, is_quiet=True) for name in survivors)
    (FOLDER / "survivors.txt").write_text(differences)
    print(f"\nThe survivors: {(FOLDER / 'survivors.txt').relative_to(ROOT)}")


def _print_row(name: str, tried: Sequence[int | None]) -> None:
    survived = sum(result in (SURVIVED, NO_TEST) for result in tried)
    killed = len(tried) - survived
    share = f"{100 * killed / len(tried):6.0f} %" if tried else ""
    print(f"{name:45}{len(tried):>7}{killed:>8}{survived:>10}{share}")


def main(patterns: Sequence[str], every: int, processes: int, *, again: bool) -> int:
    copy_project()
    if not results():
        # Makes the mutants and learns which tests reach which function, before a sample can be taken.
        mutmut("run", "--max-children", str(processes), "booking.domain.interval.x_merge__mutmut_1")
    try:
        for names in batched(list(_to_try(patterns, every, again=again)), MUTANTS_A_CALL, strict=False):
            mutmut("run", "--max-children", str(processes), *names)
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on from here.")
    report()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    sys.exit(main(options.patterns, options.every, options.processes, again=options.again))
