"""What the rules of slots and meetings come to, in plain Python, sharing no code with the product.

A list of slots in memory, looked through from front to back. It knows the times, tokens, holds, rooms, employees, the
buffer, the daily cap and the limits of the one customer who has all of the meetings; whoever asks it asks nothing that
other rules refuse.
"""

from dataclasses import dataclass, field

MINUTE, DAY = 60, 86400


@dataclass
class ModelSlot:
    number: int
    start: int
    end: int
    employees: list[str]
    room: str | None
    until: int | None
    created: int = 0
    is_firm: bool = False
    token: str | None = None
    moves: int | None = None
    meeting: int | None = None
    is_released: bool = False

    @property
    def content(self) -> tuple[object, ...]:
        return self.start, self.end, self.employees, self.room, self.moves

    def is_live(self, now: int) -> bool:
        return not self.is_released and (self.until is None or now < self.until)


@dataclass
class ModelMeeting:
    number: int
    slot: int
    version: int = 1
    is_cancelled: bool = False


@dataclass
class Model:
    """Every method answers with what came of it in a word or two; a refusal changes nothing."""

    lifetime: int
    buffer: int
    cap: int | None
    most: int | None = None
    may_overlap: bool = True
    slots: list[ModelSlot] = field(default_factory=list)
    meetings: list[ModelMeeting] = field(default_factory=list)

    def reserve(
        self, now: int, token: str, start: int, end: int, employees: list[str], room: str | None, moves: int | None
    ) -> str:
        last = next((s for s in reversed(self.slots) if s.token == token), None)
        asked = (start, end, employees, room, moves)
        if last and last.is_firm and last.is_live(now) and last.meeting is None and last.content == asked:
            return "renewed"
        holds = (s for s in self.slots if s.token == token and s.until is not None and not s.is_firm)
        old = next((s for s in holds if s.is_live(now)), None)
        if old and old.content == asked:
            old.until = max(old.until or 0, min(now + self.lifetime, old.created + 15 * MINUTE))
            return "renewed"
        if moves is not None and self.meetings[moves].is_cancelled:
            return "MEETING_CANCELLED"
        ignored = [] if old is None else [old]
        if moves is not None:
            ignored.append(self.slots[self.meetings[moves].slot])
        refused = self._refused(now, start, end, employees, room, ignored)
        if not refused and moves is not None:
            refused = self._customer_refused(start, end, moves)
        if refused:
            return refused
        until, since = now + self.lifetime, now
        if old:
            old.is_released = True
            shared = bool(set(old.employees) & set(employees)) or (room is not None and room == old.room)
            if shared and start < old.end and old.start < end:
                since = old.created
                until = max(old.until or 0, min(until, since + 15 * MINUTE))
        self.slots.append(
            ModelSlot(len(self.slots), start, end, employees, room, until, since, token=token, moves=moves)
        )
        return "reserved"

    def create(self, now: int, number: int, room: str | None, more: list[str]) -> str:
        slot = self.slots[number]
        if slot.moves is not None or (room and slot.room and room != slot.room):
            return "SLOT_MISMATCH"
        if slot.meeting is not None:
            return "made before"
        refused = self._cannot_firm(now, slot) or self._claimed(now, slot, room, more, [slot])
        refused = refused or self._customer_refused(slot.start, slot.end)
        if refused:
            return refused
        slot.room = slot.room or room
        slot.employees = slot.employees + [id for id in more if id not in slot.employees]
        slot.until, slot.meeting = None, len(self.meetings)
        self.meetings.append(ModelMeeting(len(self.meetings), number))
        return "created"

    def confirm(self, now: int, number: int) -> str:
        slot = self.slots[number]
        if (slot.meeting is not None or slot.is_firm) and not slot.is_released:
            return "confirmed" if slot.is_live(now) else "RESERVATION_EXPIRED"
        moved = [] if slot.moves is None else [self.slots[self.meetings[slot.moves].slot]]
        refused = self._cannot_firm(now, slot, moved)
        if refused:
            return refused
        slot.until, slot.is_firm = now + 30 * MINUTE, True
        return "confirmed"

    def release(self, number: int) -> str:
        slot = self.slots[number]
        if not slot.is_released and slot.meeting is not None:
            return "IN_USE"
        slot.is_released = True
        return "released"

    def cancel(self, number: int) -> str:
        meeting = self.meetings[number]
        if not meeting.is_cancelled:
            meeting.is_cancelled = True
            meeting.version += 1
            self.slots[meeting.slot].is_released = True
        return "cancelled"

    def change(self, now: int, number: int, room: str | None, more: list[str]) -> str:
        meeting = self.meetings[number]
        if meeting.is_cancelled:
            return "MEETING_CANCELLED"
        slot = self.slots[meeting.slot]
        employees = slot.employees[:1] + [id for id in more if id != slot.employees[0]]
        if (room, employees) == (slot.room, slot.employees):
            return "changed"
        added = [id for id in employees if id not in slot.employees]
        refused = self._claimed(now, slot, room if room != slot.room else None, added, [slot])
        if refused:
            return refused
        slot.room, slot.employees = room, employees
        meeting.version += 1
        return "changed"

    def reschedule(self, now: int, number: int, to: int) -> str:
        meeting, slot = self.meetings[number], self.slots[to]
        if meeting.is_cancelled:
            return "MEETING_CANCELLED"
        if meeting.slot == to:
            return "rescheduled"
        old = self.slots[meeting.slot]
        if slot.is_released:
            return "RESERVATION_EXPIRED"
        if slot.meeting is not None or slot.moves not in (None, number):
            return "SLOT_MISMATCH"
        more = [id for id in old.employees[1:] if id not in slot.employees]
        room = slot.room or old.room
        refused = self._cannot_firm(now, slot, [old]) or self._claimed(
            now, slot, room if room != slot.room else None, more, [slot, old]
        )
        refused = refused or self._customer_refused(slot.start, slot.end, number)
        if refused:
            return refused
        slot.room, slot.employees = room, slot.employees + more
        slot.until, slot.meeting = None, number
        old.is_released = True
        meeting.slot = to
        meeting.version += 1
        return "rescheduled"

    def taken(self, now: int) -> set[tuple[str, int, int, int]]:
        """Everything that is held or booked: of whom, from when to when, by which slot."""
        return {
            (of, slot.start, slot.end, slot.number)
            for slot in self.slots
            if slot.is_live(now)
            for of in [*slot.employees, *([slot.room] if slot.room else [])]
        }

    def _cannot_firm(self, now: int, slot: ModelSlot, ignored: list[ModelSlot] | None = None) -> str | None:
        """A hold that lapsed still stands for its time until that begins, or others have taken it or filled the day."""
        if slot.is_released:
            return "RESERVATION_EXPIRED"
        if slot.is_live(now):
            return None
        if slot.start < now:
            return "RESERVATION_EXPIRED"
        out = [slot, *(ignored or [])]
        for id in slot.employees:
            if self._is_busy(now, id, slot.start - self.buffer, slot.end + self.buffer, out):
                return "RESERVATION_EXPIRED"
            if self._is_beyond_cap(now, id, slot.start, slot.end, out):
                return "RESERVATION_EXPIRED"
        if slot.room and self._is_busy(now, slot.room, slot.start, slot.end, out):
            return "ROOM_TAKEN"
        return None

    def _claimed(
        self, now: int, slot: ModelSlot, room: str | None, more: list[str], ignored: list[ModelSlot]
    ) -> str | None:
        """What is wrong with a further room and further employees at the slot's time."""
        if room and room != slot.room and self._is_busy(now, room, slot.start, slot.end, ignored):
            return "ROOM_TAKEN"
        added = [id for id in more if id not in slot.employees]
        return self._refused(now, slot.start, slot.end, added, None, ignored)

    def _refused(
        self, now: int, start: int, end: int, employees: list[str], room: str | None, ignored: list[ModelSlot]
    ) -> str | None:
        for id in employees:
            if self._is_busy(now, id, start - self.buffer, end + self.buffer, ignored):
                return "SLOT_TAKEN"
            if self._is_beyond_cap(now, id, start, end, ignored):
                return "SLOT_NOT_OFFERED"
        if room and self._is_busy(now, room, start, end, ignored):
            return "ROOM_TAKEN"
        return None

    def _customer_refused(self, start: int, end: int, moving: int | None = None) -> str | None:
        """What is wrong with a further meeting of the customer then, or with moving one there."""
        others = [self.slots[m.slot] for m in self.meetings if not m.is_cancelled and m.number != moving]
        if not self.may_overlap and any(s.start < end and start < s.end for s in others):
            return "CUSTOMER_BUSY"
        if moving is None and self.most is not None and len(others) >= self.most:
            return "TOO_MANY_MEETINGS"
        return None

    def _is_beyond_cap(self, now: int, id: str, start: int, end: int, ignored: list[ModelSlot]) -> bool:
        used = sum(
            s.end - s.start
            for s in self.slots
            if id in s.employees and s.is_live(now) and s not in ignored and s.start // DAY == start // DAY
        )
        return self.cap is not None and used + end - start > self.cap

    def _is_busy(self, now: int, of: str, start: int, end: int, ignored: list[ModelSlot]) -> bool:
        return any(
            s.is_live(now)
            and s not in ignored
            and (of in s.employees or of == s.room)
            and s.start < end
            and start < s.end
            for s in self.slots
        )
