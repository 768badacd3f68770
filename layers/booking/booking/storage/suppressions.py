"""E-mail addresses that get no more messages, because they bounced or their owners complained.

An address is stored as a hash only. Addresses can be guessed, and a fast hash lets somebody who has a copy of the table
try billions of them. So the hash is scrypt, which takes a tenth of a second for each guess, and its salt, the stack's
id, is not in the table.
"""

import hashlib
import os

from booking.domain.messages import SUPPRESSED_SECONDS, mailbox
from booking.storage import keys
from booking.storage.table import Key, Table

COST = {"n": 2**14, "r": 8, "p": 1}
"""The parameters that scrypt's author proposes for a log-in: 16 MB and up to 100 ms."""


def contains(table: Table, address: str, now: int) -> bool:
    """Whether the address gets no messages. Raises Unwritable for one that is no e-mail address."""
    item = table.get(_key(address), consistent=False)
    return item is not None and now < item["ttl"]


def add(table: Table, address: str, now: int) -> None:
    """Raises Unwritable."""
    table.put({**_key(address), "ttl": now + SUPPRESSED_SECONDS})


def remove(table: Table, address: str) -> None:
    """Raises Unwritable."""
    table.delete(_key(address))


def _key(address: str) -> Key:
    hashed = hashlib.scrypt(mailbox(address).casefold().encode(), salt=os.environ["ADDRESS_SALT"].encode(), **COST)
    return keys.suppressed(hashed.hex())
