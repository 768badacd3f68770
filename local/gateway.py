"""The AWS emulator, with a line in front of its API gateway.

AWS gives each request that is under way a machine of its own. The emulator gives it a process of its own, so 200
requests at once would start 200 Pythons on this one machine, and most of them would time out. Here they wait in line
instead. What functions themselves ask of the emulator does not wait, or the line would wait for itself.

It runs in the emulator's own environment, as an ASGI application: `hypercorn local/gateway.py:app`.
"""

import asyncio
import base64
import contextlib
import io
import os
import resource
import time
import zipfile
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ministack.app import app as emulator
from ministack.services import lambda_svc, ses_v2

# Enough to keep the cores busy while functions wait for the database, few enough to start together in seconds.
REQUESTS_UNDER_WAY = 4 * (os.cpu_count() or 1)

MAIL = Path("mail")
"""In the emulator's folder, where it runs."""

type Message = MutableMapping[str, Any]

# Each connection and each function's process takes file descriptors: more than the 256 that macOS starts with.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
with contextlib.suppress(ValueError):
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, 4096), _hard))

_places = asyncio.Semaphore(REQUESTS_UNDER_WAY)


def _rewind_streams() -> None:
    """Functions read the table's stream from its beginning.

    The emulator keeps how far they had read when it stopped, but not the records. So they would wait for as many new
    ones before they read again.
    """
    for (account, region, mapping), _ in lambda_svc._dynamodb_stream_positions.all_items():
        lambda_svc._dynamodb_stream_positions.set_scoped(account, region, mapping, 0)


_mail: ContextVar[bytes] = ContextVar("mail")
"""The message that the request under way sends."""
_parse_mail = ses_v2._parse_raw_mime


def _note_mail(encoded: str) -> Any:
    _mail.set(base64.b64decode(encoded))
    return _parse_mail(encoded)


def _keep_mail(*_: object) -> None:
    """What SES would send is kept in the folder `mail`, one file for each message."""
    MAIL.mkdir(exist_ok=True)
    (MAIL / f"{time.time_ns()}.eml").write_bytes(_mail.get())


_read_layer = lambda_svc._resolve_layer_zip


def _refer_to_layer(attachment: str | dict[str, Any]) -> bytes | None:
    """Stands in for a layer: it puts the folder with the layer's files on the Python path.

    The files are unpacked once for all functions. The emulator itself would unpack them for each process of a function,
    which takes a second of processor time.
    """
    whole = _read_layer(attachment)
    if whole is None:
        return None
    folder = Path(lambda_svc._docker_extracted_dir(whole, "layer"), "python")
    reference = io.BytesIO()
    with zipfile.ZipFile(reference, "w") as archive:
        add = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
        archive.writestr("python/lib/python/site-packages/layer.pth", add)
    return reference.getvalue()


lambda_svc._resolve_layer_zip = _refer_to_layer
ses_v2._parse_raw_mime = _note_mail
ses_v2._smtp_relay = _keep_mail


def _after_startup(send: Callable[[Message], Awaitable[None]]) -> Callable[[Message], Awaitable[None]]:
    async def sent(message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            _rewind_streams()
        await send(message)

    return sent


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Passes everything on to the emulator; requests of the booking API, and only those, one place at a time."""
    if scope["type"] == "lifespan":
        await emulator(scope, receive, _after_startup(send))
        return
    if scope["type"] == "http" and scope["path"].startswith("/_aws/execute-api/"):
        async with _places:
            await emulator(scope, receive, send)
    else:
        await emulator(scope, receive, send)
