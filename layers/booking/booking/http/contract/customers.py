"""What is kept about a customer."""

from http import HTTPStatus
from typing import Annotated

from booking.domain.caller import Scope
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.values import Fields, Flag, says


class EraseCustomerDataQuery(Fields):
    cancel_future: Annotated[Flag, says("Whether meetings to come are cancelled too.", True)] = True


class CustomerErasure(Fields):
    """What was erased. Ask again until `isComplete`."""

    meetings_erased: Annotated[int, says("Meetings that no longer say who the customer is.", 3)]
    slots_erased: Annotated[int, says("Slots that no longer carry a trace of the customer.", 3)]
    meetings_cancelled: Annotated[int, says("Meetings that were cancelled.", 1)]
    is_complete: Annotated[bool, says("Whether nothing is left; if not, call again.", True)]


ERASE_CUSTOMER_DATA = Operation(
    id="erase_customer_data",
    method="DELETE",
    path="/bookme/customers/{customerId}/data",
    tag=Tag.CUSTOMERS,
    summary="Erase a customer's data",
    description="Meetings stay with their times and employees, without anything that says who the customer was.",
    scopes=frozenset({Scope.ADMIN}),
    query=EraseCustomerDataQuery,
    answers={HTTPStatus.OK: Answer("What was done.", CustomerErasure)},
)
