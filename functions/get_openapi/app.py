"""GET /openapi.json: this API's description, with the deployment's own addresses. No token is needed."""

import os
from http import HTTPStatus
from pathlib import Path

from booking.http.api import Api, Reply, Request
from booking.http.contract.description import GET_OPENAPI
from booking.http.description import description_of

FILE = Path(__file__).with_name("openapi.json")  # docs/openapi.json

api = Api()
# On one machine the sign-in pages are the emulator's, whose address the SDK's own variable has.
sign_in_url = os.environ.get("AWS_ENDPOINT_URL") or os.environ["SIGN_IN_URL"]


@api.route(GET_OPENAPI)
def get_openapi(request: Request) -> Reply:
    described = description_of(FILE.read_bytes(), request.base_url, sign_in_url)
    return Reply(HTTPStatus.OK, described, {"Cache-Control": "public, max-age=300"})


lambda_handler = api.handler
