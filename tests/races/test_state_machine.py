"""The real commands on the real engine, and the model beside them: the same answers, the same times taken."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from booking.domain.agenda import employee, room
from booking.domain.errors import BookingError
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting, Slot
from booking.storage import agendas
from local.audit import CustomerLimits
from tests.races.desk import Clock, Desk
from tests.races.model import Model
from tests.races.office import DAY, EMPLOYEES, GRID, HOUR, MINUTE, ROOMS, fresh_table, office, wrong_in

MONDAY = 1795996800  # 2026-11-30T00:00:00Z, where one week of an agenda ends and another begins
NOW = MONDAY - 3 * DAY
LIFETIME = 5 * MINUTE
EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "20"))

starts = st.integers(-8, 8).map(lambda quarters: MONDAY + quarters * GRID)
lengths = st.integers(1, 6).map(lambda quarters: quarters * GRID)
some_employees = st.lists(st.sampled_from(EMPLOYEES), min_size=1, max_size=2, unique=True)
any_employees = st.lists(st.sampled_from(EMPLOYEES), max_size=2, unique=True)
any_room = st.none() | st.sampled_from(ROOMS)
tokens = st.sampled_from(["red", "green", "blue"])
which = st.integers(0, 1_000)


class Bookings(RuleBasedStateMachine):
    """One office; every rule is one request, to the commands and to the model."""

    engine: str
    buffer: int
    cap: int | None
    limits: CustomerLimits | None

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        table = self.closing.enter_context(fresh_table(self.engine))
        self.clock = Clock(NOW)
        most = self.limits.most[None] if self.limits else None
        may_overlap = self.limits is None or self.limits.may_overlap
        configuration = office(
            lifetime=LIFETIME, buffer=self.buffer, cap=self.cap, most_upcoming=most, may_overlap=may_overlap
        )
        self.desk = Desk(table, configuration, self.clock)
        self.model = Model(LIFETIME, self.buffer, self.cap, most, may_overlap)
        self.slots: list[Slot] = []
        self.meetings: list[Meeting] = []

    def agree(self, said: str, request: Callable[[], Any]) -> Any:
        """The commands' answer, where the model said `said`: a refusal's code, or anything else for success."""
        answer, refusal = None, ""
        try:
            answer = request()
        except BookingError as error:
            refusal = error.code
        assert refusal == (said if said.isupper() else ""), f"the model says {said}"
        return answer

    @rule(token=tokens, start=starts, length=lengths, employees=some_employees, in_room=any_room)
    def reserve(self, token: str, start: int, length: int, employees: list[str], in_room: str | None) -> None:
        self._reserve(token, start, length, employees, in_room, None)

    @precondition(lambda self: self.meetings)
    @rule(token=tokens, start=starts, length=lengths, employees=some_employees, in_room=any_room, meeting=which)
    def reserve_to_move(
        self, token: str, start: int, length: int, employees: list[str], in_room: str | None, meeting: int
    ) -> None:
        self._reserve(token, start, length, employees, in_room, meeting % len(self.meetings))

    def _reserve(
        self, token: str, start: int, length: int, employees: list[str], in_room: str | None, moving: int | None
    ) -> None:
        said = self.model.reserve(self.clock(), token, start, start + length, list(employees), in_room, moving)
        moves = None if moving is None else self.meetings[moving].id
        reserved = self.agree(
            said,
            lambda: self.desk.reserve(start, *employees, token=token, length=length, room=in_room, moving=moves),
        )
        if reserved:
            assert reserved.is_new == (said == "reserved")
            if reserved.is_new:
                self.slots.append(reserved.slot)

    @precondition(lambda self: self.slots)
    @rule(slot=which, in_room=any_room, more=any_employees)
    def create(self, slot: int, in_room: str | None, more: list[str]) -> None:
        number = slot % len(self.slots)
        said = self.model.create(self.clock(), number, in_room, list(more))
        created = self.agree(
            said,
            lambda: self.desk.create(self.slots[number].id, room_id=in_room, additional_employees=tuple(more)),
        )
        if created:
            assert created.is_new == (said == "created")
            if created.is_new:
                self.meetings.append(created.meeting)

    @precondition(lambda self: self.slots)
    @rule(slot=which)
    def confirm(self, slot: int) -> None:
        number = slot % len(self.slots)
        said = self.model.confirm(self.clock(), number)
        self.agree(said, lambda: self.desk.confirm(self.slots[number].id))

    @precondition(lambda self: self.slots)
    @rule(slot=which)
    def release(self, slot: int) -> None:
        number = slot % len(self.slots)
        self.agree(self.model.release(number), lambda: self.desk.release(self.slots[number].id))

    @precondition(lambda self: self.meetings)
    @rule(meeting=which)
    def cancel(self, meeting: int) -> None:
        number = meeting % len(self.meetings)
        self.agree(self.model.cancel(number), lambda: self.desk.cancel(self.meetings[number].id))

    @precondition(lambda self: self.meetings)
    @rule(meeting=which, in_room=any_room, more=any_employees)
    def change(self, meeting: int, in_room: str | None, more: list[str]) -> None:
        number = meeting % len(self.meetings)
        more = [id for id in more if id != self.meetings[number].employee_id]
        said = self.model.change(self.clock(), number, in_room, more)
        changed = self.agree(
            said,
            lambda: self.desk.update(self.meetings[number].id, room_id=in_room, additional_employees=tuple(more)),
        )
        assert changed is None or changed.version == self.model.meetings[number].version

    @precondition(lambda self: self.meetings)
    @rule(meeting=which, slot=which)
    def reschedule(self, meeting: int, slot: int) -> None:
        number, to = meeting % len(self.meetings), slot % len(self.slots)
        said = self.model.reschedule(self.clock(), number, to)
        moved = self.agree(said, lambda: self.desk.update(self.meetings[number].id, time_slot_id=self.slots[to].id))
        if moved:
            assert moved.version == self.model.meetings[number].version
            self.meetings[number] = moved

    @rule(seconds=st.sampled_from([1, LIFETIME - 1, LIFETIME, LIFETIME + 1]))
    def clock_steps(self, seconds: int) -> None:
        self.clock.time += seconds

    @invariant()
    def the_same_times_are_taken(self) -> None:
        span = Interval(MONDAY - DAY, MONDAY + DAY)
        everybody = [*map(employee, EMPLOYEES), *map(room, ROOMS)]
        numbers = {slot.id: number for number, slot in enumerate(self.slots)}
        read = agendas.read(self.desk.table, everybody, span, consistent=True)
        taken = {
            (of.id, entry.start, entry.end, numbers[entry.slot_id])
            for of in everybody
            for entry in read[of].live(self.clock())
        }
        assert taken == self.model.taken(self.clock())

    def teardown(self) -> None:
        with self.closing:
            assert wrong_in(self.desk.table, self.clock(), self.buffer, limits=self.limits) == []


@pytest.mark.parametrize(
    ("buffer", "cap", "limits"),
    [
        pytest.param(0, None, None, id="no buffer, no cap"),
        pytest.param(15 * MINUTE, 3 * HOUR, None, id="a buffer and a cap"),
        pytest.param(0, None, CustomerLimits({None: 2}, may_overlap=False), id="limits of the customer"),
    ],
)
def test_the_commands_do_what_the_model_does(
    engine: str, buffer: int, cap: int | None, limits: CustomerLimits | None
) -> None:
    machine = type("Bookings", (Bookings,), {"engine": engine, "buffer": buffer, "cap": cap, "limits": limits})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
