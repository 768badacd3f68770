"""The real engine, started once for all of these tests, and a fresh table of it for each."""

from collections.abc import Iterator

import pytest

from booking.storage.table import Table
from local.dynamodb_local import running
from tests.races.office import fresh_table


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The engine's URL."""
    with running() as endpoint:
        yield endpoint


@pytest.fixture
def table(engine: str) -> Iterator[Table]:
    with fresh_table(engine) as table:
        yield table
