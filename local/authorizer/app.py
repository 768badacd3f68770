"""Stands in for the Cognito authorizer under `sam local start-api`, which ignores that one. It is not deployed.

The gateway of the emulator decides about the token: its own authorizer verifies signature, expiry and pool.
"""

import base64
import json
import os
import urllib.error
import urllib.request
from typing import Any


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Hands on the claims of a token that the gateway lets in, where API Gateway puts those of a user pool.

    Any other token reaches the function without claims, and the function answers 401 in the API's own shape.
    """
    token = str(event["authorizationToken"]).removeprefix("Bearer ").strip()
    claims: dict[str, Any] = {}
    if _is_valid(token):
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    allow = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": [event["methodArn"], "*"]}
    return {
        "principalId": claims.get("sub", "nobody"),
        "policyDocument": {"Version": "2012-10-17", "Statement": [allow]},
        "context": {"claims": claims} if claims else {},
    }


def _is_valid(token: str) -> bool:
    url = f"{os.environ['API_URL']}/config/customer-types"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as refused:
        return refused.code != 401
