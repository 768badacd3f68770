"""A server of calendars on the loopback interface, which answers 304 to who has the calendar already."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Example//Calendar//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20261101T080000Z\r
DTSTART:{start}\r
DTEND:{end}\r
SUMMARY:Dentist\r
END:VEVENT\r
END:VCALENDAR\r
"""


def calendar(start: str, end: str, uid: str = "dentist@example.com") -> bytes:
    """One event, between two times such as `20270111T100000Z`."""
    return CALENDAR.format(uid=uid, start=start, end=end).encode()


@dataclass
class CalendarServer:
    """`status` and `body` are what it answers; `seconds` is how long each tenth of the body takes it."""

    port: int = 0
    body: bytes = b""
    status: int = 200
    seconds: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/anna.ics?key=a-secret"

    @property
    def etag(self) -> str:
        return f'"{hash(self.body)}"'


@contextmanager
def serving() -> Iterator[CalendarServer]:
    calendars = CalendarServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calendars.asked.append({name.lower(): value for name, value in self.headers.items()})
            unchanged = calendars.status == 200 and self.headers.get("If-None-Match") == calendars.etag
            body = b"" if unchanged else calendars.body
            self.send_response(304 if unchanged else calendars.status)
            for name, value in {"ETag": calendars.etag, "Content-Length": str(len(body)), **calendars.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            part = max(len(body) // 10, 1)
            for first in range(0, len(body), part):
                time.sleep(calendars.seconds)
                self.wfile.write(body[first : first + part])

        def log_message(self, *_: object) -> None:
            return

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # whoever asked did not want the rest
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    calendars.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield calendars
    finally:
        server.shutdown()
        server.server_close()


class Surroundings:
    """The queue of calendars and the bus, as the SDK's clients have them."""

    def __init__(self) -> None:
        self.queued: list[str] = []
        self.told: list[dict[str, Any]] = []

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        self.queued.append(MessageBody)

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.told += Entries
        return {"Entries": [{"EventId": "e"} for _ in Entries]}
