"""Whether a partner may act for a customer.

Nothing is read for other callers, or where the organisation does not require consent.
"""

from collections.abc import Collection, Iterable

from booking.domain.caller import Caller
from booking.domain.configuration import Configuration
from booking.domain.errors import NotLinked
from booking.storage import keys, partners
from booking.storage.table import Action, Item, Key, Table


def link_keys(configuration: Configuration, caller: Caller, customer_id: str | None) -> list[Key]:
    """The item to read along with others, if this caller needs to be linked to the customer."""
    return [keys.partners(id) for id in _customers_to_ask(configuration, caller, [customer_id])]


def _customers_to_ask(configuration: Configuration, caller: Caller, customer_ids: Iterable[str | None]) -> list[str]:
    """Those of the customers to whom this caller must be linked. None stands for no customer."""
    if not (caller.is_partner and configuration.organisation.partner_consent):
        return []
    return list(dict.fromkeys(id for id in customer_ids if id is not None))


def require_consent(
    table: Table, configuration: Configuration, caller: Caller, *customer_ids: str | None, read: Collection[Item] = ()
) -> tuple[Action, ...]:
    """The conditions under which the caller may write for these customers, so that a link that is removed meanwhile
    refuses the write too. `read` are items that were read consistently; what they lack is read here.

    Raises NotLinked.
    """
    asked = _customers_to_ask(configuration, caller, customer_ids)
    missing = _not_linked(read, caller, asked)
    if missing:
        items = table.get_many(map(keys.partners, missing), consistent=True)
        if _not_linked(items, caller, missing):
            raise NotLinked
    return tuple(partners.is_linked(id, caller.client_id) for id in asked)


def not_linked(
    table: Table, configuration: Configuration, caller: Caller, customer_ids: Iterable[str | None]
) -> set[str]:
    """Those of the customers whose data this caller may not see."""
    asked = _customers_to_ask(configuration, caller, customer_ids)
    items = table.get_many(map(keys.partners, asked), consistent=True) if asked else []
    return set(_not_linked(items, caller, asked))


def _not_linked(items: Collection[Item], caller: Caller, customer_ids: Iterable[str]) -> list[str]:
    return [id for id in customer_ids if caller.client_id not in partners.among(items, id).since]
