"""The caller, made of the claims that the gateway's Cognito authorizer has verified."""

import re
from collections.abc import Mapping
from typing import Any

from booking.domain.caller import Caller, scopes_of_person
from booking.domain.errors import Unauthenticated


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The caller of an API Gateway proxy event.

    Unauthenticated when no authorizer has run (`sam local start-api`), and for a token that is not an access token: an
    ID token says who somebody is, not what an application may do for them.
    """
    claims = ((event.get("requestContext") or {}).get("authorizer") or {}).get("claims")
    if not isinstance(claims, Mapping) or not isinstance(claims.get("sub"), str) or claims.get("token_use") != "access":
        raise Unauthenticated("A valid access token is needed.")
    username = claims.get("username") or None
    scopes = frozenset(str(claims.get("scope", "")).split())
    return Caller(
        subject=claims["sub"],
        client_id=str(claims.get("client_id", "")),
        username=username,
        scopes=scopes_of_person(scopes, _groups(claims)) if username else scopes,
    )


def _groups(claims: Mapping[str, Any]) -> frozenset[str]:
    """The user-pool groups. The gateway hands a list on as text: `[admin staff]`, or `admin,staff`."""
    return frozenset(re.findall(r"[^\s,\[\]']+", str(claims.get("cognito:groups", ""))))
