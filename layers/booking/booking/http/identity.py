"""Who calls: the claims that the gateway's Cognito authorizer has verified, as a Caller."""

from collections.abc import Mapping
from typing import Any

from booking.domain.caller import Caller
from booking.domain.errors import Unauthenticated


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The caller of an API Gateway proxy event; Unauthenticated when no authorizer has run (`sam local start-api`)."""
    claims = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims")
    if not isinstance(claims, Mapping) or not isinstance(claims.get("sub"), str):
        raise Unauthenticated("A valid access token is needed.")
    return Caller(
        subject=claims["sub"],
        client_id=str(claims.get("client_id", "")),
        username=claims.get("username"),
        scopes=frozenset(str(claims.get("scope", "")).split()),
    )
