"""Rule 2: the employee's skills, or a competence group, cover the topic and the customer type of the request."""

from booking.domain.configuration import Configuration, Employee
from booking.domain.refusal import Reason, Refusal
from booking.domain.rules.case import Case


def refusal(case: Case) -> Refusal | None:
    request = case.request
    if is_qualified(case.employee, request.topic_id, request.customer_type_id, case.configuration):
        return None
    return Refusal(Reason.NOT_QUALIFIED)


def is_qualified(
    employee: Employee, topic_id: str | None, customer_type_id: str | None, configuration: Configuration
) -> bool:
    """Whether the employee's own skills or a competence group cover both."""
    return (
        (topic_id is None and customer_type_id is None)
        or _is_skilled(employee, topic_id, customer_type_id)
        or is_qualified_by_group(employee.id, topic_id, customer_type_id, configuration)
    )


def is_qualified_by_group(
    employee_id: str, topic_id: str | None, customer_type_id: str | None, configuration: Configuration
) -> bool:
    """Whether a competence group covers both that the employee is a member of, directly or through sub-groups."""
    return any(
        _covers(group.topic_ids, topic_id) and _covers(group.customer_type_ids, customer_type_id)
        for group in configuration.competence_groups_of(employee_id)
    )


def topics_covered(employee_id: str, configuration: Configuration) -> frozenset[str] | None:
    """The topics that its competence groups cover together; None: any."""
    covered = [group.topic_ids for group in configuration.competence_groups_of(employee_id)]
    return frozenset[str]().union(*covered) if all(covered) else None


def _is_skilled(employee: Employee, topic_id: str | None, customer_type_id: str | None) -> bool:
    """Without a list of skills an employee covers everything."""
    skills = employee.skills
    return skills is None or (
        (topic_id is None or topic_id in skills.topic_ids)
        and (customer_type_id is None or customer_type_id in skills.customer_type_ids)
    )


def _covers(listed: frozenset[str], asked: str | None) -> bool:
    """An empty list covers everything. A request that does not name one is covered too."""
    return not listed or asked is None or asked in listed
