"""One POST of a delivery to its endpoint, signed as the Standard Webhooks specification says."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from booking.domain.instants import format_instant
from booking.domain.webhooks import Delivery, Outcome
from booking.outgoing import Refused, Unreachable, exchange

ANSWERED_WITHIN_SECONDS = 10
MOST_BYTES = 64 * 1024
"""Of the answer, which is not looked at."""


def send(url: str, secrets: Sequence[str], delivery: Delivery, data: Mapping[str, Any]) -> Outcome:
    """Any answer with a status of 200 to 299 within 10 seconds is a success; a redirect is not followed."""
    sent_at = datetime.now(UTC).replace(microsecond=0)
    body = json.dumps(
        {"type": delivery.type, "timestamp": format_instant(delivery.at), "data": dict(data)},
        separators=(",", ":"),
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "meeting-booking",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(delivery.event_id, sent_at, body) for secret in secrets),
    }
    start = time.perf_counter()

    def outcome(**said: Any) -> Outcome:
        return Outcome(round((time.perf_counter() - start) * 1000), **said)

    try:
        answer = exchange(
            "POST",
            url,
            headers=headers,
            body=body.encode(),
            seconds=ANSWERED_WITHIN_SECONDS,
            most_bytes=MOST_BYTES,
        )
    except (Refused, Unreachable) as error:
        return outcome(error=str(error))
    return outcome(response_status=answer.status)
