"""The frame around every booking, written once: load -> decide -> save, again and again until it is settled.

A command gives a function that loads and decides. Here its decision becomes one transaction: the slots, their entries
on the agendas, the token's pointer and the meeting, all or nothing. If something it rests on was written in between,
the command loads and decides again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from booking.domain.meeting import Meeting
from booking.storage import meetings, slots
from booking.storage.agendas import NONE_READ, Agendas, SlotChange
from booking.storage.table import Action, Table, Unanswered, settle


@dataclass(frozen=True)
class Decision[T]:
    """What to answer, and what there is afterwards. Without a change of a slot or a meeting nothing is written.

    `agendas` are those that the decision rests on. `token_before` is the slot id that the token of a new slot
    pointed to when it was read.
    """

    answer: T
    slots: tuple[SlotChange, ...] = ()
    meeting: Meeting | None = None
    agendas: Agendas = NONE_READ
    token_before: str | None = None


type Attempt[T] = Callable[[int, T | None], Decision[T]]
"""Loads and decides, given the second it is, and the answer of an earlier attempt that may have been written."""


def book[T](table: Table, by: str, clock: Callable[[], int], attempt: Attempt[T]) -> T:
    """Decides and saves until it is settled; `by` is the owner that the caller writes as.

    Raises what `attempt` does, and TryAgain.
    """

    def once(unanswered: T | None) -> tuple[T, list[Action]]:
        now = clock()
        decision = attempt(now, unanswered)
        return decision.answer, _actions(decision, now, by)

    return save(table, once)


def save[T](table: Table, attempt: Callable[[T | None], tuple[T, list[Action]]]) -> T:
    """The same for whatever is not a booking: `attempt` returns the answer and the transaction that makes it true."""
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


def _actions(decision: Decision[object], now: int, by: str) -> list[Action]:
    if not decision.slots and decision.meeting is None:
        return []
    actions = decision.agendas.actions(now, decision.slots)
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
    return actions
