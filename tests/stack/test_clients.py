"""Clients that are generated from the description, and the Postman collection: each walks the flow on the stack."""

import importlib
import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import postman, runtimes
from local.openapi import DESCRIPTION
from local.sign_in import Stack, client_token

CLIENTS = Path(__file__).parents[1] / "clients"
FOLDER = Path(__file__).parents[2] / ".local" / "clients"


def run(*command: str | Path, cwd: Path = FOLDER, **environment: str) -> str:
    """What a program said; its failure is the test's."""
    ended = subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-3000:]
    return ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def installed() -> Path:
    """A folder with the npm packages of tests/clients, as its lock file pins them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = CLIENTS / "package-lock.json"
    kept = FOLDER / "package-lock.json"
    if not kept.exists() or kept.read_bytes() != lock.read_bytes():
        shutil.copy(CLIENTS / "package.json", FOLDER)
        shutil.copy(lock, FOLDER)
        try:
            run(runtimes.npm(), "ci", "--no-audit", "--no-fund")
        except BaseException:
            kept.unlink(missing_ok=True)
            raise
    for file in ("walk.ts", "process.d.ts", "tsconfig.json"):
        shutil.copy(CLIENTS / file, FOLDER)
    return FOLDER


def test_the_postman_collection_runs(installed: Path, stack: Stack) -> None:
    values = {"baseUrl": stack["apiUrl"], "tokenUrl": stack["tokenUrl"]}
    for name in ("partner", "staff", "admin"):
        values |= {
            f"{name}ClientId": stack["clients"][name]["clientId"],
            f"{name}ClientSecret": stack["clients"][name]["clientSecret"],
        }
    set_here = [argument for name, value in values.items() for argument in ("--env-var", f"{name}={value}")]
    said = run(
        runtimes.node(),
        installed / "node_modules/newman/bin/newman.js",
        "run",
        postman.COLLECTION,
        *("--environment", postman.ENVIRONMENT, "--color", "off", "--timeout-request", "60000"),
        *set_here,
    )

    assert "Customer Meeting Booking" in said


def test_a_typescript_client_walks_the_flow(installed: Path, stack: Stack) -> None:
    bin = installed / "node_modules"
    said = run(
        runtimes.node(),
        bin / "openapi-typescript/bin/cli.js",
        DESCRIPTION,
        "-o",
        "schema.d.ts",
        "--default-non-nullable=false",
    )
    assert "warn" not in said.lower()
    run(runtimes.node(), bin / "typescript/bin/tsc")
    walked = run(runtimes.node(), "walk.js", stack["apiUrl"], client_token(stack, "partner"))

    assert walked.strip() == "Confirmed"


@pytest.fixture(scope="module")
def python_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package that openapi-python-client generates, imported. A warning is a failure."""
    folder = tmp_path_factory.mktemp("python-client")
    generator = Path(sys.executable).parent / "openapi-python-client"
    said = run(
        *(generator, "generate", "--path", DESCRIPTION, "--output-path", folder / "generated", "--meta", "none"),
        *("--config", CLIENTS / "python-client.yaml", "--fail-on-warning"),
        cwd=folder,
    )
    assert "warning" not in said.lower(), said
    sys.path.insert(0, str(folder))
    yield importlib.import_module("generated")
    sys.path.remove(str(folder))


@pytest.fixture
def signed_in(python_client: Any, stack: Stack) -> Iterator[Any]:
    """The generated client, with a partner's token."""
    with python_client.AuthenticatedClient(
        base_url=stack["apiUrl"], token=client_token(stack, "partner"), timeout=60, httpx_args={"trust_env": False}
    ) as client:
        yield client


def test_a_python_client_walks_the_flow(signed_in: Any) -> None:
    def call(module: str, **arguments: Any) -> Any:
        return importlib.import_module(f"generated.api.{module}").sync(client=signed_in, **arguments)

    models = importlib.import_module("generated.models")
    offers = call(
        "booking.list_available_time_slots",
        require_employee_participation=True,
        topic_id="mortgage",
        customer_type_id="private",
        meeting_types=[models.MeetingType.PHYSICAL],
        customer_location="Copenhagen",
        require_room=True,
        look_forward_time="P14D",
    )
    offer = random.choice(offers).to_dict()
    time_slot = {name: offer[name] for name in ("startDate", "endDate", "employeeId", "roomId")}
    body = models.ReserveTimeSlotBody.from_dict({"timeSlot": time_slot, "token": str(uuid.uuid4())})
    slot = call("booking.reserve_time_slot", body=body)
    wanted = {
        "timeSlotId": slot.id,
        "type": offer["meetingType"],
        "topicId": "mortgage",
        "customerId": f"customer-{uuid.uuid4()}",
    }
    meeting = call("booking.create_meeting", body=models.CreateMeetingBody.from_dict(wanted))

    assert meeting.status == models.MeetingStatus.CONFIRMED
    assert json.dumps(meeting.to_dict())
