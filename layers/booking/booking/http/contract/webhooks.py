"""Webhooks: their signing secrets, and what has been delivered to them."""

from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, UnsetType

from booking.domain.caller import Scope
from booking.domain.errors import NotFound, SwitchedOff
from booking.domain.webhooks import DeliveryStatus
from booking.http.contract.operation import Answer, Operation, Tag
from booking.http.contract.paging import NextCursor, PageQuery
from booking.http.contract.values import Fields, Instant, UtcInstant, says

ADMIN = frozenset({Scope.ADMIN})

Secret = Annotated[
    str, says("The signing secret. Keep it: it is shown this once.", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
]


class NewWebhook(Fields):
    """A webhook that has just been created, with its signing secret."""

    id: Annotated[str, says("The webhook's id.", "crm")]
    url: Annotated[str, says("Where events are sent.", "https://crm.example.com/hooks/booking")]
    events: Annotated[tuple[str, ...], says("The events that are sent, or `*` for every event.", ["MeetingCreated"])]
    enabled: Annotated[bool, says("Whether events are sent.", True)]
    description: Annotated[str, says("What it is for.", "Customer records")]
    secret: Secret


class WebhookSecret(Fields):
    """A new signing secret."""

    secret: Secret
    old_secret_until: Annotated[
        UtcInstant, says("Until when the previous secret signs every delivery too.", "2027-01-12T08:00:00Z")
    ]


class WebhookDelivery(Fields):
    """One event for one webhook."""

    id: Annotated[str, says("The delivery's id.", "1799049601-0ab1")]
    event_id: Annotated[str, says("The event's id: the header `webhook-id`, the same at each try.", "0ab1")]
    event: Annotated[str, says("The event.", "MeetingCreated")]
    date: Annotated[UtcInstant, says("When the event happened.", "2027-01-04T08:00:01Z")]
    status: Annotated[DeliveryStatus, says("`Skipped`: the webhook was disabled.", "Delivered")]
    tries: Annotated[int, says("How many times it has been sent.", 1)]
    last_try: Annotated[UtcInstant, says("When it was last sent.", "2027-01-04T08:00:02Z")] | UnsetType = UNSET
    duration: Annotated[int, says("How long the last try took, in milliseconds.", 120)] | UnsetType = UNSET
    response_status: Annotated[int, says("The status code of the last answer.", 200)] | UnsetType = UNSET
    error: Annotated[str, says("Why the last try had no answer.", "The connection was refused.")] | UnsetType = UNSET
    next_try: Annotated[UtcInstant, says("When it is sent again.", "2027-01-04T08:00:07Z")] | UnsetType = UNSET


class WebhookDeliveryPage(Fields):
    """A page of deliveries."""

    items: Annotated[tuple[WebhookDelivery, ...], says("The deliveries, the newest first.")]
    next_cursor: NextCursor


class ReplayQuery(Fields):
    since: Annotated[Instant, says("Send all events since this time again.", "2027-01-04T00:00:00Z")]


class WebhookReplay(Fields):
    """The result of a replay."""

    replayed: Annotated[int, says("How many deliveries are sent again.", 12)]
    is_complete: Annotated[bool, says("Whether these are all. If false, call again.", True)]


ROTATE_WEBHOOK_SECRET = Operation(
    id="rotate_webhook_secret",
    method="POST",
    path="/config/webhooks/{id}/secret",
    tag=Tag.WEBHOOKS,
    summary="Replace a webhook's signing secret",
    description="For 24 hours, every delivery carries a signature by each of the two secrets.",
    scopes=ADMIN,
    answers={HTTPStatus.OK: Answer("The new secret.", WebhookSecret)},
    errors=(NotFound,),
)

SEND_WEBHOOK_PING = Operation(
    id="send_webhook_ping",
    method="POST",
    path="/config/webhooks/{id}/test",
    tag=Tag.WEBHOOKS,
    summary="Send a test event",
    description=(
        "Sends a `Ping` to this webhook, also while it is disabled. What came of it stands in the list of deliveries."
    ),
    scopes=ADMIN,
    answers={HTTPStatus.ACCEPTED: Answer("The delivery that will be sent.", WebhookDelivery)},
    errors=(NotFound, SwitchedOff),
)

LIST_WEBHOOK_DELIVERIES = Operation(
    id="list_webhook_deliveries",
    method="GET",
    path="/config/webhooks/{id}/deliveries",
    tag=Tag.WEBHOOKS,
    summary="List a webhook's deliveries",
    description="Of events of the last 30 days.",
    scopes=ADMIN,
    query=PageQuery,
    answers={HTTPStatus.OK: Answer("A page of deliveries, the newest first.", WebhookDeliveryPage)},
    errors=(NotFound,),
)

REPLAY_WEBHOOK_DELIVERY = Operation(
    id="replay_webhook_deliveries_one",
    method="POST",
    path="/config/webhooks/{id}/deliveries/{deliveryId}/replay",
    tag=Tag.WEBHOOKS,
    summary="Send a delivery again",
    description="The delivery keeps its `webhook-id` and is tried for up to 24 hours.",
    scopes=ADMIN,
    answers={HTTPStatus.ACCEPTED: Answer("The delivery that will be sent.", WebhookDelivery)},
    errors=(NotFound,),
)

REPLAY_WEBHOOK_DELIVERIES = Operation(
    id="replay_webhook_deliveries",
    method="POST",
    path="/config/webhooks/{id}/replay",
    tag=Tag.WEBHOOKS,
    summary="Send all events since a time again",
    description="Including events that were delivered before. Each keeps its `webhook-id`.",
    scopes=ADMIN,
    query=ReplayQuery,
    answers={HTTPStatus.ACCEPTED: Answer("How many deliveries will be sent.", WebhookReplay)},
    errors=(NotFound,),
)
