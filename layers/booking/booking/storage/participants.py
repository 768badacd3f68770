"""Pointers that list a slot or a meeting under its additional employees too.

An index has an item once, under its main employee. So each additional employee has a *pointer*: a small item in that
employee's partition of GSI2, at the same position. Whoever lists the partition reads what it points to (`walks`).
Pointers are written before the transaction that makes them true, since that has no room for them. One that points to
nothing, or to a meeting that has moved or lost the employee since, is passed over.
"""

from booking.domain.interval import SECONDS_PER_DAY
from booking.domain.meeting import Meeting, Slot
from booking.storage import keys, walks
from booking.storage.table import Item

SLOT_POINTERS_KEPT_SECONDS = 400 * SECONDS_PER_DAY
"""How long after its end a slot is listed under its additional employees."""


def pointers_to_slot(slot: Slot) -> list[Item]:
    return [
        {
            **keys.participant_of_slot(slot.id, employee_id),
            "gsi2pk": keys.slots_of_employee(employee_id),
            "gsi2sk": walks.position(slot.start, slot.id),
            "ttl": slot.end + SLOT_POINTERS_KEPT_SECONDS,
        }
        for employee_id in slot.employee_ids[1:]
    ]


def pointers_to_meeting(meeting: Meeting) -> list[Item]:
    return [
        {
            **keys.participant_of_meeting(meeting.id, employee_id, meeting.start),
            "gsi2pk": keys.meetings_of_employee(employee_id),
            "gsi2sk": walks.position(meeting.start, meeting.id),
        }
        for employee_id in meeting.additional_employees
    ]
