"""The documentation site builds without a warning, asks no other host, and shows every operation."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local import docs, pages
from local.emulator import endpoint
from local.runtimes import node
from tests.web.test_walks import VITEST


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of the pages, without a stack behind them."""
    configuration = {"api": "https://api.example.com/v1", "signIn": "https://id.example.com/pool"}
    (tmp_path / pages.CONFIGURATION).write_text(json.dumps(configuration))
    with pages.server(tmp_path, 0) as serving:
        threading.Thread(target=serving.serve_forever).start()
        yield endpoint(serving.server_port)
        serving.shutdown()


def test_the_site_in_a_browser(server: str) -> None:
    docs.build()
    done = subprocess.run(
        [node(), VITEST, "run", "--config", "walks.config.ts", "tests/documentation"],
        cwd=pages.WEB,
        env=os.environ | {"CI": "1", "SITE_URL": f"{server}/docs/"},
        timeout=300,
    )
    assert done.returncode == 0


def test_the_viewer_sends_its_requests_to_this_stack(server: str) -> None:
    described = httpx.get(f"{server}/docs/openapi.json").json()
    flows = described["components"]["securitySchemes"]["oauth2"]["flows"]

    assert described["servers"] == [{"url": "https://api.example.com/v1"}]
    assert {flow["tokenUrl"] for flow in flows.values()} == {"https://id.example.com/oauth2/token"}
