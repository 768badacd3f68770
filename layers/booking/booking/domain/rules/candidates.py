"""Rule 1: the candidates are those named, those at the location, and members of service groups that are triggered."""

from datetime import date

from booking.domain.configuration import Configuration, Employee, EmployeeType, PriorityRule, ServiceGroup
from booking.domain.interval import Interval
from booking.domain.local_days import local_day_of
from booking.domain.refusal import Reason, Refusal
from booking.domain.requests import Search
from booking.domain.rules.case import Candidate, Case, Source


def refusal(case: Case) -> Refusal | None:
    return Refusal(Reason.NOT_A_CANDIDATE) if case.candidate is None else None


def find(search: Search, configuration: Configuration, time: Interval) -> list[Candidate]:
    """Everybody who is found in a way that is asked for, qualified or not, in order of id. `time` is the time searched.

    Types left out: Explicit if ids are given, else Local and ServiceGroup. With neither location nor ids everybody is
    local. A service group is found by its trigger; what the search does not say matches only an empty trigger list.
    """
    explicit = search.explicit_employee_ids
    types = None if search.require_employee_participation else search.employee_types
    types = types or (
        frozenset({EmployeeType.EXPLICIT}) if explicit else frozenset({EmployeeType.LOCAL, EmployeeType.SERVICE_GROUP})
    )
    zone = configuration.organisation.time_zone
    first_day, last_day = local_day_of(zone, time.start).date, local_day_of(zone, time.end - 1).date
    rules = configuration.organisation.priority_rules
    sources: dict[str, list[Source]] = {}
    if EmployeeType.EXPLICIT in types:
        rank = _rank(rules, EmployeeType.EXPLICIT)
        for id in explicit:
            sources.setdefault(id, []).append(Source(EmployeeType.EXPLICIT, rank))
    if EmployeeType.LOCAL in types:
        rank = _rank(rules, EmployeeType.LOCAL)
        for id, employee in configuration.employees.items():
            if _is_local(employee, search, first_day, last_day):
                sources.setdefault(id, []).append(Source(EmployeeType.LOCAL, rank))
    if EmployeeType.SERVICE_GROUP in types:
        for group in configuration.service_groups.values():
            if _is_triggered(group, search):
                rank = _rank(rules, EmployeeType.SERVICE_GROUP, group.labels)
                for id in configuration.service_group_members[group.id]:
                    sources.setdefault(id, []).append(Source(EmployeeType.SERVICE_GROUP, rank, group))
    employees = configuration.employees
    return [Candidate(employees[id], tuple(sources[id])) for id in sorted(sources) if id in employees]


def _is_local(employee: Employee, search: Search, first_day: date, last_day: date) -> bool:
    """`first_day` to `last_day` are the local days searched, for those who work elsewhere on one of them."""
    location = search.location
    if location is None:
        return not search.explicit_employee_ids
    return (
        location in employee.locations
        or any(window.location == location for window in employee.every_window)
        or any(
            elsewhere.location == location and elsewhere.days.first <= last_day and first_day <= elsewhere.days.last
            for elsewhere in employee.working_elsewhere
        )
    )


def _is_triggered(group: ServiceGroup, search: Search) -> bool:
    return all(
        not listed or value in listed
        for listed, value in (
            (group.trigger_topic_ids, search.topic_id),
            (group.trigger_customer_type_ids, search.customer_type_id),
            (group.trigger_customer_locations, search.customer_location),
        )
    )


def _rank(rules: tuple[PriorityRule, ...], type: EmployeeType, labels: frozenset[str] = frozenset()) -> int:
    """The place of the first priority rule that fits. Without one a candidate ranks last, but is not excluded."""
    fitting = (
        rank for rank, rule in enumerate(rules) if rule.type is type and (not rule.label or rule.label in labels)
    )
    return next(fitting, len(rules))
