"""Rule 3: `canBeBooked` false always excludes. `onlyExplicitlyAvailable` excludes unless the employee is named."""

from booking.domain.refusal import Reason, Refusal
from booking.domain.rules.case import Candidate, Case


def refusal(case: Case) -> Refusal | None:
    return refusal_of(case.candidate) if case.candidate else None


def refusal_of(candidate: Candidate) -> Refusal | None:
    if not candidate.employee.can_be_booked:
        return Refusal(Reason.CANNOT_BE_BOOKED)
    if candidate.employee.only_explicitly_available and not candidate.is_explicit:
        return Refusal(Reason.ONLY_EXPLICIT)
    return None
