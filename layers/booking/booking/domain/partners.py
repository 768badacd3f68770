"""Which partners may act for a customer, where the organisation asks for that (`Organisation.partner_consent`)."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from booking.domain.errors import TooManyPartners

MOST_PARTNERS = 20
"""To how many partners one customer may be linked at once."""
KEPT_CHANGES = 200
"""How many changes of one customer's links are kept, the newest."""


class LinkAction(StrEnum):
    LINKED = "PartnerLinked"
    UNLINKED = "PartnerUnlinked"


class LinkChange(Struct, frozen=True):
    """Who (`domain.caller.Caller.owner`) linked or unlinked which client, at which Unix second."""

    at: int
    by: str
    action: LinkAction
    client_id: str


class CustomerPartners(Struct, frozen=True):
    """A customer's links: since which second, by the partner's client id. `changes` are the oldest first."""

    customer_id: str
    version: int = 0
    since: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[LinkChange, ...] = ()

    def linked(self, client_id: str, by: str, now: int) -> "CustomerPartners":
        """Raises TooManyPartners."""
        if len(self.since) >= MOST_PARTNERS:
            raise TooManyPartners(MOST_PARTNERS)
        return self._next({**self.since, client_id: now}, LinkChange(now, by, LinkAction.LINKED, client_id))

    def unlinked(self, client_id: str, by: str, now: int) -> "CustomerPartners":
        since = {id: at for id, at in self.since.items() if id != client_id}
        return self._next(since, LinkChange(now, by, LinkAction.UNLINKED, client_id))

    def _next(self, since: Mapping[str, int], change: LinkChange) -> "CustomerPartners":
        changes = (*self.changes, change)[-KEPT_CHANGES:]
        return CustomerPartners(self.customer_id, self.version + 1, since, changes)
