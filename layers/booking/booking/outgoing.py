"""HTTP requests to URLs that others chose: webhook endpoints and subscribed calendars.

The host name is resolved once, every address that it stands for has to be public, and the connection goes to one of
those very addresses. So it does not matter if the name stands for something else a moment later. Redirects are not
followed, certificates are checked against the host name, proxies are not used. One limit of time holds for the whole
exchange, from resolving the name to the last byte, however slowly the other side sends.
"""

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_address
from typing import Any

from msgspec import Struct

from booking.domain.urls import Target, may_connect, target_of


class Refused(Exception):
    """The URL or its address is not one that this system connects to. Nothing was sent."""


class Unreachable(Exception):
    """No complete answer came; the text says why, without what was sent or received. It may have been received."""


class Answer(Struct, frozen=True):
    """What came back. `headers` have lower-case names; of a repeated header the last one counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def allows_loopback() -> bool:
    """Whether the environment allows http and this machine's own addresses, as on a developer's machine."""
    return os.environ.get("ALLOWS_LOOPBACK") == "true"


def exchange(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    seconds: float,
    most_bytes: int,
) -> Answer:
    """One request and its answer. `seconds` is for all of it, `most_bytes` for the answer's body.

    A body that is longer is an Unreachable, too. Raises Refused, Unreachable.
    """
    deadline = time.monotonic() + seconds
    try:
        target = target_of(url, allows_loopback=allows_loopback())
    except ValueError as error:
        raise Refused(f"The URL is not accepted: it must be {error}.") from None
    connection = _Connection(target, _checked_addresses(target, deadline), deadline)
    try:
        with _ended_at(deadline, connection):
            try:
                connection.request(method, target.resource, body, {"Host": target.authority, **headers})
                answer = _answer(connection.getresponse(), most_bytes)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise Unreachable(_reason(error, deadline)) from None
            if time.monotonic() >= deadline:  # what was cut off then can look like a whole answer
                raise Unreachable(_reason(TimeoutError(), deadline))
            return answer
    finally:
        connection.close()
        if connection.guard is not None:
            connection.guard.close()


def _checked_addresses(target: Target, deadline: float) -> list[Any]:
    """What `connect` takes for each address of the host. One that is not public makes all of them refused."""
    found = _resolved(target, deadline)
    for address in found:
        if not may_connect(ip_address(address[0].partition("%")[0]), allows_loopback=allows_loopback()):
            raise Refused("The host has an address that is not public. Only public addresses are called.")
    return found


def _resolved(target: Target, deadline: float) -> list[Any]:
    """Resolving has no limit of time of its own, so it is done beside and not waited for longer than that."""
    found: list[Any] = []

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys((family, address) for family, _, _, _, address in answers))

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if not found:
        raise Unreachable("The host name could not be resolved.")
    return [address for _, address in found]


class _Connection(http.client.HTTPConnection):
    """Connects to addresses that have been checked, and to nothing that a name stands for by then."""

    def __init__(self, target: Target, addresses: list[Any], deadline: float) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._addresses = addresses
        self._deadline = deadline
        self.guard: socket.socket | None = None

    def connect(self) -> None:
        for left in range(len(self._addresses), 0, -1):
            address = self._addresses[-left]
            connected = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
            try:
                connected.settimeout(max(0.001, (self._deadline - time.monotonic()) / left))
                connected.connect(address)
                break
            except OSError:
                connected.close()
                if left == 1:
                    raise
        connected.settimeout(max(0.001, self._deadline - time.monotonic()))
        self.sock = connected
        # A second handle of the same connection, since TLS takes the first one over. See `_ended_at`.
        self.guard = connected.dup()
        if time.monotonic() >= self._deadline:
            raise TimeoutError
        if self._target.scheme == "https":
            self.sock = _tls().wrap_socket(connected, server_hostname=self._target.host)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _ended_at(deadline: float, connection: _Connection) -> Iterator[None]:
    """Ends the connection at the deadline. A socket's own timeout starts anew with each byte that comes."""

    def end() -> None:
        guard = connection.guard
        if guard is not None:
            try:
                guard.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # the other side was faster

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _answer(response: http.client.HTTPResponse, most_bytes: int) -> Answer:
    body = response.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise Unreachable(f"The answer has more than {most_bytes} bytes.")
    if response.length:
        raise http.client.IncompleteRead(b"")
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body)


def _reason(error: Exception, deadline: float) -> str:
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
        return "There was no complete answer in time."
    match error:
        case ssl.SSLCertVerificationError():
            return "The certificate is not valid for this host."
        case ssl.SSLError():
            return "A secure connection could not be made."
        case ConnectionRefusedError():
            return "The connection was refused."
        case http.client.RemoteDisconnected() | http.client.IncompleteRead() | ConnectionError():
            return "The connection was closed before the answer was complete."
        case http.client.HTTPException() | ValueError():
            return "The answer is not HTTP."
    return "The connection failed."
