"""Link a customer to a partner, which may then act for the customer, and remove the link."""

from collections.abc import Callable

from booking.storage import partners
from booking.storage.table import Table, settle


def link_partner(table: Table, by: str, customer_id: str, client_id: str, clock: Callable[[], int]) -> int:
    """Returns the second since which they are linked. Linking them again changes nothing.

    Raises TooManyPartners, TryAgain.
    """

    def attempt() -> int:
        read = partners.get(table, customer_id)
        if client_id in read.since:
            return read.since[client_id]
        now = clock()
        table.write(partners.put(read.linked(client_id, by, now)))
        return now

    return settle(attempt)


def unlink_partner(table: Table, by: str, customer_id: str, client_id: str, clock: Callable[[], int]) -> None:
    """From now on nothing is written that the partner does for the customer. What it did stays.

    Removing it again changes nothing. Raises TryAgain.
    """

    def attempt() -> None:
        read = partners.get(table, customer_id)
        if client_id in read.since:
            table.write(partners.put(read.unlinked(client_id, by, clock())))

    settle(attempt)
