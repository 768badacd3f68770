"""The README's lines for the shell, run as a reader would paste them."""

import os
import re
import subprocess
from pathlib import Path

from local.emulator import ROOT
from local.sign_in import Stack


def test_the_readme_books_a_meeting_and_shows_its_calendar_file(stack: Stack) -> None:
    [script] = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    script = script.replace(".local/stack.json", str(Path(os.environ["BOOKING_STACK"]).absolute()))
    ended = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ended.stderr == ""
    assert ended.stdout.startswith("BEGIN:VCALENDAR")
    assert ended.stdout.rstrip().endswith("END:VCALENDAR")
