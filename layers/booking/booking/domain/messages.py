"""Who is written to about a meeting, what about, and what has been written already.

A meeting's `sequence` grows with each change that people must know of: its time, room, employee or type, and its
cancellation. Whoever was told of the newest sequence needs no other message.
"""

from collections.abc import Mapping, Sequence
from copy import replace
from enum import StrEnum

from msgspec import Struct, field

from booking.domain.configuration import Configuration
from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.meeting import Meeting, MeetingStatus

DEFAULT_REMINDERS = (SECONDS_PER_DAY,)
KEPT_SECONDS = 30 * SECONDS_PER_DAY
"""How long after the meeting the record of what was sent is kept."""
SUPPRESSED_SECONDS = 90 * SECONDS_PER_DAY
"""How long after a bounce or a complaint no e-mail goes to an address."""
IN_FLIGHT_SECONDS = 60
"""How long a message may be under way. After that, nobody knows whether it was sent."""


class Unwritable(ValueError):
    """No message can be written to this address."""


class MessageKind(StrEnum):
    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"
    WAITLIST_OFFER = "waitlistOffer"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class MessageStatus(StrEnum):
    SENDING = "Sending"
    SENT = "Sent"
    NOT_SENT = "NotSent"
    """The service refused it for now: it is tried again."""
    FAILED = "Failed"
    """The service will never take it."""
    SUPPRESSED = "Suppressed"
    """The address has bounced, or its owner has complained: nothing was sent."""
    UNKNOWN = "Unknown"
    """The function ended between its write and the service's answer. It is not sent again."""


def mailbox(address: str) -> str:
    """The address as mail servers know it: its domain in ASCII (RFC 5891). Raises Unwritable where there is none."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Unwritable from error


class Recipient(Struct, frozen=True):
    """One address of somebody who is told. `address` is an e-mail address or an E.164 number."""

    channel: Channel
    address: str
    name: str = ""
    language: str | None = None
    is_customer: bool = False


class MessageSettings(Struct, frozen=True):
    """What the organisation's document says of messages.

    `texts` are by language and kind. `reminders` are seconds before the start; `topic_reminders` are those of topics
    that have their own.
    """

    language: str = "en"
    texts: Mapping[str, Mapping[MessageKind, "Text"]] = field(default_factory=dict)
    reminders: Sequence[int] = DEFAULT_REMINDERS
    topic_reminders: Mapping[str, Sequence[int]] = field(default_factory=dict)
    notifies_employees: bool = False

    def reminders_of(self, meeting: Meeting) -> Sequence[int]:
        return self.topic_reminders.get(meeting.topic_id or "", self.reminders)


class Text(Struct, frozen=True):
    """A message's words, with placeholders such as {topic}."""

    subject: str
    text: str
    sms: str = ""
    """Empty: the subject."""


class Sent(Struct, frozen=True):
    """What is known of the newest message to one address about one meeting; `at` is in Unix seconds."""

    kind: MessageKind
    sequence: int
    status: MessageStatus
    at: int

    def is_under_way(self, now: int) -> bool:
        return self.status is MessageStatus.SENDING and now < self.at + IN_FLIGHT_SECONDS

    def ended(self, status: MessageStatus) -> "Sent":
        return replace(self, status=status)


def recipients_of(
    meeting: Meeting, configuration: Configuration, settings: MessageSettings, channels: frozenset[Channel]
) -> list[Recipient]:
    """The customer, the external attendees and, if the organisation wants it, the employees; each address once."""
    found = []
    if meeting.customer:
        name, language = meeting.customer.name or "", meeting.customer.language
        if meeting.customer.email:
            found.append(Recipient(Channel.EMAIL, meeting.customer.email, name, language, True))
        if meeting.customer.phone:
            found.append(Recipient(Channel.SMS, meeting.customer.phone, name, language, True))
    found += [Recipient(Channel.EMAIL, each.email, each.name) for each in meeting.external_attendees]
    if settings.notifies_employees:
        employees = map(configuration.employees.get, (meeting.employee_id, *meeting.additional_employees))
        found += [Recipient(Channel.EMAIL, each.email, each.name) for each in employees if each and each.email]
    by_address = {each.address.casefold(): each for each in reversed(found) if each.channel in channels}
    return list(reversed(by_address.values()))


def message_due(meeting: Meeting, sent: Sent | None, now: int) -> MessageKind | None:
    """What an address is to be told now that it has not been told; None if nothing, or if the meeting is over."""
    if meeting.end <= now or (sent and sent.status is not MessageStatus.NOT_SENT and sent.sequence >= meeting.sequence):
        return None
    if meeting.status is MeetingStatus.CANCELLED:
        return MessageKind.CANCELLATION
    if sent is None or (sent.status is MessageStatus.NOT_SENT and sent.kind is MessageKind.CONFIRMATION):
        return MessageKind.CONFIRMATION
    return MessageKind.CHANGE


def offer_is_due(offered: Meeting, sent: Sent | None) -> bool:
    """Whether an address is to be told of a time that is held for somebody on the waitlist: of each one once."""
    return sent is None or sent.status is MessageStatus.NOT_SENT or sent.sequence < offered.sequence


def reminder_is_due(meeting: Meeting, start: int, sent: Sent | None, now: int) -> bool:
    """Whether to send a reminder that was planned for this start: not after a move, and only once."""
    is_new = sent is None or sent.status is MessageStatus.NOT_SENT
    return is_new and meeting.status is MeetingStatus.CONFIRMED and meeting.start == start and now < start
