"""A customer's data."""

from http import HTTPStatus
from typing import Annotated

from booking.domain.caller import Scope
from booking.http.contract.meetings import Change, Meeting
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.paging import NextCursor, PageQuery
from booking.http.contract.time_slots import TimeSlot
from booking.http.contract.values import Fields, Flag, says
from booking.http.contract.waitlist import WaitlistEntry


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
    next_cursor: NextCursor


EXPORT_CUSTOMER_DATA = Operation(
    id="export_customer_data",
    method="GET",
    path="/bookme/customers/{customerId}/data",
    tag=Tag.CUSTOMERS,
    summary="Export a customer's data",
    description=(
        "Everything stored about the customer that an erasure would remove: meetings with their contents and their "
        "audit trail, time slots without a meeting, and entries of the waitlist. Answers kept for an Idempotency-Key "
        "repeat these for a day. Webhook deliveries hold no customer, and records of messages hold hashes of addresses "
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
        "leaves the waitlist."
    ),
    scopes=frozenset({Scope.ADMIN}),
    query=EraseCustomerDataQuery,
    answers={HTTPStatus.OK: Answer("What was done.", CustomerErasure)},
)
