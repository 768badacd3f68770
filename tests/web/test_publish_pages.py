import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import pages, publish_pages
from local.failure import Failure

OUTPUTS = {
    "ApiUrl": "https://api.execute-api.eu-west-1.amazonaws.com/v1",
    "UserPoolId": "eu-west-1_pool",
    "BrowserClientId": "browser",
    "StaffBrowserClientId": "staff-browser",
    "PagesBucketName": "pages-bucket",
    "PagesDistributionId": "D1",
    "PagesUrl": "https://d1.cloudfront.net",
}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="pages-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def deploy(outputs: dict[str, str]) -> None:
    """A stack with these outputs and nothing to speak of in it."""
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName="booking", TemplateBody=json.dumps(template))


def test_every_file_is_uploaded_with_its_type_and_the_configuration_of_the_stack(s3: Any) -> None:
    deploy(OUTPUTS)
    with pytest.raises(boto3.client("cloudfront").exceptions.NoSuchDistribution):
        publish_pages.publish("booking")  # all is uploaded before; the distribution of this test does not exist

    keys = {each["Key"] for each in s3.list_objects_v2(Bucket="pages-bucket")["Contents"]}
    built = {
        str(file.relative_to(pages.DIST))
        for file in pages.DIST.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }
    assert keys == built | {"config.json"}
    script = s3.get_object(Bucket="pages-bucket", Key="meeting-booking.js")
    assert script["ContentType"] == "text/javascript"
    assert script["CacheControl"] == "no-cache"
    assert json.loads(s3.get_object(Bucket="pages-bucket", Key="config.json")["Body"].read()) == {
        "api": "https://api.execute-api.eu-west-1.amazonaws.com/v1",
        "signIn": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool",
        "clientId": "browser",
        "staffClientId": "staff-browser",
    }


def test_a_stack_without_pages_is_said_to_have_none(s3: Any) -> None:
    deploy({name: value for name, value in OUTPUTS.items() if not name.startswith("Pages")})
    with pytest.raises(Failure, match="Pages=on"):
        publish_pages.publish("booking")
