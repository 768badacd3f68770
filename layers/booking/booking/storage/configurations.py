"""A warm container's copy of the configuration, and when it is trusted.

The copy is in one of four states:

- *none*: nothing has been read yet; the next question reads everything.
- *fresh*: its version was the newest less than `FRESH_SECONDS` ago; `current` answers without a call.
- *stale*: it was checked longer ago; the next question asks for the version, and reads everything if that has moved.
- *unsettled*: it was read within `FRESH_SECONDS` after its version had moved. The writes of a transaction may become
  visible one after the other, the version first, so this copy may miss a document. It is read again at the next check,
  whatever the version says.

Who decides by it (`commands`) reads the version with the agendas, and decides again if it is not the newest.
"""

from booking.domain.configuration import Configuration
from booking.domain.documents import Documents
from booking.storage import configuration_items, keys
from booking.storage.configuration_values import configuration_of
from booking.storage.table import Table

FRESH_SECONDS = 5
"""For how long a container trusts that the version it has seen is still the newest."""


class Configurations:
    """A warm container's copy of the configuration. `now` is in Unix seconds."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._documents = Documents()
        self._configuration: Configuration | None = None
        self._checked_at: int | None = None
        self._moved_at = self._read_at = 0

    def current(self, now: int) -> Configuration:
        """At most `FRESH_SECONDS` behind: no call, or one to ask for the version."""
        if self._checked_at is None or not 0 <= now - self._checked_at < FRESH_SECONDS:
            self._refresh(now)
        if self._configuration is None:
            self._configuration = configuration_of(self._documents)
        return self._configuration

    def newest(self, now: int) -> Configuration:
        """The newest, for those who ask about what they have just changed: one call to ask for the version."""
        self._refresh(now)
        return self.current(now)

    def documents(self, now: int) -> Documents:
        """The newest, for those who look at what they have just changed: one call to ask for the version."""
        self._refresh(now)
        return self._documents

    def was_old(self, now: int) -> bool:
        """Whether the copy, if there was one, was not the newest; it is now. One call to ask for the version."""
        if self._checked_at is None:
            return False
        before = self._documents
        self._refresh(now)
        return self._documents != before

    def _refresh(self, now: int) -> None:
        # The writes of a transaction may become visible one after the other, the version first. So what was read
        # with a version that had just moved is read again later, before it is trusted for good.
        is_settled = self._read_at >= self._moved_at + FRESH_SECONDS
        if self._checked_at is None or not is_settled or self._documents.version != self._version():
            documents = configuration_items.read(self._table)
            if self._checked_at is None or documents.version != self._documents.version:
                self._moved_at = now
            self._documents, self._read_at, self._configuration = documents, now, None
        self._checked_at = now

    def _version(self) -> int:
        item = self._table.get(keys.CONFIGURATION_VERSION)
        return int(item["version"]) if item else 0
