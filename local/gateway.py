"""The AWS emulator, with a line in front of its API gateway.

AWS gives each request that is under way a machine of its own. The emulator gives it a process of its own, so 200
requests at once would start 200 Pythons on this one machine, and most of them would time out. Here they wait in line
instead. What functions themselves ask of the emulator does not wait, or the line would wait for itself.

It runs in the emulator's own environment, as an ASGI application: `hypercorn local/gateway.py:app`.
"""

import asyncio
import contextlib
import os
import resource
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ministack.app import app as emulator

# Enough to keep the cores busy while functions wait for the database, few enough to start together in seconds.
REQUESTS_UNDER_WAY = 4 * (os.cpu_count() or 1)

type Message = MutableMapping[str, Any]

# Each connection and each function's process takes file descriptors: more than the 256 that macOS starts with.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
with contextlib.suppress(ValueError):
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, 4096), _hard))

_places = asyncio.Semaphore(REQUESTS_UNDER_WAY)


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Passes everything on to the emulator; requests of the booking API, and only those, one place at a time."""
    if scope["type"] == "http" and scope["path"].startswith("/_aws/execute-api/"):
        async with _places:
            await emulator(scope, receive, send)
    else:
        await emulator(scope, receive, send)
