"""One GET of a subscribed calendar."""

from collections.abc import Mapping
from http import HTTPStatus

from booking.busy_calendar import MAX_BYTES
from booking.domain.subscriptions import Fetched, Unreadable
from booking.outgoing import Refused, Unreachable, exchange

ANSWERED_WITHIN_SECONDS = 10


def fetch(url: str, conditions: Mapping[str, str]) -> Fetched:
    """The calendar, or None as its body if it has not changed. At most 1 MB in 10 seconds. Raises Unreadable."""
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "meeting-booking", **conditions}
    try:
        answer = exchange("GET", url, headers=headers, seconds=ANSWERED_WITHIN_SECONDS, most_bytes=MAX_BYTES)
    except (Refused, Unreachable) as error:
        raise Unreadable(str(error)) from None
    if answer.status == HTTPStatus.NOT_MODIFIED and conditions:
        return Fetched(None)
    if answer.status != HTTPStatus.OK:
        raise Unreadable(f"The calendar's server answered {answer.status}. Redirects are not followed.")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Unreadable("The calendar's server sent a compressed answer. Compression is not supported.")
    return Fetched(answer.body, answer.headers.get("etag"), answer.headers.get("last-modified"))
