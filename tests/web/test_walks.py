"""The walks through the pages, in Chromium against the running stack. Their pictures are in web/artefacts."""

import os
import subprocess

import pytest

from local import pages
from local.runtimes import node

VITEST = "node_modules/vitest/vitest.mjs"
WALKS = sorted(file.name.removesuffix(".walk.ts") for file in (pages.WEB / "tests" / "walks").glob("*.walk.ts"))


@pytest.mark.parametrize("walk", WALKS)
def test_walk(walk: str) -> None:
    if "BOOKING_STACK" not in os.environ:
        pytest.fail("The walks need a running stack: use make verify, or set BOOKING_STACK to a stack.json.")
    command = [node(), VITEST, "run", "--config", "walks.config.ts", f"tests/walks/{walk}.walk.ts"]
    done = subprocess.run(command, cwd=pages.WEB, env=os.environ | {"CI": "1"}, timeout=600)
    assert done.returncode == 0
