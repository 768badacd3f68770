"""A small organisation on one Monday morning, a clock that stands until it is told to go, and a booking desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ReadTimeoutError

from booking.commands.cancel_meeting import cancel_meeting
from booking.commands.create_meeting import Created, MeetingRequest, create_meeting
from booking.commands.reserve_time_slot import Reservation, Reserved, reserve_time_slot
from booking.domain.agenda import employee
from booking.domain.caller import Caller, Scope
from booking.domain.configuration import Configuration, Employee, MeetingType, Organisation, Room, Window
from booking.domain.interval import Interval
from booking.domain.meeting import BookedBy, Meeting
from booking.domain.requests import SlotRequest
from booking.storage import agendas
from booking.storage.table import Table

MONDAY = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
MINUTE, HOUR, DAY = 60, 3600, 86400
WORKDAYS = ((Window(8 * 60, 16 * 60, location="City"),),) * 5 + ((), ())

PARTNER = Caller("partner-a", "partner-a", None, frozenset({Scope.READ, Scope.PARTNER}))
OTHER_PARTNER = Caller("partner-b", "partner-b", None, frozenset({Scope.READ, Scope.PARTNER}))
STAFF = Caller("staff", "staff", None, frozenset({Scope.READ, Scope.STAFF}))


@dataclass
class Clock:
    """Unix seconds, moved by hand."""

    time: int = MONDAY + 7 * HOUR

    def __call__(self) -> int:
        return self.time

    def advance(self, seconds: int) -> None:
        self.time += seconds


class Desk:
    """Reserves as one would over the API, with everything else at its plainest."""

    def __init__(self, table: Table, configuration: Configuration, clock: Clock) -> None:
        self.table, self.configuration, self.clock = table, configuration, clock

    def reserve(
        self,
        start: int,
        *employees: str,
        token: str = "token",
        length: int = HOUR,
        room: str | None = None,
        caller: Caller = PARTNER,
    ) -> Reserved:
        wanted = SlotRequest(Interval(start, start + length), employees or ("anna",), room_id=room)
        request = Reservation(wanted, token)
        return reserve_time_slot(self.table, self.configuration, caller, request, self.clock)

    def create(self, slot_id: str, *, caller: Caller = PARTNER, **wishes: Any) -> Created:
        asked = {"customer_id": "customer", "booked_by": BookedBy.CUSTOMER, "type": MeetingType.ONLINE, **wishes}
        request = MeetingRequest(**asked)
        return create_meeting(self.table, self.configuration, caller, slot_id, request, self.clock)

    def cancel(self, meeting_id: str, caller: Caller = PARTNER, version: int | None = None) -> Meeting:
        return cancel_meeting(self.table, self.configuration, caller, meeting_id, version, self.clock)

    def held(self, id: str) -> Sequence[Interval]:
        """What is held or booked of an employee this week."""
        week = Interval(at(0), at(0, day=7))
        agenda = agendas.read(self.table, [employee(id)], week, consistent=True)[employee(id)]
        return sorted(entry.interval for entry in agenda.live(self.clock()))


@pytest.fixture
def desk(table: Table, configuration: Configuration, clock: Clock) -> Desk:
    return Desk(table, configuration, clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def configuration() -> Configuration:
    """Anna, Bo and Cy work 08-16 UTC every weekday; two rooms; fifteen-minute grid; no buffer, no caps."""
    return Configuration(
        organisation=Organisation(time_zone=ZoneInfo("UTC"), slot_interval=15 * MINUTE),
        employees={id: Employee(id, locations=("City",), workdays=WORKDAYS) for id in ("anna", "bo", "cy")},
        rooms={id: Room(id, location="City") for id in ("tivoli", "round-tower")},
    )


type LoseAnswers = Callable[[int], None]


@pytest.fixture
def lost_answers(table: Table, monkeypatch: pytest.MonkeyPatch) -> LoseAnswers:
    """Makes so many of the next transactions come about without an answer."""

    def lose(count: int) -> None:
        write, left = table.client.transact_write_items, count

        def unanswered(**request: Any) -> Any:
            nonlocal left
            answer = write(**request)
            if left:
                left -= 1
                raise ReadTimeoutError(endpoint_url="https://dynamodb.example.com")
            return answer

        monkeypatch.setattr(table.client, "transact_write_items", unanswered)

    return lose


def at(hour: int, minute: int = 0, day: int = 0) -> int:
    """An instant of the week, 08:00 on Monday being at(8)."""
    return MONDAY + day * DAY + hour * HOUR + minute * MINUTE
