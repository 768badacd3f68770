"""Rule 8: which rooms a meeting may have, whether it must have one, and which of them are free."""

from msgspec import Struct

from booking.domain.configuration import Configuration, MeetingType, Room, RoomPolicy
from booking.domain.day_starts import Day, Starts
from booking.domain.interval import Interval
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search, SlotRequest
from booking.domain.room_times import RoomTimes
from booking.domain.rules.case import Case
from booking.domain.working_time import Setting


def refusal(case: Case) -> Refusal | None:
    """A search needs a room that is free; a reservation names its room, or none."""
    if case.setting is None:
        return None
    if isinstance(case.request, Search):
        return _none_is_free(case.request, case.setting, case)
    return _named_room(case.request, case.setting, case)


def _none_is_free(search: Search, setting: Setting, case: Case) -> Refusal | None:
    need = room_need(search, setting, case.configuration)
    if not need.is_required or first_free(need, case.rooms, case.interval) is not None:
        return None
    where = setting.place if setting.is_bound else search.location
    at = f" at {where}" if where else ""
    return Refusal(Reason.NO_ROOM, f"none of {len(need.rooms)} rooms{at} is free")


def _named_room(request: SlotRequest, setting: Setting, case: Case) -> Refusal | None:
    if request.room_id is None:
        is_required = _needs_room(setting, case.configuration)
        return Refusal(Reason.ROOM_REQUIRED) if is_required else None
    return named_refusal(case.configuration.rooms[request.room_id], setting, case.interval, case.rooms)


def _needs_room(setting: Setting, configuration: Configuration) -> bool:
    is_physical = setting.meeting_type is MeetingType.PHYSICAL
    return is_physical and _policy_at(setting.place, configuration) is RoomPolicy.REQUIRED


def suits(room_id: str | None, search: Search, setting: Setting, configuration: Configuration) -> bool:
    """Whether a group meeting that has this room, or none, suits the search. Whether the room is free is not asked."""
    if search.demands_room:
        return any(each.id == room_id for each in room_need(search, setting, configuration).rooms)
    if room_id is None:
        return not _needs_room(setting, configuration)
    this = configuration.rooms.get(room_id)
    return this is not None and _named(this, setting) is None


def named_refusal(named: Room, setting: Setting, wanted: Interval, rooms: RoomTimes) -> Refusal | None:
    """The refusal of a named room for a meeting in that setting. None if the room can be booked."""
    return _named(named, setting) or (Refusal(Reason.ROOM_BUSY) if rooms.clash(named.id, wanted) else None)


def _named(named: Room, setting: Setting) -> Refusal | None:
    """The refusal of a named room at any time."""
    if not named.bookable:
        return Refusal(Reason.ROOM_NOT_BOOKABLE)
    if setting.meeting_type is MeetingType.PHYSICAL and named.location != setting.place:
        return Refusal(Reason.ROOM_ELSEWHERE)
    return None


class RoomNeed(Struct, frozen=True):
    """`rooms` in the order in which they are named. Not required: one is named if it is free."""

    is_required: bool
    rooms: tuple[Room, ...]


NO_ROOM_NEEDED = RoomNeed(False, ())


def _policy_at(place: str | None, configuration: Configuration) -> RoomPolicy:
    return configuration.location(place).room_policy if place else RoomPolicy.OPTIONAL


def room_need(search: Search, setting: Setting, configuration: Configuration) -> RoomNeed:
    """What a meeting that is searched for needs. A demanded room is needed for every meeting type.

    The smallest room that seats the employees and the topic's customers comes first, ties by id. Rooms that are too
    small come last, the largest of them first: how many people a customer brings along is not known, and a cramped room
    is better than none.
    """
    place = setting.place if setting.is_bound else search.location
    specific, people = search.specific_rooms, max(len(search.required_ids), 1) + configuration.seats(search.topic_id)
    policy = _policy_at(place, configuration)
    if not search.demands_room and (setting.meeting_type is not MeetingType.PHYSICAL or policy is RoomPolicy.NONE):
        return NO_ROOM_NEEDED
    fitting = [
        each
        for each in configuration.rooms.values()
        if each.bookable and place and each.location == place and (not specific or each.id in specific)
    ]
    fitting.sort(key=lambda each: (each.capacity < people, abs(each.capacity - people), each.id))
    is_required = search.demands_room or policy is RoomPolicy.REQUIRED
    return RoomNeed(is_required, tuple(fitting)) if is_required or fitting else NO_ROOM_NEEDED


def first_free(need: RoomNeed, rooms: RoomTimes, wanted: Interval) -> str | None:
    """The id of the room to name."""
    return next((each.id for each in need.rooms if rooms.clash(each.id, wanted) is None), None)


def free_starts(day: Day, need: RoomNeed, rooms: RoomTimes, duration: int) -> list[tuple[str, Starts]]:
    """The search form: each room that may be named, with the starts of the day at which it is free."""
    found = []
    for each in need.rooms:
        taken = 0
        for busy_from, busy_until in rooms.busy_between(each.id, day.start, day.end + duration):
            taken |= day.between(busy_from - duration + 1, busy_until - 1)
        found.append((each.id, day.everything & ~taken))
    return found
