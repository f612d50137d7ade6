"""The proxy in front of the two stacks, as a process of its own.

    python -m bot.playground.example.proxy storefront=7 admin=8 control=9 -- FOLDER STACKS

FOLDER is where the weights are kept; STACKS says as JSON where each service answers in each colour. Customers come to
`storefront`, the staff to `admin`, and nobody comes to the jobs, which are started from here.
"""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from bot.domain.colour import Colour
from bot.playground.example import process
from bot.playground.example.control import Control
from bot.playground.example.crossing import Crossing
from bot.playground.example.schedule import JOBS, Schedule
from bot.playground.example.spread import Spread


async def serve(argv: Sequence[str]) -> None:
    """Serve until the demonstration is gone."""
    sockets, (folder, stacks) = process.handed(argv)
    async with AsyncExitStack() as open_:
        session = await open_.enter_async_context(
            aiohttp.ClientSession(auto_decompress=False, connector=aiohttp.TCPConnector(limit=0))
        )
        crossings = _crossings(Path(folder), json.loads(stacks), session)
        schedule = Schedule(crossings[JOBS], SystemClock())
        for name, listening in sockets.items():
            app = Control(crossings, schedule).app() if name == "control" else _front(crossings[name])
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
            await runner.setup()
            open_.push_async_callback(runner.cleanup)
            await web.SockSite(runner, listening).start()
        running = asyncio.create_task(schedule.keep())
        open_.callback(running.cancel)
        await process.over()


def _crossings(
    folder: Path, stacks: Mapping[str, Mapping[Colour, str]], session: aiohttp.ClientSession
) -> dict[str, Crossing]:
    return {
        name: Crossing(Spread(folder / f"{name}.json", gradual=name != JOBS), colours, session)
        for name, colours in stacks.items()
    }


def _front(crossing: Crossing) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", crossing.handle)
    return app


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
