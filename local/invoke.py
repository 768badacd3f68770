"""`make invoke` and `make start-api`: one function, or the API, in containers on the stack that runs."""

import fnmatch
import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from botocore.config import Config

from local import events, sam_local
from local.deployment import STACK_NAME, Deployment, load_template
from local.emulator import Emulator
from local.failure import Failure
from local.sign_in import Stack

API_PORT = 3000


def running_stack(folder: Path) -> Stack:
    """The contents of the running stack's stack.json. Raises Failure if no stack is running."""
    file = folder / "stack.json"
    if Emulator(folder).running() is None or not file.exists():
        raise Failure("No stack is running: start one with `make up`.")
    stack: Stack = json.loads(file.read_text())
    return stack


def through_emulator(deployment: Deployment) -> events.Invoke:
    """Calls functions without a container, as the emulator runs them."""
    # Once, however slow the machine is: a second call would find what the first has booked.
    functions = deployment.client("lambda", Config(read_timeout=300, retries={"total_max_attempts": 1}))
    stacks = deployment.client("cloudformation")

    def invoke(name: str, event: events.Event) -> Any:
        described = stacks.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=logical_id(name))
        physical = described["StackResourceDetail"]["PhysicalResourceId"]
        return json.loads(functions.invoke(FunctionName=physical, Payload=json.dumps(event))["Payload"].read())

    return invoke


def logical_id(function: str) -> str:
    """The name of a function in the template, such as ListRoomsFunction. Raises Failure."""
    known: dict[str, str] = {
        resource["Properties"]["CodeUri"].rpartition("/")[2]: name
        for name, resource in load_template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    if function not in known:
        raise Failure(f"There is no function {function!r}. There are: {', '.join(sorted(known))}.")
    return known[function]


def invoke(folder: Path, function: str, event_file: str | None) -> int:
    """Calls the function with the event, or with its good one, in a container if there is an engine."""
    stack = running_stack(folder)
    deployment = _deployment(folder, stack)
    resource = logical_id(function)
    name = Path(event_file).stem if event_file else function
    if name not in events.NAMES:
        raise Failure(f"There is no events/{name}.json.")
    call = through_emulator(deployment)
    engine = sam_local.find_engine()
    if engine is None:
        print(f"{sam_local.NO_ENGINE} This is the same call through the emulator:", file=sys.stderr)
        answer = call(function, events.prepared(name, call))
    else:
        with sam_local.invoking(engine, deployment, stack) as in_container:
            answer = in_container(resource, _ready(folder, name, call), sys.stderr)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    has_failed = isinstance(answer, dict) and ("errorType" in answer or answer.get("statusCode", 200) >= 500)
    return 1 if has_failed else 0


def invoke_all(folder: Path, pattern: str) -> int:
    """Calls every function in a container with each of its events whose name matches the pattern, such as `list_*`.

    Prints a line for each, and returns 1 if one is not answered as its name says. Raises Failure without an engine.
    """
    stack = running_stack(folder)
    deployment = _deployment(folder, stack)
    engine = sam_local.find_engine()
    if engine is None:
        raise Failure(sam_local.NO_ENGINE)
    call, names, bad = through_emulator(deployment), fnmatch.filter(events.NAMES, pattern), []
    (folder / "events").mkdir(exist_ok=True)
    begin = time.monotonic()
    with sam_local.invoking(engine, deployment, stack) as in_container:
        for number, name in enumerate(names, 1):
            start = time.monotonic()
            with (folder / "events" / f"{name}.log").open("w") as log:
                try:
                    answer = in_container(logical_id(events.function_of(name)), _ready(folder, name, call), log)
                    is_good, said = events.is_as_named(name, answer), _in_short(answer)
                except Failure as failure:
                    is_good, said = False, str(failure)
            if not is_good:
                bad.append(name)
            seconds = time.monotonic() - start
            print(
                f"{number:3}/{len(names)} {'ok' if is_good else 'FAILED':7}{seconds:5.1f} s  {name}: {said}", flush=True
            )
    print(f"{len(names) - len(bad)} as expected, {len(bad)} not, in {time.monotonic() - begin:.0f} s")
    print(f"What was sent and logged: {folder / 'events'}")
    return 1 if bad else 0


def _deployment(folder: Path, stack: Stack) -> Deployment:
    return Deployment(folder, httpx.URL(stack["endpointUrl"]).port or 0)


def _ready(folder: Path, name: str, call: events.Invoke) -> Path:
    """A file with events/<name>.json made ready for the running stack."""
    file = folder / "events" / f"{name}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(events.prepared(name, call), indent=2) + "\n")
    return file


def _in_short(answer: Any) -> str:
    """The status and the error's code, or the beginning of what is not an answer to a request."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return json.dumps(answer)[:80]
    status = answer["statusCode"]
    return str(status) if status < 400 else f"{status} {json.loads(answer['body'])['code']}"


def start_api(folder: Path, port: int) -> int:
    """Serves the API from containers at http://127.0.0.1:`port` until Ctrl-C."""
    stack = running_stack(folder)
    engine = sam_local.find_engine()
    if engine is None:
        raise Failure(f"{sam_local.NO_ENGINE} The same API runs in the emulator: {stack['apiUrl']}")
    deployment = _deployment(folder, stack)
    customer = stack["customers"][0]["username"]
    print(
        f"The API, in containers: http://127.0.0.1:{port} (for a token: make sign-in CUSTOMER={customer})", flush=True
    )
    return sam_local.start_api(engine, deployment, stack, port)
