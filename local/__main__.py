"""The commands behind the Makefile's targets.

python -m local run              in the foreground, until Ctrl-C
python -m local up               in the background
python -m local down
python -m local sign-in CUSTOMER     prints an access token
python -m local invoke FUNCTION [EVENT]
python -m local invoke-all [PATTERN]     every event, or those whose names match
python -m local start-api [PORT]
python -m local seed STACK [FILE]    a configuration, into a stack in AWS
python -m local audit [OPTION]…    see local.audit
python -m local backfill
python -m local check SUITE…     fast, test, verify
python -m local exec COMMAND…    on a stack of its own, stopped afterwards; BOOKING_STACK names its stack.json
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import httpx

from local import checks, demo, docs, pages
from local.deployment import Deployment
from local.emulator import REGION, ROOT, Emulator, aws_environment, endpoint, free_port
from local.failure import Failure
from local.invoke import API_PORT, invoke, invoke_all, running_stack, start_api
from local.pages import PagesServer
from local.seed import seed
from local.sign_in import client_token, customer_token
from local.walkthrough import walkthrough

FOLDER = ROOT / ".local"
DEFAULT_PORT = 4566
CLIENTS = ("partner", "staff", "admin", "reader")
REDIRECT_URL = "http://localhost:3000/callback"
VIEWERS_REDIRECT = "docs/assets/swagger-ui/oauth2-redirect.html"
"""Where the sign-in pages send a browser back to that signs in from the viewer of the API, below the pages' address."""


def main(command: str, *arguments: str) -> int:
    match command:
        case "up":
            print_walkthrough(up(FOLDER, _port()))
            print("\nIt runs until `make down`.")
        case "run":
            run()
        case "down":
            PagesServer(FOLDER).stop()
            print("Stopped." if Emulator(FOLDER).stop() else "No stack was running.")
        case "sign-in":
            print(customer_token(running_stack(FOLDER), *arguments))
        case "invoke":
            return invoke(FOLDER, arguments[0], next(iter(arguments[1:]), None))
        case "invoke-all":
            return invoke_all(FOLDER, next(iter(arguments), "*"))
        case "start-api":
            return start_api(FOLDER, int(next(iter(arguments), API_PORT)))
        case "seed":
            for path in seed(arguments[0], next(iter(arguments[1:]), None)):
                print(path)
        case "audit" | "backfill":
            return on_table(f"local.{command}", arguments)
        case "check":
            return checks.run(arguments, fresh_stack)
        case "exec":
            return execute(arguments)
        case _:
            print(__doc__)
            return 2
    return 0


def run() -> None:
    emulator = Emulator(FOLDER)
    try:
        print_walkthrough(up(FOLDER, _port()))
        print("\nIt runs until Ctrl-C.")
        while emulator.running():
            time.sleep(1)
        raise Failure(f"The AWS emulator has stopped: see {emulator.log}.")
    except KeyboardInterrupt:
        print("\nStopping")
    finally:
        PagesServer(FOLDER).stop()
        emulator.stop()


def on_table(program: str, arguments: Sequence[str]) -> int:
    """Runs a program for operators on the running stack's table, with these arguments. Returns its exit code."""
    stack = running_stack(FOLDER)
    here = stack["endpointUrl"]
    command = [sys.executable, "-m", program, "--table", stack["tableName"], "--endpoint", here]
    environment = aws_environment(httpx.URL(here).port or 0) | {"PYTHONPATH": str(ROOT / "layers" / "booking")}
    return subprocess.run([*command, *arguments], env=environment).returncode


def execute(command: Sequence[str]) -> int:
    """Runs a command against a fresh stack. Returns its exit code."""
    with fresh_stack() as stack_file:
        return subprocess.run(command, env=os.environ | {"BOOKING_STACK": str(stack_file)}).returncode


@contextlib.contextmanager
def fresh_stack() -> Iterator[Path]:
    """Starts a stack with only the demo in it, on a free port, and stops it afterwards. Yields its stack.json."""
    folder = FOLDER / "test"
    emulator = Emulator(folder)
    emulator.stop()
    for leftover in ("state", "s3"):
        shutil.rmtree(folder / leftover, ignore_errors=True)
    for leftover in ("deployed", "demo"):
        (folder / leftover).unlink(missing_ok=True)
    try:
        up(folder, free_port())
        yield folder / "stack.json"
    finally:
        PagesServer(folder).stop()
        emulator.stop()


def up(folder: Path, port: int) -> dict[str, Any]:
    """Starts the stack, or brings it up to date. Returns the contents of stack.json."""
    emulator = Emulator(folder)
    running = emulator.running()
    if running is None:
        say(f"Starting the AWS emulator on port {port}")
    elif running != port:
        say(f"It already runs on port {running}, not {port}. To move it: make down, then PORT={port} make up")
    port = running or port
    deployment = _deployment(folder, port)
    with ThreadPoolExecutor() as aside:
        starting = aside.submit(emulator.start, port) if running is None else None
        deployment.build()  # before the pages: each of them keeps all processors busy
        if starting:
            starting.result()
        building = aside.submit(pages.build)
        stack = _deployed(deployment)
        building.result()
    PagesServer(folder).start(pages_port(port))
    docs.build_in_background()
    say("Ready")
    return stack


def pages_port(port: int) -> int:
    """The port of the pages: the one after the emulator's."""
    return port + 1


def _deployment(folder: Path, port: int) -> Deployment:
    pages_url = endpoint(pages_port(port))
    callbacks = (*(f"{pages_url}/{page}" for page in ("book/", "staff/", VIEWERS_REDIRECT)), REDIRECT_URL)
    return Deployment(folder, port, callbacks)


def _deployed(deployment: Deployment) -> dict[str, Any]:
    """Deploys what has changed and loads the demo. Returns the contents of stack.json."""
    folder, pages_url = deployment.folder, endpoint(pages_port(deployment.port))
    if not deployment.is_current():
        say("Deploying template.yaml")
        deployment.deploy()
    stack = describe(deployment, pages_url)
    stack["employees"] = employees(deployment)
    loaded = folder / "demo"  # names the user pool, the one thing that is never the same again in a new stack
    if not loaded.exists() or loaded.read_text() != stack["userPoolId"]:
        say("Loading the demo organisation through the API")
        load_demo(deployment, stack)
        loaded.write_text(stack["userPoolId"])
    write(folder / "stack.json", stack)
    write(folder / pages.CONFIGURATION, pages_configuration(stack))
    return stack


def write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=2) + "\n")


def describe(deployment: Deployment, pages_url: str) -> dict[str, Any]:
    """The contents of stack.json: how to reach the API, the sign-in pages, and the database."""
    outputs = deployment.outputs()
    here = endpoint(deployment.port)
    cognito = deployment.client("cognito-idp")

    def client(name: str) -> dict[str, str]:
        id = outputs[f"{name.capitalize()}ClientId"]
        described = cognito.describe_user_pool_client(UserPoolId=outputs["UserPoolId"], ClientId=id)["UserPoolClient"]
        scope = " ".join(described["AllowedOAuthScopes"])
        return {"clientId": id, "clientSecret": described["ClientSecret"], "scope": scope}

    return {
        "apiUrl": f"{here}/_aws/execute-api/{outputs['ApiId']}/v1",
        "tokenUrl": f"{here}/oauth2/token",
        "signInUrl": f"{here}/oauth2/authorize",
        "redirectUrl": REDIRECT_URL,
        "pagesUrl": f"{pages_url}/",
        "issuerUrl": f"{here}/{outputs['UserPoolId']}",
        "region": REGION,
        "endpointUrl": here,
        "tableName": outputs["TableName"],
        "userPoolId": outputs["UserPoolId"],
        "clients": {name: client(name) for name in CLIENTS},
        "customers": [
            {"username": username, "password": f"Welcome-{username}", "clientId": outputs["BrowserClientId"]}
            for username in demo.CUSTOMERS
        ],
    }


def employees(deployment: Deployment) -> list[dict[str, str]]:
    """The people who can sign in to the employees' page: an employee, and an employee who is an administrator."""
    outputs = deployment.outputs()
    cognito = deployment.client("cognito-idp")
    people = []
    for username, groups in demo.EMPLOYEES.items():
        person = {
            "username": username,
            "password": f"Welcome-{username}-1",
            "clientId": outputs["StaffBrowserClientId"],
            "scope": "openid bookme/read " + " ".join(f"bookme/{group}" for group in groups),
        }
        add_user(cognito, outputs["UserPoolId"], person)
        for group in groups:
            cognito.admin_add_user_to_group(UserPoolId=outputs["UserPoolId"], Username=username, GroupName=group)
        people.append(person)
    return people


def add_user(cognito: Any, pool_id: str, user: dict[str, str]) -> None:
    named = {"UserPoolId": pool_id, "Username": user["username"]}
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(**named, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**named, Password=user["password"], Permanent=True)


def pages_configuration(stack: dict[str, Any]) -> dict[str, Any]:
    """The contents of /config.json for the pages. The last three are for the start page of a developer's machine."""
    customers = [{**each, "about": "a customer"} for each in stack["customers"]]
    employees = [{**each, "about": "an employee"} for each in stack["employees"]]
    links = [
        {"name": "Documentation", "about": "Guides, and the API to try out.", "href": "/docs/"},
        {"name": "API description", "about": "OpenAPI 3.1, as openapi.json.", "href": "/openapi.json"},
        {
            "name": "Postman collection",
            "about": "The flow in its order, then every operation. The environment is beside it.",
            "href": "/meeting-booking.postman_collection.json",
        },
        {
            "name": "Sent e-mails",
            "about": "What the emulator of Amazon SES has sent.",
            "href": f"{stack['endpointUrl']}/_ministack/ses/messages",
        },
    ]
    return {
        "api": stack["apiUrl"],
        "signIn": stack["issuerUrl"],
        "clientId": stack["customers"][0]["clientId"],
        "staffClientId": stack["employees"][0]["clientId"],
        "links": links,
        "users": customers + employees,
        "walkthrough": walkthrough(stack, client_token(stack, "partner")),
    }


def load_demo(deployment: Deployment, stack: dict[str, Any]) -> None:
    cognito = deployment.client("cognito-idp")
    for customer in stack["customers"]:
        add_user(cognito, stack["userPoolId"], customer)
    counts = Counter(path.partition("/")[0] for path in demo.load(stack))
    say("  " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))


def print_walkthrough(stack: dict[str, Any]) -> None:
    token = client_token(stack, "partner")
    print(f"\nStart here: {stack['pagesUrl']}\nThe documentation: {stack['pagesUrl']}docs/")
    print(f"The API: {stack['apiUrl']}\nAll addresses and keys: {FOLDER / 'stack.json'}")
    print(f"The e-mails that it sends: {FOLDER / 'mail'}\n")
    print("Paste this into bash to book a meeting:\n")
    print(walkthrough(stack, token))


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def _port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failure(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _end(*_signal: object) -> NoReturn:
    """Ends in the same way as Ctrl-C: everything that was started is stopped."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    try:
        sys.exit(main(*sys.argv[1:]) if sys.argv[1:] else main("help"))
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
