"""SES, SNS and the scheduler around the function that sends messages, and a desk that books what they tell of."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from botocore.exceptions import ClientError
from icalendar import Calendar

from booking.storage import outbox, reminders
from booking.storage.outbox import Outbox
from booking.storage.reminders import Reminders
from tests.endpoints.conftest import Functions, load_event, sending

CUSTOMER = {"name": "Kim Ærø", "email": "kim@example.com", "language": "da-DK"}
MEETING = {
    "startDate": "2027-01-11T10:00:00Z",
    "endDate": "2027-01-11T11:00:00Z",
    "employeeId": "anna",
    "type": "Online",
    "topicId": "mortgage",
    "customerId": "67890",
    "customer": CUSTOMER,
}


class Killed(BaseException):
    """The function's process ends here."""


def error(code: str, status: int = 400) -> ClientError:
    """As a service says it, with the recipient in its message."""
    response = {
        "Error": {"Code": code, "Message": "not to kim@example.com, +4512345678"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "SendEmail")


@dataclass
class Services:
    """SES, SNS and the scheduler, as the SDK's clients have them. `troubles` are raised instead of sending."""

    functions: Functions
    mails: list[Any] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    troubles: list[BaseException] = field(default_factory=list)

    def send_email(self, Destination: dict[str, list[str]], Content: Any, **_: Any) -> None:  # noqa: N803
        if self.troubles:
            raise self.troubles.pop(0)
        self.mails.append(message_from_bytes(Content["Raw"]["Data"], policy=policy.default))
        self.envelopes += Destination["ToAddresses"]

    def publish(self, PhoneNumber: str, Message: str, **_: Any) -> None:  # noqa: N803
        if self.troubles:
            raise self.troubles.pop(0)
        self.texts.append((PhoneNumber, Message))

    def create_schedule(self, Name: str, **schedule: Any) -> None:  # noqa: N803
        if Name in self.schedules:
            raise error("ConflictException")
        self.schedules[Name] = schedule

    def update_schedule(self, Name: str, **schedule: Any) -> None:  # noqa: N803
        self.schedules[Name] = schedule

    def delete_schedule(self, Name: str, GroupName: str) -> None:  # noqa: N803
        if self.schedules.pop(Name, None) is None:
            raise error("ResourceNotFoundException")

    def happen(self, meeting: dict[str, Any]) -> bool:
        """An event of this meeting comes out of the queue; False where it is to come again."""
        event = load_event("send_messages")
        body = json.loads(event["Records"][0]["body"])
        body["detail"]["meetingId"] = meeting["id"]
        return self.hand_out(body)

    def tell_of(self, event: str, address: str = CUSTOMER["email"], **changes: Any) -> bool:
        """SES tells what became of an e-mail to this address, as the event file has it but for the changes."""
        body = json.loads(load_event(event)["Records"][0]["body"])
        detail = body["detail"]
        detail["mail"]["destination"] = [address]
        detail[detail["eventType"].lower()] |= changes
        return self.hand_out(body)

    def hand_out(self, body: dict[str, Any]) -> bool:
        event = {"Records": [{"messageId": "m", "body": json.dumps(body)}]}
        answer = self.functions.module("send_messages").lambda_handler(event, None)
        return not answer["batchItemFailures"]

    def due(self) -> list[dict[str, Any]]:
        """What the scheduler puts into the queue, each in its time."""
        return [json.loads(schedule["Target"]["Input"]) for schedule in self.schedules.values()]

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]).partition(":")[0] for mail in self.mails]


@pytest.fixture
def services(desk: Functions, monkeypatch: pytest.MonkeyPatch) -> Services:
    services = Services(desk)
    sent = Outbox(services, services, "booking@example.com", "Booking")
    planned = Reminders(services, "group", "arn:queue", "arn:role")
    monkeypatch.setattr(outbox, "connect", lambda: sent)
    monkeypatch.setattr(reminders, "connect", lambda: planned)
    return services


@pytest.fixture
def book(desk: Functions) -> Callable[..., dict[str, Any]]:
    def book(**fields: Any) -> dict[str, Any]:
        answer = desk.call("create_meeting", change=sending(MEETING | fields))
        assert answer.status == 201, answer.text
        meeting: dict[str, Any] = answer.json
        return meeting

    return book


def change(desk: Functions, meeting: dict[str, Any], path: str, value: Any) -> None:
    def patch(event: dict[str, Any]) -> None:
        event["pathParameters"] = {"meetingId": meeting["id"]}
        event["headers"]["If-Match"] = event["multiValueHeaders"]["If-Match"] = None
        event["body"] = json.dumps([{"op": "replace", "path": path, "value": value}])

    answer = desk.call("update_meeting", change=patch)
    assert answer.status == 200, answer.text


def cancel(desk: Functions, meeting: dict[str, Any]) -> None:
    def named(event: dict[str, Any]) -> None:
        event["pathParameters"] = {"meetingId": meeting["id"]}

    assert desk.call("cancel_meeting", change=named).status == 204


def plain(mail: Any) -> str:
    text: str = mail.get_body(("plain",)).get_content()
    return text.replace("\r\n", "\n").strip()


def event_of(mail: Any) -> tuple[str, Any]:
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), event
