"""A customer's data."""

from http import HTTPStatus
from typing import Annotated

from booking.domain.caller import Scope
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.values import Fields, Flag, says


class EraseCustomerDataQuery(Fields):
    cancel_future: Annotated[Flag, says("Whether to cancel future meetings too.", True)] = True


class CustomerErasure(Fields):
    """How much was erased. Call again until `isComplete` is true."""

    meetings_erased: Annotated[int, says("How many meetings were freed of the customer's data.", 3)]
    slots_erased: Annotated[int, says("How many time slots were freed of the customer's data.", 3)]
    meetings_cancelled: Annotated[int, says("How many meetings were cancelled.", 1)]
    is_complete: Annotated[bool, says("Whether everything is done. If false, call again.", True)]


ERASE_CUSTOMER_DATA = Operation(
    id="erase_customer_data",
    method="DELETE",
    path="/bookme/customers/{customerId}/data",
    tag=Tag.CUSTOMERS,
    summary="Erase a customer's data",
    description="Meetings keep their times and employees. Everything that identifies the customer is removed.",
    scopes=frozenset({Scope.ADMIN}),
    query=EraseCustomerDataQuery,
    answers={HTTPStatus.OK: Answer("What was done.", CustomerErasure)},
)
