"""Builds the template and deploys it into the emulator with the SAM CLI, in the same way as into AWS."""

import hashlib
import json
import os
import platform
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

from local.emulator import REGION, ROOT, TOOLS, aws_environment, endpoint
from local.failure import Failure

STACK_NAME = "meeting-booking"
TEMPLATE = ROOT / "template.yaml"
SAM = TOOLS / "sam" / "bin" / "sam"
ARCHITECTURE = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
PROGRESS_SECONDS = 5
PARAMETERS = {
    "Architecture": ARCHITECTURE,
    "DeletionProtection": "false",
    "Mfa": "OFF",
    "Webhooks": "on",
    "CalendarSubscriptions": "on",
    "Waitlist": "on",
    "AllowsLoopback": "true",
    "SenderAddress": "booking@example.com",
    "SmsSenderId": "Booking",
}


@dataclass(frozen=True)
class Deployment:
    """The stack in one emulator. `folder` keeps what was built and which sources are deployed."""

    folder: Path
    port: int
    callback_urls: tuple[str, ...] = ()
    """The addresses to which the sign-in pages may send a browser back."""

    def is_current(self) -> bool:
        """Whether the stack that the emulator has was made from the current sources."""
        return self._read("deployed") == self._state() and self._describe() is not None

    def outputs(self) -> dict[str, str]:
        stack = self._describe()
        if stack is None:
            raise Failure("The stack is not deployed.")
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def build(self) -> Path:
        """The folder with the output of `sam build` for the current sources. Raises Failure with its last lines."""
        digest = _digest_of_sources()
        build = self.folder / "build"
        if self._read("built") != digest:
            self._sam("build", "--build-dir", str(build), "--template-file", str(TEMPLATE))
            built, text = build / "template.yaml", (build / "template.yaml").read_text()
            # AWS wants the slash of a binary media type as ~1; the emulator takes the type as it is written.
            text = text.replace("text~1calendar", "text/calendar")
            # To the emulator's permissions, every schedule is one of the default group.
            text = text.replace("schedule/${ReminderGroup}/", "schedule/default/")
            built.write_text(text)
            # `sam deploy` parses its template five times. As YAML that takes seconds, as JSON almost nothing.
            (build / "template.json").write_text(json.dumps(yaml.load(text, yaml.CSafeLoader)))
            (self.folder / "built").write_text(digest)
        return build

    def deploy(self) -> None:
        """Builds what has changed since the last build and deploys it. Raises Failure with the tool's last lines."""
        state = self._state()
        build = self.build()
        self._sam(
            *("deploy", "--template-file", str(build / "template.json"), "--stack-name", STACK_NAME),
            *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        )
        self._complete_gateway()
        # In AWS, the owner of the address has to verify it.
        self.client("sesv2").create_email_identity(EmailIdentity=PARAMETERS["SenderAddress"])
        (self.folder / "deployed").write_text(state)

    def _state(self) -> str:
        return f"{_digest_of_sources()} {','.join(self.callback_urls)}"

    def client(self, service: str, config: Config | None = None) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=REGION, endpoint_url=endpoint(self.port), config=config, **keys)

    def _complete_gateway(self) -> None:
        """Configures what the emulator does not read from the API's definition, unlike AWS.

        That is the gateway's own answers: to what it refuses, and to a browser's preflight.
        """
        properties = load_template()["Resources"]["Api"]["Properties"]
        gateway, api_id = self.client("apigateway"), self.outputs()["ApiId"]
        for kind, response in properties["GatewayResponses"].items():
            status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
            gateway.put_gateway_response(
                restApiId=api_id,
                responseType=kind,
                responseParameters=_named(
                    "gatewayresponse.header", resolved(response["ResponseParameters"]["Headers"])
                ),
                responseTemplates=response["ResponseTemplates"],
                **status,
            )
        cors = resolved(properties["Cors"])
        allowed = {
            "Access-Control-Allow-Origin": cors["AllowOrigin"],
            "Access-Control-Allow-Methods": cors["AllowMethods"],
            "Access-Control-Allow-Headers": cors["AllowHeaders"],
            "Access-Control-Max-Age": cors["MaxAge"],
        }
        for page in gateway.get_paginator("get_resources").paginate(restApiId=api_id):
            for resource in page["items"]:
                if "OPTIONS" in resource.get("resourceMethods", {}):
                    answer = {"restApiId": api_id, "resourceId": resource["id"], "httpMethod": "OPTIONS"}
                    headers = _named("method.response.header", allowed)
                    gateway.put_method_response(
                        **answer, statusCode="200", responseParameters=dict.fromkeys(headers, False)
                    )
                    gateway.put_integration_response(**answer, statusCode="200", responseParameters=headers)
        gateway.create_deployment(restApiId=api_id, stageName=properties["StageName"])

    def _describe(self) -> dict[str, Any] | None:
        try:
            stacks = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
        except ClientError:
            return None
        return next((stack for stack in stacks if stack["StackStatus"].endswith("_COMPLETE")), None)

    def _sam(self, command: str, *arguments: str) -> None:
        # The SAM CLI's own environment has the Python, the pip and the uv that build the functions and the layer.
        environment = aws_environment(self.port) | {
            "PATH": f"{SAM.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHON": str(SAM.parent / "python"),
            "ARCHITECTURE": ARCHITECTURE,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.5",
        }
        configuration = ["--config-file", str(ROOT / "samconfig.toml")]
        parameters = PARAMETERS | ({"CallbackUrls": ",".join(self.callback_urls)} if self.callback_urls else {})
        overrides = [f"{name}={value}" for name, value in parameters.items()]
        log = self.folder / f"sam-{command}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [SAM, command, *arguments, *configuration, "--parameter-overrides", *overrides],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _show_progress(process, f"sam {command}", log)
        finally:
            process.kill()
        if process.returncode != 0:
            last = "\n".join(log.read_text().splitlines()[-15:])
            raise Failure(f"sam {command} failed; the end of {log}:\n{last}")

    def _read(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text() if path.exists() else None


def _show_progress(process: subprocess.Popen[bytes], what: str, log: Path) -> None:
    """Waits for the process. Every PROGRESS_SECONDS prints how long it has taken, and its last line."""
    begin = time.monotonic()
    while True:
        try:
            process.wait(PROGRESS_SECONDS)
        except subprocess.TimeoutExpired:
            lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip(" -")]
            last = lines[-1].strip()[:80] if lines else ""
            print(f"         {what}, {time.monotonic() - begin:.0f} s: {last}", flush=True)
        else:
            return


def _named(prefix: str, headers: Mapping[str, str]) -> dict[str, str]:
    return {f"{prefix}.{name}": value for name, value in headers.items()}


class Loader(yaml.CSafeLoader):  # ten times as fast as yaml.SafeLoader
    """Reads CloudFormation's short forms: !Ref name as {"Ref": name}, !Sub text as {"Fn::Sub": text}."""


def _short_form(loader: Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", _short_form)  # type: ignore[no-untyped-call]


@cache
def load_template() -> dict[str, Any]:
    """template.yaml as plain values, read once: not to be changed."""
    template: dict[str, Any] = yaml.load(TEMPLATE.read_text(), Loader)
    return template


def resolved(values: Mapping[str, str | dict[str, str]]) -> dict[str, str]:
    """The values with the parameters that they name filled in, as they are here."""
    defaults = {name: parameter.get("Default") for name, parameter in load_template()["Parameters"].items()}
    given = defaults | PARAMETERS
    return {
        name: value
        if isinstance(value, str)
        else re.sub(r"\$\{(\w+)\}", lambda found: str(given[found[1]]), value["Fn::Sub"])
        for name, value in values.items()
    }


def _digest_of_sources() -> str:
    digest = hashlib.sha256(repr(sorted(PARAMETERS.items())).encode())
    for file in _sources():
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield TEMPLATE
    for folder in ("functions", "layers"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                yield file
