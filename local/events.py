"""Prepares the files in `events/` for the running stack, so that a good event succeeds whatever ran before it.

The files are whole API Gateway events and name a Monday in January 2027, `example-slot`, `example-meeting` and
`example-entry`. Before one is sent, its times become times that are free now, and what it changes or deletes is made
anew for it.
"""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.emulator import ROOT
from local.failure import Failure

type Event = dict[str, Any]
type Invoke = Callable[[str, Event], Any]
"""Calls a function of the stack, by the name of its folder, and returns what it answers."""

FOLDER = ROOT / "events"
ZONE = ZoneInfo("Europe/Copenhagen")
WRITTEN_START = datetime(2027, 1, 11, 10, tzinfo=UTC)
"""The start of the meeting in the files."""

NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))
FUNCTIONS = sorted((file.parent.name for file in ROOT.glob("functions/*/app.py")), key=len, reverse=True)

OTHER_GOOD = (
    "create_configuration_webhook",
    "list_customer_types_customer_categories",
    "list_meeting_topics_meeting_themes",
    "send_messages_bounce",
    "send_messages_complaint",
)
"""Good events beside the one that has its function's name."""

_INSTANT = re.compile(r"2027-01-[012]\dT\d\d:\d\d:\d\d(?:Z|\+01:00)")
_LOCAL = re.compile(r"202701[012]\dT\d{6}\b(?!Z)")
_DATE = re.compile(r"2027-01-(?:0[4-9]|[12]\d)(?!T)")
_ROOM = "cph-3"
"""The room that the files create."""
_CUSTOMER = "67890"
"""The customer whom the files book for."""


def function_of(name: str) -> str:
    """The function that events/<name>.json is for."""
    return next(function for function in FUNCTIONS if name.startswith(function))


def is_as_named(name: str, answer: Any) -> bool:
    """Whether the answer to events/<name>.json is a success, or for `<function>_<what is wrong>` a refusal."""
    status = answer.get("statusCode", 200) if isinstance(answer, dict) else 200
    if name in FUNCTIONS or name in OTHER_GOOD:
        return status < 300 and not (isinstance(answer, dict) and "errorType" in answer)
    return 400 <= status < 500 and bool(json.loads(answer["body"])["code"])


def prepared(name: str, invoke: Invoke) -> Event:
    """events/<name>.json with times that are free and with its slot, meeting or room there. Raises Failure."""
    text = (FOLDER / f"{name}.json").read_text()
    if _names_a_time(text):
        text = _moved(text, _free_start(invoke))
    if "example-slot" in text:
        text = text.replace("example-slot", _made("reserve_time_slot", invoke)["id"])
    if "example-meeting" in text:
        text = text.replace("example-meeting", _made("create_meeting", invoke)["id"])
    if "example-entry" in text:
        text = text.replace("example-entry", _made("join_waitlist", invoke)["id"])
    if "unknown_webhook" not in name and name != "create_configuration_webhook" and '"crm"' in text:
        text = text.replace('"crm"', f'"{_made_webhook(invoke)}"')
    if name == "get_calendar_feed":
        url = _made("create_calendar_feed", invoke)["url"]
        text = text.replace("example-secret", url.rpartition("/")[2])
    event: Event = json.loads(text)
    if name == "create_configuration_webhook":
        event["body"] = event["body"].replace("crm", f"crm-{uuid.uuid4().hex[:8]}")
    if name == "join_waitlist":  # one customer waits for few things at once
        event["body"] = event["body"].replace(_CUSTOMER, f"example-{uuid.uuid4().hex[:8]}")
    if name == "create_configuration":
        event["body"] = event["body"].replace(_ROOM, f"example-{uuid.uuid4().hex[:8]}")
    if name == "delete_configuration":
        room = _made("create_configuration", invoke)["id"]
        event["path"] = event["path"].rpartition("/")[0] + f"/{room}"
        event["pathParameters"] = {"id": room}
    return event


def _made(name: str, invoke: Invoke) -> Any:
    """The slot or meeting that the good event of that name makes."""
    answer = invoke(name, prepared(name, invoke))
    if answer.get("statusCode") != 201:
        raise Failure(f"The example could not be made: {name} answered {json.dumps(answer)}")
    return json.loads(answer["body"])


def _made_webhook(invoke: Invoke) -> str:
    event = prepared("create_configuration_webhook", invoke)
    answer = invoke("create_configuration", event)
    if answer.get("statusCode") != 201:
        raise Failure(f"The example could not be made: {json.dumps(answer)}")
    return str(json.loads(answer["body"])["id"])


def _free_start(invoke: Invoke) -> datetime:
    """The next hour, from tomorrow on, in which the employee and the customer of the files are free."""
    search: Event = json.loads((FOLDER / "list_available_time_slots.json").read_text())
    # Only a customer's own search leaves out the times at which the customer has a meeting already.
    customer = {"username": _CUSTOMER, "scope": "bookme/read bookme/book"}
    search["requestContext"]["authorizer"]["claims"] |= customer
    tomorrow = datetime.now(ZONE).date() + timedelta(days=1)
    query = search["multiValueQueryStringParameters"]
    query |= {"startDate": [tomorrow.isoformat()], "lookForwardTime": ["P60D"], "meetingDuration": ["60"]}
    search["queryStringParameters"] = {key: values[-1] for key, values in query.items()}
    offers = json.loads(invoke("list_available_time_slots", search)["body"])
    if not isinstance(offers, list) or not offers:
        raise Failure(
            f"Anna and customer {_CUSTOMER}, whom the events book, have no free time in common in the next 60 days: "
            "delete .local/state and start anew."
        )
    return datetime.fromisoformat(offers[0]["startDate"])


def _names_a_time(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_INSTANT, _LOCAL, _DATE))


def _moved(text: str, start: datetime) -> str:
    """The text with its meeting at `start`, and all other times as far from it as they were."""
    days = start.astimezone(ZONE).date() - WRITTEN_START.date()

    def instant(found: re.Match[str]) -> str:
        moved = start + (datetime.fromisoformat(found[0]) - WRITTEN_START)
        return moved.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def local(found: re.Match[str]) -> str:
        written = datetime.strptime(found[0], "%Y%m%dT%H%M%S").replace(tzinfo=ZONE)
        return (start + (written - WRITTEN_START)).astimezone(ZONE).strftime("%Y%m%dT%H%M%S")

    def day(found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + days).isoformat()

    return _DATE.sub(day, _LOCAL.sub(local, _INSTANT.sub(instant, text)))
