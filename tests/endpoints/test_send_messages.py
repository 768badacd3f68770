import io
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.logging import Logger
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from booking.domain.documents import ORGANISATION_ID, Kind
from booking.storage.table import Table, Throttled
from tests.calendar.conftest import Parse, ical_js, parse, read_by_ical_js
from tests.endpoints.conftest import (
    EXAMPLE_BANK,
    TRANSLATIONS,
    Clock,
    Functions,
    Log,
    configure,
    emitted,
    of_example_bank,
    sending,
)
from tests.endpoints.post_office import (
    CUSTOMER,
    Killed,
    Services,
    book,
    cancel,
    change,
    error,
    event_of,
    plain,
    services,
)
from tests.endpoints.waiting import Line, line, meeting

__all__ = ["book", "ical_js", "line", "meeting", "parse", "read_by_ical_js", "services"]

DAY = 86_400
TEN = int(datetime(2027, 1, 11, 10, tzinfo=UTC).timestamp())


def test_a_booking_is_confirmed_in_the_customers_language(services: Services, book: Any) -> None:
    meeting = book(externalAttendees=[{"name": "Bo Berg", "email": "bo@example.org"}])
    assert services.happen(meeting)

    [to_customer, to_guest] = services.mails
    assert to_customer["Subject"] == "Bekræftet: Mortgage, mandag den 11. januar 2027 11.00"
    text = plain(to_customer)
    assert "Hej Kim Ærø,\n\nDit møde er booket.\n\nMortgage\nmandag den 11. januar 2027\n11.00 – 12.00" in text
    assert "https://booking.example.com/meetings/" in text
    html = to_customer.get_body(("html",)).get_content()
    assert '<html lang="da" dir="ltr">' in html
    assert '<a href="https://booking.example.com/meetings/"' in html
    assert str(to_guest["Subject"]).startswith("Confirmed: Mortgage")
    assert "https://" not in plain(to_guest)  # the page is the customer's
    method, event = event_of(to_customer)
    attendees = {"mailto:anna@example.com", "mailto:kim@example.com", "mailto:bo@example.org"}
    assert (method, event["UID"], set(map(str, event["ATTENDEE"]))) == ("REQUEST", meeting["id"], attendees)


def test_two_parsers_read_the_same_in_an_invitation_and_in_its_cancellation(
    services: Services, book: Any, desk: Functions, parse: Parse
) -> None:
    meeting = book(externalAttendees=[{"name": "Bo Berg", "email": "bo@example.org"}])
    services.happen(meeting)
    cancel(desk, meeting)
    services.happen(meeting)

    for mail, method, sequence in ((services.mails[0], "REQUEST", 0), (services.mails[2], "CANCEL", 1)):
        [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        read = parse(part.get_content().encode())
        [event] = read["events"]
        assert (read["method"], event["uid"], event["sequence"]) == (method, meeting["id"], sequence)
        assert {each["address"] for each in event["attendees"]} == {
            "mailto:anna@example.com",
            "mailto:kim@example.com",
            "mailto:bo@example.org",
        }
        assert event["organizer"]["address"].startswith("mailto:")
        assert (event["start"], event["end"]) == (TEN, TEN + 3600)


def test_an_event_that_comes_again_sends_nothing(services: Services, book: Any) -> None:
    meeting = book()
    assert services.happen(meeting)
    assert services.happen(meeting)

    assert services.subjects == ["Bekræftet"]


def test_only_what_concerns_the_appointment_is_told(services: Services, book: Any, desk: Functions) -> None:
    meeting = book()
    services.happen(meeting)
    change(desk, meeting, "/title", "Another title")
    services.happen(meeting)
    assert services.subjects == ["Bekræftet"]

    change(desk, meeting, "/roomId", "cph-1")
    services.happen(meeting)
    cancel(desk, meeting)
    services.happen(meeting)
    assert services.subjects == ["Bekræftet", "Ændret", "Aflyst"]
    assert [event_of(mail)[1]["SEQUENCE"] for mail in services.mails] == [0, 1, 2]
    assert event_of(services.mails[2])[0] == "CANCEL"


def test_events_that_come_late_tell_what_is_so_now(services: Services, book: Any, desk: Functions) -> None:
    meeting = book()
    change(desk, meeting, "/roomId", "cph-1")
    cancel(desk, meeting)
    for _ in range(3):
        services.happen(meeting)

    assert services.subjects == ["Aflyst"]


def test_a_function_that_is_killed_while_it_sends_sends_nothing_twice(
    services: Services, book: Any, clock: Clock
) -> None:
    meeting = book()
    services.troubles = [Killed()]
    with pytest.raises(Killed):
        services.happen(meeting)
    assert not services.happen(meeting)  # another one may still be sending
    clock.advance(120)
    assert services.happen(meeting)

    assert services.mails == []


@pytest.mark.parametrize(
    "trouble", [error("TooManyRequestsException", 429), ConnectTimeoutError(endpoint_url="x")], ids=str
)
def test_a_message_that_cannot_be_sent_now_is_sent_later(services: Services, book: Any, trouble: BaseException) -> None:
    meeting = book()
    services.troubles = [trouble]
    assert not services.happen(meeting)
    assert services.happen(meeting)

    assert services.subjects == ["Bekræftet"]


@pytest.mark.parametrize("trouble", [error("MessageRejected"), ReadTimeoutError(endpoint_url="x")], ids=str)
def test_a_message_that_was_refused_or_may_have_been_sent_is_not_sent_again(
    services: Services, book: Any, trouble: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = list[str]()
    logger = services.functions.module("send_messages").logger
    monkeypatch.setattr(logger, "warning", lambda message, extra: logged.append(f"{message} {extra}"))
    meeting = book()
    services.troubles = [trouble]
    assert services.happen(meeting)
    assert services.happen(meeting)

    assert services.mails == []
    [line] = logged
    assert meeting["id"] in line
    assert "kim" not in line.lower()


def test_an_address_that_no_mail_has_is_given_up_and_stops_nobody_else(services: Services, book: Any) -> None:
    guests = [{"name": "Bad", "email": "bäd@example.com"}, {"name": "Bo", "email": "bo@bücher.example"}]
    assert services.happen(book(externalAttendees=guests))

    assert services.envelopes == ["kim@example.com", "bo@xn--bcher-kva.example"]
    assert [mail["To"].addresses[0].addr_spec for mail in services.mails] == services.envelopes


def test_a_number_gets_the_subject_as_an_sms(services: Services, book: Any) -> None:
    services.happen(book(customer={"phone": "+4512345678"}))

    assert services.mails == []
    assert services.texts == [("+4512345678", "Confirmed: Mortgage, Monday, January 11, 2027 11:00\u202fAM")]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(error("MessageRejected"), id="refused"),
        pytest.param(error("TooManyRequestsException", 429), id="throttled"),
        pytest.param(error("AccessDeniedException"), id="not allowed"),
        pytest.param(ReadTimeoutError(endpoint_url="https://kim@example.com"), id="unanswered"),
        pytest.param(ConnectTimeoutError(endpoint_url="https://kim@example.com"), id="not reached"),
        pytest.param(ValueError("kim@example.com"), id="a fault of ours"),
    ],
)
def test_no_name_address_or_number_reaches_the_log(
    services: Services,
    book: Any,
    clock: Clock,
    trouble: BaseException,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    written = io.StringIO()
    own = Logger(service=request.node.name, stream=written, level="DEBUG")
    monkeypatch.setattr(services.functions.module("send_messages"), "logger", own)
    meeting = book(customer={**CUSTOMER, "phone": "+4512345678"})
    services.troubles = [trouble, trouble]  # of the mail, and of the SMS
    services.happen(meeting)
    services.happen(meeting)
    for due in services.due():
        clock.advance(6 * DAY)
        services.troubles = [trouble, trouble]
        services.hand_out(due)
    services.tell_of("send_messages_bounce")
    services.tell_of("send_messages_complaint")

    everything = written.getvalue() + log.stream.getvalue() + caplog.text
    assert "address suppressed" in everything
    for personal in ("kim", "ærø", "12345678"):
        assert personal not in everything.lower()


def test_the_organisation_has_its_own_words_and_employees_read_them_too(
    services: Services, book: Any, table: Table
) -> None:
    own = {"subject": "{topic}!", "text": "Hi {name}\n\nRoom {room}\n\nSee you {unknown}."}
    document = EXAMPLE_BANK[0][2] | {"messages": {"da": {"confirmation": own}}, "notifyEmployees": True}
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, document)
    services.happen(book())

    [to_customer, to_employee] = services.mails
    assert to_customer["Subject"] == "Mortgage!"
    assert plain(to_customer) == "Hi Kim Ærø\n\nSee you {unknown}."
    assert to_employee["To"].addresses[0].addr_spec == "anna@example.com"
    assert str(to_employee["Subject"]).startswith("Confirmed: ")


def test_an_employee_without_an_address_is_not_written_to(services: Services, book: Any, table: Table) -> None:
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, EXAMPLE_BANK[0][2] | {"notifyEmployees": True})
    configure(table, Kind.EMPLOYEES, "anna", of_example_bank(Kind.EMPLOYEES, "anna") | {"email": ""})
    services.happen(book())

    assert services.subjects == ["Bekræftet"]


def test_a_reminder_comes_a_day_before_and_once(services: Services, book: Any, clock: Clock) -> None:
    services.happen(book())
    [schedule] = services.schedules.values()
    assert schedule["ScheduleExpression"] == "at(2027-01-10T10:00:00)"
    [due] = services.due()
    clock.advance(6 * DAY)
    assert services.hand_out(due)
    assert services.hand_out(due)

    assert services.subjects == ["Bekræftet", "Påmindelse"]


def test_a_meeting_that_begins_sooner_than_its_reminder_would_come_is_not_reminded_of(
    services: Services, book: Any, clock: Clock
) -> None:
    meeting = book()
    clock.advance(6 * DAY + 3 * 3600)
    services.happen(meeting)

    assert services.schedules == {}


def test_a_function_that_is_killed_while_it_reminds_does_not_remind_twice(
    services: Services, book: Any, clock: Clock
) -> None:
    services.happen(book())
    [due] = services.due()
    clock.advance(6 * DAY)
    services.troubles = [Killed()]
    with pytest.raises(Killed):
        services.hand_out(due)
    clock.advance(120)
    assert services.hand_out(due)

    assert services.subjects == ["Bekræftet"]


def test_no_reminder_is_sent_for_a_cancelled_meeting(
    services: Services, book: Any, desk: Functions, clock: Clock
) -> None:
    meeting = book()
    services.happen(meeting)
    [due] = services.due()
    cancel(desk, meeting)
    services.hand_out(due)  # the event of the cancellation is late
    services.happen(meeting)

    assert services.subjects == ["Bekræftet", "Aflyst"]
    assert services.schedules == {}


def test_a_meeting_that_is_moved_is_reminded_of_at_its_new_time(
    services: Services, book: Any, desk: Functions, clock: Clock
) -> None:
    meeting = book()
    services.happen(meeting)
    [old] = services.due()
    slot = {"startDate": "2027-01-12T10:00:00Z", "endDate": "2027-01-12T11:00:00Z", "employeeId": "anna"}
    body = {"timeSlot": slot, "token": "t", "existingMeetingId": meeting["id"]}
    new = desk.call("reserve_time_slot", change=sending(body)).json
    change(desk, meeting, "/timeSlotId", new["id"])
    services.happen(meeting)
    [schedule] = services.schedules.values()
    assert schedule["ScheduleExpression"] == "at(2027-01-11T10:00:00)"
    [due] = services.due()
    clock.advance(7 * DAY)
    services.hand_out(old)
    services.hand_out(due)

    assert services.subjects == ["Bekræftet", "Ændret", "Påmindelse"]


def test_after_the_erasure_nothing_is_left_of_messages(
    services: Services, book: Any, desk: Functions, table: Table
) -> None:
    meeting = book()
    services.happen(meeting)
    assert "MESSAGES#" in str(table.client.scan(TableName=table.name)["Items"])
    desk.call("erase_customer_data")
    services.happen(meeting)

    assert "MESSAGES#" not in str(table.client.scan(TableName=table.name)["Items"])
    assert services.schedules == {}
    assert services.subjects == ["Bekræftet"]


@pytest.fixture
def offered(services: Services, line: Line, meeting: Any) -> dict[str, Any]:
    """The event of an offer to somebody who has told both an address and a number."""
    contact = {**CUSTOMER, "phone": "+4512345678"}
    line.join("67890", customer=contact, topicId="mortgage", customerTypeId="private")
    line.cancel(meeting)
    [detail] = [detail for type, detail in line.told if type == "WaitlistOffer"]
    return {"detail-type": "WaitlistOffer", "detail": detail}


def test_the_entry_shows_until_when_the_offered_time_is_held(services: Services, offered: dict[str, Any]) -> None:
    assert services.hand_out(offered)

    [mail] = services.mails
    assert mail["Subject"] == "Ledig tid: Mortgage, mandag den 11. januar 2027 11.00"
    words = "Hej Kim Ærø,\n\nEn tid er blevet ledig. Vi holder den til dig indtil 4. januar 2027 09.30."
    assert words in plain(mail)
    slot_id = offered["detail"]["timeSlotId"]
    assert f"Tag tiden: https://booking.example.com/book/?booking=step:details,slot:{slot_id}\n" in plain(mail)
    assert mail.get_body(("calendar",)) is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert services.texts == [("+4512345678", "Ledig tid: Mortgage, mandag den 11. januar 2027 11.00")]
    assert services.schedules == {}


def test_an_offer_that_comes_again_is_told_once(services: Services, offered: dict[str, Any]) -> None:
    assert services.hand_out(offered)
    assert services.hand_out(offered)

    assert (len(services.mails), len(services.texts)) == (1, 1)


def test_an_offer_that_is_over_is_not_told(services: Services, offered: dict[str, Any], clock: Clock) -> None:
    clock.advance(1800)
    assert services.hand_out(offered)

    assert (services.mails, services.texts) == ([], [])


def test_each_offer_is_told(services: Services, offered: dict[str, Any], line: Line) -> None:
    assert services.hand_out(offered)
    line.run(1800)
    line.book("2027-01-11T10:00:00Z")
    other = line.join("67890", customer=CUSTOMER, startDate="2027-01-11T13:00:00Z", endDate="2027-01-11T14:00:00Z")
    for type, detail in line.told:
        if type == "WaitlistOffer" and detail["waitlistId"] == other:
            assert services.hand_out({"detail-type": type, "detail": detail})

    assert services.subjects == ["Ledig tid", "Ledig tid"]


def test_an_entry_that_is_gone_is_nobodys_to_tell(services: Services, offered: dict[str, Any], desk: Functions) -> None:
    desk.call("erase_customer_data")
    assert services.hand_out(offered)

    assert services.mails == []


@pytest.mark.usefixtures("translated_bank")
def test_each_reads_the_names_and_the_invitation_in_their_own_language(services: Services, book: Any) -> None:
    services.happen(
        book(type="Physical", roomId="cph-1", externalAttendees=[{"name": "Bo", "email": "bo@example.org"}])
    )

    [to_customer, to_guest] = services.mails
    assert str(to_customer["Subject"]).startswith("Bekræftet: Boliglån, mandag")
    assert "Boliglån\nmandag den 11. januar 2027" in plain(to_customer)
    assert "Tivoli, København, Rådhuspladsen" in plain(to_customer)
    assert event_of(to_customer)[1]["SUMMARY"] == "Boliglån hos Anna Holm"
    assert str(to_guest["Subject"]).startswith("Confirmed: Home loan, Monday")
    assert event_of(to_guest)[1]["SUMMARY"] == "Home loan with Anna Holm"


@pytest.mark.usefixtures("translated_bank")
def test_names_are_in_the_language_of_the_text_where_the_recipients_is_not_known(
    services: Services, book: Any, table: Table
) -> None:
    danish = TRANSLATIONS[0][2] | EXAMPLE_BANK[0][2] | {"language": "da"}
    configure(table, Kind.ORGANISATION, ORGANISATION_ID, danish)
    services.happen(book(customer={"phone": "+4512345678"}))
    later = {"startDate": "2027-01-11T12:00:00Z", "endDate": "2027-01-11T13:00:00Z"}
    services.happen(book(customer={"phone": "+4512345678", "language": "sv"}, **later))

    assert [text.partition(",")[0] for _, text in services.texts] == ["Bekræftet: Boliglån"] * 2


@pytest.fixture
def told(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that the function logs."""
    lines = list[str]()
    logger = services.functions.module("send_messages").logger
    for level in ("info", "warning", "error"):
        monkeypatch.setattr(logger, level, lambda message, extra=None: lines.append(f"{message} {extra}"))
    return lines


@pytest.mark.parametrize(
    ("event", "reason"), [("send_messages_bounce", "bounce"), ("send_messages_complaint", "complaint")]
)
def test_an_address_that_bounces_or_complains_gets_nothing_more(
    services: Services,
    book: Any,
    desk: Functions,
    table: Table,
    told: list[str],
    capsys: pytest.CaptureFixture[str],
    event: str,
    reason: str,
) -> None:
    guest = {"name": "Bo Berg", "email": "bo@example.org"}
    meeting = book(externalAttendees=[guest], customer=CUSTOMER | {"phone": "+4512345678"})
    services.happen(meeting)
    assert services.envelopes == ["kim@example.com", "bo@example.org"]

    emitted(capsys)
    assert services.tell_of(event)
    [counted] = emitted(capsys)["AddressesSuppressed"]
    assert counted["kind"] == reason
    change(desk, meeting, "/roomId", "cph-1")
    services.happen(meeting)
    assert services.envelopes[2:] == ["bo@example.org"]
    assert len(services.texts) == 2  # a number is no e-mail address
    assert len(emitted(capsys)["MessagesSuppressed"]) == 1
    [stopped, not_sent] = told
    assert ("address suppressed" in stopped, reason in stopped) == (True, True)
    assert (meeting["id"] in not_sent, "Suppressed" in not_sent) == (True, True)
    assert "kim" not in "".join(told).lower()
    [record] = [item for item in items(table) if item["pk"]["S"].startswith("SUPPRESSED#")]
    assert "kim" not in str(record).lower()


def items(table: Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.client.scan(TableName=table.name)["Items"]
    return found


def test_a_suppressed_address_is_one_address_however_it_is_written(services: Services, book: Any) -> None:
    services.tell_of("send_messages_bounce", "KIM@XN--BCHER-KVA.example")
    services.happen(book(customer={"email": "kim@bücher.example"}))

    assert services.mails == []


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        ("send_messages_bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}),
        ("send_messages_bounce", {"bounceType": "Undetermined"}),
        ("send_messages_complaint", {"complaintFeedbackType": "not-spam"}),
    ],
)
def test_a_trouble_that_may_pass_stops_nothing(
    services: Services, book: Any, told: list[str], event: str, changes: dict[str, str]
) -> None:
    assert services.tell_of(event, **changes)
    services.happen(book())

    assert services.envelopes == ["kim@example.com"]
    assert told == []


def test_a_reminder_does_not_go_to_a_suppressed_address_either(services: Services, book: Any, clock: Clock) -> None:
    services.happen(book())
    services.tell_of("send_messages_complaint")
    [due] = services.due()
    clock.advance(6 * DAY)
    assert services.hand_out(due)

    assert services.subjects == ["Bekræftet"]


def test_another_address_of_the_customer_is_written_to_at_once(services: Services, book: Any, desk: Functions) -> None:
    meeting = book()
    services.tell_of("send_messages_bounce")
    services.happen(meeting)
    assert services.envelopes == []
    change(desk, meeting, "/customer", CUSTOMER | {"email": "kim.new@example.com"})
    services.happen(meeting)

    assert services.envelopes == ["kim.new@example.com"]


def test_an_address_is_written_to_again_after_ninety_days(services: Services, book: Any, clock: Clock) -> None:
    services.tell_of("send_messages_bounce")
    clock.advance(90 * DAY - 1)
    services.happen(book(startDate="2027-04-12T08:00:00Z", endDate="2027-04-12T09:00:00Z"))
    assert services.envelopes == []
    clock.advance(1)
    services.happen(book(startDate="2027-04-12T10:00:00Z", endDate="2027-04-12T11:00:00Z"))

    assert services.envelopes == ["kim@example.com"]


def test_the_erasure_of_a_customer_forgets_that_the_address_bounced(
    services: Services, book: Any, desk: Functions, table: Table
) -> None:
    services.happen(book(externalAttendees=[{"name": "Bad", "email": "bäd@example.com"}]))
    services.tell_of("send_messages_bounce")
    services.tell_of("send_messages_bounce", "somebody.else@example.com")
    desk.call("erase_customer_data")

    assert str(items(table)).count("SUPPRESSED#") == 1


def test_a_bounce_that_comes_after_the_erasure_leaves_no_trace(
    services: Services, desk: Functions, booked: Any, table: Table
) -> None:
    desk.call("erase_customer_data")
    assert services.tell_of("send_messages_bounce")  # of an e-mail about example-meeting

    assert "SUPPRESSED#" not in str(items(table))


def test_an_event_of_ses_that_cannot_be_kept_now_comes_again(
    services: Services, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    def throttled(*_: object) -> None:
        raise Throttled("PutItem")

    with monkeypatch.context() as patched:
        patched.setattr("booking.storage.suppressions.add", throttled)
        assert not services.tell_of("send_messages_bounce")
    assert "kim" not in str(told)
    assert services.tell_of("send_messages_bounce")
