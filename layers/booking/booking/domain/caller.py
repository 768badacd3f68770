"""Who calls, and what is theirs. The scopes and what each may do: the API's permissions."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from booking.domain.errors import Forbidden, MeetingOver
from booking.domain.meeting import Meeting, Slot


class Scope(StrEnum):
    READ = "bookme/read"
    BOOK = "bookme/book"
    PARTNER = "bookme/partner"
    STAFF = "bookme/staff"
    ADMIN = "bookme/admin"


BOOKING = frozenset({Scope.BOOK, Scope.PARTNER, Scope.STAFF})
"""The scopes that may reserve, create, change and cancel; on whose behalf differs, see `Caller`."""


GROUPS = {Scope.STAFF: "staff", Scope.ADMIN: "admin"}
"""The user-pool group that a person must be in for a scope to count."""


def scopes_of_person(granted: Collection[str], groups: Collection[str]) -> frozenset[str]:
    """The scopes that count in the token of a person who has signed in.

    The sign-in pages grant every scope that the application may ask for, whoever signs in: a scope says what the
    application may do, a group what the person may. A person is never a partner.
    """
    mine = {scope for scope, group in GROUPS.items() if group in groups}
    return frozenset(scope for scope in granted if scope in {Scope.READ, Scope.BOOK, *mine})


PARTNER = "client:"
"""How the owner of what a partner's client made begins."""


@dataclass(frozen=True)
class Caller:
    """The token's subject. `username` is None for a client that signed in as itself (client credentials)."""

    subject: str
    client_id: str
    username: str | None
    scopes: frozenset[str]

    @property
    def is_staff(self) -> bool:
        return Scope.STAFF in self.scopes

    @property
    def owner(self) -> str:
        """Whose the slots and meetings are that this caller makes, and who the audit trail says made a change.

        A partner's client; an employee or administrator by their user name; else the subject: a machine's client, or
        a customer, whose user name is a customer's id and does not belong into a trail that outlives its erasure.
        """
        if Scope.PARTNER in self.scopes:
            return f"{PARTNER}{self.client_id}"
        if self.username and self.scopes & GROUPS.keys():
            return f"user:{self.username}"
        return f"subject:{self.subject}"

    def owns_slot(self, slot: Slot) -> bool:
        return self.is_staff or slot.owner == self.owner

    def owns_meeting(self, meeting: Meeting) -> bool:
        """Its maker's, its customer's when that customer is signed in, and every employee's."""
        return self.is_staff or meeting.owner == self.owner or self.is_customer(meeting.customer_id)

    def require_changeable(self, meeting: Meeting, now: int) -> None:
        """Raises MeetingOver for a meeting that has ended, which only employees may still change, move or cancel."""
        if meeting.end <= now and not self.is_staff:
            raise MeetingOver("The meeting has ended; only an employee can change it.", meetingId=meeting.id)

    def is_customer(self, customer_id: str | None) -> bool:
        return self.username is not None and customer_id in (self.username, self.subject)

    def customer_id(self, asked: str | None) -> str | None:
        """The customer to book for: a customer's own username, whichever name was asked for.

        Raises Forbidden where a customer names somebody else.
        """
        if self.is_staff or Scope.PARTNER in self.scopes:
            return asked
        if asked is not None and asked not in (self.username, self.subject):
            raise Forbidden("Customers may only book for themselves.")
        return self.username or self.subject

    def holds_for(self, asked: str | None) -> str | None:
        """The customer whose limit of holds a reservation counts for; None for employees, whom it does not bind, and
        for partners that name none.

        Raises Forbidden where a customer names somebody else.
        """
        return None if self.is_staff else self.customer_id(asked)

    def require(self, allowed: frozenset[Scope]) -> None:
        """Raises Forbidden unless the token has at least one of the scopes."""
        if not self.scopes & allowed:
            raise Forbidden(
                "The access token does not have a scope that this operation needs.", accepted=sorted(allowed)
            )
