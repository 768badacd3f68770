"""The AWS emulator: one process on the loopback interface, with its state in its own folder."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.failure import Failure

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".local" / "tools"
SERVER = TOOLS / "emulator" / "bin" / "hypercorn"
PROGRAM = f"{ROOT / 'local' / 'gateway.py'}:app"
REGION = "eu-west-1"
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Emulator:
    """One emulator, by the folder that holds its state, its log and its process id."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "emulator.log"

    @property
    def _record(self) -> Path:
        return self.folder / "emulator.json"

    @property
    def _temporary(self) -> Path:
        return self.folder / "tmp"

    def running(self) -> int | None:
        """The port of the running emulator, or None."""
        try:
            record = json.loads(self._record.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return record["port"] if _answers(record["port"]) and _is_emulator(record["pid"]) else None

    def start(self, port: int) -> None:
        """Starts the emulator and waits until it answers. Raises Failure if the port is in use or it does not start."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise Failure(f"Port {port} is in use by another program: stop it, or choose another with PORT=….")
        self._discard_temporary()
        self._temporary.mkdir(parents=True)
        with self.log.open("w") as log:
            process = subprocess.Popen(
                [SERVER, PROGRAM, "--bind", f"127.0.0.1:{port}", "--workers", "0", "--keep-alive", "75"],
                cwd=self.folder,
                env=aws_environment(port) | self._settings(port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._record.write_text(json.dumps({"pid": process.pid, "port": port}))
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"The AWS emulator did not start: see {self.log}.")
            time.sleep(0.1)

    def stop(self) -> bool:
        """Stops the emulator and the functions that it runs. Its state is kept. False if it was not running."""
        try:
            pid = json.loads(self._record.read_text())["pid"]
        except (FileNotFoundError, ValueError):
            return False
        was_running = _is_emulator(pid)
        if was_running:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while _is_emulator(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # functions that are still at work
        self._discard_temporary()
        self._record.unlink(missing_ok=True)
        return was_running

    def _discard_temporary(self) -> None:
        """Removes the functions' unpacked copies, in the background: there may be gigabytes of them."""
        with contextlib.suppress(FileNotFoundError):
            rubbish = self._temporary.rename(self.folder / f"rubbish-{uuid.uuid4().hex}")
            subprocess.Popen(["rm", "-rf", rubbish], start_new_session=True)

    def _settings(self, port: int) -> dict[str, str]:
        return {
            "AUTH": "true",  # a function may do what its role allows, and nothing else
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "TMPDIR": str(self._temporary),
        }


def aws_environment(port: int) -> dict[str, str]:
    """This process's environment, with every AWS call sent to the emulator and never to a real account."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    here = "127.0.0.1,localhost,.localhost"
    return ours | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint(port),
        "NO_PROXY": here,
        "no_proxy": here,
    }


def endpoint(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"{endpoint(port)}/_ministack/health", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _is_emulator(pid: int) -> bool:
    """Whether the process lives and is this checkout's emulator (its id may be another program's by now)."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        command = proc.read_text() if proc.exists() else ""
    else:
        command = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True).stdout
    return PROGRAM in command
