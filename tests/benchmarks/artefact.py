"""What is deployed, as Lambda would load it: the built functions, the built layer, and the bare runtime client."""

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from local.deployment import Deployment, load_template
from local.emulator import ROOT, TOOLS

RUNTIME_CLIENT = "awslambdaric==4.0.1"
RUNTIME = ROOT / ".local" / "bench" / "runtime"


@dataclass(frozen=True)
class Artefact:
    """A finished build. `functions` are the names of the folders in functions/."""

    build: Path

    @property
    def layer(self) -> Path:
        return self.build / "BookingLayer"

    @property
    def functions(self) -> list[str]:
        return sorted(logical_ids())

    def environment(self, function: str | None) -> dict[str, str]:
        """Of a process with the runtime client and, unless `function` is None, what that function has."""
        path = [str(RUNTIME)]
        if function is not None:
            path = [str(self.build / logical_ids()[function]), str(self.layer / "python"), *path]
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(path),
            # As in Lambda, where nothing can be written beside the code.
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "POWERTOOLS_SERVICE_NAME": "booking",
            "TABLE_NAME": "bench",
            "IDEMPOTENCY_TABLE_NAME": "bench",
            **dict.fromkeys(variables(function) if function else (), "https://example.com"),
        }

    def zipped_layer_bytes(self) -> int:
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(self.layer.rglob("*")):
                archive.write(file, file.relative_to(self.layer))
        return packed.tell()


@cache
def artefact() -> Artefact:
    """What `make test` has deployed, or else a build of the sources as they are."""
    _runtime_client()
    if "BOOKING_STACK" in os.environ:
        return Artefact(Path(os.environ["BOOKING_STACK"]).parent / "build")
    return Artefact(Deployment(RUNTIME.parent, 0).build())


def logical_ids() -> dict[str, str]:
    """The template's functions: folder name -> logical id."""
    resources = load_template()["Resources"].items()
    return {
        Path(resource["Properties"]["CodeUri"]).name: logical_id
        for logical_id, resource in resources
        if resource["Type"] == "AWS::Serverless::Function"
    }


def variables(function: str) -> list[str]:
    """The names of the environment variables that the template gives to this function alone."""
    properties = load_template()["Resources"][logical_ids()[function]]["Properties"]
    return list(properties.get("Environment", {}).get("Variables", {}))


def interpreter() -> str:
    """The Python below the project's environment, so that nothing but the artefact is on the path."""
    return str(Path(sys.base_prefix) / "bin" / "python3.13")


def _runtime_client() -> None:
    made_from = RUNTIME / ".made-from"
    if made_from.exists() and made_from.read_text() == RUNTIME_CLIENT:
        return
    pip = [str(TOOLS / "sam" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "--target", str(RUNTIME), RUNTIME_CLIENT], check=True)
    # The same bytecode as in the layer, so that both sides of the comparison start alike.
    compiling = [interpreter(), "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", str(RUNTIME)]
    subprocess.run(compiling, check=True)
    made_from.write_text(RUNTIME_CLIENT)
