"""How much work one calendar file may be."""

from time import thread_time

from booking.ical.content import refusal

MAX_SECONDS = 3.5
"""CPU time from which on no further part of a file is begun. One part is at most a second's work."""

MAX_STEPS = 100_000
"""How many days (or weeks, months, ...) one recurrence rule is walked for, at most: less than a second's work."""

MAX_OCCURRENCES = 50_000
"""How many occurrences a file may have within the window."""


class Work:
    """What one file has cost so far."""

    def __init__(self) -> None:
        self._deadline = thread_time() + MAX_SECONDS
        self._occurrences = 0

    def begin(self, line: int) -> None:
        """Before each part of the file. Raises InvalidRequest, with the line of the part, if there is no time left."""
        if thread_time() > self._deadline:
            raise refusal(line, f"a calendar that takes less than {MAX_SECONDS} seconds to read up to here")

    def count(self, line: int) -> None:
        """For each occurrence. Raises InvalidRequest if they are too many."""
        self._occurrences += 1
        if self._occurrences > MAX_OCCURRENCES:
            raise refusal(line, f"at most {MAX_OCCURRENCES} occurrences in all")
        if self._occurrences % 1000 == 0:
            self.begin(line)
