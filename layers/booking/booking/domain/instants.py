"""The text form of an instant, in answers, events and messages."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)  # the answer to a search repeats them
def format_instant(instant: int) -> str:
    """Unix seconds as UTC with Z, whole seconds: `2026-11-24T10:00:00Z`."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
