"""A customer's data."""

from http import HTTPStatus
from typing import Annotated

from booking.domain.caller import Scope
from booking.domain.errors import TooManyPartners
from booking.domain.partners import LinkAction
from booking.http.contract.meetings import Change, Meeting
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.paging import NextCursor, PageQuery
from booking.http.contract.time_slots import TimeSlot
from booking.http.contract.values import Fields, Flag, UtcInstant, says
from booking.http.contract.waitlist import WaitlistEntry

CLIENT_ID = "4u8g2mtr6hvm1b7e4c9k5n3q0a"


class EraseCustomerDataQuery(Fields):
    cancel_future: Annotated[Flag, says("Whether to cancel future meetings too.", True)] = True


class CustomerErasure(Fields):
    """How much was erased. Call again until `isComplete` is true."""

    meetings_erased: Annotated[int, says("How many meetings were freed of the customer's data.", 3)]
    slots_erased: Annotated[int, says("How many time slots were freed of the customer's data.", 3)]
    meetings_cancelled: Annotated[int, says("How many meetings were cancelled.", 1)]
    is_complete: Annotated[bool, says("Whether everything is done. If false, call again.", True)]


class CustomerMeeting(Fields):
    """A meeting of the customer, and who changed it when."""

    meeting: Annotated[Meeting, says("The meeting as it is stored.")]
    changes: Annotated[tuple[Change, ...], says("The meeting's audit trail, the first change first.")]


class PartnerLink(Fields):
    """A partner that may act for the customer."""

    client_id: Annotated[str, says("The partner's client id.", CLIENT_ID)]
    date_linked: Annotated[UtcInstant, says("Since when they are linked.", "2027-01-04T08:00:00Z")]


class PartnerLinks(Fields):
    """The partners that may act for a customer."""

    items: Annotated[tuple[PartnerLink, ...], says("The partners, those linked first first.")]


class PartnerLinkChange(Fields):
    """Who linked or unlinked a partner, and when."""

    date: Annotated[UtcInstant, says("When it was done.", "2027-01-04T08:00:00Z")]
    by: Annotated[str, says("Who did it.", "user:anna")]
    action: Annotated[LinkAction, says("What was done.", "PartnerLinked")]
    client_id: Annotated[str, says("The partner's client id.", CLIENT_ID)]


class CustomerData(Fields):
    """What is stored about a customer, one page."""

    customer_id: Annotated[str, says("The customer.", "67890")]
    meetings: Annotated[tuple[CustomerMeeting, ...], says("The customer's meetings by their start.")]
    held_time_slots: Annotated[
        tuple[TimeSlot, ...], says("What the customer holds or held lately without a meeting. On the first page only.")
    ]
    waitlist: Annotated[
        tuple[WaitlistEntry, ...], says("The customer's entries of the waitlist. On the first page only.")
    ]
    partners: Annotated[
        tuple[PartnerLink, ...], says("The partners that may act for the customer. On the first page only.")
    ]
    partner_changes: Annotated[
        tuple[PartnerLinkChange, ...],
        says("Who linked and unlinked which partners, the last 200 changes. On the first page only."),
    ]
    next_cursor: NextCursor


EXPORT_CUSTOMER_DATA = Operation(
    id="export_customer_data",
    method="GET",
    path="/bookme/customers/{customerId}/data",
    tag=Tag.CUSTOMERS,
    summary="Export a customer's data",
    description=(
        "Everything stored about the customer that an erasure would remove: meetings with their contents and their "
        "audit trail, time slots without a meeting, entries of the waitlist, and links to partners. Answers kept for "
        "an Idempotency-Key repeat these for a day. Webhook deliveries hold no customer, and records of "
        "messages hold hashes of addresses "
        "only."
    ),
    scopes=frozenset({Scope.ADMIN}),
    query=PageQuery,
    answers={HTTPStatus.OK: Answer("A page of the customer's data.", CustomerData)},
)

ERASE_CUSTOMER_DATA = Operation(
    id="erase_customer_data",
    method="DELETE",
    path="/bookme/customers/{customerId}/data",
    tag=Tag.CUSTOMERS,
    summary="Erase a customer's data",
    description=(
        "Meetings keep their times and employees. Everything that identifies the customer is removed. The customer "
        "leaves the waitlist, and no partner is linked to the customer any more."
    ),
    scopes=frozenset({Scope.ADMIN}),
    query=EraseCustomerDataQuery,
    answers={HTTPStatus.OK: Answer("What was done.", CustomerErasure)},
)

LINKING = frozenset({Scope.BOOK, Scope.STAFF, Scope.ADMIN})
"""Who may link a partner: customers themselves, and employees and administrators any customer."""

LINK_PARTNER = Operation(
    id="link_partner",
    method="PUT",
    path="/bookme/customers/{customerId}/partners/{clientId}",
    tag=Tag.CUSTOMERS,
    summary="Link a customer to a partner",
    description=(
        "From now on the partner may act for the customer where the organisation's `partnerConsent` is on. Customers "
        "link themselves only; employees and administrators any customer. Linking again changes nothing. One customer "
        "is linked to at most 20 partners."
    ),
    scopes=LINKING,
    answers={HTTPStatus.OK: Answer("They are linked.", PartnerLink)},
    errors=(TooManyPartners,),
)

UNLINK_PARTNER = Operation(
    id="unlink_partner",
    method="DELETE",
    path="/bookme/customers/{customerId}/partners/{clientId}",
    tag=Tag.CUSTOMERS,
    summary="Unlink a customer from a partner",
    description=(
        "Where `partnerConsent` is on, the partner may do nothing more for the customer at once, and no longer see "
        "what it did. Its meetings stay. Unlinking again changes nothing."
    ),
    scopes=LINKING,
    answers={HTTPStatus.NO_CONTENT: Answer("They are not linked.")},
)

LIST_PARTNERS = Operation(
    id="list_partners",
    method="GET",
    path="/bookme/customers/{customerId}/partners",
    tag=Tag.CUSTOMERS,
    summary="List a customer's partners",
    description="The partners that the customer is linked to. Customers list their own.",
    scopes=LINKING,
    answers={HTTPStatus.OK: Answer("The partners.", PartnerLinks)},
)
