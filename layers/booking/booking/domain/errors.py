"""Everything that can be wrong with a request. `booking.http.problems` maps each error to its status.

    BookingError
    ├── InvalidRequest           a list of faults: where, what was sent, what is accepted
    ├── Unauthenticated
    ├── Forbidden
    │   └── NotLinked            a partner acts for a customer who is not linked to it
    ├── NotFound                 kind and id
    ├── Conflict
    │   ├── SlotTaken            an employee is not free
    │   ├── RoomTaken            the room is not free
    │   ├── SlotNotOffered       a rule of availability refuses; `details.reason` names it
    │   │   └── TooLong          the meeting is longer than customers may book
    │   ├── ReservationExpired   the hold lapsed and the time has been taken since
    │   ├── SlotMismatch         the meeting contradicts its slot
    │   ├── MeetingCancelled
    │   ├── MeetingOver          it has ended, and the caller is no employee
    │   ├── TooLate              the notice that customers must give has passed
    │   │   ├── TooLateToCancel
    │   │   └── TooLateToChange  to move it to another time
    │   ├── TooManyMeetings      a customer has as many meetings to come as one may
    │   ├── CustomerBusy         a customer has another meeting at that time
    │   ├── AlreadyExists        a configuration document of this kind and id
    │   ├── InUse                configuration that something else refers to
    │   ├── TooManyWaiting       a customer has as many entries on the waitlist as are allowed
    │   ├── TooManyPartners      a customer is linked to as many partners as are allowed
    │   └── SwitchedOff          something that this deployment was made without
    ├── TooManyHolds             a customer holds as many time slots as one may
    ├── Stale                    If-Match names an older version
    ├── IdempotencyKeyReused     the same key with another body
    └── TryAgain                 throttled, or conflicting beyond the retry budget; nothing was written
        └── Outdated             decided by a configuration that is not the newest

Messages and details carry ids and times only, never personal data or tokens.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import asdict


class BookingError(Exception):
    """Base of all; `code` is the API's stable name for the fact, `details` its machine-readable part."""

    code = "INTERNAL_ERROR"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Fault(Struct, frozen=True):
    """One bad field: where it is (`query.startDate`, `body.timeSlot.endDate`), what was sent, what is accepted."""

    where: str
    sent: object
    accepted: str


class InvalidRequest(BookingError):
    """400: lists every fault found, not only the first."""

    code = "INVALID_REQUEST"

    def __init__(self, faults: Sequence[Fault]) -> None:
        where = ", ".join(fault.where for fault in faults)
        super().__init__(f"The request is not valid: {where}.", errors=[asdict(fault) for fault in faults])
        self.faults = tuple(faults)


class Unauthenticated(BookingError):
    code = "UNAUTHENTICATED"


class Forbidden(BookingError):
    code = "FORBIDDEN"


class NotLinked(Forbidden):
    """It says the same whether or not there is such a customer."""

    code = "PARTNER_NOT_LINKED"

    def __init__(self) -> None:
        super().__init__("This client may not act for the customer: they are not linked.")


class NotFound(BookingError):
    code = "NOT_FOUND"

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} with this id.", kind=kind, id=id)


class Conflict(BookingError):
    code = "CONFLICT"


class SlotTaken(Conflict):
    code = "SLOT_TAKEN"


class RoomTaken(Conflict):
    code = "ROOM_TAKEN"


class SlotNotOffered(Conflict):
    """`reason` is the code of the first rule that refuses (`domain.refusal.Reason`)."""

    code = "SLOT_NOT_OFFERED"

    def __init__(self, reason: str, message: str, **facts: object) -> None:
        super().__init__(message, reason=reason, **facts)


class TooLong(SlotNotOffered):
    code = "TOO_LONG"


class ReservationExpired(Conflict):
    code = "RESERVATION_EXPIRED"


class SlotMismatch(Conflict):
    code = "SLOT_MISMATCH"


class MeetingCancelled(Conflict):
    code = "MEETING_CANCELLED"


class MeetingOver(Conflict):
    code = "MEETING_OVER"


class TooLate(Conflict):
    """`notice`: how many seconds before its start customers may no longer do it."""

    does = ""

    def __init__(self, meeting_id: str, notice: int) -> None:
        super().__init__(
            f"It is too late to {self.does} the meeting; only an employee can.",
            reason=self.code,
            meetingId=meeting_id,
            noticeMinutes=notice // 60,
        )


class TooLateToCancel(TooLate):
    code, does = "TOO_LATE_TO_CANCEL", "cancel"


class TooLateToChange(TooLate):
    code, does = "TOO_LATE_TO_CHANGE", "move"


class AlreadyExists(Conflict):
    code = "ALREADY_EXISTS"


class InUse(Conflict):
    code = "IN_USE"


class SwitchedOff(Conflict):
    code = "SWITCHED_OFF"


class TooManyWaiting(Conflict):
    code = "TOO_MANY_WAITING"

    def __init__(self, most: int) -> None:
        super().__init__(
            "The customer has as many waitlist entries as are allowed. Withdraw one first.", mostEntries=most
        )


class TooManyPartners(Conflict):
    code = "TOO_MANY_PARTNERS"

    def __init__(self, most: int) -> None:
        super().__init__("The customer is linked to as many partners as are allowed. Remove one.", mostPartners=most)


class TooManyHolds(BookingError):
    """`retry_after`: seconds until the customer's first hold lapses."""

    code = "TOO_MANY_HOLDS"

    def __init__(self, most: int, retry_after: int) -> None:
        super().__init__(
            "The customer holds the maximum number of time slots. Book or release one, or wait until one lapses.",
            reason=self.code,
            maxHolds=most,
        )
        self.retry_after = max(retry_after, 1)


class TooManyMeetings(Conflict):
    """`topic_id`: the topic whose own limit it is; None: the organisation's."""

    code = "TOO_MANY_MEETINGS"

    def __init__(self, most: int, topic_id: str | None) -> None:
        about = " about this topic" if topic_id else ""
        super().__init__(
            f"The customer has the maximum number of meetings to come{about} ({most}). Cancel one, or wait until one "
            "has begun.",
            reason=self.code,
            maxUpcomingMeetings=most,
            **({"topicId": topic_id} if topic_id else {}),
        )


class CustomerBusy(Conflict):
    code = "CUSTOMER_BUSY"

    def __init__(self) -> None:
        super().__init__(
            "The customer has another meeting at this time. Choose another time, or cancel or move that meeting.",
            reason=self.code,
        )


class Stale(BookingError):
    code = "STALE"


class IdempotencyKeyReused(BookingError):
    code = "IDEMPOTENCY_KEY_REUSED"


class TryAgain(BookingError):
    code = "TRY_AGAIN"


class Outdated(TryAgain):
    """The decision was made with a configuration that is not the newest. Trying again with the newest helps."""

    def __init__(self) -> None:
        super().__init__("The configuration has just been changed; please try again.")
