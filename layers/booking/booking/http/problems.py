"""Errors as HTTP responses. Only this module knows which error has which status."""

from collections.abc import Mapping
from http import HTTPStatus

from booking.domain import errors
from booking.domain.refusal import NOT_AVAILABLE, PRIVATE_REASONS


class TooLarge(errors.BookingError):
    code = "CONTENT_TOO_LARGE"


class UnsupportedMediaType(errors.BookingError):
    code = "UNSUPPORTED_MEDIA_TYPE"


STATUSES: Mapping[type[errors.BookingError], HTTPStatus] = {
    errors.InvalidRequest: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooManyHolds: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.TryAgain: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BookingError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

RETRY_AFTER_SECONDS = 1


def status_of(error: errors.BookingError) -> HTTPStatus:
    return status_of_type(type(error))


def status_of_type(error: type[errors.BookingError]) -> HTTPStatus:
    """The status of the error's class, or of its nearest base class that has one."""
    return next(STATUSES[cls] for cls in error.__mro__ if cls in STATUSES)


def in_public(error: errors.BookingError) -> errors.BookingError:
    """The error for callers without the staff scope. It does not tell, for example, that an employee is absent."""
    if not isinstance(error, errors.SlotNotOffered) or error.details["reason"] not in PRIVATE_REASONS:
        return error
    named = {name: error.details[name] for name in ("employeeId", "roomId") if name in error.details}
    return errors.SlotNotOffered(NOT_AVAILABLE, "The employee is not available at that time.", **named)


def body_of(error: errors.BookingError, request_id: str) -> dict[str, object]:
    return {"code": error.code, "message": error.message, "details": error.details, "requestId": request_id}


def headers_of(error: errors.BookingError) -> dict[str, str]:
    if isinstance(error, errors.TooManyHolds):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": str(RETRY_AFTER_SECONDS)} if isinstance(error, errors.TryAgain) else {}
