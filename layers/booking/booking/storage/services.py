"""The clients of AWS services.

They share one session: each further session would read the same descriptions again, some 5 ms of a cold start.
"""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config


@cache
def session() -> Any:
    """The one of this process. Tests put another in its place."""
    return botocore.session.get_session()


def client_of(service: str, endpoint: str | None = None, config: Config | None = None) -> Any:
    """A client of the service, such as `sqs`, in the function's own region, as the function's own role."""
    return session().create_client(service, endpoint_url=endpoint, config=config)
