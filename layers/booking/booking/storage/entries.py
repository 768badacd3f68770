"""An agenda's entries as its item has them: "start end until topic".

Times are Unix seconds. A booked entry has no `until`: "-", or nothing if there is no topic either. The topic comes last
because its id may contain spaces.
"""

from booking.domain.agenda import Entry

BOOKED = "-"


def text_of(entry: Entry) -> str:
    until = None if entry.until is None else str(entry.until)
    if entry.topic_id is not None:
        return f"{entry.start} {entry.end} {until or BOOKED} {entry.topic_id}"
    return f"{entry.start} {entry.end} {until}" if until else f"{entry.start} {entry.end}"


def entry_of(slot_id: str, text: str) -> Entry:
    start, end, *rest = text.split(" ", 3)
    until = int(rest[0]) if rest and rest[0] != BOOKED else None
    return Entry(int(start), int(end), slot_id, until, rest[1] if len(rest) > 1 else None)
