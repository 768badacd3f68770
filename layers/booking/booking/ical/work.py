"""Limits of the work that one calendar file may cause."""

from time import thread_time

from booking.ical.content import refusal

MAX_SECONDS = 3.5
"""After this much CPU time no further part of the file is read. One part takes at most a second."""

MAX_STEPS = 100_000
"""The most steps (days, weeks, months, ...) that one recurrence rule is expanded for: less than a second."""

MAX_OCCURRENCES = 50_000
"""The most occurrences of a file within the window."""


class Work:
    """The work that one file has caused so far."""

    def __init__(self) -> None:
        self._deadline = thread_time() + MAX_SECONDS
        self._occurrences = 0

    def begin(self, line: int) -> None:
        """Call it before each part of the file. Raises InvalidRequest, with the part's line, if no time is left."""
        if thread_time() > self._deadline:
            raise refusal(
                line, f"a calendar that can be read in {MAX_SECONDS} seconds: this one took longer up to here"
            )

    def count(self, line: int) -> None:
        """Call it for each occurrence. Raises InvalidRequest if there are too many."""
        self._occurrences += 1
        if self._occurrences > MAX_OCCURRENCES:
            raise refusal(line, f"at most {MAX_OCCURRENCES} occurrences in the whole file")
        if self._occurrences % 1000 == 0:
            self.begin(line)
