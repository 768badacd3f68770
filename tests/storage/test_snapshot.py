"""Many environments may start from one snapshot (SnapStart): what the runtime calls in each of them after a restore."""

import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import snapshot_restore_py

from booking.storage.table import connect


class Database(ThreadingHTTPServer):
    """Answers every call with nothing, and counts its connections."""

    connections = 0

    def get_request(self) -> tuple[object, object]:  # type: ignore[override]
        self.connections += 1
        return super().get_request()


class Nothing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    with Database(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv("DYNAMODB_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("TABLE_NAME", "table")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield server
        server.shutdown()


def restore() -> None:
    for function, arguments, named in snapshot_restore_py.get_after_restore():
        function(*arguments, **named)


def test_a_restored_environment_makes_its_own_connections(database: Database) -> None:
    table = connect()
    table.get({"pk": "a", "sk": "a"})
    table.get({"pk": "a", "sk": "a"})
    assert database.connections == 1

    restore()
    table.get({"pk": "a", "sk": "a"})
    assert database.connections == 2


def test_environments_of_one_snapshot_do_not_pause_alike(database: Database) -> None:
    connect()
    snapshot = random.getstate()

    def first_pause_after_a_restore() -> float:
        random.setstate(snapshot)
        restore()
        return random.uniform(0, 1)

    assert first_pause_after_a_restore() != first_pause_after_a_restore()
