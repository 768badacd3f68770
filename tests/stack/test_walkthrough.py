"""The shell lines that the start-up prints, run as a reader would paste them."""

import os
import subprocess

from local.sign_in import Stack, client_token
from local.walkthrough import walkthrough


def test_the_printed_walk_through_books_a_meeting_and_shows_its_calendar_file(stack: Stack) -> None:
    script = walkthrough(stack, client_token(stack, "partner"))
    environment = os.environ | {"NO_PROXY": "127.0.0.1"}
    ended = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script], env=environment, capture_output=True, text=True, timeout=120
    )
    assert ended.stderr == ""
    assert "BEGIN:VCALENDAR" in ended.stdout
    assert ended.stdout.rstrip().endswith("END:VCALENDAR")
