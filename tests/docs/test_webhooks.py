"""The code in docs/webhooks.md does what the page says: it takes what is signed, and nothing else."""

import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from booking.storage.webhooks import new_secret
from local import runtimes

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
BODY = '{"type":"MeetingCreated","timestamp":"2027-01-04T08:00:01Z","data":{"meetingId":"ø"}}'

type Verify = Callable[[str, dict[str, str], str], Any]


def code(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def in_python(secret: str, headers: dict[str, str], body: str) -> Any:
    names: dict[str, Any] = {}
    exec(code("python"), names)
    return names["event_of"](secret, headers, body.encode())


def in_typescript(secret: str, headers: dict[str, str], body: str) -> Any:
    program = code("typescript") + (
        'import { readFileSync } from "node:fs";\n'
        'console.log(JSON.stringify(eventOf(...(JSON.parse(readFileSync(0, "utf8")) as [string, any, string]))));\n'
    )
    answer = subprocess.run(
        [runtimes.node(), "--no-warnings", "--input-type=module-typescript", "-e", program],
        input=json.dumps([secret, headers, body]),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def signed(*secrets: str, at: datetime | None = None) -> dict[str, str]:
    at = at or datetime.now(UTC)
    return {
        "webhook-id": "event-1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign("event-1", at, BODY) for secret in secrets),
    }


@pytest.mark.slow
@pytest.mark.parametrize("verify", [in_python, in_typescript])
def test_the_verifying_code_takes_what_is_signed_and_nothing_else(verify: Verify) -> None:
    secret, other = new_secret(), new_secret()
    long_ago = datetime.now(UTC) - timedelta(minutes=6)

    assert verify(secret, signed(secret), BODY) == json.loads(BODY)
    assert verify(secret, signed(other, secret), BODY) == json.loads(BODY)
    assert verify(secret, signed(other), BODY) is None
    assert verify(secret, signed(secret), BODY.replace("Created", "Deleted")) is None
    assert verify(secret, signed(secret) | {"webhook-id": "event-2"}, BODY) is None
    assert verify(secret, signed(secret, at=long_ago), BODY) is None
    assert verify(secret, {}, BODY) is None
