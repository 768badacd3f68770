"""Whether employees and a room may join a meeting whose time is already booked.

The rules are not applied again to the meeting's time, host and topic. So a meeting can be given another
colleague or room even if its host is absent by now, or the grid of start times has changed.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import replace
from typing import NamedTuple

from msgspec import Struct

from booking.domain.agenda import Agenda, Resource, employee, room
from booking.domain.configuration import Configuration, MeetingType
from booking.domain.decide import cases, raise_refused
from booking.domain.interval import Interval
from booking.domain.local_days import Calendar
from booking.domain.refusal import Refusal
from booking.domain.requests import SlotRequest
from booking.domain.room_times import RoomTimes
from booking.domain.rules import busy, can_be_booked, daily_cap, lead_time, meetings_per_day, working_time
from booking.domain.rules.case import Case
from booking.domain.rules.rooms import named_refusal
from booking.domain.working_time import Setting, places_of
from booking.domain.working_time import working_time as working_time_of

EMPLOYEE_RULES = (can_be_booked, working_time, busy, lead_time, daily_cap, meetings_per_day)
"""The rules about an employee alone, in the order of `booking.domain.rules`."""


class Joining(Struct, frozen=True):
    """The employees and the room that join a meeting. `kept_room_id` is the room that the meeting has already."""

    interval: Interval
    host_id: str
    meeting_type: MeetingType | None
    employee_ids: tuple[str, ...] = ()
    topic_id: str | None = None
    room_id: str | None = None
    kept_room_id: str | None = None
    is_customer_initiated: bool = True


class _Refused(NamedTuple):
    """A refusal with the place of its rule in the order, and the employee or room that it is about."""

    place: int
    refusal: Refusal
    resource: Resource


def check_joining(
    joining: Joining,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> None:
    """Returns if the room and each of the employees may join. Slots whose ids are in `ignoring` do not count.

    Those who join need not be qualified for the topic. A physical meeting is at one place: where the room is that
    it keeps, else where its host works at that time. Raises NotFound, SlotTaken, RoomTaken, SlotNotOffered.
    """
    if joining.room_id is not None:
        configuration.require_room(joining.room_id)
    found: list[Case] = []
    if joining.employee_ids:
        request = SlotRequest(
            joining.interval,
            joining.employee_ids,
            topic_id=joining.topic_id,
            is_customer_initiated=joining.is_customer_initiated,
        )
        found = cases(request, configuration, agendas, now, ignoring)
    rooms = RoomTimes(agendas, now, ignoring)
    refusals: list[_Refused] = []
    for setting in _settings(joining, found, configuration):
        refused = _room_refused(joining, setting, rooms, configuration) or _employee_refused(setting, found)
        if refused is None:
            return
        refusals.append(refused)
    nearest = max(refusals, key=lambda each: each.place)  # to being allowed
    raise_refused(nearest.refusal, nearest.resource)


def _room_refused(
    joining: Joining, setting: Setting, rooms: RoomTimes, configuration: Configuration
) -> _Refused | None:
    if joining.room_id is None:
        return None
    refusal = named_refusal(configuration.rooms[joining.room_id], setting, joining.interval, rooms)
    return _Refused(0, refusal, room(joining.room_id)) if refusal else None


def _employee_refused(setting: Setting, found: Iterable[Case]) -> _Refused | None:
    for case in found:
        for place, rule in enumerate(EMPLOYEE_RULES, 1):
            if rule is lead_time and case.interval.start < case.now:
                continue  # the meeting is under way: there is nothing to prepare for
            refusal = rule.refusal(replace(case, setting=setting))
            if refusal:
                return _Refused(place, refusal, employee(case.employee.id))
    return None


def _settings(joining: Joining, found: Collection[Case], configuration: Configuration) -> list[Setting]:
    """Where the meeting may be: at its room or its host, else at the joining room, else where those who join work."""
    if joining.meeting_type is not MeetingType.PHYSICAL:
        return [Setting(joining.meeting_type)]
    kept = configuration.rooms.get(joining.kept_room_id or "")
    places: list[str | None] = [kept.location] if kept else _places_of_host(joining, configuration)
    if not places and joining.room_id is not None:
        places = [configuration.rooms[joining.room_id].location]
    if not places:
        places = list(dict.fromkeys(place for case in found for place in case.time.places)) or [None]
    return [Setting(joining.meeting_type, True, place) for place in places]


def _places_of_host(joining: Joining, configuration: Configuration) -> list[str | None]:
    """Where the host works at that time, if it is still configured."""
    host = configuration.employees.get(joining.host_id)
    if host is None:
        return []
    organisation = configuration.organisation
    days = Calendar(configuration.zone_of(host), organisation, joining.interval).open_days

    def works_at(place: str | None) -> bool:
        setting = Setting(joining.meeting_type, True, place)
        stretches = working_time_of(host, setting, organisation, days, is_clipped=joining.is_customer_initiated)
        return any(stretch.contains(joining.interval) for stretch in stretches)

    return [place for place in places_of(host) if works_at(place)]
