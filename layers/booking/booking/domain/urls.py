"""Which URLs this system calls on behalf of others, and which IP addresses it may connect to for them.

A webhook or a calendar subscription is a URL that somebody else chose. Without these rules it could make a function
call services that only the inside of the account can reach (server-side request forgery).
"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import inet_aton
from urllib.parse import urlsplit

from msgspec import Struct

LONGEST_URL = 2048

type Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_DOCUMENTATION = IPv6Network("3fff::/20")  # newer than Python's own list
_NAT64 = IPv6Network("64:ff9b::/96")
_RELAY_6TO4 = (IPv4Address("192.88.99.0"), IPv4Address("192.88.99.255"))
_VISIBLE_ASCII = re.compile(r"[!-\[\]-~]+")  # no backslash: some readers take it for a slash


class Target(Struct, frozen=True):
    """Where a URL leads. `host` has no brackets; `resource` is the path with the query."""

    scheme: str
    host: str
    port: int
    resource: str

    @property
    def authority(self) -> str:
        """The Host header: without the port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, *, allows_loopback: bool = False) -> Target:
    """Reads a URL that this system is asked to call.

    Only https is accepted; with `allows_loopback` (for one machine, never in AWS) http too. A host that is written as
    an IP address is checked at once, a name when it is resolved. Raises ValueError with what is accepted.
    """
    schemes = ("https", "http") if allows_loopback else ("https",)
    accepted = f"an {schemes[0]} URL of at most {LONGEST_URL} characters, without user name, password or fragment"
    if len(url) > LONGEST_URL or not _VISIBLE_ASCII.fullmatch(url):
        raise ValueError(f"{accepted}, in ASCII")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(accepted) from None
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or "#" in url or port == 0:
        raise ValueError(accepted)
    literal = _literal(parts.hostname)
    if literal is not None and not may_connect(literal, allows_loopback=allows_loopback):
        raise ValueError("a URL with a public address")
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), resource)


def may_connect(address: Address, *, allows_loopback: bool = False) -> bool:
    """Whether the address is public, or this machine itself where that is allowed."""
    return is_public(address) or (allows_loopback and address.is_loopback)


def is_public(address: Address) -> bool:
    """Whether the public internet routes the address to exactly one place.

    An IPv6 address that carries an IPv4 address (NAT64) is as public as that one. Those that older tunnels would
    unpack (6to4, Teredo), and IPv4 in the forms ::ffff:a.b.c.d and ::a.b.c.d, are not public: no server needs them.
    """
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in _GLOBAL_UNICAST or address in _DOCUMENTATION:
            return False
        if address.sixtofour is not None or address.teredo is not None:
            return False
    elif _RELAY_6TO4[0] <= address <= _RELAY_6TO4[1]:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _literal(host: str) -> Address | None:
    """The address that a host is written as, in any form that resolvers take: 0x7f.1, 2130706433, 127.1 too."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(inet_aton(host))
    except (OSError, ValueError):
        return None
