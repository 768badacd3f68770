"""An agenda's entries as its item has them: "start end until topic", and for a seat of a group meeting what it shares.

Times are Unix seconds. A booked entry has no `until`: "-", or nothing if there is no topic either. The topic comes last
because its id may contain spaces. A seat adds its employee, meeting type and room, each after a tab, which no id
contains.
"""

from booking.domain.agenda import Entry, Seat
from booking.domain.configuration import MeetingType

BOOKED = "-"
SEPARATOR = "\t"


def text_of(entry: Entry) -> str:
    until = None if entry.until is None else str(entry.until)
    if entry.topic_id is not None:
        shared = (entry.topic_id, *(field or "" for field in entry.seat or ()))
        return f"{entry.start} {entry.end} {until or BOOKED} {SEPARATOR.join(shared)}"
    return f"{entry.start} {entry.end} {until}" if until else f"{entry.start} {entry.end}"


def entry_of(slot_id: str, text: str) -> Entry:
    start, end, *rest = text.split(" ", 3)
    until = int(rest[0]) if rest and rest[0] != BOOKED else None
    if len(rest) < 2:
        return Entry(int(start), int(end), slot_id, until)
    topic_id, *shared = rest[1].split(SEPARATOR)
    seat = Seat(shared[0], MeetingType(shared[1]), shared[2] or None) if shared else None
    return Entry(int(start), int(end), slot_id, until, topic_id, seat)
