"""The pages of web/: built when their sources have changed, and served on the loopback interface beside the API.

python -m local.pages FOLDER PORT    serves web/dist, FOLDER/pages.json as /config.json, and the documentation if built
"""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from local.emulator import ROOT
from local.failure import Failure, run
from local.runtimes import node, npm

WEB = ROOT / "web"
DIST = WEB / "dist"
DOCUMENTATION = ROOT / ".local" / "site"
CONFIGURATION = "pages.json"
NOT_BUILT_YET = b"""<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<title>Documentation</title><p>The documentation is being built; this page shows it as soon as it is there.
If that takes more than a minute, .local/docs.log says why."""
FROM_DOCS = ("openapi.json", "meeting-booking.postman_collection.json", "meeting-booking.postman_environment.json")
START_SECONDS = 20
STOP_SECONDS = 5


def build() -> bool:
    """Builds web/dist if its sources have changed. Returns whether they had. Raises Failure with the last lines."""
    digest = _digest_of_sources()
    built = WEB / "dist" / ".made-from"
    if _text(built) == digest:
        return False
    install()
    _run([node(), "build.mjs"], os.environ)
    built.write_text(digest)
    return True


def install() -> None:
    """Installs Node.js and what web/package-lock.json pins, if either has changed. Raises Failure."""
    _run([str(ROOT / "local" / "prepare"), "runtimes"], os.environ)
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    installed = WEB / "node_modules" / ".made-from"
    if _text(installed) == lock:
        return
    # npm is a script that finds its interpreter on the PATH.
    path = f"{Path(node()).parent}{os.pathsep}{os.environ['PATH']}"
    options = ("--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error")
    _run([npm(), "ci", *options], os.environ | {"PATH": path})
    installed.write_text(lock)


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    # With nice, the pages leave the processors to the deployment, which runs at the same time and takes longer.
    run(["nice", *command], WEB, environment, "The pages could not be built")


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    ignored = {"node_modules", "dist", "artefacts", "tests"}
    sources = [
        file
        for file in WEB.rglob("*")
        if file.is_file() and not ignored & set(file.relative_to(WEB).parts) and file.name != "schema.d.ts"
    ]
    for file in [*sorted(sources), ROOT / "docs" / "openapi.json"]:
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _text(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


@dataclass(frozen=True)
class PagesServer:
    """One server, by the folder that holds its configuration, its log and its process id."""

    folder: Path

    @property
    def _record(self) -> Path:
        return self.folder / "pages-server.json"

    def start(self, port: int) -> None:
        """Starts it, or leaves the one that runs on this port. Raises Failure if it does not answer."""
        if self._running() == port:
            return
        self.stop()
        if _listens(port):
            raise Failure(f"Port {port}, for the pages, is in use by another program: choose another PORT (one less).")
        with (self.folder / "pages.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "local.pages", str(self.folder), str(port)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._record.write_text(json.dumps({"pid": process.pid, "port": port}))
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"The pages could not be served on port {port}: see {self.folder / 'pages.log'}.")
            time.sleep(0.05)

    def stop(self) -> None:
        record = self._read()
        if record is None:
            return
        pid = record["pid"]
        if _is_server(pid):
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while _is_server(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
        self._record.unlink(missing_ok=True)

    def _running(self) -> int | None:
        record = self._read()
        return record["port"] if record and _is_server(record["pid"]) and _listens(record["port"]) else None

    def _read(self) -> dict[str, int] | None:
        try:
            record: dict[str, int] = json.loads(self._record.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return record


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_server(pid: int) -> bool:
    """Whether the process lives and is one of these servers (its id may be another program's by now)."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    done = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True)
    return "local.pages" in done.stdout


class _Handler(SimpleHTTPRequestHandler):
    """Serves static files. The pages run only their own scripts. Any page may load the element's script."""

    def __init__(self, *arguments: object, configuration: Path, **named: object) -> None:
        self._configuration = configuration
        super().__init__(*arguments, directory=str(DIST), **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/docs/openapi.json":
            self._send(HTTPStatus.OK, "application/json", _described(self._configuration))
        elif path.startswith("/docs") and not DOCUMENTATION.exists():
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, "text/html; charset=utf-8", NOT_BUILT_YET)
        else:
            super().do_GET()

    def _send(self, status: HTTPStatus, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        path = urlsplit(path).path
        if path == "/config.json":
            return str(self._configuration)
        if path.removeprefix("/") in FROM_DOCS:
            return str(ROOT / "docs" / path.removeprefix("/"))
        if path == "/docs" or path.startswith("/docs/"):
            self.directory = str(DOCUMENTATION)
            return super().translate_path(path.removeprefix("/docs") or "/")
        self.directory = str(DIST)
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-cache")
        if urlsplit(self.path).path == "/meeting-booking.js":  # a module script of pages on other origins
            self.send_header("Access-Control-Allow-Origin", "*")
        if not self.path.startswith("/docs"):  # the documentation's own generator writes inline scripts
            self.send_header("Content-Security-Policy", content_security_policy(self._configuration))
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def _described(configuration: Path) -> bytes:
    """The API's description for the viewer: with the addresses of this stack."""
    known = json.loads(configuration.read_text())
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())
    described["servers"] = [{"url": known["api"]}]
    sign_in = "{0.scheme}://{0.netloc}".format(urlsplit(known["signIn"]))
    for flow in described["components"]["securitySchemes"]["oauth2"]["flows"].values():
        for name in flow.keys() & {"tokenUrl", "authorizationUrl"}:
            flow[name] = f"{sign_in}/oauth2/{flow[name].rpartition('/')[2]}"
    return json.dumps(described).encode()


def content_security_policy(configuration: Path) -> str:
    """Scripts and styles of the pages' own only; connections to the API and the sign-in pages."""
    known = json.loads(configuration.read_text())
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(known[name])) for name in ("api", "signIn")}
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {' '.join(sorted(origins))}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """The server; port 0 is a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, configuration=folder / CONFIGURATION))


if __name__ == "__main__":
    server(Path(sys.argv[1]), int(sys.argv[2])).serve_forever()
