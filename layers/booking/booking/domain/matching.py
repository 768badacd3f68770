"""Who may take a meeting: how a candidate is found, whether it is qualified, how it ranks, what its daily cap is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from booking.domain.configuration import (
    CompetenceGroup,
    Configuration,
    Employee,
    EmployeeType,
    MeetingType,
    PriorityRule,
    ServiceGroup,
)


@dataclass(frozen=True)
class Source:
    """One way in which a candidate was found. `group` is the service group, for that type."""

    type: EmployeeType
    rank: int
    group: ServiceGroup | None = None

    def offers(self, meeting_type: MeetingType, place: str | None) -> bool:
        """A service group offers what its service level lists, and Physical at its own locations only."""
        if self.group is None:
            return True
        if meeting_type is MeetingType.PHYSICAL and place not in self.group.locations:
            return False
        return meeting_type in self.group.meeting_types


@dataclass(frozen=True)
class Candidate:
    employee: Employee
    sources: tuple[Source, ...]

    def rank(self, meeting_type: MeetingType, place: str | None) -> int | None:
        """The best of its sources' ranks for such a meeting, 0 first; None if none of them offers it."""
        return min((source.rank for source in self.sources if source.offers(meeting_type, place)), default=None)


@dataclass(frozen=True)
class Asked:
    """What of a search decides who is a candidate. `types` None: the default ones.

    `first_day` to `last_day` are the local days searched, for those who work elsewhere on one of them.
    """

    employee_ids: tuple[str, ...]
    types: frozenset[EmployeeType] | None
    topic_id: str | None
    customer_type_id: str | None
    customer_location: str | None
    location: str | None
    first_day: date
    last_day: date


def candidates(asked: Asked, configuration: Configuration) -> list[Candidate]:
    """Rule 1: everybody who is found in a way that is asked for, qualified or not, in order of id.

    Types left out: Explicit if ids are given, else Local and ServiceGroup. With neither location nor ids everybody is
    local. A service group is found by its trigger; what the search does not say matches only an empty trigger list.
    """
    types = asked.types or (
        {EmployeeType.EXPLICIT} if asked.employee_ids else {EmployeeType.LOCAL, EmployeeType.SERVICE_GROUP}
    )
    rules = configuration.organisation.priority_rules
    sources: dict[str, list[Source]] = {}
    if EmployeeType.EXPLICIT in types:
        rank = _rank(rules, EmployeeType.EXPLICIT)
        for id in asked.employee_ids:
            sources.setdefault(id, []).append(Source(EmployeeType.EXPLICIT, rank))
    if EmployeeType.LOCAL in types:
        rank = _rank(rules, EmployeeType.LOCAL)
        for id, employee in configuration.employees.items():
            if _is_local(employee, asked):
                sources.setdefault(id, []).append(Source(EmployeeType.LOCAL, rank))
    if EmployeeType.SERVICE_GROUP in types:
        for group in configuration.service_groups.values():
            if _is_triggered(group, asked):
                rank = _rank(rules, EmployeeType.SERVICE_GROUP, group.labels)
                for id in service_group_members(group, configuration):
                    sources.setdefault(id, []).append(Source(EmployeeType.SERVICE_GROUP, rank, group))
    employees = configuration.employees
    return [Candidate(employees[id], tuple(sources[id])) for id in sorted(sources) if id in employees]


def is_explicit(candidate: Candidate) -> bool:
    return any(source.type is EmployeeType.EXPLICIT for source in candidate.sources)


def qualified_by_group(configuration: Configuration, topic_id: str, customer_type_id: str | None) -> frozenset[str]:
    """The members, through sub-groups too, of the competence groups that cover the topic and the customer type."""
    members: set[str] = set()
    for group in configuration.competence_groups.values():
        if _covers(group.topic_ids, topic_id) and _covers(group.customer_type_ids, customer_type_id):
            members |= competence_group_members(group, configuration.competence_groups)
    return frozenset(members)


def is_skilled(employee: Employee, topic_id: str, customer_type_id: str | None) -> bool:
    """Rule 2, by its own skills: without a list it covers everything."""
    skills = employee.skills
    return skills is None or (
        topic_id in skills.topic_ids and (customer_type_id is None or customer_type_id in skills.customer_type_ids)
    )


def competence_group_members(group: CompetenceGroup, groups: Mapping[str, CompetenceGroup]) -> frozenset[str]:
    """Its employees and those of all groups below it."""
    seen, waiting = {group.id}, [group]
    members: set[str] = set()
    while waiting:
        current = waiting.pop()
        members |= current.employee_ids
        below = current.sub_group_ids - seen
        seen |= below
        waiting += [groups[id] for id in below if id in groups]
    return frozenset(members)


def service_group_members(group: ServiceGroup, configuration: Configuration) -> frozenset[str]:
    """Its employees and those of its competence groups."""
    groups = configuration.competence_groups
    through = (competence_group_members(groups[id], groups) for id in group.competence_group_ids if id in groups)
    return group.employee_ids.union(*through)


def daily_caps(employee_ids: Iterable[str], configuration: Configuration) -> dict[str, int | None]:
    """Rule 7: each employee's own cap, else the highest of its service groups', else the organisation's; in seconds.

    All groups that the employee is a member of count, triggered or not: the cap guards the employee's day, which
    fills up the same whichever way a customer came.
    """
    capped = [group for group in configuration.service_groups.values() if group.max_meeting_time_per_day is not None]
    members = [(group.max_meeting_time_per_day or 0, service_group_members(group, configuration)) for group in capped]

    def cap(id: str) -> int | None:
        own = configuration.employees[id].max_meeting_time_per_day
        if own is not None:
            return own
        of_groups = [cap for cap, ids in members if id in ids]
        return max(of_groups) if of_groups else configuration.organisation.max_meeting_time_per_day

    return {id: cap(id) for id in employee_ids}


def _covers(listed: frozenset[str], asked: str | None) -> bool:
    """An empty list covers anything; what is not asked for is covered too."""
    return not listed or asked is None or asked in listed


def _is_local(employee: Employee, asked: Asked) -> bool:
    location = asked.location
    if location is None:
        return not asked.employee_ids
    return (
        location in employee.locations
        or any(window.location == location for windows in employee.workdays for window in windows)
        or any(
            elsewhere.location == location
            and elsewhere.days.first <= asked.last_day
            and asked.first_day <= elsewhere.days.last
            for elsewhere in employee.working_elsewhere
        )
    )


def _is_triggered(group: ServiceGroup, asked: Asked) -> bool:
    return all(
        not listed or value in listed
        for listed, value in (
            (group.trigger_topic_ids, asked.topic_id),
            (group.trigger_customer_type_ids, asked.customer_type_id),
            (group.trigger_customer_locations, asked.customer_location),
        )
    )


def _rank(rules: tuple[PriorityRule, ...], type: EmployeeType, labels: frozenset[str] = frozenset()) -> int:
    """The place of the first rule that fits, or after all of them: no rule ranks last, it does not exclude."""
    fitting = (
        rank for rank, rule in enumerate(rules) if rule.type is type and (not rule.label or rule.label in labels)
    )
    return next(fitting, len(rules))
