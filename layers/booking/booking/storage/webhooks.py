"""Webhooks: each endpoint's secrets and state, and its deliveries, in one partition for each endpoint.

A delivery's item holds what the event says, except for the customer's id. That is read from the meeting whenever the
delivery is sent, so erasing the meeting's personal data leaves nothing here.
"""

import base64
import os
from collections.abc import Iterator, Mapping
from typing import Any

from booking.domain.webhooks import KEPT_SECONDS, Delivery, DeliveryStatus, Endpoint, Outcome
from booking.storage import keys
from booking.storage.table import Action, Item, Table, encode
from booking.storage.walks import LAST, Page, Place, position

SECRET_BYTES = 32

IS_NEW = "attribute_not_exists(pk)"
EXISTS = "attribute_exists(pk)"
IS_TO_BE_TRIED = "#status = :pending AND tries = :tries"  # nobody has tried it since it was read
IS_UNCLAIMED = "claimedUntil <= :now"  # and nobody is trying it now
IS_CLAIM_OF_OURS = "claimedUntil = :claim"
SECRET_IS_UNCHANGED = "secret = :secret"  # noqa: S105


def new_secret() -> str:
    """A signing secret as the Standard Webhooks specification writes it."""
    return f"whsec_{base64.b64encode(os.urandom(SECRET_BYTES)).decode()}"


def get_endpoint(table: Table, webhook_id: str) -> Endpoint | None:
    item = table.get(keys.webhook_endpoint(webhook_id))
    return _endpoint_of(webhook_id, item) if item else None


def put_endpoint(endpoint: Endpoint) -> Action:
    """Stores the endpoint of a new webhook. It replaces what a deleted webhook of the same id has left."""
    return {"Put": {"Item": _endpoint_item(endpoint)}}


def delete_endpoint(webhook_id: str) -> Action:
    return {"Delete": {"Key": encode(keys.webhook_endpoint(webhook_id))}}


def replace_secret(before: Endpoint, after: Endpoint) -> Action:
    """Replaces the secret, unless it has been replaced since `before` was read."""
    return {
        "Update": {
            "Key": encode(keys.webhook_endpoint(before.webhook_id)),
            "UpdateExpression": "SET secret = :new, oldSecret = :secret, oldSecretUntil = :until",
            "ConditionExpression": SECRET_IS_UNCHANGED,
            "ExpressionAttributeValues": encode(
                {":new": after.secret, ":secret": before.secret, ":until": after.old_secret_until}
            ),
        }
    }


def note_failing(webhook_id: str, since: int) -> Action:
    """Notes since when the endpoint fails, keeping the earliest time. A deleted webhook stays deleted."""
    return {
        "Update": {
            "Key": encode(keys.webhook_endpoint(webhook_id)),
            "UpdateExpression": "SET failingSince = if_not_exists(failingSince, :since)",
            "ConditionExpression": EXISTS,
            "ExpressionAttributeValues": encode({":since": since}),
        }
    }


def note_working(webhook_id: str) -> Action:
    return {
        "Update": {
            "Key": encode(keys.webhook_endpoint(webhook_id)),
            "UpdateExpression": "REMOVE failingSince",
            "ConditionExpression": EXISTS,
        }
    }


def get_delivery(table: Table, webhook_id: str, delivery_id: str) -> Delivery | None:
    key = _key(webhook_id, delivery_id)
    item = table.get(key) if key else None
    return _delivery_of(item) if item else None


def get_for_sending(
    table: Table, webhook_id: str, delivery_id: str, meeting_id: str | None
) -> tuple[Delivery | None, Endpoint | None, str | None]:
    """The delivery, its endpoint, and the id of the meeting's customer, in one call."""
    endpoint_key = keys.webhook_endpoint(webhook_id)
    wanted = [key for key in (_key(webhook_id, delivery_id), endpoint_key) if key]
    wanted += [keys.meeting(meeting_id)] if meeting_id else []
    found = {item["sk"].partition("#")[0]: item for item in table.get_many(wanted, consistent=True)}
    delivery, endpoint, meeting = (found.get(kind) for kind in ("DELIVERY", "ENDPOINT", "MEETING"))
    return (
        _delivery_of(delivery) if delivery else None,
        _endpoint_of(webhook_id, endpoint) if endpoint else None,
        meeting.get("customerId") if meeting else None,
    )


def put_new(delivery: Delivery) -> Action:
    """Creates the delivery, unless the endpoint has a delivery of the same event already."""
    return {"Put": {"Item": _delivery_item(delivery), "ConditionExpression": IS_NEW}}


def claim(before: Delivery, claimed: Delivery, now: int) -> Action:
    """Claims the delivery for one try, unless somebody else has tried it or claimed it."""
    return _replace(
        claimed,
        f"{IS_TO_BE_TRIED} AND {IS_UNCLAIMED}",
        {":pending": DeliveryStatus.PENDING.value, ":tries": before.tries, ":now": now},
    )


def put_result(claimed: Delivery, after: Delivery) -> Action:
    """Stores the result of a try, unless the claim has lapsed and somebody else has claimed the delivery."""
    return _replace(
        after,
        f"{IS_TO_BE_TRIED} AND {IS_CLAIM_OF_OURS}",
        {":pending": DeliveryStatus.PENDING.value, ":tries": claimed.tries, ":claim": claimed.claimed_until},
    )


def put_again(before: Delivery, after: Delivery) -> Action:
    """Replaces the delivery for a replay, unless it has changed since it was read."""
    return _replace(
        after, "#status = :status AND tries = :tries", {":status": before.status.value, ":tries": before.tries}
    )


def page(table: Table, webhook_id: str, start: Place | None, limit: int, now: int) -> Page[Delivery]:
    """The deliveries of the last 30 days, the newest first."""
    first, last = f"{now - KEPT_SECONDS:012}", start[1] if start else LAST
    if last < first:
        return Page([], None)
    items, is_cut = table.query_page(
        limit,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues=encode(
            {
                ":pk": keys.webhook_endpoint(webhook_id)["pk"],
                ":first": f"DELIVERY#{first}",
                ":last": f"DELIVERY#{last}",
            }
        ),
        ScanIndexForward=False,
    )
    deliveries = [_delivery_of(item) for item in items]
    return Page(deliveries, ("", _before(_position(deliveries[-1]))) if is_cut else None)


def since(table: Table, webhook_id: str, first: int) -> Iterator[Delivery]:
    """Every delivery of an event from that second on, the oldest first."""
    items = table.query(
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues=encode(
            {
                ":pk": keys.webhook_endpoint(webhook_id)["pk"],
                ":first": f"DELIVERY#{max(first, 0):012}",
                ":last": f"DELIVERY#{LAST}",
            }
        ),
    )
    return map(_delivery_of, items)


def _before(place: str) -> str:
    """A position before this one, with no other event in between."""
    return place[:-1] + chr(ord(place[-1]) - 1) + "~"


def _position(delivery: Delivery) -> str:
    return position(delivery.at, delivery.event_id)


def _key(webhook_id: str, delivery_id: str) -> dict[str, str] | None:
    at, _, event_id = delivery_id.partition("-")
    if not (at.isascii() and at.isdigit() and len(at) <= 12 and event_id):
        return None
    return keys.webhook_delivery(webhook_id, position(int(at), event_id))


def _replace(delivery: Delivery, condition: str, values: Mapping[str, Any]) -> Action:
    return {
        "Put": {
            "Item": _delivery_item(delivery),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": encode(values),
        }
    }


def _delivery_item(delivery: Delivery) -> dict[str, Any]:
    outcome = delivery.outcome
    return encode(
        {
            **keys.webhook_delivery(delivery.webhook_id, _position(delivery)),
            "webhookId": delivery.webhook_id,
            "eventId": delivery.event_id,
            "type": delivery.type,
            "at": delivery.at,
            "data": dict(delivery.data),
            "status": delivery.status.value,
            "tries": delivery.tries,
            "since": delivery.since,
            "nextTryAt": delivery.next_try_at,
            "lastTryAt": delivery.last_try_at,
            "milliseconds": outcome.milliseconds if outcome else None,
            "responseStatus": outcome.response_status if outcome else None,
            "error": outcome.error if outcome else None,
            "claimedUntil": delivery.claimed_until,
            "ttl": delivery.at + KEPT_SECONDS,
        }
    )


def _delivery_of(item: Item) -> Delivery:
    outcome = None
    if "milliseconds" in item:
        outcome = Outcome(item["milliseconds"], item.get("responseStatus"), item.get("error"))
    return Delivery(
        webhook_id=item["webhookId"],
        event_id=item["eventId"],
        type=item["type"],
        at=item["at"],
        data=item["data"],
        status=DeliveryStatus(item["status"]),
        tries=item["tries"],
        since=item.get("since"),
        next_try_at=item.get("nextTryAt"),
        last_try_at=item.get("lastTryAt"),
        outcome=outcome,
        claimed_until=item["claimedUntil"],
    )


def _endpoint_item(endpoint: Endpoint) -> dict[str, Any]:
    return encode({**keys.webhook_endpoint(endpoint.webhook_id), "secret": endpoint.secret})


def _endpoint_of(webhook_id: str, item: Item) -> Endpoint:
    return Endpoint(
        webhook_id=webhook_id,
        secret=item["secret"],
        old_secret=item.get("oldSecret"),
        old_secret_until=item.get("oldSecretUntil", 0),
        failing_since=item.get("failingSince"),
    )
