"""What customers are sent, on the running stack: booked over HTTP, read back as the mail that would have gone out."""

import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.sign_in import Stack
from tests.calendar.conftest import Parse, Parsed, ical_js, parse, read_by_ical_js
from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

__all__ = ["ical_js", "parse", "read_by_ical_js"]

PATIENCE_SECONDS = 90


@pytest.fixture(scope="module")
def times(callers: Callers) -> Times:
    return Times(callers.client("staff"), days_ahead=35)


def mails_to(address: str, count: int) -> list[EmailMessage]:
    """The mails to this address, the oldest first, once there are so many."""
    folder = Path(os.environ["BOOKING_STACK"]).parent / "mail"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        parsed = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]
        found = [mail for mail in parsed if address in {each.addr_spec for each in mail["To"].addresses}]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, f"{len(found)} of {count} mails came"
        time.sleep(0.2)


def part(mail: EmailMessage, content_type: str) -> Any:
    [found] = [each for each in mail.walk() if each.get_content_type() == content_type]
    return found


def event_of(mail: EmailMessage, parse: Parse) -> tuple[str, Parsed]:
    """The METHOD, and the only event, as two parsers read them."""
    read = parse(part(mail, "text/calendar").get_content().encode())
    [event] = read["events"]
    return read["method"], event


def name_of_the_topic(staff: Api, language: str) -> str:
    topics = staff.call(
        "GET", "/bookme/meeting-topics", params={"isCustomer": "false"}, headers={"Accept-Language": language}
    ).json()
    [name] = [topic["name"] for topic in topics if topic["id"] == "mortgage"]
    return str(name)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def book(staff: Api, times: Times, customer: dict[str, str], **more: Any) -> dict[str, Any]:
    slot = staff.post("/bookme/time-slots/reserve", {"timeSlot": times.next(), "token": str(uuid.uuid4())}).json()
    body = {"timeSlotId": slot["id"], "type": "Online", "customer": customer, **more}
    answer = staff.post("/bookme/meetings", body)
    assert answer.status_code == 201, answer.text
    meeting: dict[str, Any] = answer.json()
    return meeting


def test_a_customer_and_a_guest_are_told_of_a_meeting_its_new_time_and_its_end(
    callers: Callers, times: Times, parse: Parse
) -> None:
    staff, name = callers.client("staff"), uuid.uuid4().hex
    customer, guest = f"{name}@example.com", f"guest-{name}@example.com"
    meeting = book(
        staff,
        times,
        {"name": "Kim Ærø", "email": customer, "language": "da-DK"},
        externalAttendees=[{"name": "Bo Berg", "email": guest}],
        topicId="mortgage",
    )

    [confirmation] = mails_to(customer, 1)
    method, event = event_of(confirmation, parse)
    danish = name_of_the_topic(staff, "da-DK")
    assert confirmation["Subject"].startswith(f"Bekræftet: {danish}, ")
    assert danish in event["summary"]
    assert "Hej Kim Ærø," in part(confirmation, "text/plain").get_content()
    assert 'lang="da"' in part(confirmation, "text/html").get_content()
    assert (method, event["uid"], event["sequence"]) == ("REQUEST", meeting["id"], 0)
    assert {f"mailto:{customer}", f"mailto:{guest}"} <= {each["address"] for each in event["attendees"]}
    assert event["organizer"]
    assert event["start"] == instant(meeting["startDate"])
    assert event["end"] == instant(meeting["endDate"])
    [invited] = mails_to(guest, 1)
    assert invited["Subject"].startswith(f"Confirmed: {name_of_the_topic(staff, 'en-GB')}, ")

    slot = staff.post("/bookme/time-slots/reserve", {"timeSlot": times.next(), "token": str(uuid.uuid4())}).json()
    change = [{"op": "replace", "path": "/timeSlotId", "value": slot["id"]}]
    moved = staff.call("PATCH", f"/bookme/meetings/{meeting['id']}", json=change).json()
    method, event = event_of(mails_to(customer, 2)[1], parse)
    assert (method, event["uid"], event["sequence"]) == ("REQUEST", meeting["id"], 1)
    assert (event["start"], event["end"]) == (instant(moved["startDate"]), instant(moved["endDate"]))

    staff.call("DELETE", f"/bookme/meetings/{meeting['id']}")
    cancellation = mails_to(customer, 3)[2]
    method, event = event_of(cancellation, parse)
    assert cancellation["Subject"].startswith("Aflyst: ")
    assert (method, event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert [mail["Subject"].partition(":")[0] for mail in mails_to(guest, 3)] == ["Confirmed", "Changed", "Cancelled"]


def test_a_mobile_number_is_sent_one_short_text(callers: Callers, times: Times, stack: Stack) -> None:
    number = f"+45{uuid.uuid4().int % 10**8:08}"
    book(callers.client("staff"), times, {"phone": number})

    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        sent = httpx.get(f"{stack['endpointUrl']}/_ministack/sns/sms-messages").json()["sms_messages"].get(number)
        if sent:
            break
        assert time.monotonic() < deadline, "no SMS came"
        time.sleep(0.2)
    [text] = sent
    assert text["Message"].startswith("Confirmed: ")


@pytest.fixture
def reminded(callers: Callers) -> Any:
    """Makes the organisation remind of a meeting in some seconds from now; as before after the test."""
    admin = callers.client("admin")
    before = admin.get("/config/organisation").json()

    def remind(start: str, seconds: int) -> None:
        left = int((datetime.fromisoformat(start) - datetime.now(UTC)).total_seconds()) - seconds
        days, rest = divmod(left, 86_400)
        duration = f"{days}.{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
        assert admin.call("PUT", "/config/organisation", json=before | {"reminders": [duration]}).status_code == 200

    yield remind
    admin.call("PUT", "/config/organisation", json=before)


def test_a_reminder_comes_at_its_time(callers: Callers, times: Times, reminded: Callable[[str, int], None]) -> None:
    address, time_slot = f"{uuid.uuid4().hex}@example.com", times.next()
    reminded(time_slot["startDate"], 20)
    staff = callers.client("staff")
    slot = staff.post("/bookme/time-slots/reserve", {"timeSlot": time_slot, "token": str(uuid.uuid4())}).json()
    staff.post("/bookme/meetings", {"timeSlotId": slot["id"], "type": "Online", "customer": {"email": address}})

    assert [mail["Subject"].partition(":")[0] for mail in mails_to(address, 2)] == ["Confirmed", "Reminder"]
