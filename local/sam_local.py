"""`sam local invoke` and `sam local start-api`: the functions in containers, with the data of the stack that runs.

SAM local leaves four things open, which a copy of the built template settles:

- It hands a function only variables that the template declares, so the copy declares the emulator's address.
- It ignores Cognito authorizers, so in the copy the API's authorizer is a function (local/authorizer) that asks the
  emulator's gateway about the token. The functions themselves are as in AWS: they trust the gateway's claims only.
- A container's 127.0.0.1 is the container. Docker Desktop has a name for the host; on Linux a forwarder listens at the
  address that containers know the host by, for as long as the command runs.
- It builds the image anew at each call when the template itself has the layer, and keeps the image of a layer version
  that it knows by its ARN. So the copy names the built layer by an ARN, with its contents' digest as the version.
"""

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import yaml

from local.deployment import ARCHITECTURE, PARAMETERS, SAM, Deployment, Loader
from local.emulator import REGION, ROOT, aws_environment
from local.failure import Failure
from local.sign_in import Stack

IMAGE = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURE}"
SOCKETS = (
    Path("/var/run/docker.sock"),
    Path.home() / ".docker" / "run" / "docker.sock",
    Path("/run/podman/podman.sock"),
)
NO_ENGINE = "No container engine (Docker or podman) answers on this machine, so `sam local` cannot run."
IP_FREEBIND = 15
"""Linux: lets an address be bound before it exists. An engine's bridge appears with its first container."""


@dataclass(frozen=True)
class Engine:
    """A container engine, by its URL as in DOCKER_HOST."""

    url: str

    def get(self, path: str) -> Any:
        """What its API answers, or None."""
        return self._call("GET", path)

    def remove_image(self, name: str) -> None:
        self._call("DELETE", f"/images/{name}")

    def _call(self, method: str, path: str) -> Any:
        transport, base = httpx.HTTPTransport(), self.url.replace("tcp://", "http://")
        if self.url.startswith("unix://"):
            transport, base = httpx.HTTPTransport(uds=self.url.removeprefix("unix://")), "http://engine"
        try:
            with httpx.Client(transport=transport, base_url=base, timeout=10) as client:
                answer = client.request(method, path)
                return (
                    (answer.json() if "json" in answer.headers["Content-Type"] else {}) if answer.is_success else None
                )
        except (httpx.HTTPError, OSError):
            return None

    def host_address(self) -> str:
        """What containers call this machine."""
        about = self.get("/info") or {}
        if "Docker Desktop" in about.get("OperatingSystem", "") or not Path("/proc").exists():
            return "host.docker.internal"
        for name in ("bridge", "podman"):
            network = self.get(f"/networks/{name}") or {}
            for each in (network.get("IPAM") or {}).get("Config") or ():
                if ":" not in each.get("Gateway", ":"):
                    return str(each["Gateway"])
        return "172.17.0.1"


def find_engine() -> Engine | None:
    """The engine that DOCKER_HOST names, or else one at its usual place; None if it does not answer."""
    named = os.environ.get("DOCKER_HOST")
    urls = [named] if named else [f"unix://{path}" for path in SOCKETS if path.exists()]
    return next((engine for engine in map(Engine, urls) if engine.get("/_ping") is not None), None)


@contextlib.contextmanager
def invoking(engine: Engine, deployment: Deployment, stack: Stack) -> Iterator[Callable[[str, Path, IO[str]], Any]]:
    """Gives what runs `sam local invoke` for a function of the template and an event's file.

    It returns what the function answers, and writes what SAM and the function log to the third argument. It raises
    Failure if there is no answer.
    """
    with _sam(engine, deployment, stack) as (command, environment):

        def invoke(logical_id: str, event: Path, log: IO[str]) -> Any:
            run = [*command("invoke"), logical_id, "--event", str(event)]
            done = subprocess.run(run, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
            if done.returncode != 0 or not done.stdout.strip():
                raise Failure("`sam local invoke` has failed: its last lines say why.")
            return json.loads(done.stdout)

        yield invoke


def start_api(engine: Engine, deployment: Deployment, stack: Stack, port: int) -> int:
    """Runs `sam local start-api` until it is stopped; its exit code."""
    with _sam(engine, deployment, stack) as (command, environment):
        options = ["--host", "127.0.0.1", "--port", str(port), "--warm-containers", "LAZY"]
        return subprocess.run([*command("start-api"), *options], env=environment).returncode


@contextlib.contextmanager
def _sam(engine: Engine, deployment: Deployment, stack: Stack) -> Iterator[tuple[Any, dict[str, str]]]:
    """How a command of `sam local` begins, and its environment."""
    build = deployment.build()
    layer = _layer(engine, build / "BookingLayer", deployment.folder / "layers")
    host = engine.host_address()
    with contextlib.ExitStack() as running:
        port = deployment.port
        if host != "host.docker.internal":
            port = running.enter_context(_forwarder(host, deployment.port))
        # Of this command alone: `start-api` reads its template again whenever it changes.
        template = build / f"sam-local-{os.getpid()}.yaml"
        running.callback(template.unlink, missing_ok=True)
        template.write_text(json.dumps(_template(build, deployment, stack, layer, f"http://{host}:{port}"), indent=1))

        def command(name: str) -> list[str]:
            overrides = [f"{key}={value}" for key, value in PARAMETERS.items()]
            base = [str(SAM), "local", name, "--template-file", str(template), "--parameter-overrides", *overrides]
            base += ["--layer-cache-basedir", str(deployment.folder / "layers")]
            # An image that is here is the one to use; without one, SAM fetches it.
            return [*base, "--skip-pull-image"] if engine.get(f"/images/{IMAGE}/json") else base

        # SAM keeps the locks of its builds there. One that was killed leaves a lock that others wait 5 minutes for.
        temporary = running.enter_context(tempfile.TemporaryDirectory(dir=deployment.folder, prefix="sam-local-"))
        environment = aws_environment(deployment.port)
        environment |= {"DOCKER_HOST": engine.url, "SAM_CLI_TELEMETRY": "0", "TMPDIR": temporary}
        environment.pop("AWS_ENDPOINT_URL")  # SAM itself has nothing to ask of AWS here
        yield command, environment


def _layer(engine: Engine, built: Path, versions: Path) -> str:
    """The ARN by which SAM finds the built layer among the layers that it has downloaded, which `versions` holds.

    Removes what was kept of the layer's earlier contents: their folders, and the images that SAM built from them.
    """
    digest = hashlib.sha256()
    for file in sorted(path for path in built.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(built)}\0".encode() + file.read_bytes() + b"\0")
    version = int(digest.hexdigest()[:12], 16)
    arn = f"arn:aws:lambda:{REGION}:123456789012:layer:{built.name}:{version}"
    # The folder's name and the image's tag as SAM makes them (LayerVersion, LambdaImage).
    folder = versions / f"{built.name}-{version}-{hashlib.sha256(arn.encode()).hexdigest()[:10]}"
    versions.mkdir(exist_ok=True)
    for other in set(versions.glob(f"{built.name}-*")) - {folder}:
        tag = hashlib.sha256(other.name.encode()).hexdigest()[:25]
        engine.remove_image(f"samcli/lambda-python:3.13-{ARCHITECTURE}-{tag}")
        other.unlink()
    if not folder.is_symlink():
        folder.symlink_to(os.path.relpath(built, versions))
    return arn


def _template(build: Path, deployment: Deployment, stack: Stack, layer: str, endpoint: str) -> dict[str, Any]:
    template: dict[str, Any] = yaml.load((build / "template.yaml").read_text(), Loader)
    outputs = deployment.outputs()
    variables = {
        "TABLE_NAME": stack["tableName"],
        "IDEMPOTENCY_TABLE_NAME": outputs["IdempotencyTableName"],
        "DYNAMODB_ENDPOINT": endpoint,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
    }
    everywhere = template["Globals"]["Function"]
    everywhere["Environment"]["Variables"] |= variables
    everywhere["Layers"] = [layer]
    for resource in template["Resources"].values():
        declared = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if "EVENT_BUS_NAME" in declared:
            declared["EVENT_BUS_NAME"] = outputs["EventBusName"]
        if "WEBHOOK_QUEUE_URL" in declared:
            declared["WEBHOOK_QUEUE_URL"] = outputs["WebhookQueueUrl"]
        if "CALENDAR_QUEUE_URL" in declared:
            declared["CALENDAR_QUEUE_URL"] = outputs["CalendarQueueUrl"]
    template["Resources"]["LocalAuthorizerFunction"] = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "CodeUri": str(ROOT / "local" / "authorizer"),
            "Layers": [],
            "Environment": {"Variables": {"API_URL": stack["apiUrl"].replace(stack["endpointUrl"], endpoint)}},
        },
    }
    auth = template["Resources"]["Api"]["Properties"]["Auth"]
    for name in auth["Authorizers"]:
        auth["Authorizers"][name] = {
            "FunctionArn": {"Fn::GetAtt": ["LocalAuthorizerFunction", "Arn"]},
            "FunctionPayloadType": "TOKEN",
            "Identity": {"Header": "Authorization", "ReauthorizeEvery": 0},
        }
    return template


@contextlib.contextmanager
def _forwarder(host: str, port: int) -> Iterator[int]:
    """Passes what comes to `host` on to 127.0.0.1:`port`; the port that it listens on."""
    listener = socket.socket()
    with contextlib.suppress(OSError):
        listener.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
    listener.bind((host, 0))
    listener.listen()

    def accept() -> None:
        while True:
            try:
                incoming, _address = listener.accept()
            except OSError:  # closed: the command has ended
                return
            outgoing = socket.create_connection(("127.0.0.1", port))
            for source, sink in ((incoming, outgoing), (outgoing, incoming)):
                threading.Thread(target=_copy, args=(source, sink), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
