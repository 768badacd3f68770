"""The error that stops a command, in one sentence for the person who gave it, and tools whose errors become one."""

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path


class Failure(Exception):
    """Its text is printed without a stack trace."""


def run(command: list[str], folder: Path, environment: Mapping[str, str], failing: str) -> None:
    """Runs a tool in this folder. Raises Failure with what is failing and the tool's last words."""
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-25:])
        raise Failure(f"{failing} ({shlex.join(command)}):\n{last}")
