"""Messages in words: e-mails (RFC 5322) with a plain, an HTML and a calendar part, and SMS.

Babel writes dates in the recipient's language. Only the function that sends messages has it in its package.
"""

import os
import re
from collections.abc import Iterator, Mapping
from copy import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from msgspec import Struct

from booking.calendar_file import PLACEHOLDER, filled, invitation, invitation_method, placeholders
from booking.domain.configuration import Configuration
from booking.domain.languages import locales_for
from booking.domain.meeting import Meeting
from booking.domain.messages import MessageKind, MessageSettings, Recipient, Text, Unwritable, mailbox
from booking.message_texts import BUILT_IN, FALLBACK

LINK = re.compile(r"https?://[^\s<>\"]+")
HTML = """\
<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{subject}</title></head>
<body style="margin:0;padding:24px 12px;background:#f3f4f6;color:#1f2933;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:28px 32px;background:#fff;border:1px solid #d9dde3;border-radius:8px">
{paragraphs}
</div>
</body>
</html>
"""


class Letters(Struct, frozen=True):
    """Messages in the organisation's words. `manage_url` is where customers see their meetings; empty: nowhere.

    `offer_url` is where they take a time that is offered, with {timeSlotId} for its slot. `held_until`: until when the
    time is held that the message offers.
    """

    configuration: Configuration
    settings: MessageSettings
    sender: str
    manage_url: str
    offer_url: str = ""
    held_until: int | None = None

    def of_offer(self, held_until: int) -> "Letters":
        return replace(self, held_until=held_until)

    def email(self, kind: MessageKind, meeting: Meeting, recipient: Recipient, now: int) -> bytes:
        """The whole message, with the meeting as an invitation unless it is only offered. Raises Unwritable."""
        language, text = self._text(kind, recipient)
        values = self._values(meeting, recipient, language)
        subject, body = worded(text.subject, _headline(values)), worded(text.text, values)
        organisation = self.configuration.organisation
        message = EmailMessage(policy=SMTP)
        message["From"] = _address(organisation.organizer_name or organisation.name, self.sender)
        message["To"] = _address(recipient.name, recipient.address)
        if organisation.organizer_email:
            message["Reply-To"] = _address(organisation.organizer_name, organisation.organizer_email)
        message["Subject"] = subject
        message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
        message["Message-ID"] = f"<{meeting.id}.{meeting.sequence}.{kind}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        message.add_alternative(_html(subject, body, language), subtype="html")
        if kind is MessageKind.WAITLIST_OFFER:
            return message.as_bytes()
        calendar = invitation(meeting, self.configuration, now, _languages(recipient, language)).decode()
        method = {"method": invitation_method(meeting)}
        message.add_alternative(calendar, subtype="calendar", params=method, cte="base64")
        return message.as_bytes()

    def sms(self, kind: MessageKind, meeting: Meeting, recipient: Recipient) -> str:
        language, text = self._text(kind, recipient)
        return worded(text.sms or text.subject, _headline(self._values(meeting, recipient, language)))

    def _text(self, kind: MessageKind, recipient: Recipient) -> tuple[str, Text]:
        """The text in the first language that has one, the organisation's own before the built-in."""
        return next(
            (language, by_kind[kind])
            for tag in _tags(recipient.language, self.settings.language, FALLBACK)
            for texts in (self.settings.texts, BUILT_IN)
            for language, by_kind in texts.items()
            if language.casefold() == tag and kind in by_kind
        )

    def _values(self, meeting: Meeting, recipient: Recipient, language: str) -> Mapping[str, str]:
        locale, zone = _locale(language), self.configuration.organisation.time_zone
        locales = locales_for(_languages(recipient, language), self.configuration.organisation.locales)
        start, end = (datetime.fromtimestamp(each, zone) for each in (meeting.start, meeting.end))
        day, begins = format_date(start, "full", locale), format_time(start, "short", locale=locale)
        ends, zone_name = format_time(end, "short", locale=locale), get_timezone_name(start, locale=locale)
        return placeholders(meeting, self.configuration, locales) | {
            "name": recipient.name,
            "organisation": self.configuration.organisation.name,
            "start": f"{day} {begins}",
            "end": ends,
            "when": f"{day}\n{begins} – {ends} ({zone_name})",
            "heldUntil": self._held_until(locale),
            "offerUrl": self._offer_url(meeting, recipient),
            "manageUrl": self.manage_url if recipient.is_customer else "",
        }

    def _offer_url(self, meeting: Meeting, recipient: Recipient) -> str:
        is_offered = recipient.is_customer and self.held_until is not None
        return filled(self.offer_url, {"timeSlotId": meeting.time_slot_id}) if is_offered else ""

    def _held_until(self, locale: Locale) -> str:
        if self.held_until is None:
            return ""
        until = datetime.fromtimestamp(self.held_until, self.configuration.organisation.time_zone)
        return f"{format_date(until, 'long', locale)} {format_time(until, 'short', locale=locale)}"


def links() -> Mapping[str, str]:
    """The pages that messages link to, as the environment names them, by the fields of `Letters`."""
    return {"manage_url": os.environ["MANAGE_URL"], "offer_url": os.environ["OFFER_URL"]}


def _headline(values: Mapping[str, str]) -> Mapping[str, str]:
    """For a subject: a meeting without a topic has its title there, or the employee's name."""
    return {**values, "topic": values["topic"] or values["title"] or values["employee"]}


def _languages(recipient: Recipient, language: str) -> list[str]:
    """Those that names are wanted in: the recipient's, then the text's."""
    return [recipient.language, language] if recipient.language else [language]


def _tags(*languages: str | None) -> Iterator[str]:
    """Each language as it is, and without its region."""
    for language in languages:
        if language:
            yield language.casefold()
            yield language.casefold().partition("-")[0]


def _locale(language: str) -> Locale:
    for tag in _tags(language):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(FALLBACK)


def worded(template: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in. A line whose placeholders are all empty is left out."""
    lines = []
    for line in template.split("\n"):
        named = [name for name in PLACEHOLDER.findall(line) if name in values]
        if not named or any(values[name] for name in named):
            lines.append(filled(line, values).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _address(name: str, address: str) -> Address:
    """A domain may have letters of any language. Raises Unwritable for an address that no e-mail can be sent to."""
    local, _, domain = mailbox(address).rpartition("@")
    try:
        return Address(name, local, domain)
    except ValueError as error:
        raise Unwritable from error


def _html(subject: str, body: str, language: str) -> str:
    paragraphs = "\n".join(
        f'<p style="margin:0 0 16px">{"<br>".join(map(_with_links, block.splitlines()))}</p>'
        for block in body.split("\n\n")
    )
    return HTML.format(
        language=escape(language),
        direction=_locale(language).text_direction,
        subject=escape(subject),
        paragraphs=paragraphs,
    )


def _with_links(line: str) -> str:
    """The line as HTML, its addresses of pages as links."""
    found, last = [], 0
    for match in LINK.finditer(line):
        url = escape(match[0])
        found += [escape(line[last : match.start()]), f'<a href="{url}" style="color:#0b5cad">{url}</a>']
        last = match.end()
    return "".join([*found, escape(line[last:])])
