"""`make invoke` and `make start-api`: one function, or the API, in containers on the stack that runs."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx

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
    functions, stacks = deployment.client("lambda"), deployment.client("cloudformation")

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
    deployment = Deployment(folder, httpx.URL(stack["endpointUrl"]).port or 0)
    resource = logical_id(function)
    name = Path(event_file).stem if event_file else function
    if not (events.FOLDER / f"{name}.json").exists():
        raise Failure(f"There is no events/{name}.json.")
    call = through_emulator(deployment)
    event = events.prepared(name, call)
    engine = sam_local.find_engine()
    if engine is None:
        print(f"{sam_local.NO_ENGINE} This is the same call through the emulator:", file=sys.stderr)
        answer = call(function, event)
    else:
        ready = folder / "events" / f"{name}.json"
        ready.parent.mkdir(exist_ok=True)
        ready.write_text(json.dumps(event, indent=2) + "\n")
        answer = sam_local.invoke(engine, deployment, stack, resource, ready)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    has_failed = isinstance(answer, dict) and ("errorType" in answer or answer.get("statusCode", 200) >= 500)
    return 1 if has_failed else 0


def start_api(folder: Path, port: int) -> int:
    """Serves the API from containers at http://127.0.0.1:`port` until Ctrl-C."""
    stack = running_stack(folder)
    engine = sam_local.find_engine()
    if engine is None:
        raise Failure(f"{sam_local.NO_ENGINE} The same API runs in the emulator: {stack['apiUrl']}")
    deployment = Deployment(folder, httpx.URL(stack["endpointUrl"]).port or 0)
    customer = stack["customers"][0]["username"]
    print(
        f"The API, in containers: http://127.0.0.1:{port} (for a token: make sign-in CUSTOMER={customer})", flush=True
    )
    return sam_local.start_api(engine, deployment, stack, port)
