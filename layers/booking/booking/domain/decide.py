"""Decide: whether one slot may be taken, rule by rule (`booking.domain.rules`)."""

from collections.abc import Collection, Mapping
from copy import replace
from typing import NoReturn

from booking.domain.agenda import NOTHING, Agenda, Resource, ResourceKind, employee, room
from booking.domain.configuration import ALL_MEETING_TYPES, Configuration, EmployeeType
from booking.domain.employee_time import EmployeeTime
from booking.domain.errors import RoomTaken, SlotNotOffered, SlotTaken, TooLong
from booking.domain.group_meetings import joined_by
from booking.domain.interval import Interval
from booking.domain.local_days import Calendar, local_day_of
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import SlotRequest
from booking.domain.room_times import RoomTimes
from booking.domain.rules import Refused, busy, daily_cap, first_refusal, meeting_types, meetings_per_day, seats, topic
from booking.domain.rules.case import Candidate, Case, Source
from booking.domain.working_time import Setting


def check(
    wanted: SlotRequest,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> None:
    """Returns if every rule allows the slot. Slots whose ids are in `ignoring` are neither busy nor part of the cap.

    Raises NotFound (an id that is not configured), SlotTaken (an employee is busy), RoomTaken, and SlotNotOffered for
    every other rule, with its Reason. Details name the employee or room and no more, because a customer must not
    learn about calendars.
    """
    if wanted.room_id is not None:
        configuration.require_room(wanted.room_id)
    topic.require(wanted, configuration)
    found: list[Case] = []
    refused: list[Refused] = []
    for each in _of_each_type(wanted, configuration):
        # The type makes a difference to the cases only where it says which group meeting could be joined.
        if not found or configuration.is_group_topic(each.topic_id):
            found = cases(each, configuration, agendas, now, ignoring)
        settings: list[Setting] = []
        if each.meeting_type is not None:
            settings = meeting_types.settings(each, each.meeting_type, found[0].time.places)
        for setting in settings or (None,):
            refusal = first_refusal([replace(case, setting=setting) for case in found])
            if refusal is None:
                return
            refused.append(refusal)
    nearest = max(refused, key=lambda each: each.place)  # to being allowed
    raise_refused(nearest.refusal, _about(nearest, wanted))


def _of_each_type(wanted: SlotRequest, configuration: Configuration) -> list[SlotRequest]:
    """The request for each meeting type that it may have, or without a type if its topic has none of them."""
    asked = ALL_MEETING_TYPES if wanted.meeting_type is None else {wanted.meeting_type}
    types = topic.meeting_types(asked, wanted.topic_id, configuration) or (None,)
    return [replace(wanted, meeting_type=each) for each in types]


def is_overtaken(
    held: SlotRequest,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> bool:
    """Whether a lapsed hold cannot be used any more: an employee is busy by now, or has reached a limit for the day, or
    a group meeting has no seat left.

    The other rules were checked when the hold was made. Raises NotFound.
    """
    return any(
        rule.refusal(case)
        for case in cases(held, configuration, agendas, now, ignoring)
        for rule in (seats, busy, daily_cap, meetings_per_day)
    )


def require_free(
    wanted: SlotRequest,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str] = (),
) -> None:
    """Returns if each employee is free, with the buffers that the request's topic wants. Raises SlotTaken, NotFound."""
    for case in cases(wanted, configuration, agendas, now, ignoring):
        refusal = busy.refusal(case)
        if refusal is not None:
            raise_refused(refusal, employee(case.employee.id))


def agenda_time(wanted: Interval, configuration: Configuration, employee_ids: Collection[str]) -> Interval:
    """Which time of the agendas a decision on `wanted` depends on, and no more than that.

    That is the interval with the largest buffer, and for employees with a limit for each day the whole local date that
    it starts on. Raises NotFound.
    """
    time = wanted.padded(configuration.largest_buffer)
    for id in employee_ids:
        this = configuration.require_employee(id)
        limits = daily_cap.cap_of(this, configuration), meetings_per_day.most_of(this, configuration)
        if limits != (None, None):
            day = local_day_of(configuration.zone_of(this), wanted.start)
            time = Interval(min(time.start, day.start), max(time.end, day.end))
    return time


def cases(
    wanted: SlotRequest,
    configuration: Configuration,
    agendas: Mapping[Resource, Agenda],
    now: int,
    ignoring: Collection[str],
) -> list[Case]:
    """One case for each employee of the request, in that order, without a setting. Raises NotFound.

    If the request is for a seat in a group meeting, the other seats do not count.
    """
    group = joined_by(wanted, configuration, agendas, now, ignoring)
    if group:
        ignoring = group.slot_ids.union(ignoring)
    employees = [configuration.require_employee(id) for id in wanted.employee_ids]
    calendars = {
        zone: Calendar(zone, configuration.organisation, wanted.interval)
        for zone in {configuration.zone_of(each) for each in employees}
    }
    rooms = RoomTimes(agendas, now, ignoring)
    return [
        Case(
            request=wanted,
            interval=wanted.interval,
            configuration=configuration,
            now=now,
            time=EmployeeTime(
                each,
                configuration,
                calendars[configuration.zone_of(each)],
                agendas.get(employee(each.id), NOTHING),
                now,
                cap=daily_cap.cap_of(each, configuration),
                most_meetings=meetings_per_day.most_of(each, configuration),
                is_customer_initiated=wanted.is_customer_initiated,
                ignoring=ignoring,
            ),
            candidate=Candidate(each, (Source(EmployeeType.EXPLICIT, 0),)),
            setting=None,
            host=calendars[configuration.zone_of(employees[0])],
            rooms=rooms,
            group=group,
        )
        for each in employees
    ]


def raise_refused(refusal: Refusal, resource: Resource | None = None) -> NoReturn:
    """Raises SlotTaken, RoomTaken or SlotNotOffered, with the employee or room in its details and nothing else."""
    details = {}
    if resource is not None:
        details = {"employeeId" if resource.kind is ResourceKind.EMPLOYEE else "roomId": resource.id}
    if refusal.reason is Reason.FULL:
        raise SlotTaken(refusal.reason.sentence, reason=refusal.reason, **details)
    if refusal.reason is Reason.BUSY:
        raise SlotTaken(refusal.reason.sentence, **details)
    if refusal.reason is Reason.ROOM_BUSY:
        raise RoomTaken(refusal.reason.sentence, **details)
    if refusal.reason is Reason.TOO_LONG:
        raise TooLong(refusal.reason, refusal.reason.sentence, **details)
    raise SlotNotOffered(refusal.reason, refusal.reason.sentence, **details)


def _about(refused: Refused, wanted: SlotRequest) -> Resource | None:
    match refused.rule.about:
        case ResourceKind.EMPLOYEE:
            return employee(refused.case.employee.id)
        case ResourceKind.ROOM if wanted.room_id is not None:
            return room(wanted.room_id)
    return None
