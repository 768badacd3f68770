"""Requests made out of the description, good ones and bad ones, with each kind of token: what comes back is declared.

FUZZ_SECONDS: how long in all (default 20). `make verify` takes three minutes, `make fuzz` as long as it is told.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.sign_in import Stack, client_token, customer_token
from tests.described import strict

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
)
CALLERS = ("partner", "customer", "staff", "admin")
REFUSED = (400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 429)
"""How bad data may be refused. Schemathesis does not know 412, for an If-Match that names no version, by itself."""
SECONDS = max(4, int(os.environ.get("FUZZ_SECONDS", "20")) // len(CALLERS))


@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_declared_and_bad_data_is_refused(stack: Stack, tmp_path: Path, caller: str) -> None:
    token = customer_token(stack, "67890") if caller == "customer" else client_token(stack, caller)
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(strict()))
    (tmp_path / "schemathesis.toml").write_text(f"checks.negative_data_rejection.expected-statuses = {list(REFUSED)}\n")
    report = tmp_path / "report"
    ended = subprocess.run(
        [
            *(Path(sys.executable).parent / "schemathesis", "run", description, "--url", stack["apiUrl"]),
            *("--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS)),
            *("--max-time", str(SECONDS), "--phases", "examples,coverage,fuzzing,stateful"),
            *("--request-timeout", "60", "--max-failures", "5", "--no-shrink", "--warnings", "off"),
            *("--report-dir", report),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS * 2 + 180,
    )
    assert ended.returncode == 0, ended.stdout[-8000:] + ended.stderr[-2000:]
