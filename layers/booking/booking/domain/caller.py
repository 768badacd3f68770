"""Who calls, and what belongs to them. docs/roles.md says what each scope may do."""

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from booking.domain.errors import Forbidden, MeetingOver
from booking.domain.meeting import Meeting, Slot


class Scope(StrEnum):
    READ = "bookme/read"
    BOOK = "bookme/book"
    PARTNER = "bookme/partner"
    STAFF = "bookme/staff"
    ADMIN = "bookme/admin"


BOOKING = frozenset({Scope.BOOK, Scope.PARTNER, Scope.STAFF})
"""The scopes that may reserve, create, change and cancel. `Caller` decides on whose behalf."""


GROUPS = {Scope.STAFF: "staff", Scope.ADMIN: "admin"}
"""A person's scope counts only if the person is in this user-pool group."""


def scopes_of_person(granted: Collection[str], groups: Collection[str]) -> frozenset[str]:
    """The scopes that count in the token of a person who has signed in.

    The sign-in pages grant every scope that the application may ask for, whoever signs in: a scope says what the
    application may do, a group what the person may. A person is never a partner.
    """
    mine = {scope for scope, group in GROUPS.items() if group in groups}
    return frozenset(scope for scope in granted if scope in {Scope.READ, Scope.BOOK, *mine})


PARTNER = "client:"
"""The prefix of the `owner` of what a partner's client made."""


class Caller(Struct, frozen=True):
    """The token's subject. `username` is None for a client that signed in as itself (client credentials)."""

    subject: str
    client_id: str
    username: str | None
    scopes: frozenset[str]

    @property
    def is_staff(self) -> bool:
        return Scope.STAFF in self.scopes

    @property
    def is_partner(self) -> bool:
        """Whether the caller is a machine client that acts for customers, and no employee."""
        return Scope.PARTNER in self.scopes and not self.is_staff

    @property
    def owner(self) -> str:
        """The owner of the slots and meetings that this caller makes, and the author of changes in the audit trail.

        For a partner it is the client, for an employee or administrator the user name, otherwise the subject of the
        client or customer. A customer's user name is a customer id: it must not stay in the audit trail, which is kept
        after a customer is erased.
        """
        if Scope.PARTNER in self.scopes:
            return f"{PARTNER}{self.client_id}"
        if self.username and self.scopes & GROUPS.keys():
            return f"user:{self.username}"
        return f"subject:{self.subject}"

    def owns_slot(self, slot: Slot) -> bool:
        """A slot belongs to whoever made it, to every employee, and as an offer of the waitlist to its customer."""
        is_offered = slot.waitlist_id is not None and self.is_customer(slot.customer_id)
        return self.is_staff or slot.owner == self.owner or is_offered

    def owns_meeting(self, meeting: Meeting) -> bool:
        """A meeting belongs to whoever made it, to its customer, and to every employee."""
        return self.is_staff or meeting.owner == self.owner or self.is_customer(meeting.customer_id)

    def require_changeable(self, meeting: Meeting, now: int) -> None:
        """Raises MeetingOver for a meeting that has ended, which only employees may still change, move or cancel."""
        if meeting.end <= now and not self.is_staff:
            raise MeetingOver("The meeting has ended; only an employee can change it.", meetingId=meeting.id)

    def is_customer(self, customer_id: str | None) -> bool:
        return self.username is not None and customer_id in (self.username, self.subject)

    def customer_id(self, asked: str | None) -> str | None:
        """The customer to book for. For a signed-in customer that is always their own user name.

        Raises Forbidden if a customer names somebody else.
        """
        if self.is_staff or Scope.PARTNER in self.scopes:
            return asked
        if asked is not None and asked not in (self.username, self.subject):
            raise Forbidden("Customers may only book for themselves.")
        return self.username or self.subject

    def names_of(self, customer_id: str) -> tuple[str, ...]:
        """The ids of the customer whose links to partners the caller may read and change: a customer's own are the user
        name, which comes first, and the token's subject.

        Raises Forbidden if a customer names somebody else.
        """
        if self.is_staff or Scope.ADMIN in self.scopes:
            return (customer_id,)
        if self.username is None or not self.is_customer(customer_id):
            raise Forbidden("Customers may only name themselves.")
        return tuple(dict.fromkeys((self.username, self.subject)))

    def holds_for(self, asked: str | None) -> str | None:
        """The customer whose limit of holds a reservation counts towards. None for employees, who have no limit, and
        for partners that name no customer.

        Raises Forbidden if a customer names somebody else.
        """
        return None if self.is_staff else self.customer_id(asked)

    def require(self, allowed: frozenset[Scope]) -> None:
        """Raises Forbidden unless the token has at least one of the scopes."""
        if not self.scopes & allowed:
            raise Forbidden(
                "The access token does not have a scope that this operation needs.", accepted=sorted(allowed)
            )
