"""Slots, meetings and offers as the API gives them: camelCase, UTC, absent values left out."""

from collections.abc import Mapping, Sequence

from booking.domain.agenda import ResourceKind
from booking.domain.configuration import Room
from booking.domain.events import TrailEntry
from booking.domain.explain import Verdict
from booking.domain.meeting import Meeting, Slot
from booking.domain.search import Offer
from booking.http.forms import format_instant

type Representation = dict[str, object]


def offer(offer: Offer) -> Representation:
    return _given(
        {
            "startDate": format_instant(offer.start),
            "endDate": format_instant(offer.end),
            "meetingType": offer.meeting_type,
            "employeeId": offer.employee_ids[0],
            "employeeIds": list(offer.employee_ids) if len(offer.employee_ids) > 1 else None,
            "roomId": offer.room_id,
        }
    )


INSTANTS = frozenset({"busyFrom", "busyUntil", "absentFrom", "absentUntil", "earliestStart"})
"""The facts of a verdict that are instants; the others are numbers of minutes or days."""


def explanation(start: int, verdicts: Sequence[Verdict]) -> Representation:
    """What became of every employee and room at `start`."""
    of_kind = {kind: [_verdict(each) for each in verdicts if each.resource.kind is kind] for kind in ResourceKind}
    return {
        "startDate": format_instant(start),
        "employees": of_kind[ResourceKind.EMPLOYEE],
        "rooms": of_kind[ResourceKind.ROOM],
    }


def _verdict(verdict: Verdict) -> Representation:
    facts = {name: format_instant(int(fact)) if name in INSTANTS else fact for name, fact in verdict.facts.items()}
    return _given(
        {
            "id": verdict.resource.id,
            "offered": verdict.reason is None,
            "reason": verdict.reason,
            "message": verdict.words or None,
            "facts": facts or None,
        }
    )


def slot(slot: Slot, now: int, token: str | None = None) -> Representation:
    """A slot as of `now`. Only who has just sent the token can be shown it: it is stored as a hash."""
    return _given(
        {
            "id": slot.id,
            "startDate": format_instant(slot.start),
            "endDate": format_instant(slot.end),
            "status": slot.status_at(now),
            "employeeId": slot.employee_id,
            "employeeIds": list(slot.employee_ids) if len(slot.employee_ids) > 1 else None,
            "roomId": slot.room_id,
            "meetingType": slot.meeting_type,
            "topicId": slot.topic_id,
            "customerTypeId": slot.customer_type_id,
            "token": token,
            "expiresAt": format_instant(slot.expires_at) if slot.expires_at is not None else None,
            "meetingId": slot.meeting_id,
            "existingMeetingId": slot.existing_meeting_id,
        }
    )


def meeting(meeting: Meeting) -> Representation:
    optional = {
        "videoLink": meeting.video_link,
        "customFields": [{"key": field.key, "value": field.value} for field in meeting.custom_fields] or None,
        "externalAttendees": [{"name": each.name, "email": each.email} for each in meeting.external_attendees] or None,
        "salesforceId": meeting.salesforce_id,
        "portalId": meeting.portal_id,
    }
    return {
        "id": meeting.id,
        "status": meeting.status,
        "version": meeting.version,
        "dateCreated": format_instant(meeting.created_at),
        "dateModified": format_instant(meeting.modified_at),
        "bookedBy": meeting.booked_by,
        "customerTypeId": meeting.customer_type_id,
        "topicId": meeting.topic_id,
        "timeSlotId": meeting.time_slot_id,
        "type": meeting.type,
        "employeeId": meeting.employee_id,
        "additionalEmployees": list(meeting.additional_employees),
        "roomId": meeting.room_id,
        "customerId": meeting.customer_id,
        "title": meeting.title,
        "description": meeting.description,
        "startDate": format_instant(meeting.start),
        "endDate": format_instant(meeting.end),
        **_given(optional),
    }


def room(room: Room) -> Representation:
    return {
        "id": room.id,
        "name": room.name,
        "location": room.location,
        "capacity": room.capacity,
        "features": list(room.features),
    }


def change(entry: TrailEntry) -> Representation:
    return _given(
        {
            "version": entry.version,
            "date": format_instant(entry.at),
            "by": entry.by,
            "action": entry.action,
            "fields": list(entry.fields) or None,
            "kind": entry.kind,
            "id": entry.id,
        }
    )


def _given(values: Mapping[str, object]) -> Representation:
    return {name: value for name, value in values.items() if value is not None}
