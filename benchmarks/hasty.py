"""The bot without pauses between its messages: what Slack allows a minute would else be all that is measured."""

import asyncio
import signal

from bot import estate as estates
from bot import house, kinds, settings


async def _serve() -> None:
    configured = settings.load()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with house.bot(configured, estates.load(configured.estate, kinds.KINDS), pace=0.0):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
