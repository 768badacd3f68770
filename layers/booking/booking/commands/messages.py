"""Write to those who take part in a meeting: what is new about it, and reminders; and to those who are offered a time.

The meeting is looked at when the message is sent, so late, repeated or reordered events tell nothing old. A message is
claimed by a conditional write before it is handed over: nobody gets it twice. A function that ends between the two
may or may not have sent the message. Such a message is counted and logged, and not sent again. An address that bounced,
or whose owner complained, gets no e-mail for some months.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from booking.domain.configuration import Configuration
from booking.domain.events import EventType
from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.messages import (
    Channel,
    MessageKind,
    MessageSettings,
    MessageStatus,
    Recipient,
    Sent,
    Unwritable,
    message_due,
    offer_is_due,
    recipients_of,
    reminder_is_due,
)
from booking.domain.waitlist import WaitlistStatus, offered_meeting
from booking.storage import meetings, messages, suppressions, waitlist
from booking.storage.outbox import Feedback, NotNow, Outbox, Refused, Unknown, feedback_of
from booking.storage.reminders import Reminder, Reminders, reminder_of
from booking.storage.table import Collision, Table


class TooEarly(Exception):
    """A message to somebody is under way, or could not be sent now. The queue hands the event out again."""


class _Suppressed(Exception):
    """The address gets no e-mails."""


class Outcome(Struct, frozen=True):
    """What became of a message. `code` is what the service says that refused it."""

    meeting_id: str
    kind: MessageKind
    channel: Channel
    status: MessageStatus
    code: str | None = None

    @property
    def facts(self) -> dict[str, object]:
        """What may be logged: nothing about a person."""
        return {
            "meetingId": self.meeting_id,
            "kind": self.kind,
            "channel": self.channel,
            "status": self.status,
            "code": self.code,
        }


class Composer(Protocol):
    """Puts a message into words, with this configuration and these settings."""

    @property
    def configuration(self) -> Configuration: ...

    @property
    def settings(self) -> MessageSettings: ...

    def of_offer(self, held_until: int) -> "Composer":
        """The same for a time that is held until then."""
        ...

    def email(self, kind: MessageKind, meeting: Meeting, recipient: Recipient, now: int) -> bytes: ...

    def sms(self, kind: MessageKind, meeting: Meeting, recipient: Recipient) -> str: ...


class Messages(Struct, frozen=True):
    """What writing needs. `clock` gives Unix seconds; `ended` is told what became of each message."""

    table: Table
    outbox: Outbox
    reminders: Reminders
    ended: Callable[[Outcome], None]
    clock: Callable[[], int]

    def deal_with(self, body: Mapping[str, Any], composer: Composer) -> Feedback | None:
        """A message of the queue: an event of a meeting, a reminder that has come due, or what SES tells.

        Returns what SES tells, if that stopped e-mails to somebody. Raises TooEarly.
        """
        if feedback := feedback_of(body):
            self.suppress(feedback)
            return feedback if feedback.addresses else None
        if reminder := reminder_of(body):
            self.remind(reminder, composer)
        elif body["detail-type"] == EventType.WAITLIST_OFFER:
            self.offer(body["detail"]["waitlistId"], composer)
        else:
            self.tell(body["detail"]["meetingId"], composer)
        return None

    def tell(self, meeting_id: str, composer: Composer) -> None:
        """Tells everybody what is new about the meeting, and plans its reminders. Raises TooEarly.

        The same again adds nothing.
        """
        meeting, known = messages.read(self.table, meeting_id)
        if meeting is None:
            return
        recipients = self._recipients(meeting, composer)
        names = {messages.name_of(meeting, each): each for each in recipients}
        is_done = self._send_each(meeting, names, known, composer, lambda sent, now: message_due(meeting, sent, now))
        self._plan(meeting, composer.settings, has_recipients=bool(recipients))
        if not meeting.has_personal_data:
            messages.forget(self.table, meeting.id, [name for name in known if name not in names])
        if not is_done:
            raise TooEarly

    def remind(self, reminder: Reminder, composer: Composer) -> None:
        """Sends a reminder that has come due, if the meeting still takes place then. Raises TooEarly."""
        meeting, known = messages.read(self.table, reminder.meeting_id)
        if meeting is None:
            return

        def due(sent: Sent | None, now: int) -> MessageKind | None:
            return MessageKind.REMINDER if reminder_is_due(meeting, reminder.start, sent, now) else None

        recipients = self._recipients(meeting, composer)
        names = {messages.name_of(meeting, each, reminder.before): each for each in recipients}
        if not self._send_each(meeting, names, known, composer, due):
            raise TooEarly

    def offer(self, waitlist_id: str, composer: Composer) -> None:
        """Tells the customer of the time that is held, if it still is. Raises TooEarly."""
        stored = waitlist.get(self.table, waitlist_id)
        entries = waitlist.as_of(self.table, [stored] if stored else [], self.clock())
        for entry in entries:
            if entry.status is not WaitlistStatus.OFFERED or entry.offer is None:
                continue
            meeting = offered_meeting(entry, entry.offer)
            known = messages.known_about(self.table, entry.id)
            names = {messages.name_of(meeting, each): each for each in self._customer_of(meeting, composer)}

            def due(sent: Sent | None, _now: int, meeting: Meeting = meeting) -> MessageKind | None:
                return MessageKind.WAITLIST_OFFER if offer_is_due(meeting, sent) else None

            if not self._send_each(meeting, names, known, composer.of_offer(entry.offer.expires_at), due):
                raise TooEarly

    def suppress(self, feedback: Feedback) -> None:
        """Sends no more e-mails to these addresses. Those of a meeting that has been erased leave no trace."""
        meeting = meetings.get(self.table, feedback.meeting_id) if feedback.meeting_id else None
        if meeting is None or meeting.has_personal_data:
            for address in feedback.addresses:
                suppressions.add(self.table, address, self.clock())

    def _send_each(
        self,
        meeting: Meeting,
        recipients: Mapping[str, Recipient],
        known: Mapping[str, Sent],
        composer: Composer,
        due: Callable[[Sent | None, int], MessageKind | None],
    ) -> bool:
        """Sends each recipient what is due; False where something is under way or has to be tried again."""
        is_done = True
        for name, recipient in recipients.items():
            sent = self._settled(meeting, name, known.get(name), recipient)
            now = self.clock()
            if sent and sent.is_under_way(now):
                is_done = False
            elif kind := due(sent, now):
                is_done &= self._send(meeting, name, sent, kind, recipient, composer)
        return is_done

    def _recipients(self, meeting: Meeting, composer: Composer) -> list[Recipient]:
        return recipients_of(meeting, composer.configuration, composer.settings, self.outbox.channels)

    def _customer_of(self, meeting: Meeting, composer: Composer) -> list[Recipient]:
        return [each for each in self._recipients(meeting, composer) if each.is_customer]

    def _settled(self, meeting: Meeting, name: str, sent: Sent | None, recipient: Recipient) -> Sent | None:
        """The record of a message. One that has been under way for too long becomes Unknown."""
        if sent is None or sent.status is not MessageStatus.SENDING or sent.is_under_way(self.clock()):
            return sent
        unknown = sent.ended(MessageStatus.UNKNOWN)
        self._write(meeting, name, sent, unknown)
        self.ended(Outcome(meeting.id, sent.kind, recipient.channel, MessageStatus.UNKNOWN))
        return unknown

    def _send(
        self,
        meeting: Meeting,
        name: str,
        before: Sent | None,
        kind: MessageKind,
        recipient: Recipient,
        composer: Composer,
    ) -> bool:
        """Claims the message and hands it over; False where it has to be tried again."""
        now = self.clock()
        claimed = Sent(kind, meeting.sequence, MessageStatus.SENDING, now)
        status, code = MessageStatus.SENT, None
        try:
            hand_over = self._composed(kind, meeting, recipient, now, composer)
        except Unwritable:
            hand_over, status, code = None, MessageStatus.FAILED, Unwritable.__name__
        except _Suppressed:
            hand_over, status = None, MessageStatus.SUPPRESSED
        try:
            self._write(meeting, name, before, claimed if hand_over else claimed.ended(status))
        except Collision:
            return False
        if hand_over:
            try:
                hand_over()
            except NotNow:
                status = MessageStatus.NOT_SENT
            except Refused as refused:
                status, code = MessageStatus.FAILED, refused.code
            except Unknown:
                status = MessageStatus.UNKNOWN
            self._write(meeting, name, claimed, claimed.ended(status))
        self.ended(Outcome(meeting.id, kind, recipient.channel, status, code))
        return status is not MessageStatus.NOT_SENT

    def _composed(
        self, kind: MessageKind, meeting: Meeting, recipient: Recipient, now: int, composer: Composer
    ) -> Callable[[], None]:
        """Composes the message, and returns the call that hands it over. Raises Unwritable, _Suppressed."""
        if recipient.channel is Channel.SMS:
            text = composer.sms(kind, meeting, recipient)
            return lambda: self.outbox.send_sms(recipient.address, text)
        if suppressions.contains(self.table, recipient.address, now):
            raise _Suppressed
        content = composer.email(kind, meeting, recipient, now)
        return lambda: self.outbox.send_email(recipient.address, content, meeting.id)

    def _write(self, meeting: Meeting, name: str, before: Sent | None, after: Sent) -> None:
        self.table.write(messages.write(meeting, name, before, after))

    def _plan(self, meeting: Meeting, settings: MessageSettings, *, has_recipients: bool) -> None:
        is_on = meeting.status is MeetingStatus.CONFIRMED and has_recipients
        for before in settings.reminders_of(meeting):
            if is_on and meeting.start - before > self.clock():
                self.reminders.plan(Reminder(meeting.id, meeting.start, before))
            else:
                self.reminders.cancel(meeting.id, before)
