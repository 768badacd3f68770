"""The pages without a stack: they build, keep to their budget, and their rules hold."""

import json
import os
import subprocess
from pathlib import Path

from local import pages
from local.runtimes import node

VITEST = "node_modules/vitest/vitest.mjs"


def test_the_pages_build_and_keep_to_their_budgets() -> None:
    pages.build()
    sizes = {each["name"]: each for each in json.loads((pages.DIST / "sizes.json").read_text())}

    assert sizes.keys() == {"meeting-booking.js", "index.html", "book/index.html", "staff/index.html"}
    assert all(0 < each["bytes"] <= each["budget"] for each in sizes.values())
    assert sizes["meeting-booking.js"]["budget"] == 60 * 1024


def test_no_page_has_an_inline_script_or_style_or_asks_another_host() -> None:
    pages.build()
    for page in pages.DIST.rglob("*.html"):
        text = page.read_text()
        assert "<style" not in text, page
        assert " style=" not in text, page
        assert text.count("<script") == text.count('<script type="module" crossorigin src="/assets/'), page
        assert "//" not in text.replace("<!--", ""), page


def test_the_policy_lets_a_page_reach_the_api_and_the_sign_in_pages_only(tmp_path: Path) -> None:
    configuration = tmp_path / "pages.json"
    configuration.write_text(json.dumps({"api": "https://api.example.com/v1", "signIn": "https://id.example.com/pool"}))
    policy = pages.content_security_policy(configuration)

    assert "default-src 'none'" in policy
    assert "connect-src 'self' https://api.example.com https://id.example.com;" in policy
    assert "unsafe" not in policy


def test_the_rules_of_the_pages_hold() -> None:
    pages.build()
    for command in (["node_modules/typescript/bin/tsc"], [VITEST, "run", "tests/unit"]):
        done = subprocess.run([node(), *command], cwd=pages.WEB, env=os.environ | {"CI": "1"}, timeout=300)
        assert done.returncode == 0
