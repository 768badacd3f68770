from collections.abc import Mapping
from typing import Any

import pytest

from local.deployment import load_template

type Resources = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="session")
def resources() -> Resources:
    """The template's resources by logical id; !Ref x reads {"Ref": "x"}."""
    resources: Resources = load_template()["Resources"]
    return resources
