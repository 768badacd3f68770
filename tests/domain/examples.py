"""A plain organisation for worked examples, and short ways to ask it for times."""

from collections.abc import Iterable, Mapping
from copy import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.domain.agenda import Agenda, Entry, Resource
from booking.domain.configuration import (
    ALL_MEETING_TYPES,
    Configuration,
    CustomerType,
    Employee,
    Location,
    MeetingTopic,
    MeetingType,
    Organisation,
    Room,
    Window,
)
from booking.domain.decide import check
from booking.domain.errors import RoomTaken, SlotNotOffered, SlotTaken
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting, MeetingStatus
from booking.domain.requests import Search, SlotRequest
from booking.domain.search import Offer, find_offers

MINUTE, HOUR, DAY = 60, 3600, 86400
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
UTC = ZoneInfo("UTC")

MEETING = Meeting(
    id="m",
    owner="client:a",
    version=1,
    sequence=0,
    status=MeetingStatus.CONFIRMED,
    created_at=0,
    modified_at=0,
    time_slot_id="s",
    start=3600,
    end=7200,
    type=MeetingType.ONLINE,
    employee_id="anna",
    additional_employees=("bo",),
    customer_id="c",
    title="Secret",
)
"""An hour online with anna and bo."""

type Agendas = Mapping[Resource, Agenda]


def at(text: str, zone: ZoneInfo = COPENHAGEN) -> int:
    """`2026-11-23 09:30` on the zone's wall clock, as Unix seconds. That day is a Monday."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def hours(
    start: str, end: str, location: str | None = "City", types: Iterable[MeetingType] = ALL_MEETING_TYPES
) -> Window:
    """`hours("09:30", "12:00")`."""
    return Window(_minutes(start), _minutes(end), location, frozenset(types))


def every_day(*windows: Window) -> tuple[tuple[Window, ...], ...]:
    return (windows,) * 7


def on_weekdays(*windows: Window) -> tuple[tuple[Window, ...], ...]:
    return (windows,) * 5 + ((), ())


def organisation(
    *employees: Employee, rooms: Iterable[Room] = (), locations: Iterable[Location] = (), **settings: Any
) -> Configuration:
    """Copenhagen time and a thirty-minute grid, one topic `loan`, two customer types; nothing else binds."""
    return Configuration(
        organisation=replace(Organisation(time_zone=COPENHAGEN, longest_meeting=86400), **settings),
        employees={employee.id: employee for employee in employees},
        rooms={room.id: room for room in rooms},
        locations={location.id: location for location in locations},
        meeting_topics={"loan": MeetingTopic("loan")},
        customer_types={id: CustomerType(id) for id in ("private", "business")},
    )


def anna(*windows: Window, id: str = "anna", **fields: Any) -> Employee:
    """Works those windows on weekdays, 08:00–16:00 if none are given."""
    return replace(
        Employee(id, locations=("City",), workdays=on_weekdays(*windows or (hours("08:00", "16:00"),))), **fields
    )


def search(start: int, end: int, minutes: int = 60, **wishes: Any) -> Search:
    return replace(Search(False, Interval(start, end), minutes * MINUTE), **wishes)


def offers(
    asked: Search, configuration: Configuration, agendas: Agendas | None = None, now: int | None = None
) -> list[Offer]:
    """`now` is the start of the search if left out."""
    return find_offers(asked, configuration, agendas or {}, asked.window.start if now is None else now)


def starts(
    asked: Search,
    configuration: Configuration,
    agendas: Agendas | None = None,
    now: int | None = None,
    zone: ZoneInfo = COPENHAGEN,
) -> list[str]:
    """The starts offered on the wall clock, `Mon 09:30`, once for all meeting types."""
    found = dict.fromkeys(offer.start for offer in offers(asked, configuration, agendas, now))
    return [f"{datetime.fromtimestamp(start, zone):%a %H:%M}" for start in found]


def booked(*times: tuple[int, int]) -> Agenda:
    return Agenda(tuple(Entry(start, end, f"slot-{number}") for number, (start, end) in enumerate(times)))


def reason(
    wanted: SlotRequest, configuration: Configuration, agendas: Agendas | None = None, now: int = 0
) -> str | None:
    """Why the slot may not be reserved, or None."""
    try:
        check(wanted, configuration, agendas or {}, now)
    except SlotTaken:
        return "SLOT_TAKEN"
    except RoomTaken:
        return "ROOM_TAKEN"
    except SlotNotOffered as refused:
        return str(refused.details["reason"])
    return None


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
