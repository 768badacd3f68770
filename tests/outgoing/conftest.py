"""A server on the loopback interface that behaves as badly as a test wants."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

type Behaviour = Callable[[socket.socket], None]


@dataclass
class Server:
    """Accepts connections and hands each to `behaviour`; `requests` holds what was received."""

    listener: socket.socket
    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                self.requests.append(connection.recv(65536))
                self.behaviour(connection)


def says(text: str) -> Behaviour:
    return lambda connection: connection.sendall(text.encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that answers 200, on a machine where loopback is allowed."""
    monkeypatch.setenv("ALLOWS_LOOPBACK", "true")
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener, says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: test\r\n\r\nok"))
    threading.Thread(target=server.serve, daemon=True).start()
    yield server
    server.stopped.set()
    listener.close()
