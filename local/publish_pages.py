"""Uploads the built pages to the bucket of a stack in AWS that was deployed with Pages=on.

python -m local.publish_pages STACK
"""

import json
import mimetypes
import sys
import time
from pathlib import Path
from typing import Any

import boto3

from local import pages
from local.failure import Failure


def publish(stack_name: str) -> str:
    """Builds and uploads the pages; their address. Raises Failure where the stack has none."""
    cloudformation = boto3.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    if "PagesBucketName" not in outputs:
        raise Failure(f"The stack {stack_name} has no pages: deploy it with the parameter Pages=on.")
    pages.build()
    bucket, client = outputs["PagesBucketName"], boto3.client("s3")
    for file in sorted(pages.DIST.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            _upload(client, bucket, str(file.relative_to(pages.DIST)), file.read_bytes())
    configuration = configuration_of(outputs, cloudformation.meta.region_name)
    _upload(client, bucket, "config.json", json.dumps(configuration).encode())
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["PagesDistributionId"],
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())},
    )
    return str(outputs["PagesUrl"])


def configuration_of(outputs: dict[str, str], region: str) -> dict[str, str]:
    """What /config.json tells the pages of a stack with these outputs."""
    return {
        "api": outputs["ApiUrl"],
        "signIn": f"https://cognito-idp.{region}.amazonaws.com/{outputs['UserPoolId']}",
        "clientId": outputs["BrowserClientId"],
        "staffClientId": outputs["StaffBrowserClientId"],
    }


def _upload(client: Any, bucket: str, key: str, content: bytes) -> None:
    """Files with a hash in their name never change; the others are asked for anew each time."""
    lifetime = "public, max-age=31536000, immutable" if Path(key).parent.name == "assets" else "no-cache"
    media_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
    client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=media_type, CacheControl=lifetime)


if __name__ == "__main__":
    try:
        print(f"The pages are at {publish(*sys.argv[1:])} in some minutes.")
    except Failure as failure:
        sys.exit(str(failure))
