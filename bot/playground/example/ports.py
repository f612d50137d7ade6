"""The example's ports: all on this machine, and the same ones after a restart."""

import asyncio
import os
import socket

from bot.domain.errors import Refused

#: Where everything listens; nobody else's business.
HOST = "127.0.0.1"
#: A predecessor that was killed a moment ago may still hold the port.
_ATTEMPTS = 20


async def bind(port: int) -> socket.socket:
    """Take *port*, 0 for a free one, and listen; raises `Refused` where somebody else has it."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            return socket.create_server((HOST, port), backlog=128)
        except OSError as error:
            if left:
                await asyncio.sleep(0.1)
                continue
            msg = (
                f"The example's storefront needs port {port}, and cannot have it: {os.strerror(error.errno or 0)}. "
                "Stop the program that holds it, or begin in another folder."
            )
            raise Refused(msg) from error
    raise AssertionError


def number(listening: socket.socket) -> int:
    """Which port it is."""
    port: int = listening.getsockname()[1]
    return port
