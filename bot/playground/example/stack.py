"""One of the two stacks, as a process of its own: what customers see, and what the staff sees of it.

    python -m bot.playground.example.stack storefront=7 admin=8 -- RELEASE_DOCUMENT

Both are the same release on two ports, and count for themselves.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.playground.example import process
from bot.playground.example.service import Storefront


async def serve(argv: Sequence[str]) -> None:
    """Serve until the demonstration is gone."""
    sockets, (document,) = process.handed(argv)
    services = [Storefront(Path(document)) for _ in sockets]
    for service, listening in zip(services, sockets.values(), strict=True):
        await service.serve(listening)
    await process.over()
    for service in services:
        await service.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
