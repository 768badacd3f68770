"""The shape of every error."""

from typing import Annotated, Any

from booking.http.contract.values import Fields, says


class Problem(Fields):
    """What went wrong. `code` is stable and for programs, `message` is for people."""

    code: Annotated[str, says("The error's stable name.", "SLOT_TAKEN")]
    message: Annotated[str, says("A sentence for people; its words may change.", "The employee is not free.")]
    details: Annotated[dict[str, Any], says("What the error is about, for programs.", {})]
    request_id: Annotated[str, says("Identifies the request in the logs.", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef")]


class BadField(Fields):
    """One value that was not accepted."""

    where: Annotated[str, says("The value's place in the request.", "body.timeSlot.endDate")]
    sent: Annotated[
        Any, says("The value that was sent. null if it was missing, or if it may be personal data.", "soon")
    ]
    accepted: Annotated[str, says("What is accepted there.", "after startDate")]


class BadFields(Fields):
    """Every value that was not accepted."""

    errors: Annotated[tuple[BadField, ...], says("One entry for each bad value.")]
