"""The frame around every command: load -> decide -> save, repeated until it succeeds or is refused.

A command gives a function that loads and decides. Here its decision becomes one transaction: the slots, their entries
on the agendas, the token's pointer and the meeting, all or nothing. If something it rests on was written in between,
the command loads and decides again.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from booking.domain.holds import CustomerHolds
from booking.domain.meeting import Meeting
from booking.storage import holds, meetings, participants, slots
from booking.storage.agendas import NONE_READ, Agendas, SlotChange
from booking.storage.table import Action, Item, Table, Unanswered, settle


class Decision[T](Struct, frozen=True):
    """The answer, and what to write, if anything.

    `agendas` are those that the decision rests on. `token_before` is the slot id that the token of a new slot
    pointed to when it was read, and `holds` are what its customer held. `also` are actions on other items.
    """

    answer: T
    slots: tuple[SlotChange, ...] = ()
    meeting: Meeting | None = None
    agendas: Agendas = NONE_READ
    token_before: str | None = None
    holds: CustomerHolds | None = None
    also: tuple[Action, ...] = ()


type Attempt[T] = Callable[[int, T | None], Decision[T]]
"""Loads and decides. It gets the current second, and the answer of an earlier attempt that may have been written."""


def book[T](table: Table, by: str, clock: Callable[[], int], attempt: Attempt[T]) -> T:
    """Runs `attempt` and saves its decision, again after a collision. `by` is the owner that the caller writes as.

    Raises what `attempt` does, and TryAgain.
    """

    def once(unanswered: T | None) -> tuple[T, list[Action]]:
        now = clock()
        decision = attempt(now, unanswered)
        actions = _actions(decision, now, by)
        table.put_all(_pointers(decision))
        return decision.answer, actions

    return save(table, once)


def save[T](table: Table, attempt: Callable[[T | None], tuple[T, list[Action]]]) -> T:
    """The same for other commands than bookings: `attempt` returns the answer and the transaction to write."""
    unanswered: T | None = None

    def once() -> T:
        nonlocal unanswered
        answer, actions = attempt(unanswered)
        if actions:
            try:
                table.transact(actions)
            except Unanswered:
                unanswered = answer
                raise
        return answer

    return settle(once)


def _pointers(decision: Decision[object]) -> Iterator[Item]:
    """Pointers for the additional employees that slots and the meeting gain: see `storage.participants`."""
    for before, after in ((change.before, change.after) for change in decision.slots):
        has_joined = before is None or before.employee_ids != after.employee_ids
        if has_joined:
            yield from participants.pointers_to_slot(after)
        is_new_time = before is None or before.meeting_id != after.meeting_id
        if decision.meeting and after.meeting_id == decision.meeting.id and (has_joined or is_new_time):
            yield from participants.pointers_to_meeting(decision.meeting)


def _actions(decision: Decision[object], now: int, by: str) -> list[Action]:
    if not decision.slots and decision.meeting is None:
        return list(decision.also)
    actions = decision.agendas.actions(now, decision.slots) + holds.actions(decision.holds, now, decision.slots)
    for change in decision.slots:
        slot = change.after
        if change.before is not None:
            actions.append(slots.replace(slot, by))
            continue
        actions.append(slots.create(slot, by))
        if slot.token_hash:
            actions.append(slots.point_token(slot, before=decision.token_before))
    if decision.meeting:
        is_new = decision.meeting.version == 1
        actions.append((meetings.create if is_new else meetings.replace)(decision.meeting, by))
    return [*actions, *decision.also]
