"""Two parsers that share no code: icalendar, and ical.js in node."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest

from local import runtimes

NODE = Path(__file__).parents[2] / ".local" / "node"
ICAL_JS = "2.2.1"

type Parsed = dict[str, Any]
type Parse = Callable[[bytes], Parsed]
type Starts = Callable[[list[bytes]], list[int]]


@pytest.fixture(scope="session")
def ical_js() -> Path:
    """The folder that holds ical.js, installed if it is not there yet."""
    package = NODE / "node_modules" / "ical.js" / "package.json"
    if not package.exists() or json.loads(package.read_text())["version"] != ICAL_JS:
        NODE.mkdir(parents=True, exist_ok=True)
        command = [runtimes.npm(), "install", "--prefix", str(NODE), "--no-audit", "--no-fund", f"ical.js@{ICAL_JS}"]
        subprocess.run(command, check=True, timeout=120)
    return NODE


@pytest.fixture(scope="session")
def read_by_ical_js(ical_js: Path) -> Iterator[Parse]:
    """Reads a file with ical.js, in one process for all tests: node takes longer to start than to read a file."""
    command = [runtimes.node(), str(Path(__file__).parent / "parse.mjs"), str(ical_js)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        sent, answered = process.stdin, process.stdout

        def read(content: bytes) -> Parsed:
            sent.write(json.dumps(content.decode()).encode() + b"\n")
            sent.flush()
            answer: Parsed = json.loads(answered.readline())
            assert "error" not in answer, answer["error"]
            return answer

        yield read


@pytest.fixture
def parse(read_by_ical_js: Parse) -> Parse:
    """Reads a file with both parsers, which must find the same in it."""

    def parse(content: bytes) -> Parsed:
        read_in_node = read_by_ical_js(content)
        assert read_by_icalendar(content) == read_in_node
        return read_in_node

    return parse


@pytest.fixture
def parse_event(parse: Parse) -> Parse:
    """The one event of a file, as both parsers read it."""

    def parse_event(content: bytes) -> Parsed:
        (event,) = parse(content)["events"]
        return dict(event)

    return parse_event


@pytest.fixture
def starts_by_ical_js(read_by_ical_js: Parse) -> Starts:
    """When the event of each file starts, as ical.js reads it."""

    def starts(files: list[bytes]) -> list[int]:
        return [event["start"] for file in files for event in read_by_ical_js(file)["events"]]

    return starts


def read_by_icalendar(content: bytes) -> Parsed:
    calendar = icalendar.Calendar.from_ical(content)
    assert not calendar.errors
    return {
        "method": calendar.get("METHOD"),
        "zones": [zone["TZID"] for zone in calendar.walk("VTIMEZONE")],
        "events": [_event(event) for event in calendar.walk("VEVENT")],
    }


def _event(event: Any) -> Parsed:
    assert not event.errors
    attendees = event.get("ATTENDEE", [])
    return {
        "uid": event["UID"],
        "sequence": event["SEQUENCE"],
        "status": event["STATUS"],
        "summary": event.get("SUMMARY"),
        "description": event.get("DESCRIPTION"),
        "location": event.get("LOCATION"),
        "start": int(event["DTSTART"].dt.timestamp()),
        "end": int(event["DTEND"].dt.timestamp()),
        "stamp": int(event["DTSTAMP"].dt.timestamp()),
        "created": int(event["CREATED"].dt.timestamp()),
        "modified": int(event["LAST-MODIFIED"].dt.timestamp()),
        "zone": event["DTSTART"].params.get("TZID"),
        "organizer": _person(event.get("ORGANIZER")),
        "attendees": [_person(each) for each in (attendees if isinstance(attendees, list) else [attendees])],
        "alarms": [int(alarm["TRIGGER"].dt.total_seconds()) for alarm in event.walk("VALARM")],
    }


def _person(address: Any) -> Parsed | None:
    if address is None:
        return None
    return {
        "address": str(address),
        "name": address.params.get("CN"),
        "role": address.params.get("ROLE"),
        "answer": address.params.get("PARTSTAT"),
    }
