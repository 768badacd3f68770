"""Slots, meetings and offers as the contract declares them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap

from msgspec import UNSET, UnsetType

from booking.domain.agenda import ResourceKind
from booking.domain.events import TrailEntry
from booking.domain.explain import TypeVerdict, Verdict
from booking.domain.instants import format_instant
from booking.domain.meeting import Contact, Meeting, Slot
from booking.domain.misfits import Misfit
from booking.domain.search import Offer
from booking.domain.waitlist import WaitlistEntry, WaitlistOffer, WaitlistStatus
from booking.http.contract import customers, meetings, time_slots, waitlist
from booking.http.cursors import format_cursor
from booking.http.forms import format_duration
from booking.storage.customers import CustomerData
from booking.storage.walks import Page


def offer(offer: Offer, topic_id: str | None = None) -> time_slots.Offer:
    return time_slots.Offer(
        start_date=format_instant(offer.start),
        end_date=format_instant(offer.end),
        meeting_type=offer.meeting_type,
        employee_id=offer.employee_ids[0],
        employee_ids=offer.employee_ids if len(offer.employee_ids) > 1 else UNSET,
        room_id=given(offer.room_id),
        meeting_topic_id=given(topic_id),
        seats_left=given(offer.seats_left),
    )


INSTANTS = frozenset({"busyFrom", "busyUntil", "absentFrom", "absentUntil", "earliestStart"})
"""The facts of a verdict that are instants. The others are minutes or days."""


def explanation(start: int, verdicts: Sequence[Verdict]) -> time_slots.Explanation:
    """The result for every employee and room at `start`."""
    of_kind = {kind: tuple(_verdict(each) for each in verdicts if each.resource.kind is kind) for kind in ResourceKind}
    return time_slots.Explanation(
        start_date=format_instant(start),
        employees=of_kind[ResourceKind.EMPLOYEE],
        rooms=of_kind[ResourceKind.ROOM],
    )


def _verdict(verdict: Verdict) -> time_slots.Verdict:
    return time_slots.Verdict(
        id=verdict.resource.id,
        offered=verdict.reason is None,
        reason=given(verdict.reason),
        message=verdict.words or UNSET,
        facts=_facts(verdict.facts) or UNSET,
        meeting_types=tuple(map(_type_verdict, verdict.meeting_types)) or UNSET,
    )


def _type_verdict(verdict: TypeVerdict) -> time_slots.TypeVerdict:
    return time_slots.TypeVerdict(
        meeting_type=verdict.meeting_type,
        offered=verdict.reason is None,
        reason=given(verdict.reason),
        message=verdict.words or UNSET,
        facts=_facts(verdict.facts) or UNSET,
    )


def _facts(facts: Mapping[str, int | str]) -> dict[str, int | str]:
    return {name: format_instant(int(fact)) if name in INSTANTS else fact for name, fact in facts.items()}


def slot_page(page: Page[Slot], now: int) -> time_slots.TimeSlotPage:
    """A page of slots for employees. They see the owner of each slot."""
    return time_slots.TimeSlotPage(
        items=tuple(slot(each, now, for_staff=True) for each in page.items), next_cursor=format_cursor(page.next)
    )


def slot(slot: Slot, now: int, token: str | None = None, *, for_staff: bool = False) -> time_slots.TimeSlot:
    """A slot at `now`. The token is stored as a hash, so only the request that sent it gets it back."""
    return time_slots.TimeSlot(
        id=slot.id,
        start_date=format_instant(slot.start),
        end_date=format_instant(slot.end),
        status=slot.status_at(now),
        date_created=format_instant(slot.created_at),
        date_modified=format_instant(slot.modified_at),
        employee_id=slot.employee_id,
        employee_ids=slot.employee_ids if len(slot.employee_ids) > 1 else UNSET,
        room_id=given(slot.room_id),
        meeting_type=given(slot.meeting_type),
        topic_id=given(slot.topic_id),
        customer_type_id=given(slot.customer_type_id),
        token=given(token),
        expires_at=format_instant(slot.expires_at) if slot.expires_at is not None else UNSET,
        meeting_id=given(slot.meeting_id),
        existing_meeting_id=given(slot.existing_meeting_id),
        waitlist_id=given(slot.waitlist_id),
        owner=slot.owner if for_staff else UNSET,
        customer_id=given(slot.customer_id) if for_staff else UNSET,
    )


def meeting_page(page: Page[Meeting], until: int | None) -> meetings.MeetingPage:
    """A page of meetings. `until` is where a list by date of change ends."""
    return meetings.MeetingPage(
        items=tuple(meeting(each) for each in page.items),
        next_cursor=format_cursor(page.next),
        end_date_modified=UNSET if until is None else format_instant(until),
    )


def misfit_page(page: Page[Misfit]) -> meetings.MisfitPage:
    return meetings.MisfitPage(items=tuple(map(_misfit, page.items)), next_cursor=format_cursor(page.next))


def _misfit(misfit: Misfit) -> meetings.Misfit:
    return meetings.Misfit(
        meeting=meeting(misfit.meeting),
        reason=misfit.reason,
        message=misfit.message,
        details=dict(misfit.about),
    )


def personal_of(meetings: Iterable[Meeting]) -> tuple[str, ...]:
    """The ids of those that have personal data, for `Reply.personal_of`."""
    return tuple(each.id for each in meetings if each.has_personal_data)


def meeting(meeting: Meeting) -> meetings.Meeting:
    return meetings.Meeting(
        id=meeting.id,
        status=meeting.status,
        version=meeting.version,
        date_created=format_instant(meeting.created_at),
        date_modified=format_instant(meeting.modified_at),
        booked_by=meeting.booked_by,
        customer_type_id=meeting.customer_type_id,
        topic_id=meeting.topic_id,
        time_slot_id=meeting.time_slot_id,
        type=meeting.type,
        employee_id=meeting.employee_id,
        additional_employees=meeting.additional_employees,
        room_id=meeting.room_id,
        customer_id=meeting.customer_id,
        customer=_customer(meeting.customer),
        title=meeting.title,
        description=meeting.description,
        start_date=format_instant(meeting.start),
        end_date=format_instant(meeting.end),
        video_link=given(meeting.video_link),
        custom_fields=tuple(meetings.CustomField(key=each.key, value=each.value) for each in meeting.custom_fields)
        or UNSET,
        external_attendees=tuple(
            meetings.ExternalAttendee(name=each.name, email=each.email) for each in meeting.external_attendees
        )
        or UNSET,
        salesforce_id=given(meeting.salesforce_id),
        portal_id=given(meeting.portal_id),
    )


def _customer(contact: Contact | None) -> meetings.Customer | UnsetType:
    if contact is None:
        return UNSET
    return meetings.Customer(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
    )


def customer_data(data: CustomerData, now: int) -> customers.CustomerData:
    return customers.CustomerData(
        customer_id=data.customer_id,
        meetings=tuple(
            customers.CustomerMeeting(
                meeting=meeting(each), changes=tuple(change(entry) for entry in data.changes[each.id])
            )
            for each in data.meetings
        ),
        held_time_slots=tuple(slot(each, now, for_staff=True) for each in data.held),
        waitlist=tuple(map(waitlist_entry, data.waitlist)),
        partners=partner_links(data.partners.since).items,
        partner_changes=tuple(
            customers.PartnerLinkChange(
                date=format_instant(each.at), by=each.by, action=each.action, client_id=each.client_id
            )
            for each in data.partners.changes
        ),
        next_cursor=format_cursor(data.next),
    )


def partner_links(since: Mapping[str, int]) -> customers.PartnerLinks:
    """Links by when they were made. `since`: the Unix second of each, by client id."""
    ordered = sorted(since.items(), key=lambda link: (link[1], link[0]))
    return customers.PartnerLinks(items=tuple(starmap(partner_link, ordered)))


def partner_link(client_id: str, since: int) -> customers.PartnerLink:
    return customers.PartnerLink(client_id=client_id, date_linked=format_instant(since))


def waitlist_page(page: Page[WaitlistEntry]) -> waitlist.WaitlistPage:
    return waitlist.WaitlistPage(items=tuple(map(waitlist_entry, page.items)), next_cursor=format_cursor(page.next))


def waitlist_entry(entry: WaitlistEntry) -> waitlist.WaitlistEntry:
    search, offer = entry.search, entry.offer
    return waitlist.WaitlistEntry(
        id=entry.id,
        status=entry.status,
        date_created=format_instant(entry.created_at),
        date_modified=format_instant(entry.modified_at),
        customer_id=entry.customer_id,
        customer=_customer(entry.customer),
        start_date=format_instant(search.window.start),
        end_date=format_instant(search.window.end),
        meeting_duration=format_duration(search.duration),
        require_employee_participation=search.require_employee_participation,
        explicit_employee_ids=search.explicit_employee_ids or UNSET,
        employee_types=tuple(sorted(search.employee_types or ())) or UNSET,
        topic_id=given(search.topic_id),
        customer_type_id=given(search.customer_type_id),
        meeting_types=tuple(sorted(search.meeting_types)),
        require_room=search.require_room,
        specific_rooms=search.specific_rooms or UNSET,
        customer_location=given(search.customer_location),
        meeting_location=given(search.meeting_location),
        times_offered=len(entry.asked),
        offer=_waitlist_offer(offer) if offer and entry.status is WaitlistStatus.OFFERED else UNSET,
        meeting_id=given(entry.meeting_id),
    )


def _waitlist_offer(offer: WaitlistOffer) -> waitlist.WaitlistOffer:
    return waitlist.WaitlistOffer(
        time_slot_id=offer.time_slot_id,
        start_date=format_instant(offer.start),
        end_date=format_instant(offer.end),
        meeting_type=offer.meeting_type,
        employee_id=offer.employee_ids[0],
        employee_ids=offer.employee_ids if len(offer.employee_ids) > 1 else UNSET,
        room_id=given(offer.room_id),
        expires_at=format_instant(offer.expires_at),
    )


def change_page(page: Page[TrailEntry]) -> meetings.ChangePage:
    return meetings.ChangePage(items=tuple(change(each) for each in page.items), next_cursor=format_cursor(page.next))


def change(entry: TrailEntry) -> meetings.Change:
    return meetings.Change(
        version=entry.version,
        date=format_instant(entry.at),
        by=entry.by,
        action=entry.action,
        fields=tuple(entry.fields) or UNSET,
        kind=given(entry.kind),
        id=given(entry.id),
    )


def given[T](value: T | None) -> T | UnsetType:
    """The value of a field that is left out if it has no value."""
    return UNSET if value is None else value
