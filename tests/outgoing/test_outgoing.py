"""Requests to URLs that others chose, against servers on the loopback interface."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booking import outgoing
from booking.outgoing import Answer, Refused, Unreachable, exchange
from tests.outgoing.conftest import Behaviour, Server, says

type Addresses = list[tuple[Any, ...]]


def get(url: str, seconds: float = 5, most_bytes: int = 1000) -> Answer:
    return exchange("GET", url, headers={"Accept": "text/calendar"}, seconds=seconds, most_bytes=most_bytes)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names resolve to these addresses, one list each time and the last one from then on; the names asked for."""
    asked: list[str] = []
    left = list(answers)

    def getaddrinfo(host: str, port: int, **_: Any) -> Addresses:
        asked.append(host)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_request_is_sent_and_its_answer_read(server: Server) -> None:
    answer = exchange("POST", server.url, headers={"X-Id": "7"}, body=b"{}", seconds=5, most_bytes=100)

    assert (answer.status, answer.headers["x-kind"], answer.body) == (200, "test", b"ok")
    [request] = server.requests
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in request
    assert b"X-Id: 7\r\n" in request


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%eth0"],
        ["8.8.8.8", "192.168.0.1"],
        ["2606:4700::1111", "fd00:ec2::254"],
    ],
)
def test_a_name_that_stands_for_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    resolving(monkeypatch, addresses)

    with pytest.raises(Refused):
        get("https://calendar.example.com/feed.ics")


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    asked = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])

    assert get(f"http://changing.example.com:{server.port}/").status == 200
    assert asked == ["changing.example.com"]


def test_a_name_is_checked_again_for_each_request(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    url = f"http://changing.example.com:{server.port}/"

    assert get(url).status == 200
    with pytest.raises(Refused):
        get(url)


def test_loopback_is_refused_unless_it_is_allowed(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.delenv("ALLOWS_LOOPBACK")

    with pytest.raises(Refused):
        get(server.url)
    with pytest.raises(Refused):
        get(server.url.replace("http:", "https:"))
    assert server.requests == []


def test_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    server.behaviour = says(f"HTTP/1.1 302 Found\r\nLocation: {server.url}/inside\r\nContent-Length: 0\r\n\r\n")

    assert get(server.url).status == 302
    assert len(server.requests) == 1


def drips(first: str) -> Behaviour:
    """Sends a byte more every tenth of a second, without end."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(first.encode())
        while True:
            connection.sendall(b"a")
            time.sleep(0.1)

    return behave


@pytest.mark.slow
@pytest.mark.parametrize(
    "behaviour",
    [
        lambda connection: time.sleep(30),
        drips("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        drips("HTTP/1.1 200 OK\r\nX-Long: "),
        drips("HTTP/1.1 200 OK\r\n\r\n"),
        drips("HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "body", "header", "body without a length", "continue"],
)
def test_time_is_limited_as_a_whole(server: Server, behaviour: Behaviour) -> None:
    server.behaviour = behaviour
    before = time.monotonic()

    with pytest.raises(Unreachable, match="in time"):
        get(server.url, seconds=0.2, most_bytes=1_000_000)
    assert time.monotonic() - before < 3


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()

    def getaddrinfo(*_: object, **__: object) -> Addresses:
        is_over.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    before = time.monotonic()

    with pytest.raises(Unreachable):
        get("https://slow.example.com/", seconds=0.3)
    assert time.monotonic() - before < 3
    is_over.set()


@pytest.mark.parametrize(
    "behaviour",
    [
        says("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + "a" * 1001),
        says("HTTP/1.1 200 OK\r\n\r\n" + "a" * 5000),
        says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "ff\r\n" + "a" * 255 + "\r\n" + "ffffff\r\n"),
        says("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"),
        says("HTTP/1.1 200 OK\r\n" + "X-Many: 1\r\n" * 200 + "\r\n"),
        says("HTTP/1.1 200 OK\r\nX-Long: " + "a" * 70_000 + "\r\n\r\n"),
        says("not HTTP at all\r\n"),
        says(""),
    ],
    ids=["large", "large without a length", "chunks cut off", "short", "headers", "header", "other", "nothing"],
)
def test_an_answer_that_is_too_large_or_not_whole_is_none(server: Server, behaviour: Behaviour) -> None:
    server.behaviour = behaviour

    with pytest.raises(Unreachable):
        get(server.url)


def test_a_connection_that_is_refused_is_said_in_words(server: Server) -> None:
    server.stopped.set()
    server.listener.close()
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    with pytest.raises(Unreachable, match="refused"):
        get(f"http://127.0.0.1:{port}/")


def test_the_next_address_is_tried_where_one_does_not_answer(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    resolving(monkeypatch, ["127.0.0.2", "127.0.0.1"])

    assert get(f"http://two.example.com:{server.port}/").status == 200


@pytest.mark.parametrize(("host", "is_accepted"), [("hooks.example.com", True), ("other.example.com", False)])
def test_the_certificate_has_to_be_the_hosts(
    monkeypatch: pytest.MonkeyPatch, server: Server, tmp_path: Path, host: str, is_accepted: bool
) -> None:
    certificate = self_signed(tmp_path, "hooks.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outgoing._tls.cache_clear()
    resolving(monkeypatch, ["127.0.0.1"])
    server.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.tls.load_cert_chain(certificate)

    try:
        if is_accepted:
            assert get(f"https://{host}:{server.port}/").status == 200
        else:
            with pytest.raises(Unreachable, match="certificate"):
                get(f"https://{host}:{server.port}/")
    finally:
        outgoing._tls.cache_clear()


def self_signed(folder: Path, host: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
