"""The Idempotency-Key header: a caller who sends the same key and body again within 24 hours gets the first answer.

Only answers to what succeeded are kept; after an error the key may be used again. While the first call is under way a
repeat is told to try again; once the first call's time is over it is done anew, and it is for the commands that what
was written by then is found and not written twice.

Answers are kept as they were given, what the caller sent included. After the 24 hours they count no more; the database
removes them by itself, usually within days.
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.domain.errors import Fault, IdempotencyKeyReused, InvalidRequest, TryAgain
from booking.http.replies import Reply
from booking.storage.answers import KEPT_SECONDS, answers
from booking.storage.failures import facts_of

logger = Logger()

LONGEST_KEY = 255


class Once:
    """The stored answers of one function. Made at the first call that has a key."""

    def __init__(self) -> None:
        self._store = answers()

    def answer(
        self,
        owner: str,
        route: str,
        key: str,
        body: bytes,
        context: LambdaContext,
        respond: Callable[[], Reply],
    ) -> Reply:
        """The answer of `respond`, or the one that it gave before.

        Raises InvalidRequest, IdempotencyKeyReused (another body), TryAgain (the first call is not over), and
        whatever `respond` raises.
        """
        if len(key) > LONGEST_KEY or not key.isprintable():
            accepted = f"at most {LONGEST_KEY} printable characters"
            raise InvalidRequest([Fault("header.Idempotency-Key", f"{len(key)} characters", accepted)])
        config = IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="body",
            expires_after_seconds=KEPT_SECONDS,
            hash_function="sha256",
            lambda_context=context,
        )
        given: list[Reply] = []

        def first(*, call: object) -> dict[str, Any]:
            reply = respond()
            given.append(reply)
            return {
                "status": int(reply.status),
                "body": msgspec.to_builtins(reply.body),
                "headers": dict(reply.headers),
                "content_type": reply.content_type,
                "customer_id": reply.customer_id,
                "personal_of": reply.personal_of,
            }

        once = idempotent_function(
            first, data_keyword_argument="call", persistence_store=self._store, config=config, key_prefix="answer"
        )
        try:
            kept = once(call={"key": [owner, route, key], "body": hashlib.sha256(body).hexdigest()})
        except IdempotencyValidationError:
            raise IdempotencyKeyReused("This Idempotency-Key was already used with another body.") from None
        except IdempotencyAlreadyInProgressError:
            raise TryAgain("The first request with this Idempotency-Key is still being processed.") from None
        except (IdempotencyPersistenceLayerError, IdempotencyInconsistentStateError) as error:
            # What was done is done, whether or not its answer could be kept.
            if given:
                logger.warning("answer not kept", extra=facts_of(error))
                return given[-1]
            raise TryAgain("The booking system is busy; please try again.") from None
        return given[-1] if given else Reply(HTTPStatus(kept.pop("status")), **kept)
