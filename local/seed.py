"""`make seed`: loads a configuration into a stack in AWS, through the API's own administration calls."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import demo
from local.failure import Failure
from local.sign_in import Stack


def deployed(name: str, cloudformation: Any, cognito: Any) -> Stack:
    """How to reach a stack's administration, as stack.json says it of the local one. Raises Failure."""
    try:
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        ids = {"UserPoolId": outputs["UserPoolId"], "ClientId": outputs["AdminClientId"]}
        client = cognito.describe_user_pool_client(**ids)["UserPoolClient"]
    except (BotoCoreError, ClientError) as error:
        raise Failure(f"The stack {name} could not be read: {error}") from None
    admin = {
        "clientId": client["ClientId"],
        "clientSecret": client["ClientSecret"],
        "scope": " ".join(client["AllowedOAuthScopes"]),
    }
    return {"apiUrl": outputs["ApiUrl"], "tokenUrl": outputs["TokenUrl"], "clients": {"admin": admin}}


def seed(name: str, file: str | None) -> Iterator[str]:
    """Puts each document of the file, or of the demo organisation, and yields its path. Raises Failure.

    The file is one JSON object, `{"organisation": {…}, "locations/Copenhagen": {…}, …}`; what others name comes first.
    """
    stack = deployed(name, boto3.client("cloudformation"), boto3.client("cognito-idp"))
    documents = list(json.loads(Path(file).read_text()).items()) if file else None
    yield from demo.load(stack, documents)
